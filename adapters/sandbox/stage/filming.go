package stage

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"time"
)

// progressEvery is how often progress is written down for other processes to read.
const progressEvery = time.Second

// work carries one task from its turn to its ring.
func (w *Works) work(j *job) {
	err := w.film(j)
	w.lane.leave()
	if err != nil && w.stage.ctx.Err() != nil {
		w.drop(j) // we are going down: the task is not at fault
		return
	}
	w.finish(j, err)
	w.ring(j)
	w.drop(j)
}

func (w *Works) film(j *job) error {
	if err := j.ctx.Err(); err != nil {
		return err
	}
	t := w.update(j, func(t *Task) { t.State = Filming; t.Progress = 0 })
	w.save(j, t, false)
	j.saved = time.Now()
	if t.Fault.Fail != "" {
		return failure(t.Fault.Fail)
	}
	draft := w.shelf.path(t.ID, drafts+rand.Text())
	err := w.play.Film(j.ctx, Job{
		Task: t, Out: draft + ".mp4", Scratch: draft,
		Input:    func() ([]byte, error) { return w.shelf.input(t.ID) },
		Progress: func(done float64) { w.progress(j, done) },
	})
	if err == nil {
		err = os.Rename(draft+".mp4", w.Result(t.ID))
	}
	if err != nil {
		os.Remove(draft + ".mp4")
	}
	return err
}

func (w *Works) progress(j *job, done float64) {
	now, due := time.Now(), false
	t := w.update(j, func(t *Task) {
		t.Progress = min(max(done, t.Progress), 1)
		if due = now.Sub(j.saved) >= progressEvery; due {
			j.saved = now
		}
	})
	if due {
		w.save(j, t, false)
	}
}

// save writes t down unless somebody deleted the task, in this process or another. It tells whether it did.
func (w *Works) save(j *job, t Task, lasting bool) bool {
	if old, err := w.shelf.load(t.ID); err != nil || old.State == Deleted {
		return false
	}
	err := w.shelf.save(t, lasting)
	now := w.update(j, func(*Task) {})
	if now.State == Deleted { // between the two lines above
		err = w.shelf.save(now, true)
	}
	if err != nil {
		w.stage.log.Warn("sandbox: task not written down", "provider", w.play.Name, "remote", t.ID, "err", err)
	}
	return now.State != Deleted
}

// finish writes the end of a task down, then shows it.
func (w *Works) finish(j *job, err error) {
	was := w.update(j, func(*Task) {})
	t := w.ended(was, err)
	if was.State == Deleted || !w.save(j, t, true) {
		w.update(j, func(t *Task) { t.State, t.Rung = Deleted, true })
		w.shelf.clear(t.ID, andResult)
		return
	}
	w.shelf.clear(t.ID, andInput)
	w.update(j, func(now *Task) {
		*now = t
		w.spent += t.Credits - was.Credits
	})
	w.stage.log.Info("sandbox: task ended", "provider", w.play.Name, "remote", t.ID, "state", t.State, "err", err)
}

func (w *Works) ended(t Task, err error) Task {
	t.Ended = time.Now().UTC()
	if err == nil {
		t.State, t.Progress = Done, 1
		if fi, err := os.Stat(w.Result(t.ID)); err == nil {
			t.Size = fi.Size()
		}
		return t
	}
	t.State, t.Failure = Failed, err.Error()
	var f *Failure
	if errors.As(err, &f) {
		t.Code = f.Code
	}
	if t.Code == codeCancelled {
		t.State, t.Code = Cancelled, ""
	}
	t.Credits = w.play.Settle(t)
	return t
}

// Delete makes a task unfindable, and stops it if it is under way; then it costs nothing.
// Its tombstone stays in Tasks. fs.ErrNotExist, also the second time.
func (w *Works) Delete(id string) error {
	t, err := w.Task(id)
	if err != nil {
		return err
	}
	w.mu.Lock()
	j := w.jobs[id]
	if j != nil {
		t = j.task
	}
	if t.State == Deleted {
		w.mu.Unlock()
		return fs.ErrNotExist
	}
	if !t.State.Ended() {
		w.spent -= t.Credits
		t.Credits, t.Ended = 0, time.Now().UTC()
	}
	t.State, t.Rung = Deleted, true
	err = w.shelf.save(t, true)
	if j != nil && err == nil {
		j.task = t
		j.cancel()
	}
	w.mu.Unlock()
	w.shelf.clear(id, andResult)
	return err
}
