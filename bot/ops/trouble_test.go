package ops_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/ops"
	"github.com/sajangpick/sajangpick/pipeline"
)

// fails lets an order's clip not be begun, as of now.
func fails(o *pipeline.Order, m *pipeline.Move) {
	o.Step, o.Phase, o.Detail = pipeline.Animate, pipeline.Ready, "runway: start clip: HTTP 503"
	if o.Trouble.Since.IsZero() {
		o.Trouble = pipeline.Trouble{Since: time.Now(), Reason: pipeline.ReasonBusy, Service: "runway"}
	}
}

// works lets its clip be made.
func works(o *pipeline.Order, m *pipeline.Move) {
	o.Phase, o.Remote, o.Trouble, o.Status = pipeline.Waiting, "task", pipeline.Trouble{}, pipeline.Open
}

func TestTrouble_OpsHearWithinTwoMinutesOnceForAllAndOfItsEnd(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		a, b := t.Order("새우 파스타", fails), t.Order("김치찌개", fails)
		t.Check(o.Sweep(t.Context()))
		t.Tells() // a moment is nothing
		time.Sleep(time.Minute)
		t.Check(o.Sweep(t.Context()))
		t.Check(t.Ops().Sweep(t.Context()))
		says := t.Tells("🔁 주문 2건이 영상 단계에서 잘 안 돼요\n주문이 밀림\nrunway: start clip: HTTP 503")
		if !strings.Contains(says[0].Text, "저절로 다시") {
			t.Errorf("%q", says[0].Text)
		}
		t.Goes(b, works)
		a = t.Goes(a, func(o *pipeline.Order, m *pipeline.Move) {
			o.Status, o.Reason = pipeline.Parked, pipeline.ReasonBusy
		})
		time.Sleep(time.Minute)
		t.Check(o.Sweep(t.Context()))
		t.Tells("🛑 1번 주문이 멈췄어요") // and the trouble isn't over by that
		t.Goes(a, works)
		t.Check(o.Sweep(t.Context()))
		t.Tells("✅ 1번 주문", "✅ 영상 단계가 다시 잘 돼요. 1분")
	})
}

func TestTrouble_CountsNoOrderThatOnlyAnAdminTakesUp(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		for _, why := range []pipeline.Reason{
			pipeline.ReasonUnknownStart, pipeline.ReasonUnfit, pipeline.ReasonMaybeDelivered, pipeline.ReasonTemplate,
		} {
			t.Order("새우 파스타", fails, func(o *pipeline.Order, m *pipeline.Move) {
				o.Status, o.Reason = pipeline.Parked, why
			})
		}
		time.Sleep(time.Minute)
		t.Check(o.Sweep(t.Context()))
		for _, s := range t.Told() {
			if !strings.HasPrefix(s.Text, "🛑") {
				t.Errorf("told: %q", s.Text)
			}
		}
		x := t.Order("김치찌개", fails)
		time.Sleep(time.Minute)
		t.Check(o.Sweep(t.Context()))
		t.Tells("🔁 주문 1건이 영상 단계에서 잘 안 돼요")
		t.Goes(x, func(o *pipeline.Order, m *pipeline.Move) {
			o.Status, o.Reason = pipeline.Parked, pipeline.ReasonUnknownStart
		})
		time.Sleep(time.Minute)
		t.Check(o.Sweep(t.Context()))
		t.Tells("🛑 5번 주문이 멈췄어요") // and nothing says that the step works
	})
}

func TestTrouble_IsNotToldBesideItsProvider(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		t.Order("새우 파스타", fails)
		t.Check(o.Provider(t.Context(), ops.Verdict{Provider: "runway", Failing: time.Now(), Bad: 5}))
		t.Tells("📉 런웨이")
		time.Sleep(time.Hour)
		t.Check(o.Sweep(t.Context()))
		t.Tells()
	})
}

func TestTrouble_AnOwnerHearsOnceThatItTakesLonger(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		x := t.Order("새우 파스타", fails)
		t.Order("김치찌개", fails)
		heard := func() (n int) {
			t.Helper()
			for _, s := range t.Hears() {
				if s.Thread.Chat == x.Thread.Chat && strings.HasPrefix(s.Text, "새우 파스타 주문이 평소보다 오래 걸리고 있어요.") {
					n++
				}
			}
			return n
		}
		for minute := range 60 {
			ops := o
			if minute == 30 { // a process that knows nothing of it
				ops = t.Ops()
			}
			t.Check(ops.Sweep(t.Context()))
			want := 0
			if minute == 5 {
				want = 1
			}
			if n := heard(); n != want {
				t.Fatalf("minute %d: heard %d times", minute, n)
			}
			time.Sleep(time.Minute)
		}
	})
}

func TestThaw_WakesWhatAClockThatWasAheadHasSetAndSaysSo(t *testing.T) {
	bottest.WithOpsChat(t, func(t *bottest.Talk, o *ops.Ops) {
		x := t.Order("새우 파스타", func(o *pipeline.Order, m *pipeline.Move) {
			o.Due, m.Wakeup = time.Now().Add(24*time.Hour), true
		})
		t.Check(o.Thaw(t.Context(), 10*time.Minute))
		t.Tells("⏰ 너무 먼 시각으로 잡혀 있던 일 1건을 앞당겼어요.")
		if x = t.Now(x); time.Now().Before(x.Due) {
			t.Errorf("due at %s", x.Due)
		}
		t.Check(o.Thaw(t.Context(), 10*time.Minute))
		t.Tells()
	})
}

func TestHealth_ARowOfFailuresOutweighsWhatWentWellBefore(t *testing.T) {
	h := &ops.Health{}
	down := &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy}
	says := func(n int, err error) bool {
		for range n {
			h.Note("creatomate", err)
		}
		v := h.Verdicts()
		return len(v) == 1 && !v[0].Failing.IsZero()
	}
	for _, x := range []struct {
		n    int
		err  error
		want bool
	}{{100, nil, false}, {4, down, false}, {1, down, true}, {20, down, true}, {1, nil, false}} {
		if got := says(x.n, x.err); got != x.want {
			t.Errorf("%d × %v: failing %v", x.n, x.err, got)
		}
	}
}
