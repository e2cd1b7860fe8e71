package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"github.com/sajangpick/sajangpick/storage/internal/queue"
)

// notifier wakes the queue of this process when a commit has brought jobs that are due. River's own listener
// asks a table twenty times a second, and writes to it with each job; one process needs neither. A notification
// that gets lost costs a poll interval.
type notifier struct{ queues chan string }

func newNotifier() *notifier { return &notifier{make(chan string, 16)} }

func (n *notifier) due(jobs []queue.Job, now time.Time) {
	notified := map[string]bool{}
	for _, j := range jobs {
		if notified[j.Kind] || j.Due.After(now) {
			continue
		}
		notified[j.Kind] = true
		select {
		case n.queues <- j.Kind:
		default:
		}
	}
}

// driver is River's, with the notifier in place of the table of notifications.
type driver struct {
	*riversqlite.Driver
	notifier *notifier
}

func newDriver(db *sql.DB, n *notifier) driver { return driver{riversqlite.New(db), n} }

func (driver) SupportsListenNotify() bool { return false } // what River would write isn't read
func (driver) SupportsListener() bool     { return true }

func (d driver) GetListener(p *riverdriver.GetListenenerParams) riverdriver.Listener {
	return listener{d.notifier, p.Schema}
}

// listener is River's view of the notifier.
type listener struct {
	notifier *notifier
	schema   string
}

func (listener) Close(context.Context) error            { return nil }
func (listener) Connect(context.Context) error          { return nil }
func (listener) Listen(context.Context, string) error   { return nil }
func (listener) Unlisten(context.Context, string) error { return nil }
func (listener) Ping(context.Context) error             { return nil }
func (listener) SetAfterConnectExec(string)             {}
func (l listener) Schema() string                       { return l.schema }

func (l listener) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	select {
	case name := <-l.notifier.queues:
		return &riverdriver.Notification{Topic: "river_insert", Payload: fmt.Sprintf(`{"queue": %q}`, name)}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// clock makes River take the time from the process, which owns the file, and not from SQLite: a test may
// have a time of its own.
type clock struct{}

func (clock) Now() time.Time { return time.Now() }

func (clock) NowOrNil() *time.Time {
	now := time.Now()
	return &now
}
