package queue

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/riverqueue/river/riverdriver"
)

// notifier tells the client that runs here in which queues this process has committed jobs that are due. River's own
// notifications are no promise: it sends one for a queue and then none for a moment, so what is committed in that
// moment, behind the look that the first one led to, would wait for the next poll.
type notifier struct {
	mu     sync.Mutex
	queues []string
	wake   chan struct{} // holds one
}

func newNotifier() *notifier { return &notifier{wake: make(chan struct{}, 1)} }

func (n *notifier) committed(jobs []Job, now time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, j := range jobs {
		if !j.Due.After(now) && !slices.Contains(n.queues, j.Kind) {
			n.queues = append(n.queues, j.Kind)
		}
	}
	if len(n.queues) > 0 {
		n.signal()
	}
}

func (n *notifier) signal() {
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

// next is nil when there is nothing to tell.
func (n *notifier) next() *riverdriver.Notification {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.queues) == 0 {
		return nil
	}
	name := n.queues[0]
	n.queues = n.queues[1:]
	return &riverdriver.Notification{Topic: "river_insert", Payload: fmt.Sprintf(`{"queue": %q}`, name)}
}

// driver is River's, whose listener hears of what this process commits as well.
type driver[Tx any] struct {
	riverdriver.Driver[Tx]
	notifier *notifier
	alone    bool // no other process has the database, so that nothing is to be heard from it, nor written there
}

func (d driver[Tx]) SupportsListener() bool     { return d.alone || d.Driver.SupportsListener() }
func (d driver[Tx]) SupportsListenNotify() bool { return !d.alone && d.Driver.SupportsListenNotify() }

func (d driver[Tx]) GetListener(p *riverdriver.GetListenenerParams) riverdriver.Listener {
	if d.alone {
		return listener{ownListener{p.Schema}, d.notifier}
	}
	return listener{d.Driver.GetListener(p), d.notifier}
}

// inserting is the driver of the client that adds jobs. While this process runs jobs it needs no notification of them.
type inserting[Tx any] struct {
	driver[Tx]
	runs *atomic.Bool
}

func (d inserting[Tx]) SupportsListenNotify() bool {
	return !d.runs.Load() && d.driver.SupportsListenNotify()
}

// listener hears what its notifier tells beside what it hears anyway.
type listener struct {
	riverdriver.Listener
	notifier *notifier
}

func (l listener) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	for {
		if n := l.notifier.next(); n != nil {
			return n, nil
		}
		if n, woken, err := l.listen(ctx); !woken {
			return n, err
		}
	}
}

// listen hears the other side, until the notifier may have something to tell.
func (l listener) listen(ctx context.Context) (n *riverdriver.Notification, woken bool, err error) {
	until, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-l.notifier.wake:
			if until.Err() != nil { // it was meant for the next one that listens
				l.notifier.signal()
			}
			cancel()
		case <-until.Done():
		}
	}()
	n, err = l.Listener.WaitForNotification(until)
	return n, err != nil && until.Err() != nil && ctx.Err() == nil, err
}

// ownListener hears nothing from outside.
type ownListener struct{ schema string }

func (ownListener) Close(context.Context) error            { return nil }
func (ownListener) Connect(context.Context) error          { return nil }
func (ownListener) Listen(context.Context, string) error   { return nil }
func (ownListener) Unlisten(context.Context, string) error { return nil }
func (ownListener) Ping(context.Context) error             { return nil }
func (ownListener) SetAfterConnectExec(string)             {}
func (l ownListener) Schema() string                       { return l.schema }

func (ownListener) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// clock makes River take the time from the process that has the database to itself: a test may have a time of its own.
type clock struct{}

func (clock) Now() time.Time { return time.Now() }

func (clock) NowOrNil() *time.Time {
	now := time.Now()
	return &now
}
