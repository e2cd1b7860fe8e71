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
	w.save(t, false)
	j.saved = time.Now()
	if t.Fault.Fail != "" {
		return failure(t.Fault.Fail)
	}
	draft := w.shelf.path(t.ID, drafts+rand.Text())
	out := draft + "." + t.kind()
	err := w.play.Film(j.ctx, Job{
		Task: t, Out: out, Scratch: draft,
		Input:    func() ([]byte, error) { return w.shelf.input(t.ID) },
		Progress: func(done float64) { w.progress(j, done) },
	})
	if err == nil {
		err = os.Rename(out, w.Result(t))
	}
	if err != nil {
		os.Remove(out)
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
		w.save(t, false)
	}
}

func (w *Works) save(t Task, lasting bool) {
	if err := w.shelf.save(t, lasting); err != nil {
		w.stage.log.Warn("sandbox: task not written down", "provider", w.play.Name, "remote", t.ID, "err", err)
	}
}

// buried tells whether somebody deleted the task meanwhile, in this process or another.
func (w *Works) buried(id string) bool {
	t, err := w.shelf.load(id)
	return err != nil || t.State == Deleted
}

// finish writes the end of a task down, then shows it.
func (w *Works) finish(j *job, err error) {
	was := w.update(j, func(*Task) {})
	t := w.ended(was, err)
	w.save(t, true)
	if w.buried(t.ID) {
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
		if fi, err := os.Stat(w.Result(t)); err == nil {
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
	live := !t.State.Ended()
	if live {
		t.Ended = time.Now().UTC()
	}
	price := t.Credits
	if t.State, t.Rung = Deleted, true; live {
		t.Credits = 0
	}
	if err := w.shelf.bury(t); errors.Is(err, fs.ErrExist) {
		return fs.ErrNotExist
	} else if err != nil {
		return err
	}
	w.mu.Lock()
	if j, ok := w.jobs[id]; ok {
		price = j.task.Credits
		j.task = t
		j.cancel()
	}
	w.spent += t.Credits - price
	w.mu.Unlock()
	w.shelf.clear(id, andResult)
	return nil
}
