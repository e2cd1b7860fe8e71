package sqlstore

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// TestWindow_HoldsNoMoreThanTheLimit asks at random times, with clocks that disagree by a little, and
// looks at every window afterwards.
func TestWindow_HoldsNoMoreThanTheLimit(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const n, per, window = 3, 100 * time.Millisecond, 105
	at := time.UnixMilli(1_800_000_000_000)
	var used, went []int64
	for range 20_000 {
		at = at.Add(time.Duration(r.IntN(20)) * time.Millisecond)
		w := newWindow(used, pipeline.Rate{N: n, Per: per}, at)
		ahead := time.Duration(r.IntN(3)) * per / 2 // some ask for a place in the future
		wait := w.wait()
		if wait <= ahead {
			w = w.with(wait)
			went = append(went, at.Add(wait).UnixMilli())
		} else if wait > 4*per {
			t.Fatalf("told to wait %v", wait)
		}
		used = w.used
	}
	if len(went) < 2000 {
		t.Fatalf("only %d went", len(went))
	}
	slices.Sort(went)
	for i := n; i < len(went); i++ {
		if d := went[i] - went[i-n]; d < window {
			t.Fatalf("%d requests within %d ms", n+1, d)
		}
	}
	if len(used) > 4*n {
		t.Errorf("%d times are kept", len(used))
	}
}

func TestWindow_ARequestGoesAfterItsWait(t *testing.T) {
	at, r := time.UnixMilli(1_800_000_000_000), pipeline.Rate{N: 1, Per: 100 * time.Millisecond}
	used := newWindow(nil, r, at).with(0).used
	if wait := newWindow(used, r, at.Add(20*time.Millisecond)).wait(); wait != 85*time.Millisecond {
		t.Fatalf("waits %v", wait)
	}
	if wait := newWindow(used, r, at.Add(105*time.Millisecond)).wait(); wait != 0 {
		t.Errorf("waits %v more", wait)
	}
}

// TestWindow_AClockThatWasAheadBlocksForOneWindowOnly keeps a machine with a wrong clock from stopping the others.
func TestWindow_AClockThatWasAheadBlocksForOneWindowOnly(t *testing.T) {
	at, r := time.UnixMilli(1_800_000_000_000), pipeline.Rate{N: 1, Per: time.Second}
	w := newWindow([]int64{at.Add(24 * time.Hour).UnixMilli()}, r, at)
	if wait := w.wait(); wait != 1050*time.Millisecond {
		t.Fatalf("waits %v", wait)
	}
	if wait := newWindow(w.used, r, at.Add(1050*time.Millisecond)).wait(); wait != 0 {
		t.Errorf("waits %v more", wait)
	}
}

func TestPlaces_GrowByOneAMinuteInWhichNothingWasNoted(t *testing.T) {
	at := time.UnixMilli(1_800_000_000_000)
	p := places{Less: 2, Noted: at.UnixMilli(), Closed: 7}
	if _, grows := p.grown(at.Add(59 * time.Second)); grows {
		t.Error("too soon")
	}
	more, grows := p.grown(at.Add(time.Minute))
	if want := (places{Less: 1, Noted: at.Add(time.Minute).UnixMilli(), Closed: 7}); !grows || more != want {
		t.Errorf("got %+v, %v", more, grows)
	}
	if _, grows := (places{}).grown(at); grows {
		t.Error("beyond what it was said to take")
	}
}
