package taskstore

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
)

// Provider describes one provider's kind of work.
type Provider struct {
	Name    string  // of the provider; also the folder's
	Limit   int     // tasks under way at once, the rest is held; 0: no limit
	Credits float64 // what the account has to spend, settled prices of kept tasks included
	// Render writes the result of a task. Its errors are told to the caller of the API.
	Render func(ctx context.Context, j Job) error
	// Body is what a callback says about an ended task.
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

// Queue is one provider's tasks.
type Queue struct {
	shared   *Store
	provider Provider
	store    store
	lane     *lane

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

// Queue opens a provider's tasks and goes on with those that no process is working on.
func (s *Store) Queue(p Provider) (*Queue, error) {
	q := &Queue{shared: s, provider: p, jobs: map[string]*job{}, lane: &lane{workers: &s.workers, free: p.Limit}}
	if p.Limit <= 0 {
		q.lane.free = math.MaxInt
	}
	q.store = store{filepath.Join(s.dir, p.Name)}
	if err := os.MkdirAll(q.store.dir, 0o700); err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	s.mu.Lock()
	s.queues = append(s.queues, q)
	s.mu.Unlock()
	if err := q.resume(); err != nil {
		return nil, fmt.Errorf("sandbox: %s: %w", p.Name, err)
	}
	return q, nil
}

func byAge(all []Task) {
	slices.SortFunc(all, func(a, b Task) int { return cmp.Or(a.Made.Compare(b.Made), cmp.Compare(a.ID, b.ID)) })
}

// planted is the part of a fault that a task carries with it.
func planted(f standin.Fault) standin.Fault {
	return standin.Fault{Fail: f.Fail, Swap: f.Swap, Callback: f.Callback, CallbackDelayMS: f.CallbackDelayMS}
}

// Start takes a paid request in. When it returns, the task is written down and will be worked on,
// by this process or a later one. ErrNoCredits, ErrClosed.
func (q *Queue) Start(t Task, input []byte) (Task, error) {
	if q.shared.ctx.Err() != nil {
		return t, ErrClosed
	}
	q.mu.Lock()
	if q.spent+t.Credits > q.provider.Credits {
		q.mu.Unlock()
		return t, ErrNoCredits
	}
	q.spent += t.Credits
	q.mu.Unlock()

	t.ID, t.Provider, t.Made, t.State = NewID(), q.provider.Name, time.Now().UTC(), Waiting
	t.Fault = planted(t.Fault)
	release, err := q.store.put(t, input)
	if err != nil {
		q.mu.Lock()
		q.spent -= t.Credits
		q.mu.Unlock()
		return t, fmt.Errorf("write task down: %w", err)
	}
	q.shared.log.Info("sandbox: task taken", "provider", q.provider.Name, "remote", t.ID)
	return q.take(t, release), nil
}

// Task reads one task. fs.ErrNotExist. An unfinished one that no process works on is taken up again.
func (q *Queue) Task(id string) (Task, error) {
	q.mu.Lock()
	j, ok := q.jobs[id]
	if ok {
		defer q.mu.Unlock()
		return j.task, nil
	}
	q.mu.Unlock()
	t, err := q.store.load(id)
	if err != nil {
		return t, err
	}
	if !t.settled() {
		if mine, ok := q.adopt(id); ok {
			return mine, nil
		}
	}
	return t, nil
}

// Wait returns when this process has nothing left to do for a task, its callback included.
func (q *Queue) Wait(ctx context.Context, id string) {
	q.mu.Lock()
	j, ok := q.jobs[id]
	q.mu.Unlock()
	if !ok {
		return
	}
	select {
	case <-j.over:
	case <-ctx.Done():
	case <-q.shared.ctx.Done():
	}
}

// Tasks lists every task, oldest first: each was a paid start.
func (q *Queue) Tasks() ([]Task, error) {
	all, err := q.store.list()
	if err != nil {
		return nil, err
	}
	q.mu.Lock()
	for i, t := range all {
		if j, ok := q.jobs[t.ID]; ok {
			all[i] = j.task
		}
	}
	q.mu.Unlock()
	byAge(all)
	return all, nil
}

// Balance is what the account has left, as far as this process knows.
func (q *Queue) Balance() float64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.provider.Credits - q.spent
}

// Result is the path of a finished task's file.
func (q *Queue) Result(t Task) string { return q.store.path(t.ID, result+t.kind()) }

// update changes a task in memory and returns it.
func (q *Queue) update(j *job, change func(*Task)) Task {
	q.mu.Lock()
	defer q.mu.Unlock()
	change(&j.task)
	return j.task
}
