package storagetest

import (
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

// begunBy places an order whose step was begun by a process, and which is due in an hour.
func begunBy(t *testing.T, e storage.Engine, source, process string) pipeline.Order {
	t.Helper()
	o := place(t, e, NewOrder(source, later()))
	o.Phase, o.Call = pipeline.Begun, process+"-"+source
	return move(t, e, o, pipeline.Move{})
}

// goneIsTakenOver ends one of three processes in the midst of its work: what it had begun is due for the others within
// 10 s, and what the living have begun is left alone.
func goneIsTakenOver(t *testing.T, open Open) {
	dying, living, d := open(t), ready(t, open), newHandlerLog()
	check(t, dying.Migrate(t.Context()))
	for _, e := range []storage.Engine{dying, living} {
		start(t, e, d)
	}
	if a, b := dying.Process(), living.Process(); len(a) != 8 || len(b) != 8 || a == b {
		t.Fatalf("processes %q and %q", a, b)
	}
	lost, kept := begunBy(t, dying, "lost", dying.Process()), begunBy(t, living, "kept", living.Process())
	older := begunBy(t, living, "older", "nobody") // by a version that gave no names
	rung := place(t, living, NewOrder("rung", later()))
	rung.Phase = pipeline.Waiting
	rung = move(t, living, rung, pipeline.Move{})
	check(t, dying.Close())
	gone := time.Now()
	woken := map[int64]job{}
	for range 2 {
		j := next(t, d.looks)
		woken[j.order] = j
	}
	if took := time.Since(gone); took > 10*time.Second {
		t.Errorf("taken over after %s", took)
	}
	for _, o := range []pipeline.Order{lost, rung} {
		now := order(t, living, o.ID)
		if j := woken[o.ID]; j.number != now.Wakeup || now.Wakeup == o.Wakeup || now.Due.After(j.at) ||
			now.Version != o.Version {
			t.Errorf("order %d: woken as %+v, now %+v", o.ID, j, now)
		}
	}
	for _, o := range []pipeline.Order{kept, older} {
		same(t, order(t, living, o.ID), o)
	}
}
