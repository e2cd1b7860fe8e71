package durability_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
)

func heldFor(why pipeline.Reason) func(pipeline.Order) bool {
	return func(o pipeline.Order) bool { return o.Phase == pipeline.Ready && o.Reason == why }
}

func TestPause_HoldsWhatAnyProcessWouldBuyUntilItIsOver(t *testing.T) {
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
	p := w.Start(apptest.Talkative(), nil)
	t.Cleanup(p.Stop)
	// As if another process had set it: this one is told by the transaction that would begin the call.
	if err := p.Engine.SetFlag(t.Context(), bot.Paused, "telegram:1 now"); err != nil {
		t.Fatal(err)
	}
	o, err := p.Place("a")
	if err != nil {
		t.Fatal(err)
	}
	p.Until(o.ID, heldFor(pipeline.ReasonPaused))
	for range 3 { // asked again and again, it is held back each time
		if _, err := p.Engine.Release(t.Context(), pipeline.ReasonPaused); err != nil {
			t.Fatal(err)
		}
		p.Pipe.TakeTurns()
		p.Until(o.ID, heldFor(pipeline.ReasonPaused))
	}
	w.Bought(o.ID, 0, 0)
	if err := p.Engine.SetFlag(t.Context(), bot.Paused, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Engine.Release(t.Context(), pipeline.ReasonPaused); err != nil {
		t.Fatal(err)
	}
	p.Pipe.TakeTurns()
	if o := p.Until(o.ID, apptest.Delivered); o.Reason != "" {
		t.Errorf("the reason stays: %s", o.Reason)
	}
	w.Bought(o.ID, 1, 1)
}

func TestBudget_IsKeptByTwoProcessesOnOneDatabase(t *testing.T) {
	t.Parallel()
	const orders, clips = 16, 3
	w := apptest.NewWorld(t, apptest.Databases()["postgres"](t))
	w.Settings["DAILY_CREDIT_BUDGET"] = fmt.Sprint(clips*15 + 14) // one more would not fit
	both := []*apptest.Process{w.Start(apptest.Hurried(), nil), w.Start(apptest.Hurried(), nil)}
	var ids sync.Map
	var all sync.WaitGroup
	for i := range orders {
		all.Go(func() {
			o, err := both[i%2].Place(fmt.Sprint(i))
			if err != nil {
				t.Error(err)
			}
			ids.Store(o.ID, true)
		})
	}
	all.Wait()
	p, made, held := both[0], 0, 0
	for id := range ids.Range {
		apptest.Every(t, 20*time.Millisecond, func() error {
			o, err := p.Engine.Order(t.Context(), id.(int64))
			switch {
			case err != nil:
				return err
			case apptest.Delivered(o):
				made++
			case heldFor(pipeline.ReasonBudget)(o):
				held++
			default:
				return fmt.Errorf("order %d is %s at %s, %s", o.ID, o.Status, o.Step, o.Phase)
			}
			return nil
		})
	}
	for _, p := range both {
		p.Stop()
	}
	bought := 0
	for step, n := range w.Starts() {
		if step.Provider == "runway" {
			bought += n
		}
	}
	if bought != clips || made != clips || held != orders-clips {
		t.Errorf(
			"%d clips bought and %d orders delivered for %d clips' worth of budget; %d held", bought, made, clips,
			held,
		)
	}
}
