package stage

import (
	"context"
	"time"
)

// retention is how long ended tasks are kept (Creatomate's documented 30 days).
const retention = 30 * 24 * time.Hour

// resume takes up what nobody works on, oldest first, and forgets what is old.
func (w *Works) resume() error {
	all, err := w.shelf.list()
	if err != nil {
		return err
	}
	byAge(all)
	for _, t := range all {
		if t.settled() && time.Since(t.Ended) > retention {
			w.shelf.forget(t.ID)
			continue
		}
		w.mu.Lock()
		w.spent += t.Credits
		w.mu.Unlock()
		if !t.settled() {
			w.adopt(t.ID)
		}
	}
	return nil
}

// take puts a claimed task in line and returns it as it stands then.
func (w *Works) take(t Task, release func()) Task {
	j := &job{task: t, release: release, over: make(chan struct{})}
	j.ctx, j.cancel = context.WithCancel(w.stage.ctx)
	if !t.State.Ended() {
		j.task.State, j.task.Progress = Held, 0
	}
	w.mu.Lock()
	w.jobs[t.ID] = j
	w.mu.Unlock()
	if t.State.Ended() {
		if !w.stage.crew.open(func() { w.stage.wg.Go(func() { w.ring(j); w.drop(j) }) }) {
			w.drop(j)
		}
		return t
	}
	if !w.lane.join(&turn{
		admitted: func() { w.update(j, func(t *Task) { t.State = Waiting }) },
		start:    func() { w.stage.wg.Go(func() { w.work(j) }) },
	}) {
		w.drop(j)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return j.task
}

// adopt makes an unfinished task ours if nobody works on it.
func (w *Works) adopt(id string) (Task, bool) {
	release, ok := w.shelf.claim(id)
	if !ok {
		return Task{}, false
	}
	t, err := w.shelf.load(id)
	if err != nil || t.settled() || w.stage.ctx.Err() != nil {
		release()
		return t, err == nil
	}
	w.shelf.clear(id, draftsOnly)
	w.stage.log.Info("sandbox: task adopted", "provider", w.play.Name, "remote", id)
	return w.take(t, release), true
}

// drop ends this process's work on a task, finished or not.
func (w *Works) drop(j *job) {
	w.mu.Lock()
	mine := w.jobs[j.task.ID] == j
	if mine {
		delete(w.jobs, j.task.ID)
	}
	w.mu.Unlock()
	if !mine {
		return
	}
	j.cancel()
	j.release()
	close(j.over)
}

func (w *Works) letGo() {
	w.mu.Lock()
	left := make([]*job, 0, len(w.jobs))
	for _, j := range w.jobs {
		left = append(left, j)
	}
	w.mu.Unlock()
	for _, j := range left {
		w.drop(j)
	}
}
