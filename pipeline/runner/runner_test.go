package runner

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// runs notes what a Runner does. Each run takes a second.
type runs struct {
	mu    sync.Mutex
	log   []string
	now   map[int64]int
	most  int // at once
	twice bool
}

func (x *runs) run(ctx context.Context, id int64, h *Hint) {
	x.mu.Lock()
	if x.now == nil {
		x.now = map[int64]int{}
	}
	x.now[id]++
	x.twice = x.twice || x.now[id] > 1
	n := 0
	for _, one := range x.now {
		n += one
	}
	x.most = max(x.most, n)
	line := fmt.Sprint(id)
	if h != nil {
		line += " " + h.Remote
	}
	x.log = append(x.log, line)
	x.mu.Unlock()
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
		line += " cut off"
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.now[id]--
	if strings.HasSuffix(line, "cut off") {
		x.log = append(x.log, line)
	}
}

// is compares what has been run so far.
func (x *runs) is(t *testing.T, want ...string) {
	t.Helper()
	synctest.Wait()
	x.mu.Lock()
	defer x.mu.Unlock()
	if !slices.Equal(x.log, want) {
		t.Errorf("ran %q, want %q", x.log, want)
	}
	if x.twice {
		t.Error("one id was run twice at once")
	}
}

func runner(t *testing.T, places int, f func(t *testing.T, r *Runner, x *runs)) {
	synctest.Test(t, func(t *testing.T) {
		x := &runs{}
		r := New(places, nil, slog.New(slog.NewTextHandler(io.Discard, nil)), x.run)
		f(t, r, x)
		if err := r.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestRunner_WakeDuringARunRunsAgainOnce(t *testing.T) {
	runner(t, 2, func(t *testing.T, r *Runner, x *runs) {
		for range 5 {
			r.Wake(1, nil)
		}
		x.is(t, "1")
		for range 5 {
			r.Wake(1, nil)
		}
		time.Sleep(10 * time.Second)
		x.is(t, "1", "1")
	})
}

func TestRunner_LimitedPlacesAreServedInOrder(t *testing.T) {
	runner(t, 2, func(t *testing.T, r *Runner, x *runs) {
		for id := range int64(5) {
			r.Wake(id, nil)
		}
		synctest.Wait()
		r.Wake(0, nil) // waits behind those that have not been run at all
		time.Sleep(10 * time.Second)
		synctest.Wait()
		for pair := range slices.Chunk(x.log, 2) { // two begin at the same moment
			slices.Sort(pair)
		}
		x.is(t, "0", "1", "2", "3", "0", "4")
		if x.most != 2 {
			t.Errorf("%d at once", x.most)
		}
	})
}

func TestRunner_HintsReachTheNextRun(t *testing.T) {
	runner(t, 1, func(t *testing.T, r *Runner, x *runs) {
		r.Wake(1, &Hint{Remote: "a"})
		synctest.Wait()
		r.Wake(1, &Hint{Remote: "b"})
		r.Wake(1, &Hint{Remote: "c"})
		r.Wake(1, &Hint{}) // names nothing
		r.Wake(1, nil)
		time.Sleep(1500 * time.Millisecond)
		x.is(t, "1 a", "1 c")
		r.Wake(1, nil)
		time.Sleep(5 * time.Second)
		x.is(t, "1 a", "1 c", "1")
	})
}

func TestRunner_WakeAtKeepsTheEarliestTimeAndTheHint(t *testing.T) {
	runner(t, 1, func(t *testing.T, r *Runner, x *runs) {
		start := time.Now()
		r.WakeAt(1, start.Add(5*time.Second), &Hint{Remote: "a"})
		r.WakeAt(1, start.Add(3*time.Second), nil)
		r.WakeAt(1, start.Add(9*time.Second), nil)
		r.WakeAt(2, start.Add(-time.Second), nil)
		time.Sleep(2999 * time.Millisecond)
		x.is(t, "2")
		time.Sleep(time.Millisecond)
		x.is(t, "2", "1 a")
		time.Sleep(time.Minute)
		x.is(t, "2", "1 a")
	})
}

func TestRunner_DoSharesTheRunWithWakes(t *testing.T) {
	runner(t, 1, func(t *testing.T, r *Runner, x *runs) {
		r.Wake(1, nil)
		r.Wake(2, &Hint{Remote: "b"})
		synctest.Wait()
		nothing := func(context.Context, *Hint) { t.Error("1 is being run") }
		if r.Do(t.Context(), 1, nothing) {
			t.Error("a second run of 1 is reported")
		}
		type key struct{}
		ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "value"))
		cancel()
		ran := r.Do(ctx, 2, func(ctx context.Context, h *Hint) { // which waits for a place meanwhile
			if h == nil || h.Remote != "b" || ctx.Err() != nil || ctx.Value(key{}) != "value" {
				t.Errorf("hint %v, context %v", h, ctx)
			}
			r.Wake(2, nil)
		})
		time.Sleep(10 * time.Second)
		if x.is(t, "1", "2"); !ran {
			t.Error("2 wasn't run")
		}
	})
}

func TestRunner_APanicHoldsNoPlaceAndNoID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		n := 0
		r := New(1, nil, slog.New(slog.NewTextHandler(&log, nil)), func(context.Context, int64, *Hint) {
			if n++; n == 1 {
				panic("boom")
			}
		})
		r.Wake(1, nil)
		synctest.Wait()
		r.Wake(1, nil)
		synctest.Wait()
		if err := r.Stop(t.Context()); err != nil || n != 2 || !strings.Contains(log.String(), "boom") {
			t.Errorf("%v, %d runs, log %q", err, n, log.String())
		}
	})
}

func TestRunner_StopWaitsForWhatWasWoken(t *testing.T) {
	runner(t, 1, func(t *testing.T, r *Runner, x *runs) {
		r.Wake(1, nil)
		r.Wake(2, nil)
		r.WakeAt(3, time.Now().Add(time.Hour), nil)
		r.WakeAt(4, time.Now().Add(time.Hour), &Hint{Remote: "d"}) // nothing else knows of it
		start := time.Now()
		if err := r.Stop(t.Context()); err != nil || time.Since(start) != 3*time.Second {
			t.Errorf("%v after %s", err, time.Since(start))
		}
		x.is(t, "1", "2", "4 d")
		r.WakeAt(5, time.Now(), nil)
		if r.Wake(5, nil) || r.Do(t.Context(), 5, func(context.Context, *Hint) { t.Error("run") }) {
			t.Error("woken after Stop")
		}
		time.Sleep(2 * time.Hour)
		x.is(t, "1", "2", "4 d")
	})
}

func TestRunner_StopCutsOffWhatOutlivesItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := &runs{}
		r := New(1, nil, slog.New(slog.DiscardHandler), x.run)
		r.Wake(1, nil)
		r.Wake(2, nil)
		synctest.Wait()
		r.Wake(1, nil)
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		start := time.Now()
		if err := r.Stop(ctx); err == nil || time.Since(start) != 500*time.Millisecond {
			t.Errorf("%v after %s", err, time.Since(start))
		}
		x.is(t, "1", "1 cut off")
		if err := r.Stop(t.Context()); err != nil {
			t.Errorf("a second Stop: %v", err)
		}
	})
}
