package pipeline_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// watch is an Observer, and knows what there was to observe: which requests were made, and how long each call to the
// outside had.
type watch struct {
	mu          sync.Mutex
	made, heard []string
	limits      map[string][]time.Duration
	moved       []int64 // versions, in order
	callbacks   []time.Duration
}

func (w *watch) Moved(before, after pipeline.Order) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if before.ID != after.ID || before.Version >= after.Version {
		w.heard = append(w.heard, fmt.Sprintf("moved %+v to %+v", before, after))
	}
	w.moved = append(w.moved, after.Version)
}

// versions are those that Moved has said.
func (w *watch) versions() []int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.moved)
}

// rang is how many callbacks were handled.
func (w *watch) rang() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.callbacks)
}

func (w *watch) CallbackHandled(after time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.callbacks = append(w.callbacks, after)
}

func (w *watch) Called(provider, what string, took time.Duration, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.heard = append(w.heard, fmt.Sprintln(provider, what, took, err))
}

// request notes what a provider was asked, since began, and how that went.
func (w *watch) request(provider, what string, began time.Time, err error) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.made = append(w.made, fmt.Sprintln(provider, what, time.Since(began), err))
}

// limit notes how long a call has.
func (w *watch) limit(what string, ctx context.Context) {
	end, _ := ctx.Deadline()
	w.lasts(what, time.Until(end))
}

func (w *watch) lasts(what string, d time.Duration) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.limits == nil {
		w.limits = map[string][]time.Duration{}
	}
	if !slices.Contains(w.limits[what], d) {
		w.limits[what] = append(w.limits[what], d)
	}
}

// limits are how long calls to the outside have, and links to our files.
var limits = map[string]time.Duration{
	"start": time.Minute, "check": time.Minute, "photo": time.Minute, "status": time.Minute, "deliver": 3 * time.Minute,
	"result": 3 * time.Minute, "link": 6 * time.Hour,
}

// done checks that all was heard of that was made, and that nothing could take longer than it may.
func (w *watch) done(t *testing.T) {
	t.Helper()
	slices.Sort(w.made)
	slices.Sort(w.heard)
	if !slices.Equal(w.made, w.heard) {
		t.Errorf("requests made\n%s\nand observed\n%s", w.made, w.heard)
	}
	for what, got := range w.limits {
		if !slices.Equal(got, []time.Duration{limits[what]}) {
			t.Errorf("a %s has %v, want %v", what, got, limits[what])
		}
	}
}
