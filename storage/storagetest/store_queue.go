package storagetest

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
)

var queuePromises = Promises{
	"AnAlarmRingsAtDueWithItsNumber": alarmRings,
	"AMoveSetsAFreshAlarm":           moveSetsAlarm,
	"WakeRingsNow":                   wakeRings,
	"AnOrderThatIsNotOpenSleepsOn":   closedSleeps,
	"AMoveTellsIfItSays":             moveTells,
	"ASnoozedJobComesBack":           snoozedComesBack,
	"AFailedJobComesBack":            failedComesBack,
	"PeriodicRunsAtItsTimes":         periodicRuns,
}

// job is one call of a handler. order is the number of the say or the draft for theirs, which have no other.
type job struct {
	order, number int64
	at            time.Time
}

// conversation takes the calls of an engine's handlers. answer says what they return.
type handlerLog struct {
	looks, tells, says, drafts chan job
	answer                     func(j job) (time.Time, error)
}

func newHandlerLog() *handlerLog {
	return &handlerLog{
		looks: make(chan job, 1000), tells: make(chan job, 1000), says: make(chan job, 1000),
		drafts: make(chan job, 1000),
		answer: func(job) (time.Time, error) { return time.Time{}, nil },
	}
}

func (d *handlerLog) handlers() storage.Handlers {
	take := func(calls chan job) func(context.Context, int64, int64) (time.Time, error) {
		return func(_ context.Context, order, number int64) (time.Time, error) {
			j := job{order, number, time.Now()}
			calls <- j
			return d.answer(j)
		}
	}
	alone := func(calls chan job) func(context.Context, int64) (time.Time, error) {
		return func(ctx context.Context, id int64) (time.Time, error) { return take(calls)(ctx, id, 0) }
	}
	return storage.Handlers{
		Advance: take(d.looks), NotifyStatus: take(d.tells), SendMessage: alone(d.says), Draft: alone(d.drafts),
	}
}

// next is one call, which must come: the slowest take River some seconds.
func next[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(30 * time.Second):
		t.Fatal("nothing came in 30 s")
		panic("unreachable")
	}
}

// expect waits for a call with these numbers, and wants no other before it.
func expect(t *testing.T, from <-chan job, order, number int64) job {
	t.Helper()
	j := next(t, from)
	if j.order != order || j.number != number {
		t.Fatalf("order %d, number %d came; want %d, %d", j.order, j.number, order, number)
	}
	return j
}

func start(t *testing.T, e storage.Engine, d *handlerLog) {
	t.Helper()
	check(t, e.Start(t.Context(), d.handlers()))
}

func alarmRings(t *testing.T, open Open) {
	e, d := ready(t, open), newHandlerLog()
	start(t, e, d)
	soon := time.Now().Add(1500 * time.Millisecond)
	later := place(t, e, NewOrder("later", soon))
	now := place(t, e, NewOrder("now", time.Now()))
	rang := map[int64]job{}
	for range 2 { // in whatever order: a busy machine may be late with both
		j := next(t, d.looks)
		rang[j.order] = j
	}
	if rang[now.ID].number != now.Wakeup || rang[later.ID].number != later.Wakeup {
		t.Errorf("%v rang", rang)
	}
	if at := rang[later.ID].at; at.Before(soon) {
		t.Errorf("%v too early", soon.Sub(at))
	}
}

func moveSetsAlarm(t *testing.T, open Open) {
	e, d := ready(t, open), newHandlerLog()
	o := place(t, e, NewOrder("web/1", later()))
	check(t, e.Wake(t.Context(), o.ID)) // number 2: a move doesn't count in versions
	o.Due = time.Now()
	o = move(t, e, o, pipeline.Move{Wakeup: true})
	if o.Wakeup != 3 || o.Version != 2 {
		t.Fatalf("alarm %d, version %d", o.Wakeup, o.Version)
	}
	start(t, e, d)
	got := map[int64]bool{next(t, d.looks).number: true, next(t, d.looks).number: true}
	if !got[2] || !got[3] {
		t.Errorf("numbers %v", got)
	}
	o = move(t, e, o, pipeline.Move{})
	if o.Wakeup != 3 {
		t.Errorf("a move without an alarm made it %d", o.Wakeup)
	}
}

func wakeRings(t *testing.T, open Open) {
	e, d := ready(t, open), newHandlerLog()
	start(t, e, d)
	o := place(t, e, NewOrder("web/1", later()))
	check(t, e.Wake(t.Context(), o.ID))
	expect(t, d.looks, o.ID, 2)
	woken := order(t, e, o.ID)
	if woken.WakeupAt.After(time.Now()) {
		t.Errorf("woken for %s", woken.WakeupAt)
	}
	o.Wakeup, o.WakeupAt = 2, woken.WakeupAt
	same(t, woken, o) // above all its version and its due time
}

func closedSleeps(t *testing.T, open Open) {
	e, d := ready(t, open), newHandlerLog()
	start(t, e, d)
	done, awake := place(t, e, NewOrder("1", later())), place(t, e, NewOrder("2", later()))
	done.Status = pipeline.Delivered
	done = move(t, e, done, pipeline.Move{})
	check(t, e.Wake(t.Context(), done.ID))
	check(t, e.Wake(t.Context(), awake.ID))
	expect(t, d.looks, awake.ID, 2)
	same(t, order(t, e, done.ID), done)
}

func moveTells(t *testing.T, open Open) {
	e, d := ready(t, open), newHandlerLog()
	start(t, e, d)
	o := place(t, e, NewOrder("web/1", later()))
	o = move(t, e, o, pipeline.Move{})
	o = move(t, e, o, pipeline.Move{Notify: true})
	expect(t, d.tells, o.ID, 3)
}

func snoozedComesBack(t *testing.T, open Open) {
	e, d := ready(t, open), newHandlerLog()
	var again time.Time
	var calls atomic.Int32
	d.answer = func(j job) (time.Time, error) {
		if calls.Add(1) > 1 {
			return time.Time{}, nil
		}
		again = time.Now().Add(300 * time.Millisecond)
		return again, nil
	}
	o := place(t, e, NewOrder("web/1", later()))
	h := d.handlers()
	h.NotifyStatus = func(context.Context, int64, int64) (time.Time, error) { return time.Time{}, nil }
	check(t, e.Start(t.Context(), h))
	check(t, e.Wake(t.Context(), o.ID))
	expect(t, d.looks, o.ID, 2)
	if j := expect(t, d.looks, o.ID, 2); j.at.Before(again.Truncate(time.Millisecond)) {
		t.Errorf("%v too early", again.Sub(j.at))
	}
}

func failedComesBack(t *testing.T, open Open) {
	e, d := ready(t, open), newHandlerLog()
	var calls atomic.Int32
	d.answer = func(j job) (time.Time, error) {
		switch calls.Add(1) {
		case 1:
			return time.Time{}, errors.New("the disk is full")
		case 2:
			panic("a mistake of ours")
		default:
			return time.Time{}, nil
		}
	}
	o := place(t, e, NewOrder("web/1", time.Now()))
	h := d.handlers()
	h.NotifyStatus = func(context.Context, int64, int64) (time.Time, error) { return time.Time{}, nil }
	check(t, e.Start(t.Context(), h))
	first := expect(t, d.looks, o.ID, 1)
	second := expect(t, d.looks, o.ID, 1)
	third := expect(t, d.looks, o.ID, 1)
	if second.at.Sub(first.at) < 900*time.Millisecond || third.at.Sub(second.at) < 1900*time.Millisecond {
		t.Errorf("came back after %v and %v, want 1 s and 2 s", second.at.Sub(first.at), third.at.Sub(second.at))
	}
}

// each is a schedule with one interval.
type each time.Duration

func (e each) Next(t time.Time) time.Time { return t.Add(time.Duration(e)) }

func periodicRuns(t *testing.T, open Open) {
	e := ready(t, open)
	h := newHandlerLog().handlers()
	sweeps, reports := make(chan time.Time, 100), make(chan time.Time, 100)
	h.Periodic = []storage.Periodic{
		{
			Name: "sweep", Schedule: each(time.Second),
			Run: func(context.Context) error { sweeps <- time.Now(); return nil },
		},
		{
			Name: "report", Schedule: each(time.Hour),
			Run: func(context.Context) error { reports <- time.Now(); return nil },
		},
	}
	check(t, e.Start(t.Context(), h))
	next(t, reports) // at the start, once
	for range 3 {
		next(t, sweeps)
	}
	if len(reports) > 0 {
		t.Error("the hourly one ran twice")
	}
}
