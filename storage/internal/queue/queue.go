// Package queue is the narrow port to River (https://riverqueue.com/docs), which runs the jobs: it
// fetches, retries, rescues what a dead process left behind, elects the one that plans periodic
// work, and cleans up. Its client isn't known outside of this package.
package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"

	"github.com/sajangpick/sajangpick/storage"
)

// Queue adds jobs within the database's transactions, and runs them between Start and Stop.
type Queue[Tx any] struct {
	driver   driver[Tx]
	name     string // of this process, with which its id in the queue's tables ends
	opts     storage.Options
	notifier *notifier
	insert   *river.Client[Tx]
	runs     atomic.Bool // this process takes jobs

	mu      sync.Mutex
	running *river.Client[Tx]
}

// Process makes a name for this process: see storage.Engine.
func Process() string { return fmt.Sprintf("%08x", rand.Uint32()) }

// New makes a queue on a driver, for a process of a name. alone says that no other process has the database; else its
// clock says what is due.
func New[Tx any](d riverdriver.Driver[Tx], name string, o storage.Options, alone bool) (*Queue[Tx], error) {
	q := &Queue[Tx]{name: name, opts: o, notifier: newNotifier()}
	q.driver = driver[Tx]{d, q.notifier, alone}
	insert, err := river.NewClient[Tx](inserting[Tx]{q.driver, &q.runs}, q.config())
	if err != nil {
		return nil, fmt.Errorf("queue: %w", err)
	}
	q.insert = insert
	return q, nil
}

// config is what both clients need. The cooldown bounds the throughput (a fetch takes as many jobs as
// there are free workers), and costs nothing at rest, where only the poll interval counts.
func (q *Queue[Tx]) config() *river.Config {
	c := &river.Config{
		FetchCooldown:     20 * time.Millisecond,
		FetchPollInterval: time.Second,
		Logger:            slog.New(warnings{q.opts.Log.Handler()}),
		// those of its own that our migrations leave
		ReindexerIndexNames: slices.DeleteFunc(river.ReindexerIndexNamesDefault(), func(name string) bool {
			return name == "river_job_args_index" || name == "river_job_metadata_index"
		}),
	}
	if q.driver.alone {
		c.Test.Time = clock{}
	}
	return c
}

// Add queues jobs; they are there if tx commits.
func (q *Queue[Tx]) Add(ctx context.Context, tx Tx, jobs []Job) error {
	if len(jobs) == 0 {
		return nil
	}
	now := time.Now()
	params := make([]river.InsertManyParams, len(jobs))
	for i, j := range jobs {
		params[i] = j.params(now)
	}
	if _, err := q.insert.InsertManyTx(ctx, tx, params); err != nil {
		return fmt.Errorf("queue: add jobs: %w", err)
	}
	return nil
}

// Committed is to be called with jobs that were added once they are committed: this process then looks for them at once
// if it runs jobs.
func (q *Queue[Tx]) Committed(jobs []Job) { q.notifier.committed(jobs, time.Now()) }

// Start begins to run jobs until Stop, whatever becomes of ctx.
func (q *Queue[Tx]) Start(ctx context.Context, h storage.Handlers) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.running != nil {
		return errors.New("queue: it was started before")
	}
	known, err := workers(h)
	if err != nil {
		return err
	}
	host, _ := os.Hostname()
	c := q.config()
	c.ID = fmt.Sprintf("%.60s-%s", host, q.name)
	c.Workers = known
	c.PeriodicJobs = periodicJobs(h)
	c.RetryPolicy = backOff{}
	c.JobTimeout = q.opts.JobTimeout
	c.RescueStuckJobsAfter = q.opts.RescueAfter
	c.CompletedJobRetentionPeriod = 10 * time.Minute
	c.Queues = map[string]river.QueueConfig{
		Advance:      {MaxWorkers: q.opts.Workers},
		NotifyStatus: {MaxWorkers: q.opts.Workers, FetchPollInterval: 2 * time.Second},
		SendMessage:  {MaxWorkers: q.opts.Workers},
		Draft:        {MaxWorkers: 4},
		Cron:         {MaxWorkers: 4},
	}
	client, err := river.NewClient[Tx](q.driver, c)
	if err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("queue: start: %w", err)
	}
	q.running = client
	q.runs.Store(true)
	return nil
}

// Stop takes no more jobs, waits for those that run until ctx ends, then cancels them and waits a
// little longer. The error is ctx's when they had to be cancelled.
func (q *Queue[Tx]) Stop(ctx context.Context) error {
	q.mu.Lock()
	client := q.running
	q.mu.Unlock()
	if client == nil {
		return nil
	}
	q.runs.Store(false)
	err := client.Stop(ctx)
	if err == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if late := client.StopAndCancel(ctx); late != nil {
		return fmt.Errorf("queue: jobs go on after they were cancelled: %w", late)
	}
	return fmt.Errorf("queue: jobs were cancelled: %w", err)
}

// Ready reports whether jobs are run, or were never meant to be.
func (q *Queue[Tx]) Ready() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.running == nil {
		return nil
	}
	select {
	case <-q.running.Stopped():
		return errors.New("queue: it has stopped")
	default:
		return nil
	}
}

// warnings lets through what River says at warn and above; below that it tells of its daily life.
type warnings struct{ slog.Handler }

func (w warnings) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && w.Handler.Enabled(ctx, l)
}

func (w warnings) WithAttrs(a []slog.Attr) slog.Handler { return warnings{w.Handler.WithAttrs(a)} }
func (w warnings) WithGroup(name string) slog.Handler   { return warnings{w.Handler.WithGroup(name)} }
