package durability_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

// dying is a database whose process dies at its k-th commit: just before it, or just after it
// without hearing of it. From then on nothing gets through.
type dying struct {
	storage.Engine
	left  atomic.Int64
	after bool
	dead  atomic.Bool
	died  chan struct{}
}

func (d *dying) commit(do func() error) error {
	if d.dead.Load() {
		return apptest.ErrDead
	}
	if d.left.Add(-1) != 0 {
		return do()
	}
	if d.after {
		if err := do(); err != nil {
			d.left.Store(1) // the next one is the k-th
			return err
		}
	}
	d.dead.Store(true)
	close(d.died)
	return apptest.ErrDead
}

func (d *dying) Place(ctx context.Context, o pipeline.Order) (out pipeline.Order, fresh bool, err error) {
	err = d.commit(func() error { out, fresh, err = d.Engine.Place(ctx, o); return err })
	return out, fresh, err
}

func (d *dying) Move(ctx context.Context, o pipeline.Order, m pipeline.Move) (out pipeline.Order, err error) {
	err = d.commit(func() error { out, err = d.Engine.Move(ctx, o, m); return err })
	return out, err
}

func (d *dying) SaveStatusRef(ctx context.Context, id int64, was, ref string) error {
	return d.commit(func() error { return d.Engine.SaveStatusRef(ctx, id, was, ref) })
}

func (d *dying) Order(ctx context.Context, id int64) (pipeline.Order, error) {
	if d.dead.Load() {
		return pipeline.Order{}, apptest.ErrDead
	}
	return d.Engine.Order(ctx, id)
}

// commits is more than one order makes; the test itself finds out how many there are.
const commits = 10

// TestCrash_AnOrderSurvivesTheLossOfAnyCommit kills the process at the k-th commit of an order, for
// every k, before and after it, and lets another process go on.
func TestCrash_AnOrderSurvivesTheLossOfAnyCommit(t *testing.T) {
	t.Parallel()
	for name, fresh := range apptest.Databases() {
		for _, after := range []bool{false, true} {
			for k := 1; k <= commits; k++ {
				t.Run(fmt.Sprintf("%s/%d/after=%v", name, k, after), func(t *testing.T) {
					t.Parallel()
					crashAt(t, fresh(t), int64(k), after)
				})
			}
		}
	}
}

func crashAt(t *testing.T, database string, k int64, after bool) {
	w := apptest.NewWorld(t, database)
	d := &dying{after: after, died: make(chan struct{})}
	d.left.Store(k)
	first := w.Start(apptest.Hurried(), func(e storage.Engine) storage.Engine { d.Engine = e; return d })
	_, err := first.Place("one")
	if err != nil && !errors.Is(err, apptest.ErrDead) {
		t.Fatal(err)
	}
	select {
	case <-d.died:
	case o := <-first.Engine.Ends: // it makes fewer commits
		if d.left.Load() <= 0 { // it is dying, and the order's end was faster
			<-d.died
			break
		}
		first.Stop()
		if k <= 7 {
			t.Errorf("order %d was %s after fewer than %d commits", o.ID, o.Status, k)
		}
		return
	case <-time.After(apptest.Patience):
		t.Fatal("the order neither ended nor died")
	}
	first.Kill()

	second := w.Start(apptest.Hurried(), nil)
	defer second.Stop()
	o, placed := second.Again(t)
	if err != nil && !after && k == 1 {
		if placed {
			t.Error("an order that was refused is there")
		}
		return // the person was told to try again: nothing is lost
	}
	if !placed {
		t.Fatal("an accepted order is gone")
	}
	if o.Status == pipeline.Open {
		o = second.Ended(1)[0]
	}
	w.Balanced(second.Engine, w.Starts(), o)
}
