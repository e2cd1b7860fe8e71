package standin

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// World is what a messenger's stand-in keeps: a state that changes, a clock, a record of what the bot asked, faults to
// come, and who waits for any of it. Mu guards all of the stand-in's state. Go, Now, Next and Touch are called
// with Mu held, all else without it.
type World struct {
	Mu     sync.Mutex
	Done   context.Context // ends with Close
	Faults Plan

	name    string
	log     *slog.Logger
	calls   []*Call
	close   context.CancelFunc
	work    sync.WaitGroup
	changed chan struct{} // closed and replaced with each change
	ahead   time.Duration // of the machine's clock
	serial  int64
}

// Open makes it ready. A nil log is silent; numbers follow serial.
func (w *World) Open(name string, log *slog.Logger, serial int64) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	w.name, w.log, w.changed, w.serial = name, log, make(chan struct{}), serial
	w.Done, w.close = context.WithCancel(context.Background())
}

// Close ends what waits and what goes on beside.
func (w *World) Close() {
	w.Mu.Lock()
	w.close()
	w.Mu.Unlock()
	w.work.Wait()
}

// Go does something beside, unless the world is closed.
func (w *World) Go(do func()) {
	if w.Done.Err() == nil {
		w.work.Go(do)
	}
}

// Pass moves the clock on.
func (w *World) Pass(d time.Duration) {
	w.Mu.Lock()
	defer w.Mu.Unlock()
	w.ahead += d
	w.Touch()
}

// Now is the machine's time, moved on by Pass.
func (w *World) Now() time.Time { return time.Now().Add(w.ahead) }

// Next is a number that nothing had yet.
func (w *World) Next() int64 {
	w.serial++
	return w.serial
}

// Touch wakes all who wait for a change.
func (w *World) Touch() {
	close(w.changed)
	w.changed = make(chan struct{})
}

// Wait blocks until ok, which is called with Mu held at each change. False: the time, ctx or the world came to its end.
func (w *World) Wait(ctx context.Context, limit time.Duration, ok func() bool) bool {
	return w.until(ctx, limit, func() bool {
		w.Mu.Lock()
		defer w.Mu.Unlock()
		return ok()
	})
}

// Until blocks until ok is true, which is asked again with each change, without Mu.
func (w *World) Until(limit time.Duration, ok func() bool) bool {
	return w.until(context.Background(), limit, ok)
}

func (w *World) until(ctx context.Context, limit time.Duration, ok func() bool) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		w.Mu.Lock()
		changed := w.changed
		w.Mu.Unlock()
		if ok() {
			return true
		}
		select {
		case <-changed:
		case <-timer.C:
			return ok()
		case <-ctx.Done():
			return false
		case <-w.Done.Done():
			return false
		}
	}
}

// Serve calls do, with Mu held, again at each change and after the time that it returns, until the world is closed.
func (w *World) Serve(do func() time.Duration) {
	for {
		w.Mu.Lock()
		sleep, changed := do(), w.changed
		w.Mu.Unlock()
		timer := time.NewTimer(sleep)
		select {
		case <-changed:
		case <-timer.C:
		case <-w.Done.Done():
			timer.Stop()
			return
		}
		timer.Stop()
	}
}

// Call is one line of the record of what the bot asked.
type Call struct {
	Method string            `json:"method"` // as the reference writes it, or what stands for another request
	Params map[string]string `json:"params"`
	At     time.Time         `json:"at"`
	Team   string            `json:"team,omitempty"`
	Chat   string            `json:"chat,omitempty"`
	Code   int               `json:"code"`            // of HTTP; 0: under way, or cut off
	Error  string            `json:"error,omitempty"` // the refusal, as the service words it
}

const callsMax = 10_000

// Note opens a line of the record.
func (w *World) Note(c Call) *Call {
	w.Mu.Lock()
	defer w.Mu.Unlock()
	c.At = w.Now()
	w.calls = append(w.calls, &c)
	if over := len(w.calls) - callsMax; over > 0 {
		w.calls = slices.Delete(w.calls, 0, over)
	}
	return &c
}

// Settle writes down how a request ended.
func (w *World) Settle(c *Call, code int, err string) {
	w.Mu.Lock()
	defer w.Mu.Unlock()
	c.Code, c.Error = code, err
	w.log.Debug(w.name, "method", c.Method, "chat", c.Chat, "status", code, "err", err)
	w.Touch()
}

// Requests is the record of what the bot asked: of these methods, or of all.
func (w *World) Requests(methods ...string) []Call {
	w.Mu.Lock()
	defer w.Mu.Unlock()
	var all []Call
	for _, c := range w.calls {
		if len(methods) == 0 || slices.Contains(methods, c.Method) {
			all = append(all, *c)
		}
	}
	return all
}
