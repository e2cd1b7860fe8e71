// Package storage says what every database of orders can do: it keeps orders, their history, the
// ledger and what the conversation remembers, and runs the jobs that go with them. The databases are in
// storage/postgres and storage/sqlite, the files in storage/disk and storage/s3.
package storage

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/pace"
	"github.com/sajangpick/sajangpick/pipeline"
)

// ErrSchemaDiffers is matched by Ready, Start and Migrate when the database isn't what this program's migrations
// make, and migrating doesn't help: one was edited after it had been applied, or a table was changed by hand.
var ErrSchemaDiffers = errors.New("the schema differs from this program's")

// Engine is one process's connection to a database of orders, with the queue in it.
type Engine interface {
	pipeline.Store
	bot.Store
	bot.Admin
	bot.Reporting
	bot.Workspaces
	bot.Access
	bot.Uploads
	// Booker counts the turns of all processes on one database. What was booked is forgotten when the database starts
	// anew, and by SQLite with the process.
	pace.Booker

	// Take asks for one request under a limit that all processes share: no window of r.Per has more than r.N, counted
	// exactly. 0: the caller may go. Up to ahead the request is counted for the time when its wait is over, and need
	// not ask again; a longer wait counts nothing. ahead is a minute at most.
	Take(ctx context.Context, limit string, r pipeline.Rate, ahead time.Duration) (wait time.Duration, err error)

	// Migrate brings the schema up. Several processes may call it at once on the same database, and
	// each may call it again.
	Migrate(ctx context.Context) error

	// Ready reports whether work can be done: the database answers, its tables are what
	// this program needs and, between Start and Stop, the queue runs.
	Ready(ctx context.Context) error

	// Jobs counts the queue's jobs that aren't over, by the queue's own names of their states (available,
	// running, retryable, scheduled, pending).
	Jobs(ctx context.Context) (map[string]int, error)

	// Start begins to run jobs; it may be called once. ctx bounds the start alone: Stop ends the work.
	// Without Start the engine still places and moves orders; others run their jobs.
	Start(ctx context.Context, h Handlers) error

	// Process is the name of this process: 8 characters, of which no two processes on one database have the same.
	// While it lives the database knows that it does. A call whose id begins with the name and a "-" is given up soon
	// after the process is gone: the order is due then, and is woken.
	Process() string

	// Stop takes no more jobs and waits for those that run until ctx ends; then it cancels them. The
	// error is ctx's, when some had to be cancelled. An engine that was never started has nothing to stop.
	Stop(ctx context.Context) error

	// Close gives everything up, and stops at once what Stop has not. It may be called again.
	Close() error
}

// Handlers is what the queue calls. A job may run more than once, and twice at the same time when the
// first run hangs: it holds numbers only, and the order's row says whether there is anything to do.
//
// A zero time says that the job is done; any other, that it comes back then. After an error it comes
// back in 1 s, 2 s, 4 s … up to a minute later.
type Handlers struct {
	// Advance is called when a wakeup is due, up to a few seconds late. An order has one live wakeup: the one
	// whose number is in its row. Jobs with other numbers are stale.
	Advance func(ctx context.Context, order, wakeup int64) (again time.Time, err error)

	// NotifyStatus is called soon after the change that made version, in no particular order.
	NotifyStatus func(ctx context.Context, order, version int64) (again time.Time, err error)

	// SendMessage is called soon after it is a message's turn: after the change that decided on it, or, where its chat
	// had others before it, after the last of those was closed. Draft is called when a draft is due, up to a few
	// seconds late; drafts that were changed or dropped since may be called as well.
	SendMessage func(ctx context.Context, id int64) (again time.Time, err error)
	Draft       func(ctx context.Context, draft int64) (again time.Time, err error)

	Periodic []Periodic
}

// Periodic is work that one machine does for all of them: at the times of the schedule and, since a
// tick may fall between two leaders, once more whenever a machine becomes the leader. A run that
// is due while the last one still goes on is skipped.
type Periodic struct {
	Name     string // unique; stored in the database
	Schedule interface{ Next(time.Time) time.Time }
	Run      func(ctx context.Context) error // an error brings it back a few times, as a job's does
}

// Options are the settings of an Engine. What is zero has the default.
type Options struct {
	Log     *slog.Logger // none: nothing is logged
	Workers int          // most jobs at a time in this process, for each of Advance, NotifyStatus and SendMessage; 32
	// Conns is most connections to Postgres, those that listen and show that the process lives included, unless the
	// address names pool_max_conns; 8.
	Conns int

	// JobTimeout is when a job's context ends; 60 s.
	JobTimeout time.Duration
	// RescueAfter is when a job that still runs is given to another process, since its own may be
	// dead: at least JobTimeout, and up to a minute more passes before it runs again; 90 s.
	RescueAfter time.Duration
}

// WithDefaults fills in what is zero.
func (o Options) WithDefaults() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Workers = cmp.Or(o.Workers, 32)
	o.Conns = cmp.Or(o.Conns, 8)
	o.JobTimeout = cmp.Or(o.JobTimeout, 60*time.Second)
	if o.RescueAfter == 0 {
		o.RescueAfter = max(90*time.Second, o.JobTimeout+30*time.Second)
	}
	return o
}
