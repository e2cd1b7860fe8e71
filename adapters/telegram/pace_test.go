package telegram

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/internal/pace"
	"github.com/sajangpick/sajangpick/pipeline"
)

func testPace() *pace.Pace {
	return newPace(pipeline.Rate{}, nil, slog.New(slog.DiscardHandler))
}

// most is the largest number of times in any window.
func most(at []time.Time, window time.Duration) int {
	best := 0
	for i := range at {
		n := 0
		for _, t := range at[i:] {
			if t.Sub(at[i]) < window {
				n++
			}
		}
		best = max(best, n)
	}
	return best
}

// hurry sends as fast as it may for a while, coming back when it is told to.
func hurry(t *testing.T, p *pace.Pace, limit time.Duration, chats ...string) []time.Time {
	var at []time.Time
	for began := time.Now(); time.Since(began) < limit; {
		for _, chat := range chats {
			asked := time.Now()
			err := p.Take(t.Context(), chat, 0)
			if d := time.Since(asked); d > pace.Patience {
				t.Errorf("waited %s", d)
			}
			if err == nil {
				at = append(at, time.Now())
			} else if f := wantFault(t, err, pipeline.Transient, pipeline.ReasonBusy); !f.RateLimited ||
				f.RetryAfter <= pace.Patience {
				t.Errorf("got %+v", f)
			} else {
				time.Sleep(f.RetryAfter)
			}
		}
	}
	return at
}

func TestTelegramPace_AChatIsNotFlooded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := hurry(t, testPace(), 2*time.Minute, "7")
		if n := most(at, 10*time.Second); n > 12 {
			t.Errorf("%d messages in 10 s", n)
		}
		if len(at) < 110 {
			t.Errorf("%d messages in 2 minutes are too few", len(at))
		}
		if at[2].Sub(at[0]) > 80*time.Millisecond { // the turns of all chats
			t.Error("the first three weren't sent at once")
		}
	})
}

func TestTelegramPace_AGroupGetsTwentyAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := hurry(t, testPace(), 5*time.Minute, "-7")
		if n := most(at, time.Minute); n > 20 {
			t.Errorf("%d messages in a minute", n)
		}
		if len(at) < 70 {
			t.Errorf("%d messages in 5 minutes are too few", len(at))
		}
		if fast := most(at, time.Second); fast > 3 { // a person's limit holds there, too
			t.Errorf("%d messages in a second", fast)
		}
		if fast := most(at, groupRate.Every-time.Second); fast != groupRate.Burst {
			t.Errorf("%d messages at once", fast)
		}
	})
}

func TestPace_AllChatsTogetherKeepToTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var chats []string
		for i := range 3000 {
			chats = append(chats, fmt.Sprint(i))
		}
		at := hurry(t, testPace(), time.Minute, chats...)
		if n := most(at, time.Second); n > 25 {
			t.Errorf("%d messages in a second", n)
		}
		if len(at) < 24*60 {
			t.Errorf("%d messages in a minute are too few", len(at))
		}
	})
}

func TestTelegramPace_AWaitEndsWithItsCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := testPace()
		for range 3 {
			if err := p.Take(t.Context(), "7", 0); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		wantFault(t, p.Take(ctx, "7", 0), pipeline.Transient, pipeline.ReasonBusy)
	})
}

func TestTelegramPace_ProgressIsSlowAndOnlyOfStagesInGroups(t *testing.T) {
	c := sender{}
	if c.Pace("7") < 3*time.Second || c.Pace("-7") != 0 {
		t.Errorf("%s, %s", c.Pace("7"), c.Pace("-7"))
	}
}

func TestPace_WhoeverWaitsHasATimeOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := testPace()
		c := sender{&conn{pace: p}}
		for p.Take(t.Context(), "-100", 0) == nil { // the group is full
		}
		var last time.Duration
		for n := range 26 {
			d := c.Turn("-100")
			if d <= pace.Patience || n > 0 && d-last != groupRate.Every {
				t.Errorf("waiter %d comes back in %v, the one before in %v", n, d, last)
			}
			last = d
		}
		if d := c.Turn("77"); d != 0 {
			t.Errorf("another chat waits %v", d)
		}
		time.Sleep(last + time.Minute)
		if d := c.Turn("-100"); d != 0 {
			t.Errorf("a group at rest has one wait %v", d)
		}
	})
}
