package taskstore

import (
	"crypto/rand"
	"errors"
	"os"
	"time"
)

// progressEvery is how often progress is written down for other processes to read.
const progressEvery = time.Second

// work carries one task from its turn to its callback.
func (q *Queue) work(j *job) {
	err := q.film(j)
	q.lane.leave()
	if err != nil && q.shared.ctx.Err() != nil {
		q.drop(j) // we are going down: the task is not at fault
		return
	}
	q.finish(j, err)
	q.callBack(j)
	q.drop(j)
}

func (q *Queue) film(j *job) error {
	if err := j.ctx.Err(); err != nil {
		return err
	}
	t := q.update(j, func(t *Task) { t.State = Rendering; t.Progress = 0 })
	q.save(t, false)
	j.saved = time.Now()
	if t.Fault.Fail != "" {
		return failure(t.Fault.Fail)
	}
	draft := q.store.path(t.ID, drafts+rand.Text())
	out := draft + "." + t.kind()
	err := q.provider.Render(j.ctx, Job{
		Task: t, Out: out, Scratch: draft,
		Input:    func() ([]byte, error) { return q.store.input(t.ID) },
		Progress: func(done float64) { q.progress(j, done) },
	})
	if err == nil {
		err = os.Rename(out, q.Result(t))
	}
	if err != nil {
		os.Remove(out)
	}
	return err
}

func (q *Queue) progress(j *job, done float64) {
	now, due := time.Now(), false
	t := q.update(j, func(t *Task) {
		t.Progress = min(max(done, t.Progress), 1)
		if due = now.Sub(j.saved) >= progressEvery; due {
			j.saved = now
		}
	})
	if due {
		q.save(t, false)
	}
}

func (q *Queue) save(t Task, lasting bool) {
	if err := q.store.save(t, lasting); err != nil {
		q.shared.log.Warn("sandbox: task not written down", "provider", q.provider.Name, "remote", t.ID, "err", err)
	}
}

// finish writes the end of a task down, then shows it.
func (q *Queue) finish(j *job, err error) {
	was := q.update(j, func(*Task) {})
	t := q.ended(was, err)
	q.save(t, true)
	q.store.clear(t.ID, true)
	q.update(j, func(now *Task) {
		*now = t
		q.spent += t.Credits - was.Credits
	})
	q.shared.log.Info("sandbox: task ended", "provider", q.provider.Name, "remote", t.ID, "state", t.State, "err", err)
}

func (q *Queue) ended(t Task, err error) Task {
	t.Ended = time.Now().UTC()
	if err == nil {
		t.State, t.Progress = Done, 1
		if fi, err := os.Stat(q.Result(t)); err == nil {
			t.Size = fi.Size()
		}
		return t
	}
	t.State, t.Failure = Failed, err.Error()
	if f, ok := errors.AsType[*Failure](err); ok {
		t.Code = f.Code
	}
	if t.Code == cancelled {
		t.State, t.Code = Cancelled, ""
	}
	t.Credits = q.provider.Settle(t)
	return t
}

// cancelled as a planted failure ends a task as cancelled by the provider.
const cancelled = "CANCELLED"

func failure(fail string) error {
	if fail == "-" {
		return &Failure{Message: "planted failure"}
	}
	return &Failure{Code: fail, Message: fail}
}
