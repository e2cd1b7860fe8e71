package creatomate

import (
	"sync"
	"time"
)

// The account's rate limit (creatomate.com/docs, "Limits and concurrency").
const (
	limitRequests = 30
	limitTime     = 10 * time.Second
)

// window lets n requests through in any 10 seconds.
type window struct {
	mu   sync.Mutex
	past []time.Time // a ring of the last n that went through
	next int
}

func newWindow(n int) *window { return &window{past: make([]time.Time, max(n, 0))} }

func (w *window) take() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.past) == 0 {
		return true
	}
	now := time.Now()
	if oldest := w.past[w.next]; !oldest.IsZero() && now.Sub(oldest) < limitTime {
		return false
	}
	w.past[w.next] = now
	w.next = (w.next + 1) % len(w.past)
	return true
}
