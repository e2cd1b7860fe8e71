package contract

import (
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// begunBy places an order whose step was begun by a process, and which is due in an hour.
func begunBy(t *testing.T, e storage.Engine, source, process string) pipeline.Order {
	t.Helper()
	o := storagetest.Place(t, e, storagetest.NewOrder(source, storagetest.Later()))
	o.Phase, o.Call = pipeline.Begun, process+"-"+source
	return storagetest.Move(t, e, o, pipeline.Move{})
}

// goneIsTakenOver ends one of three processes in the midst of its work: what it had begun is due for the others within
// 10 s, and what the living have begun is left alone.
func goneIsTakenOver(t *testing.T, open storagetest.Open) {
	dying, living, d := open(t), storagetest.Ready(t, open), storagetest.NewHandlerLog()
	storagetest.Check(t, dying.Migrate(t.Context()))
	for _, e := range []storage.Engine{dying, living} {
		storagetest.Start(t, e, d)
	}
	if a, b := dying.Process(), living.Process(); len(a) != 8 || len(b) != 8 || a == b {
		t.Fatalf("processes %q and %q", a, b)
	}
	lost, kept := begunBy(t, dying, "lost", dying.Process()), begunBy(t, living, "kept", living.Process())
	older := begunBy(t, living, "older", "nobody") // by a version that gave no names
	called := storagetest.Place(t, living, storagetest.NewOrder("called", storagetest.Later()))
	called.Phase = pipeline.Waiting
	called = storagetest.Move(t, living, called, pipeline.Move{})
	storagetest.Check(t, dying.Close())
	gone := time.Now()
	woken := map[int64]storagetest.Job{}
	for range 2 {
		j := storagetest.Next(t, d.Advanced)
		woken[j.ID] = j
	}
	if took := time.Since(gone); took > 10*time.Second {
		t.Errorf("taken over after %s", took)
	}
	for _, o := range []pipeline.Order{lost, called} {
		now := storagetest.ReadOrder(t, living, o.ID)
		if j := woken[o.ID]; j.Number != now.Wakeup || now.Wakeup == o.Wakeup || now.Due.After(j.At) ||
			now.Version != o.Version {
			t.Errorf("order %d: woken as %+v, now %+v", o.ID, j, now)
		}
	}
	for _, o := range []pipeline.Order{kept, older} {
		storagetest.Same(t, storagetest.ReadOrder(t, living, o.ID), o)
	}
}
