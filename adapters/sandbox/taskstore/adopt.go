package taskstore

import (
	"context"
	"time"
)

// retention is how long ended tasks are kept (Creatomate's documented 30 days).
const retention = 30 * 24 * time.Hour

// resume takes up what no process works on, oldest first, and forgets what is old.
func (q *Queue) resume() error {
	all, err := q.store.list()
	if err != nil {
		return err
	}
	byAge(all)
	for _, t := range all {
		if t.settled() && time.Since(t.Ended) > retention {
			q.store.forget(t.ID)
			continue
		}
		q.mu.Lock()
		q.spent += t.Credits
		q.mu.Unlock()
		if !t.settled() {
			q.adopt(t.ID)
		}
	}
	return nil
}

// take puts a claimed task in line and returns it as it stands then.
func (q *Queue) take(t Task, release func()) Task {
	j := &job{task: t, release: release, over: make(chan struct{})}
	j.ctx, j.cancel = context.WithCancel(q.shared.ctx)
	if !t.State.Ended() {
		j.task.State, j.task.Progress = Held, 0
	}
	q.mu.Lock()
	q.jobs[t.ID] = j
	q.mu.Unlock()
	if t.State.Ended() {
		if !q.shared.workers.open(func() { q.shared.wg.Go(func() { q.callBack(j); q.drop(j) }) }) {
			q.drop(j)
		}
		return t
	}
	if !q.lane.join(&turn{
		admitted: func() { q.update(j, func(t *Task) { t.State = Waiting }) },
		start:    func() { q.shared.wg.Go(func() { q.work(j) }) },
	}) {
		q.drop(j)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	return j.task
}

// adopt makes an unfinished task ours if no process works on it.
func (q *Queue) adopt(id string) (Task, bool) {
	release, ok := q.store.claim(id)
	if !ok {
		return Task{}, false
	}
	t, err := q.store.load(id)
	if err != nil || t.settled() || q.shared.ctx.Err() != nil {
		release()
		return t, err == nil
	}
	q.store.clear(id, false)
	q.shared.log.Info("sandbox: task adopted", "provider", q.provider.Name, "remote", id)
	return q.take(t, release), true
}

// drop ends this process's work on a task, finished or not.
func (q *Queue) drop(j *job) {
	q.mu.Lock()
	mine := q.jobs[j.task.ID] == j
	if mine {
		delete(q.jobs, j.task.ID)
	}
	q.mu.Unlock()
	if !mine {
		return
	}
	j.cancel()
	j.release()
	close(j.over)
}

func (q *Queue) letGo() {
	q.mu.Lock()
	left := make([]*job, 0, len(q.jobs))
	for _, j := range q.jobs {
		left = append(left, j)
	}
	q.mu.Unlock()
	for _, j := range left {
		q.drop(j)
	}
}
