package storagetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

var lifePromises = Promises{
	"ReadySaysWhatIsMissing":                     readySays,
	"MigrateMayBeRepeated":                       migrateAgain,
	"ReopeningKeepsEverything":                   reopening,
	"JobsWaitForTheNextEngine":                   jobsWait,
	"OrdersOfAProcessThatIsGoneAreOpenedAndTold": placedByTheGone,
	"StopWaitsForRunningJobs":                    stopWaits,
	"StopCancelsWhenItsTimeIsUp":                 stopCancels,
	"CloseMayBeRepeated":                         closeAgain,
}

func readySays(t *testing.T, open Open) {
	e := open(t)
	t.Cleanup(func() { check(t, e.Close()) })
	if err := e.Ready(t.Context()); err == nil {
		t.Error("ready without a schema")
	}
	if err := e.Start(t.Context(), newHandlerLog().handlers()); err == nil {
		t.Error("started without a schema")
	}
	if _, _, err := e.Place(t.Context(), NewOrder("web/1", later())); err == nil {
		t.Error("placed without a schema")
	}
	check(t, e.Migrate(t.Context()))
	check(t, e.Ready(t.Context()))
	place(t, e, NewOrder("web/1", later()))
	start(t, e, newHandlerLog())
	check(t, e.Ready(t.Context()))
	if err := e.Start(t.Context(), newHandlerLog().handlers()); err == nil {
		t.Error("started twice")
	}
	check(t, e.Stop(t.Context()))
	if err := e.Ready(t.Context()); err == nil {
		t.Error("ready with a queue that has stopped")
	}
}

func migrateAgain(t *testing.T, open Open) {
	e := ready(t, open)
	o := place(t, e, NewOrder("web/1", later()))
	check(t, e.Migrate(t.Context()))
	same(t, order(t, e, o.ID), o)
}

func reopening(t *testing.T, open Open) {
	e := ready(t, open)
	o := place(t, e, NewOrder("web/1", later()))
	check(t, e.Close())
	again := ready(t, open)
	same(t, order(t, again, o.ID), o)
	if next := place(t, again, NewOrder("web/2", later())); next.ID <= o.ID {
		t.Errorf("number %d after %d", next.ID, o.ID)
	}
}

func jobsWait(t *testing.T, open Open) {
	e := ready(t, open)
	o := place(t, e, NewOrder("web/1", time.Now()))
	check(t, e.Close())
	d := newHandlerLog()
	start(t, ready(t, open), d)
	expect(t, d.looks, o.ID, 1)
}

// placedByTheGone places an order of which nothing was done yet, one that has its line and waits for a provider, and one
// without a line that is over; then the process is gone.
func placedByTheGone(t *testing.T, open Open) {
	e := ready(t, open)
	start(t, e, newHandlerLog())
	by := func(source string) pipeline.Order {
		o := NewOrder(source, later())
		o.PlacedBy = e.Process()
		return place(t, e, o)
	}
	fresh, told, over := by("fresh"), by("told"), by("over")
	check(t, e.SaveStatusRef(t.Context(), told.ID, "", "line"))
	told.Phase, told.PlacedBy = pipeline.Ready, "" // a change leaves it alone
	told = move(t, e, told, pipeline.Move{})
	over.Status = pipeline.Failed
	over = move(t, e, over, pipeline.Move{})
	check(t, e.Close())

	again, d := ready(t, open), newHandlerLog()
	start(t, again, d)
	if j := next(t, d.looks); j.order != fresh.ID || j.number == fresh.Wakeup {
		t.Errorf("%+v was woken", j)
	}
	expect(t, d.tells, fresh.ID, fresh.Version)
	for id, by := range map[int64]string{fresh.ID: "", told.ID: e.Process(), over.ID: ""} {
		if o := order(t, again, id); o.PlacedBy != by {
			t.Errorf("order %d was placed by %q", id, o.PlacedBy)
		}
	}
}

func stopWaits(t *testing.T, open Open) {
	e := ready(t, open)
	place(t, e, NewOrder("web/1", time.Now()))
	running, end := make(chan bool), make(chan bool)
	h := newHandlerLog().handlers()
	h.Advance = func(ctx context.Context, _, _ int64) (time.Time, error) {
		close(running)
		<-end
		return time.Time{}, ctx.Err()
	}
	check(t, e.Start(t.Context(), h))
	next(t, running)
	stopped := make(chan error, 1)
	go func() { stopped <- e.Stop(context.WithoutCancel(t.Context())) }()
	select {
	case err := <-stopped:
		t.Fatalf("didn't wait: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	close(end)
	check(t, next(t, stopped))
}

func stopCancels(t *testing.T, open Open) {
	e := ready(t, open)
	place(t, e, NewOrder("web/1", time.Now()))
	running, ended := make(chan bool), make(chan error, 1)
	h := newHandlerLog().handlers()
	h.Advance = func(ctx context.Context, _, _ int64) (time.Time, error) {
		close(running)
		<-ctx.Done()
		ended <- ctx.Err()
		return time.Time{}, ctx.Err()
	}
	check(t, e.Start(t.Context(), h))
	next(t, running)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := e.Stop(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if err := next(t, ended); !errors.Is(err, context.Canceled) {
		t.Errorf("the job saw %v", err)
	}
}

func closeAgain(t *testing.T, open Open) {
	e := ready(t, open)
	start(t, e, newHandlerLog())
	check(t, e.Close())
	check(t, e.Close())
	var s storage.Engine = e
	if _, _, err := s.Place(t.Context(), NewOrder("web/1", later())); err == nil {
		t.Error("placed in what is closed")
	}
}
