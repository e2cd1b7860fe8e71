package orders

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

var limitPromises = orderSuite{
	"TakeNeverExceedsItsLimit":       func(t *testing.T, e storagetest.OrderStore) { NeverExceeds(t, e) },
	"AfterTheWaitItIsFree":           freeAfterTheWait,
	"APlaceAheadIsCountedForItsTime": placeAhead,
	"ALimitMayChange":                limitMayChange,
	"LimitsAreApart":                 limitsAreApart,
	"ALimitOfNothingIsAnError":       limitOfNothing,
}

// NeverExceeds lets many ask at once, spread over all engines.
func NeverExceeds(t *testing.T, engines ...storagetest.OrderStore) {
	var wg sync.WaitGroup
	var went atomic.Int32
	for i := range 60 {
		wg.Go(func() {
			wait, err := engines[i%len(engines)].Take(t.Context(), "runway", pipeline.Rate{N: 7, Per: time.Hour}, 0)
			if err != nil {
				t.Error(err)
			}
			if wait == 0 {
				went.Add(1)
			} else if wait < 50*time.Minute || wait > 64*time.Minute {
				t.Errorf("told to wait %v", wait)
			}
		})
	}
	wg.Wait()
	if n := went.Load(); n != 7 {
		t.Errorf("%d went, 7 may", n)
	}
}

func take(t *testing.T, e storagetest.OrderStore, limit string, n int, per time.Duration) time.Duration {
	t.Helper()
	wait, err := e.Take(t.Context(), limit, pipeline.Rate{N: n, Per: per}, 0)
	storagetest.Check(t, err)
	return wait
}

func freeAfterTheWait(t *testing.T, e storagetest.OrderStore) {
	const per = 200 * time.Millisecond
	start := time.Now()
	if wait := take(t, e, "a", 1, per); wait != 0 {
		t.Fatalf("the first waits %v", wait)
	}
	for wait := take(t, e, "a", 1, per); wait != 0; wait = take(t, e, "a", 1, per) {
		if wait > per+per/10 {
			t.Fatalf("waits %v", wait)
		}
		<-time.After(wait)
	}
	if took := time.Since(start); took < per {
		t.Errorf("free after %v", took)
	}
}

func placeAhead(t *testing.T, e storagetest.OrderStore) {
	r, ahead := pipeline.Rate{N: 2, Per: 20 * time.Second}, 30*time.Second // a window is 21 s
	asked := time.Now()
	for i, windows := range []int{0, 0, 1, 1, 2, 2} { // those of the third window are too far ahead to be counted
		wait, err := e.Take(t.Context(), "a", r, ahead)
		storagetest.Check(t, err)
		if late, want := time.Since(asked), time.Duration(windows)*21*time.Second; wait > want ||
			wait < want-late-time.Millisecond {
			t.Errorf("number %d waits %v, %v after the first", i+1, wait, late)
		}
	}
	if wait := take(t, e, "a", 2, 20*time.Second); wait < 30*time.Second {
		t.Errorf("one that books nothing waits %v", wait)
	}
}

func limitMayChange(t *testing.T, e storagetest.OrderStore) {
	for i, n := range []int{2, 2, 3} {
		if wait := take(t, e, "a", n, time.Hour); wait != 0 {
			t.Fatalf("number %d waits %v", i+1, wait)
		}
	}
	for _, n := range []int{3, 1} {
		if take(t, e, "a", n, time.Hour) == 0 {
			t.Fatalf("a fourth went under a limit of %d", n)
		}
	}
	if wait := take(t, e, "a", 4, time.Hour); wait != 0 {
		t.Fatalf("a fourth of four waits %v", wait)
	}
}

func limitsAreApart(t *testing.T, e storagetest.OrderStore) {
	if take(t, e, "a", 1, time.Hour) != 0 || take(t, e, "b", 1, time.Hour) != 0 || take(t, e, "a", 1, time.Hour) == 0 {
		t.Error("one limit counts for another")
	}
}

func limitOfNothing(t *testing.T, e storagetest.OrderStore) {
	if _, err := e.Take(t.Context(), "a", pipeline.Rate{Per: time.Hour}, 0); err == nil {
		t.Error("none in an hour")
	}
	if _, err := e.Take(t.Context(), "a", pipeline.Rate{N: 1}, 0); err == nil {
		t.Error("one in no time")
	}
}
