package queue

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/sajangpick/sajangpick/storage"
)

// The kinds and the queues of jobs, as they are stored.
const (
	Advance      = "look"
	NotifyStatus = "tell"
	SendMessage  = "say"
	Draft        = "draft"
	periodic     = "periodic"
	Cron         = "cron"
)

// Job asks for one run of a handler. It carries numbers only.
type Job struct {
	Kind   string
	ID     int64 // of the order, the message or the draft
	Number int64 // of the wakeup for Advance, of the version for NotifyStatus
	Due    time.Time
	// Depth is how far the order of an Advance has come: of those that are due at once, the farthest is first.
	Depth int
}

// priority is River's, in which 1 is first and 4 is last.
func (j Job) priority() int {
	if j.Kind != Advance {
		return 1
	}
	return max(1, 4-j.Depth)
}

type advanceArgs struct {
	Order  int64 `json:"order"`
	Wakeup int64 `json:"alarm"`
}

func (advanceArgs) Kind() string { return Advance }

type notifyArgs struct {
	Order   int64 `json:"order"`
	Version int64 `json:"version"`
}

func (notifyArgs) Kind() string { return NotifyStatus }

// messageArgs keeps the name that is stored.
type messageArgs struct {
	Message int64 `json:"say"`
}

func (messageArgs) Kind() string { return SendMessage }

type draftArgs struct {
	Draft int64 `json:"draft"`
}

func (draftArgs) Kind() string { return Draft }

type periodicArgs struct {
	Name string `json:"name"`
}

func (periodicArgs) Kind() string { return periodic }

// maxAttempts is about two weeks of one try a minute; the column is a smallint.
const maxAttempts = 20_000

func (j Job) params(now time.Time) river.InsertManyParams {
	opts := &river.InsertOpts{Queue: j.Kind, MaxAttempts: maxAttempts, Priority: j.priority()}
	if j.Due.After(now) {
		opts.ScheduledAt = j.Due
	}
	return river.InsertManyParams{Args: j.args(), InsertOpts: opts}
}

func (j Job) args() river.JobArgs {
	switch j.Kind {
	case Advance:
		return advanceArgs{j.ID, j.Number}
	case NotifyStatus:
		return notifyArgs{j.ID, j.Number}
	case SendMessage:
		return messageArgs{j.ID}
	default:
		return draftArgs{j.ID}
	}
}

func workers(h storage.Handlers) (*river.Workers, error) {
	runs := map[string]func(context.Context) error{}
	for _, p := range h.Periodic {
		if _, twice := runs[p.Name]; twice {
			return nil, fmt.Errorf("queue: two periodic jobs are called %q", p.Name)
		}
		runs[p.Name] = p.Run
	}
	w := river.NewWorkers()
	err := errors.Join(
		river.AddWorkerSafely(w, river.WorkFunc(func(ctx context.Context, job *river.Job[advanceArgs]) error {
			return result(h.Advance(ctx, job.Args.Order, job.Args.Wakeup))
		})),
		river.AddWorkerSafely(w, river.WorkFunc(func(ctx context.Context, job *river.Job[notifyArgs]) error {
			return result(h.NotifyStatus(ctx, job.Args.Order, job.Args.Version))
		})),
		river.AddWorkerSafely(w, river.WorkFunc(func(ctx context.Context, job *river.Job[messageArgs]) error {
			return result(h.SendMessage(ctx, job.Args.Message))
		})),
		river.AddWorkerSafely(w, river.WorkFunc(func(ctx context.Context, job *river.Job[draftArgs]) error {
			return result(h.Draft(ctx, job.Args.Draft))
		})),
		river.AddWorkerSafely(w, river.WorkFunc(func(ctx context.Context, job *river.Job[periodicArgs]) error {
			run, known := runs[job.Args.Name]
			if !known { // another version of the program planned it
				return nil
			}
			return run(ctx)
		})),
	)
	return w, err
}

func result(again time.Time, err error) error {
	switch {
	case err != nil:
		return err
	case again.IsZero():
		return nil
	default:
		return river.JobSnooze(max(0, time.Until(again)))
	}
}

func periodicJobs(h storage.Handlers) []*river.PeriodicJob {
	unfinished := []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
		rivertype.JobStateRunning, rivertype.JobStateScheduled,
	}
	var jobs []*river.PeriodicJob
	for _, p := range h.Periodic {
		plan := func() (river.JobArgs, *river.InsertOpts) {
			return periodicArgs{p.Name}, &river.InsertOpts{
				Queue: Cron, MaxAttempts: 5,
				UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: unfinished},
			}
		}
		jobs = append(jobs, river.NewPeriodicJob(p.Schedule, plan, &river.PeriodicJobOpts{RunOnStart: true}))
	}
	return jobs
}

// backOff brings a job back after 1 s, 2 s, 4 s … up to a minute.
type backOff struct{}

func (backOff) NextRetry(job *rivertype.JobRow) time.Time {
	wait := time.Minute
	if n := job.Attempt - 1; n < 6 {
		wait = time.Second << max(0, n)
	}
	return time.Now().Add(wait)
}
