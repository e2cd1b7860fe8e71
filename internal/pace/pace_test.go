package pace

import (
	"errors"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

func newTestPace(all Rate) *Pace {
	return NewPace("full", all, func(string) []Rate {
		return []Rate{{Every: time.Second, Burst: 3}, {Every: 4 * time.Second, Burst: 5}}
	})
}

func TestPace_EachWhoWaitsHasATimeOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, every := newTestPace(Rate{}), 3*time.Second
		if d := p.Turn("1", every); d != 0 {
			t.Errorf("a chat at rest has one wait %v", d)
		}
		for p.reserve("1", time.Now()) <= Patience { // the chat is full
		}
		var last time.Duration
		for n := range 26 {
			d := p.Turn("1", every)
			if d <= Patience || n > 0 && d-last != every {
				t.Errorf("waiter %d comes back in %v, the one before in %v", n, d, last)
			}
			last = d
		}
		if d := p.Turn("2", every); d != 0 {
			t.Errorf("another chat waits %v", d)
		}
		time.Sleep(last)
		if d := p.Turn("1", every); d != 0 {
			t.Errorf("when all have had their time, one waits %v", d)
		}
	})
}

func TestPace_ChatsAtRestAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newTestPace(Rate{})
		for n := range 3 * maxChats {
			if err := p.Take(t.Context(), strconv.Itoa(n)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(40 * time.Millisecond)
		}
		if len(p.chats) > maxChats+10 {
			t.Errorf("%d chats are remembered", len(p.chats))
		}
	})
}

func TestPace_AllChatsTogetherHaveALimitToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newTestPace(Rate{Every: 10 * time.Second, Burst: 2})
		for n, want := range []time.Duration{0, 0, 10 * time.Second} {
			var f *pipeline.Fault
			switch err := p.Take(t.Context(), strconv.Itoa(n)); {
			case want == 0 && err != nil:
				t.Fatal(err)
			case want > 0 && (!errors.As(err, &f) || f.Kind != pipeline.Transient || !f.RateLimited || f.RetryAfter != want):
				t.Errorf("chat %d: got %v", n, err)
			}
		}
	})
}

func TestPace_AChatThatIsHeldIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newTestPace(Rate{})
		p.Hold("", time.Hour)
		p.Hold("1", time.Minute)
		if f := pipeline.AsFault(p.Take(t.Context(), "1")); !f.RateLimited || f.RetryAfter != time.Minute {
			t.Errorf("got %+v", f)
		}
		if err := p.Take(t.Context(), "2"); err != nil {
			t.Errorf("another chat: %v", err)
		}
		time.Sleep(time.Minute)
		if err := p.Take(t.Context(), "1"); err != nil {
			t.Errorf("after its time: %v", err)
		}
	})
}
