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
// asks a table twenty times a second, and writes to it with each job; one process needs neither. A ring that
// gets lost costs a poll interval.
type notifier struct{ rings chan string }

func newNotifier() *notifier { return &notifier{make(chan string, 16)} }

func (b *notifier) due(jobs []queue.Job, now time.Time) {
	rung := map[string]bool{}
	for _, j := range jobs {
		if rung[j.Kind] || j.Due.After(now) {
			continue
		}
		rung[j.Kind] = true
		select {
		case b.rings <- j.Kind:
		default:
		}
	}
}

// driver is River's, with the bell in place of the table of notifications.
type driver struct {
	*riversqlite.Driver
	bell *notifier
}

func newDriver(db *sql.DB, b *notifier) driver { return driver{riversqlite.New(db), b} }

func (driver) SupportsListenNotify() bool { return false } // what River would write isn't read
func (driver) SupportsListener() bool     { return true }

func (d driver) GetListener(p *riverdriver.GetListenenerParams) riverdriver.Listener {
	return listener{d.bell, p.Schema}
}

// listener is River's view of the bell.
type listener struct {
	bell   *notifier
	schema string
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
	case name := <-l.bell.rings:
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
