package sqlstore

import (
	"math/rand/v2"
	"testing"
	"time"
)

// TestNoWindowHoldsMoreThanTheLimit asks at random times, with clocks that disagree by a little, and
// looks at every window afterwards.
func TestNoWindowHoldsMoreThanTheLimit(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const n, window = 3, 100 * time.Millisecond
	at := time.UnixMilli(1_800_000_000_000)
	var used, went []int64
	for range 20_000 {
		at = at.Add(time.Duration(r.IntN(20)) * time.Millisecond)
		var wait time.Duration
		used, wait = take(used, n, window, at)
		if wait == 0 {
			went = append(went, at.UnixMilli())
		} else if wait > window {
			t.Fatalf("told to wait %v", wait)
		}
	}
	if len(went) < 2000 {
		t.Fatalf("only %d went", len(went))
	}
	for i := n; i < len(went); i++ {
		if d := went[i] - went[i-n]; d < window.Milliseconds() {
			t.Fatalf("%d requests within %d ms", n+1, d)
		}
	}
	if len(used) > n {
		t.Errorf("%d times are kept", len(used))
	}
}

func TestAfterItsWaitARequestGoes(t *testing.T) {
	at := time.UnixMilli(1_800_000_000_000)
	used, _ := take(nil, 1, 50*time.Millisecond, at)
	used, wait := take(used, 1, 50*time.Millisecond, at.Add(20*time.Millisecond))
	if wait != 30*time.Millisecond {
		t.Fatalf("waits %v", wait)
	}
	if _, wait = take(used, 1, 50*time.Millisecond, at.Add(50*time.Millisecond)); wait != 0 {
		t.Errorf("waits %v more", wait)
	}
}

// TestAClockThatWasAheadBlocksForOneWindowOnly keeps a machine with a wrong clock from stopping the others.
func TestAClockThatWasAheadBlocksForOneWindowOnly(t *testing.T) {
	at := time.UnixMilli(1_800_000_000_000)
	ahead := []int64{at.Add(24 * time.Hour).UnixMilli()}
	used, wait := take(ahead, 1, time.Second, at)
	if wait != time.Second {
		t.Fatalf("waits %v", wait)
	}
	if _, wait = take(used, 1, time.Second, at.Add(time.Second)); wait != 0 {
		t.Errorf("waits %v more", wait)
	}
}
