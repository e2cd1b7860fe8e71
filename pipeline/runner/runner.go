// Package runner drives work on in this process without waiting for the queue. docs/architecture.md says why.
package runner

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// Runner makes one function run for whatever is woken, without waiting for the queue: never twice at once for one
// id, and for a limited number of ids at once. It remembers nothing beyond this process: what must happen has a job
// in the queue, and the Runner only makes it happen sooner.
type Runner struct {
	run    func(ctx context.Context, id int64, h *Hint)
	places int
	beside Beside
	log    *slog.Logger
	base   context.Context // of all runs; ends when Stop cuts them off
	cut    context.CancelFunc
	work   sync.WaitGroup // runs under way, and ids that wait for a place

	mu       sync.Mutex
	inflight map[int64]*run
	queue    []int64 // wait for a place, first come first served
	taken    int     // places
	timers   map[int64]*timer
	stopped  bool
}

// Hint is what a callback says. It may be forged or late: it tells where to look, never what is there.
type Hint struct {
	Remote string    // id of the provider's work; empty: the callback names none
	At     time.Time // when it came; zero once its work has begun

	row     any   // as the caller that woke the id has just read or written it; nil: it is to be read
	version int64 // of the row
	rowOnly bool  // no callback came
}

// WithRow is the hint of a caller that wakes an id and knows its row, with or without a callback: h may be nil.
func (h *Hint) WithRow(row any, version int64) *Hint {
	if h == nil {
		h = &Hint{rowOnly: true}
	}
	h.row, h.version = row, version
	return h
}

// Split takes the row out of a hint. The hint is nil when no callback came.
func (h *Hint) Split() (row any, callback *Hint) {
	if h == nil {
		return nil, nil
	}
	row, h.row = h.row, nil
	if h.rowOnly {
		return row, nil
	}
	return row, h
}

// run is an id that waits for a place or is being run.
type run struct {
	begun bool
	again bool  // it was woken since it has begun
	hint  *Hint // for the next run
}

// timer is an id that is to be woken later.
type timer struct {
	stop func()
	at   time.Time
	hint *Hint
}

// Beside lets things happen beside their caller. f may be run by any number of goroutines at once.
type Beside interface {
	// Go runs f soon, and returns before it does.
	Go(f func())
	// At runs f at a time, and returns before it does. stop keeps it from that, if it hasn't begun.
	At(t time.Time, f func()) (stop func())
}

// goroutines is the Beside of a process.
type goroutines struct{}

func (goroutines) Go(f func()) { go f() }

func (goroutines) At(t time.Time, f func()) (stop func()) {
	timer := time.AfterFunc(time.Until(t), f)
	return func() { timer.Stop() }
}

// New makes a Runner. beside may be nil: then it has goroutines, and none until something is woken. A panic of f
// ends its run alone.
func New(places int, beside Beside, log *slog.Logger, f func(ctx context.Context, id int64, h *Hint)) *Runner {
	if beside == nil {
		beside = goroutines{}
	}
	r := &Runner{
		run: f, places: places, beside: beside, log: log, inflight: map[int64]*run{}, timers: map[int64]*timer{},
	}
	r.base, r.cut = context.WithCancel(context.Background())
	return r
}

// Wake runs an id as soon as there is a place. One that is being run is run again afterwards, however often it was
// woken meanwhile; of several hints the last that names a remote id is kept. It reports whether the id will be run:
// not after Stop. h may be nil.
func (r *Runner) Wake(id int64, h *Hint) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.wake(id, h)
}

func (r *Runner) wake(id int64, h *Hint) bool {
	if r.stopped {
		return false
	}
	x := r.inflight[id]
	if x == nil {
		x = &run{}
		r.inflight[id] = x
		r.queue = append(r.queue, id)
		r.work.Add(1)
	}
	x.hint = Newer(x.hint, h)
	x.again = x.begun
	r.dispatch()
	return true
}

// Newer is what counts of two hints: the callback that came last and names a remote id, and the newer row, unless the
// last to wake knew of none.
func Newer(old, h *Hint) *Hint {
	was, before := old.Split()
	row, callback := h.Split()
	if callback == nil || before != nil && callback.Remote == "" {
		callback = before
	}
	if row == nil {
		return callback
	}
	version := h.version
	if was != nil && old.version > version {
		row, version = was, old.version
	}
	return callback.WithRow(row, version)
}

// Outdate says that a row has a version by now: a run that was woken with an older one reads it.
func (r *Runner) Outdate(id, version int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if x := r.inflight[id]; x != nil && x.hint != nil && x.hint.row != nil && x.hint.version < version {
		_, x.hint = x.hint.Split()
	}
}

// WakeAt wakes an id at a time. One that is to be woken already is woken once, at the earlier of the two times: a run
// that comes too early calls WakeAt again. After Stop it does nothing.
func (r *Runner) WakeAt(id int64, at time.Time, h *Hint) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped {
		return
	}
	t := r.timers[id]
	if t == nil || at.Before(t.at) {
		next := &timer{at: at}
		if t != nil {
			t.stop()
			next.hint = t.hint
		}
		t = next
		t.stop = r.beside.At(at, func() { r.fire(id, next) })
		r.timers[id] = t
	}
	t.hint = Newer(t.hint, h)
}

// Unplan takes back what WakeAt has planned for an id, and the hint with it.
func (r *Runner) Unplan(id int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.timers[id]; t != nil {
		t.stop()
		delete(r.timers, id)
	}
}

func (r *Runner) fire(id int64, t *timer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.timers[id] != t { // an earlier one took its place while it fired, or it was stopped
		return
	}
	delete(r.timers, id)
	r.wake(id, t.hint)
}

// Do runs f for an id on the caller's goroutine, without a place, with the hint that waits for it. It reports false,
// and runs nothing, while the id is being run and after Stop. f's context has ctx's values and ends with the Runner.
func (r *Runner) Do(ctx context.Context, id int64, f func(ctx context.Context, h *Hint)) bool {
	r.mu.Lock()
	x := r.inflight[id]
	if r.stopped || x != nil && x.begun {
		r.mu.Unlock()
		return false
	}
	if x == nil {
		x = &run{}
		r.inflight[id] = x
		r.work.Add(1)
	}
	h := x.begin()
	r.mu.Unlock()
	defer r.end(id, x, 0)
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(r.base, cancel)()
	f(ctx, h)
	return true
}

func (x *run) begin() *Hint {
	h := x.hint
	x.begun, x.again, x.hint = true, false, nil
	return h
}

// dispatch gives free places to those that wait.
func (r *Runner) dispatch() {
	for r.taken < r.places && len(r.queue) > 0 {
		id := r.queue[0]
		r.queue = r.queue[1:]
		x := r.inflight[id]
		if x == nil || x.begun { // Do has run it
			continue
		}
		h := x.begin()
		r.taken++
		r.beside.Go(func() {
			defer r.end(id, x, 1)
			defer func() {
				if p := recover(); p != nil {
					r.log.Error(
						"panic; waiting for scheduled wakeup", "id", id, "err", p, "stack", string(debug.Stack()),
					)
				}
			}()
			r.run(r.base, id, h)
		})
	}
}

// end closes a run and gives back its places. An id that was woken meanwhile waits behind the others.
func (r *Runner) end(id int64, x *run, places int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.taken -= places
	if x.again && r.base.Err() == nil {
		x.begun, x.again = false, false
		r.queue = append(r.queue, id)
	} else {
		delete(r.inflight, id)
		r.work.Done()
	}
	r.dispatch()
}

// cutOff is how long work that is cut off has for its last words to the database.
const cutOff = time.Second

// Stop wakes nothing any more and waits for what is under way or was woken before, until ctx ends; then it ends the
// context of the runs and waits a second more. What was to be woken later is left to the queue, except for a
// callback's hint, which nothing else knows: that is run now. Stop may be called again.
func (r *Runner) Stop(ctx context.Context) error {
	r.mu.Lock()
	for id, t := range r.timers {
		t.stop()
		if t.hint != nil {
			r.wake(id, t.hint)
		}
	}
	clear(r.timers)
	r.stopped = true
	r.mu.Unlock()
	done := make(chan struct{})
	go func() { r.work.Wait(); close(done) }()
	defer r.cut()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	r.cut()
	r.mu.Lock()
	r.forget()
	r.mu.Unlock()
	select { // what was cut off says so at once
	case <-done:
	case <-time.After(cutOff):
	}
	return fmt.Errorf("stopped with work under way: %w", ctx.Err())
}

// forget gives up what waits for a place.
func (r *Runner) forget() {
	for _, id := range r.queue {
		if x := r.inflight[id]; x != nil && !x.begun {
			delete(r.inflight, id)
			r.work.Done()
		}
	}
	r.queue = nil
}
