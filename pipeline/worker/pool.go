package worker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// What can go wrong with a job beside its own answer.
var (
	// ErrNoTurn says that every worker was busy for too long. The job was not begun.
	ErrNoTurn = errors.New("no worker was free in time")
	// ErrLimit says that the job took more memory or time than it may, or crashed its worker. Doing it again
	// comes to the same.
	ErrLimit = errors.New("over the limit of a worker")
	// ErrDied says that the worker was killed from outside: by a machine short of memory, by an operator.
	ErrDied = errors.New("the worker was killed")
)

const (
	watchEvery = 100 * time.Millisecond // how often a job's processor time is looked at
	turnWait   = 10 * time.Second       // for a worker: a job that waits holds a place that others could have
	starved    = 6                      // a job may take so many times its processor time by the clock
	wornAfter  = 60 * time.Second       // of processor time: a worker is replaced then …
	wornGrace  = 20 * time.Second       // … and killed by the kernel if it goes on, watched or not
)

// Pool does jobs in workers: processes of this same program that stay for many jobs. They are started when
// they are needed first, and end when this process does. It may be used by many goroutines.
type Pool struct {
	limits Limits
	turns  chan struct{}
	mu     sync.Mutex
	free   []*worker
}

// NewPool makes a Pool of n workers, each of whose jobs may take so much.
func NewPool(n int, l Limits) *Pool {
	return &Pool{limits: l, turns: make(chan struct{}, max(n, 1))}
}

// Do waits for a worker, ten seconds at most, calls begin, which may be nil, and then has the job done. An error of
// begin is returned as it is, and the job isn't begun. A job that ctx cuts off is killed; then the error has
// the context's, and nothing is known about the job.
func (p *Pool) Do(ctx context.Context, job []byte, begin func() error) ([]byte, error) {
	if ctx.Err() != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoTurn, context.Cause(ctx))
	}
	select {
	case p.turns <- struct{}{}:
		defer func() { <-p.turns }()
	case <-time.After(turnWait):
		return nil, ErrNoTurn
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w", ErrNoTurn, context.Cause(ctx))
	}
	w, err := p.take()
	if err != nil {
		return nil, fmt.Errorf("start a worker: %w", err)
	}
	if begin != nil {
		if err := begin(); err != nil {
			p.give(w)
			return nil, err
		}
	}
	reply, err := w.do(ctx, job, p.limits)
	if w.crashed && w.used { // perhaps of what the jobs before have left in its memory
		w.end()
		if w, err = start(p.limits); err != nil {
			return nil, fmt.Errorf("start a worker: %w", err)
		}
		reply, err = w.do(ctx, job, p.limits)
	}
	if err != nil {
		w.end()
		return nil, err
	}
	p.give(w)
	return reply, nil
}

// take gives a worker that waits, or a new one.
func (p *Pool) take() (*worker, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.free) > 0 {
		w := p.free[len(p.free)-1]
		p.free = p.free[:len(p.free)-1]
		if !w.gone() {
			return w, nil
		}
	}
	return start(p.limits)
}

func (p *Pool) give(w *worker) {
	if w.worn() {
		w.end()
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	w.used = true
	p.free = append(p.free, w)
}

// worker is one child.
type worker struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   io.ReadCloser
	said  *words
	ended chan struct{} // closed once the child was waited for; then err may be read
	err   error

	used    bool // it has done a job before this one
	crashed bool // it ended by itself during a job: out of memory, or a panic
}

func start(l Limits) (*worker, error) {
	if !ready.Load() {
		return nil, errors.New("this program doesn't call worker.Serve, so it can't be its own worker")
	}
	path := self
	if path == "" {
		var err error
		if path, err = os.Executable(); err != nil {
			return nil, err
		}
	}
	w := &worker{cmd: Command(context.Background(), path, role), said: new(words), ended: make(chan struct{})}
	w.cmd.Stderr = w.said
	var err error
	if w.in, err = w.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, theirs, err := os.Pipe() // not StdoutPipe: Wait would close it before the last answer is read
	if err != nil {
		return nil, err
	}
	w.out, w.cmd.Stdout = out, theirs
	l.CPU, l.Memory = wornAfter+wornGrace+l.CPU, shadow*l.Memory
	err = Start(w.cmd, l)
	theirs.Close()
	if err != nil {
		out.Close()
		return nil, err
	}
	go func() {
		w.err = w.cmd.Wait()
		close(w.ended)
	}()
	return w, nil
}

func (w *worker) gone() bool {
	select {
	case <-w.ended:
		return true
	default:
		return false
	}
}

func (w *worker) worn() bool {
	cpu, ok := used(w.cmd.Process.Pid)
	return w.gone() || ok && cpu > wornAfter
}

// end kills the child and waits for it.
func (w *worker) end() {
	w.cmd.Process.Kill()
	<-w.ended
	w.out.Close()
}

// do has one job done. After an error the worker is of no more use.
func (w *worker) do(ctx context.Context, job []byte, l Limits) ([]byte, error) {
	done, watched := make(chan struct{}), make(chan error, 1)
	go func() { watched <- w.watch(ctx, done, l) }()
	w.said.reset()
	err := send(w.in, job)
	var reply []byte
	if err == nil {
		reply, err = receive(w.out)
	}
	close(done)
	if killed := <-watched; killed != nil {
		return nil, killed
	}
	if err == nil {
		return reply, nil
	}
	w.cmd.Process.Kill() // it may be alive and talk nonsense
	<-w.ended
	if w.err == nil || w.cmd.ProcessState.ExitCode() > 0 { // its own end, not a signal
		w.crashed = true
		return nil, fmt.Errorf("%w: %v: %s", ErrLimit, w.err, w.said)
	}
	return nil, fmt.Errorf("%w: %v %s", ErrDied, w.err, w.said)
}

// watch kills the worker when its job takes too long or ctx ends, and says why.
func (w *worker) watch(ctx context.Context, done <-chan struct{}, l Limits) error {
	before, clock := used(w.cmd.Process.Pid)
	longest := l.CPU
	if clock {
		longest *= starved
	}
	deadline := time.After(longest)
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	defer func() {
		select {
		case <-done:
		default:
			w.cmd.Process.Kill()
		}
	}()
	for {
		select {
		case <-done:
			return nil
		case <-w.ended:
			return nil
		case <-ctx.Done():
			return fmt.Errorf("a job was cut off: %w", context.Cause(ctx))
		case <-deadline:
			return fmt.Errorf("%w: more than %v", ErrLimit, longest)
		case <-tick.C:
			if now, _ := used(w.cmd.Process.Pid); now-before > l.CPU {
				return fmt.Errorf("%w: more than %v of a core", ErrLimit, l.CPU)
			}
		}
	}
}

// words keeps the first words that a worker says during a job: a Go program that dies says why there.
type words struct {
	mu sync.Mutex
	b  []byte
}

const maxWords = 200

func (w *words) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.b = append(w.b, p[:min(len(p), maxWords-len(w.b))]...)
	return len(p), nil
}

func (w *words) reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.b = w.b[:0]
}

func (w *words) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return string(bytes.TrimSpace(bytes.ToValidUTF8(w.b, nil)))
}
