package main

import (
	"context"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	"github.com/sajangpick/sajangpick/storage"
)

// asleep is a database whose queue never brings an alarm.
type asleep struct{ storage.Engine }

func (a asleep) Start(ctx context.Context, h storage.Handlers) error {
	h.Advance = func(context.Context, int64, int64) (time.Time, error) { return time.Time{}, nil }
	return a.Engine.Start(ctx, h)
}

func TestATryThatIsNearDoesNotWaitForTheQueue(t *testing.T) {
	w := newWorld(t, databases()["sqlite"](t))
	faulty(sandbox.Fault{On: startClip, Status: 503, Times: 2})(w)
	p := w.start(hurried(), func(e storage.Engine) storage.Engine { return asleep{e} })
	o, err := p.place("a")
	if err != nil {
		t.Fatal(err)
	}
	p.until(o.ID, delivered)
}
