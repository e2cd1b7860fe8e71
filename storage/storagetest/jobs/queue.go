// Package jobs is the contract of the queue and of an engine's life: wakeups, leases, turns, starting and stopping.
package jobs

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// QueuePromises are about jobs: wakeups, status, periodic ones.
var QueuePromises = storagetest.Promises{
	"AWakeupComesAtItsTimeWithItsNumber": alarmRings,
	"AMoveSetsAFreshWakeup":              moveSetsAlarm,
	"WakeComesNow":                       wakeRings,
	"AnOrderThatIsNotOpenSleepsOn":       closedSleeps,
	"AMoveTellsIfItSays":                 moveTells,
	"ASnoozedJobComesBack":               snoozedComesBack,
	"AFailedJobComesBack":                failedComesBack,
	"PeriodicRunsAtItsTimes":             periodicRuns,
}

func alarmRings(t *testing.T, open storagetest.Open) {
	e, d := storagetest.Ready(t, open), storagetest.NewHandlerLog()
	storagetest.Start(t, e, d)
	soon := time.Now().Add(1500 * time.Millisecond)
	later := storagetest.Place(t, e, storagetest.NewOrder("later", soon))
	now := storagetest.Place(t, e, storagetest.NewOrder("now", time.Now()))
	rang := map[int64]storagetest.Job{}
	for range 2 { // in whatever order: a busy machine may be late with both
		j := storagetest.Next(t, d.Advanced)
		rang[j.ID] = j
	}
	if rang[now.ID].Number != now.Wakeup || rang[later.ID].Number != later.Wakeup {
		t.Errorf("%v rang", rang)
	}
	if at := rang[later.ID].At; at.Before(soon) {
		t.Errorf("%v too early", soon.Sub(at))
	}
}

func moveSetsAlarm(t *testing.T, open storagetest.Open) {
	e, d := storagetest.Ready(t, open), storagetest.NewHandlerLog()
	o := storagetest.Place(t, e, storagetest.NewOrder("web/1", storagetest.Later()))
	storagetest.Check(t, e.Wake(t.Context(), o.ID)) // number 2: a move doesn't count in versions
	o.Due = time.Now()
	o = storagetest.Move(t, e, o, pipeline.Move{Wakeup: true})
	if o.Wakeup != 3 || o.Version != 2 {
		t.Fatalf("alarm %d, version %d", o.Wakeup, o.Version)
	}
	storagetest.Start(t, e, d)
	got := map[int64]bool{storagetest.Next(t, d.Advanced).Number: true, storagetest.Next(t, d.Advanced).Number: true}
	if !got[2] || !got[3] {
		t.Errorf("numbers %v", got)
	}
	o = storagetest.Move(t, e, o, pipeline.Move{})
	if o.Wakeup != 3 {
		t.Errorf("a move without an alarm made it %d", o.Wakeup)
	}
}

func wakeRings(t *testing.T, open storagetest.Open) {
	e, d := storagetest.Ready(t, open), storagetest.NewHandlerLog()
	storagetest.Start(t, e, d)
	o := storagetest.Place(t, e, storagetest.NewOrder("web/1", storagetest.Later()))
	storagetest.Check(t, e.Wake(t.Context(), o.ID))
	storagetest.Expect(t, d.Advanced, o.ID, 2)
	woken := storagetest.ReadOrder(t, e, o.ID)
	if woken.WakeupAt.After(time.Now()) {
		t.Errorf("woken for %s", woken.WakeupAt)
	}
	o.Wakeup, o.WakeupAt = 2, woken.WakeupAt
	storagetest.Same(t, woken, o) // above all its version and its due time
}

func closedSleeps(t *testing.T, open storagetest.Open) {
	e, d := storagetest.Ready(t, open), storagetest.NewHandlerLog()
	storagetest.Start(t, e, d)
	done, awake := storagetest.Place(
		t, e, storagetest.NewOrder("1", storagetest.Later()),
	), storagetest.Place(t, e, storagetest.NewOrder("2", storagetest.Later()))
	done.Status = pipeline.Delivered
	done = storagetest.Move(t, e, done, pipeline.Move{})
	storagetest.Check(t, e.Wake(t.Context(), done.ID))
	storagetest.Check(t, e.Wake(t.Context(), awake.ID))
	storagetest.Expect(t, d.Advanced, awake.ID, 2)
	storagetest.Same(t, storagetest.ReadOrder(t, e, done.ID), done)
}

func moveTells(t *testing.T, open storagetest.Open) {
	e, d := storagetest.Ready(t, open), storagetest.NewHandlerLog()
	storagetest.Start(t, e, d)
	o := storagetest.Place(t, e, storagetest.NewOrder("web/1", storagetest.Later()))
	o = storagetest.Move(t, e, o, pipeline.Move{})
	o = storagetest.Move(t, e, o, pipeline.Move{Notify: true})
	storagetest.Expect(t, d.Notified, o.ID, 3)
}

func snoozedComesBack(t *testing.T, open storagetest.Open) {
	e, d := storagetest.Ready(t, open), storagetest.NewHandlerLog()
	var again time.Time
	var calls atomic.Int32
	d.Answer = func(j storagetest.Job) (time.Time, error) {
		if calls.Add(1) > 1 {
			return time.Time{}, nil
		}
		again = time.Now().Add(300 * time.Millisecond)
		return again, nil
	}
	o := storagetest.Place(t, e, storagetest.NewOrder("web/1", storagetest.Later()))
	h := d.Handlers()
	h.NotifyStatus = func(context.Context, int64, int64) (time.Time, error) { return time.Time{}, nil }
	storagetest.Check(t, e.Start(t.Context(), h))
	storagetest.Check(t, e.Wake(t.Context(), o.ID))
	storagetest.Expect(t, d.Advanced, o.ID, 2)
	if j := storagetest.Expect(t, d.Advanced, o.ID, 2); j.At.Before(again.Truncate(time.Millisecond)) {
		t.Errorf("%v too early", again.Sub(j.At))
	}
}

func failedComesBack(t *testing.T, open storagetest.Open) {
	e, d := storagetest.Ready(t, open), storagetest.NewHandlerLog()
	var calls atomic.Int32
	d.Answer = func(j storagetest.Job) (time.Time, error) {
		switch calls.Add(1) {
		case 1:
			return time.Time{}, errors.New("the disk is full")
		case 2:
			panic("a mistake of ours")
		default:
			return time.Time{}, nil
		}
	}
	o := storagetest.Place(t, e, storagetest.NewOrder("web/1", time.Now()))
	h := d.Handlers()
	h.NotifyStatus = func(context.Context, int64, int64) (time.Time, error) { return time.Time{}, nil }
	storagetest.Check(t, e.Start(t.Context(), h))
	first := storagetest.Expect(t, d.Advanced, o.ID, 1)
	second := storagetest.Expect(t, d.Advanced, o.ID, 1)
	third := storagetest.Expect(t, d.Advanced, o.ID, 1)
	if second.At.Sub(first.At) < 900*time.Millisecond || third.At.Sub(second.At) < 1900*time.Millisecond {
		t.Errorf("came back after %v and %v, want 1 s and 2 s", second.At.Sub(first.At), third.At.Sub(second.At))
	}
}

func periodicRuns(t *testing.T, open storagetest.Open) {
	e := storagetest.Ready(t, open)
	h := storagetest.NewHandlerLog().Handlers()
	sweeps, reports := make(chan time.Time, 100), make(chan time.Time, 100)
	h.Periodic = []storage.Periodic{
		{
			Name: "sweep", Schedule: storagetest.Each(time.Second),
			Run: func(context.Context) error { sweeps <- time.Now(); return nil },
		},
		{
			Name: "report", Schedule: storagetest.Each(time.Hour),
			Run: func(context.Context) error { reports <- time.Now(); return nil },
		},
	}
	storagetest.Check(t, e.Start(t.Context(), h))
	storagetest.Next(t, reports) // at the start, once
	for range 3 {
		storagetest.Next(t, sweeps)
	}
	if len(reports) > 0 {
		t.Error("the hourly one ran twice")
	}
}
