package stage

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// Play describes one provider's kind of work.
type Play struct {
	Name    string  // of the provider; also the folder's
	Limit   int     // tasks under way at once, the rest is held; 0: no limit
	Credits float64 // what the account has to spend, settled prices of kept tasks included
	// Film writes the result of a task. Its errors are told to the caller of the API.
	Film func(ctx context.Context, j Job) error
	// Body is what a ring says about an ended task.
	Body func(t Task) any
	// Settle says what a task that failed or was cancelled costs in the end.
	Settle func(t Task) float64
}

// Job is a task in the hands of the one who films it.
type Job struct {
	Task     Task
	Input    func() ([]byte, error)
	Out      string             // the result belongs here
	Scratch  string             // prefix for paths of files that go when the task ends
	Progress func(done float64) // 0..1; may be called often
}

// Works is one provider's tasks.
type Works struct {
	stage *Stage
	play  Play
	shelf shelf
	lane  *lane

	mu    sync.Mutex
	jobs  map[string]*job // those that this process works on
	spent float64
}

type job struct {
	task    Task
	ctx     context.Context
	cancel  context.CancelFunc
	release func()
	over    chan struct{} // closed when nothing is left to do
	saved   time.Time
}

// Works opens a provider's tasks and goes on with those that nobody is working on.
func (s *Stage) Works(p Play) (*Works, error) {
	w := &Works{stage: s, play: p, jobs: map[string]*job{}, lane: &lane{crew: &s.crew, free: p.Limit}}
	if p.Limit <= 0 {
		w.lane.free = math.MaxInt
	}
	w.shelf = newMemory(s.temp)
	if s.opt.Dir != "" {
		d, err := newDisk(filepath.Join(s.opt.Dir, p.Name))
		if err != nil {
			return nil, fmt.Errorf("sandbox: %w", err)
		}
		w.shelf = d
	}
	s.mu.Lock()
	s.works = append(s.works, w)
	s.mu.Unlock()
	if err := w.resume(); err != nil {
		return nil, fmt.Errorf("sandbox: %s: %w", p.Name, err)
	}
	return w, nil
}

func byAge(all []Task) {
	slices.SortFunc(all, func(a, b Task) int { return cmp.Or(a.Made.Compare(b.Made), cmp.Compare(a.ID, b.ID)) })
}

// Start takes a paid request in. When it returns, the task is written down and will be worked on,
// by this process or a later one. ErrNoCredits, ErrClosed.
func (w *Works) Start(t Task, input []byte) (Task, error) {
	if w.stage.ctx.Err() != nil {
		return t, ErrClosed
	}
	w.mu.Lock()
	if w.spent+t.Credits > w.play.Credits {
		w.mu.Unlock()
		return t, ErrNoCredits
	}
	w.spent += t.Credits
	w.mu.Unlock()

	t.ID, t.Provider, t.Made, t.State = NewID(), w.play.Name, time.Now().UTC(), Waiting
	t.Fault = t.Fault.planted()
	release, err := w.shelf.put(t, input)
	if err != nil {
		w.mu.Lock()
		w.spent -= t.Credits
		w.mu.Unlock()
		return t, fmt.Errorf("write task down: %w", err)
	}
	w.stage.log.Info("sandbox: task taken", "provider", w.play.Name, "remote", t.ID)
	return w.take(t, release), nil
}

// Task reads one task. fs.ErrNotExist. An unfinished one that nobody works on is taken up again.
func (w *Works) Task(id string) (Task, error) {
	w.mu.Lock()
	j, ok := w.jobs[id]
	if ok {
		defer w.mu.Unlock()
		if j.task.State == Deleted {
			return Task{}, fs.ErrNotExist
		}
		return j.task, nil
	}
	w.mu.Unlock()
	t, err := w.shelf.load(id)
	if err != nil {
		return t, err
	}
	if t.State == Deleted {
		return Task{}, fs.ErrNotExist
	}
	if !t.settled() {
		if mine, ok := w.adopt(id); ok {
			return mine, nil
		}
	}
	return t, nil
}

// Wait returns when this process has nothing left to do for a task, its ring included.
func (w *Works) Wait(ctx context.Context, id string) {
	w.mu.Lock()
	j, ok := w.jobs[id]
	w.mu.Unlock()
	if !ok {
		return
	}
	select {
	case <-j.over:
	case <-ctx.Done():
	case <-w.stage.ctx.Done():
	}
}

// Tasks lists every task, oldest first, tombstones included: each was a paid start.
func (w *Works) Tasks() ([]Task, error) {
	all, err := w.shelf.list()
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	for i, t := range all {
		if j, ok := w.jobs[t.ID]; ok {
			all[i] = j.task
		}
	}
	w.mu.Unlock()
	byAge(all)
	return all, nil
}

// Balance is what the account has left, as far as this process knows.
func (w *Works) Balance() float64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.play.Credits - w.spent
}

// Result is the path of a finished task's file.
func (w *Works) Result(t Task) string { return w.shelf.path(t.ID, result+t.kind()) }

// update changes a task in memory, unless it is deleted, and returns it.
func (w *Works) update(j *job, change func(*Task)) Task {
	w.mu.Lock()
	defer w.mu.Unlock()
	if j.task.State != Deleted {
		change(&j.task)
	}
	return j.task
}
