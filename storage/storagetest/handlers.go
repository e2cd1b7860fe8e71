package storagetest

import (
	"context"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/storage"
)

// Job is one call of a handler. ID is that of the order, the message or the draft; Number is the wakeup's or the cut's,
// and 0 for messages and drafts.
type Job struct {
	ID, Number int64
	At         time.Time
}

// HandlerLog takes the calls of an engine's handlers. Answer says what they return.
type HandlerLog struct {
	Advanced, Notified, Sent, Drafts chan Job
	Answer                           func(j Job) (time.Time, error)
}

// NewHandlerLog takes up to a thousand calls of each handler and answers that all is done.
func NewHandlerLog() *HandlerLog {
	return &HandlerLog{
		Advanced: make(chan Job, 1000), Notified: make(chan Job, 1000), Sent: make(chan Job, 1000),
		Drafts: make(chan Job, 1000),
		Answer: func(Job) (time.Time, error) { return time.Time{}, nil },
	}
}

// Handlers are those of an engine that writes its calls into the log.
func (d *HandlerLog) Handlers() storage.Handlers {
	take := func(calls chan Job) func(context.Context, int64, int64) (time.Time, error) {
		return func(_ context.Context, order, number int64) (time.Time, error) {
			j := Job{order, number, time.Now()}
			calls <- j
			return d.Answer(j)
		}
	}
	alone := func(calls chan Job) func(context.Context, int64) (time.Time, error) {
		return func(ctx context.Context, id int64) (time.Time, error) { return take(calls)(ctx, id, 0) }
	}
	return storage.Handlers{
		Advance: take(d.Advanced), NotifyStatus: take(d.Notified), SendMessage: alone(d.Sent), Draft: alone(d.Drafts),
	}
}

// Next is one call, which must come: the slowest take River some seconds.
func Next[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(30 * time.Second):
		t.Fatal("nothing came in 30 s")
		panic("unreachable")
	}
}

// Expect waits for a call with these numbers, and wants no other before it.
func Expect(t *testing.T, from <-chan Job, order, number int64) Job {
	t.Helper()
	j := Next(t, from)
	if j.ID != order || j.Number != number {
		t.Fatalf("order %d, number %d came; want %d, %d", j.ID, j.Number, order, number)
	}
	return j
}

// Start starts an engine's queue with the log's handlers.
func Start(t *testing.T, e storage.Engine, d *HandlerLog) {
	t.Helper()
	Check(t, e.Start(t.Context(), d.Handlers()))
}

// Each is a schedule with one interval.
type Each time.Duration

// Next is a time later, whatever the time.
func (e Each) Next(t time.Time) time.Time { return t.Add(time.Duration(e)) }
