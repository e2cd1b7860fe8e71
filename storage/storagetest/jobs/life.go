package jobs

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// EmptyPromises are about a database that isn't migrated.
var EmptyPromises = storagetest.Promises{"ReadySaysWhatIsMissing": readySays}

// LifePromises are about an engine's start, stop and schema.
var LifePromises = storagetest.Promises{
	"MigrateMayBeRepeated":                       migrateAgain,
	"ReopeningKeepsEverything":                   reopening,
	"JobsWaitForTheNextEngine":                   jobsWait,
	"OrdersOfAProcessThatIsGoneAreOpenedAndTold": placedByTheGone,
	"StopWaitsForRunningJobs":                    stopWaits,
	"StopCancelsWhenItsTimeIsUp":                 stopCancels,
	"CloseMayBeRepeated":                         closeAgain,
}

func readySays(t *testing.T, open storagetest.Open) {
	e := open(t)
	t.Cleanup(func() { storagetest.Check(t, e.Close()) })
	if err := e.Ready(t.Context()); err == nil {
		t.Error("ready without a schema")
	}
	if err := e.Start(t.Context(), storagetest.NewHandlerLog().Handlers()); err == nil {
		t.Error("started without a schema")
	}
	if _, _, err := e.Place(t.Context(), storagetest.NewOrder("web/1", storagetest.Later())); err == nil {
		t.Error("placed without a schema")
	}
	storagetest.Check(t, e.Migrate(t.Context()))
	storagetest.Check(t, e.Ready(t.Context()))
	storagetest.Place(t, e, storagetest.NewOrder("web/1", storagetest.Later()))
	storagetest.Start(t, e, storagetest.NewHandlerLog())
	storagetest.Check(t, e.Ready(t.Context()))
	if err := e.Start(t.Context(), storagetest.NewHandlerLog().Handlers()); err == nil {
		t.Error("started twice")
	}
	storagetest.Check(t, e.Stop(t.Context()))
	if err := e.Ready(t.Context()); err == nil {
		t.Error("ready with a queue that has stopped")
	}
}

func migrateAgain(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	o := storagetest.Place(t, e, storagetest.NewOrder("web/1", storagetest.Later()))
	storagetest.Check(t, e.Migrate(t.Context()))
	storagetest.Same(t, storagetest.ReadOrder(t, e, o.ID), o)
}

func reopening(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	o := storagetest.Place(t, e, storagetest.NewOrder("web/1", storagetest.Later()))
	storagetest.Check(t, e.Close())
	again := storagetest.Ready(t, open)
	storagetest.Same(t, storagetest.ReadOrder(t, again, o.ID), o)
	if next := storagetest.Place(t, again, storagetest.NewOrder("web/2", storagetest.Later())); next.ID <= o.ID {
		t.Errorf("number %d after %d", next.ID, o.ID)
	}
}

func jobsWait(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	o := storagetest.Place(t, e, storagetest.NewOrder("web/1", time.Now()))
	storagetest.Check(t, e.Close())
	d := storagetest.NewHandlerLog()
	storagetest.Start(t, storagetest.Ready(t, open), d)
	storagetest.Expect(t, d.Advanced, o.ID, 1)
}

// placedByTheGone places an order of which nothing was done yet, one that has its line and waits for a provider, and
// one without a line that is over; then the process is gone.
func placedByTheGone(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	storagetest.Start(t, e, storagetest.NewHandlerLog())
	by := func(source string) pipeline.Order {
		o := storagetest.NewOrder(source, storagetest.Later())
		o.PlacedBy = e.Process()
		return storagetest.Place(t, e, o)
	}
	fresh, told, over := by("fresh"), by("told"), by("over")
	storagetest.Check(t, e.SaveStatusRef(t.Context(), told.ID, "", "line"))
	told.Phase, told.PlacedBy = pipeline.Ready, "" // a change leaves it alone
	told = storagetest.Move(t, e, told, pipeline.Move{})
	over.Status = pipeline.Failed
	over = storagetest.Move(t, e, over, pipeline.Move{})
	storagetest.Check(t, e.Close())

	again, d := storagetest.Ready(t, open), storagetest.NewHandlerLog()
	storagetest.Start(t, again, d)
	if j := storagetest.Next(t, d.Advanced); j.ID != fresh.ID || j.Number == fresh.Wakeup {
		t.Errorf("%+v was woken", j)
	}
	storagetest.Expect(t, d.Notified, fresh.ID, fresh.Version)
	for id, by := range map[int64]string{fresh.ID: "", told.ID: e.Process(), over.ID: ""} {
		if o := storagetest.ReadOrder(t, again, id); o.PlacedBy != by {
			t.Errorf("order %d was placed by %q", id, o.PlacedBy)
		}
	}
}

func stopWaits(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	storagetest.Place(t, e, storagetest.NewOrder("web/1", time.Now()))
	running, end := make(chan bool), make(chan bool)
	h := storagetest.NewHandlerLog().Handlers()
	h.Advance = func(ctx context.Context, _, _ int64) (time.Time, error) {
		close(running)
		<-end
		return time.Time{}, ctx.Err()
	}
	storagetest.Check(t, e.Start(t.Context(), h))
	storagetest.Next(t, running)
	stopped := make(chan error, 1)
	go func() { stopped <- e.Stop(context.WithoutCancel(t.Context())) }()
	select {
	case err := <-stopped:
		t.Fatalf("didn't wait: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	close(end)
	storagetest.Check(t, storagetest.Next(t, stopped))
}

func stopCancels(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	storagetest.Place(t, e, storagetest.NewOrder("web/1", time.Now()))
	running, ended := make(chan bool), make(chan error, 1)
	h := storagetest.NewHandlerLog().Handlers()
	h.Advance = func(ctx context.Context, _, _ int64) (time.Time, error) {
		close(running)
		<-ctx.Done()
		ended <- ctx.Err()
		return time.Time{}, ctx.Err()
	}
	storagetest.Check(t, e.Start(t.Context(), h))
	storagetest.Next(t, running)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := e.Stop(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if err := storagetest.Next(t, ended); !errors.Is(err, context.Canceled) {
		t.Errorf("the job saw %v", err)
	}
}

func closeAgain(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	storagetest.Start(t, e, storagetest.NewHandlerLog())
	storagetest.Check(t, e.Close())
	storagetest.Check(t, e.Close())
	var s storage.Engine = e
	if _, _, err := s.Place(t.Context(), storagetest.NewOrder("web/1", storagetest.Later())); err == nil {
		t.Error("placed in what is closed")
	}
}
