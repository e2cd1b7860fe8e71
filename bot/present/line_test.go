package present

import (
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

var someTimes = map[pipeline.Step]time.Duration{
	pipeline.Fetch: 2 * time.Second, pipeline.Animate: 60 * time.Second, pipeline.Render: 50 * time.Second,
	pipeline.Deliver: 4 * time.Second,
}

// TestLine_SaysWhatIsKnownAndNoMore holds what an owner reads while an order goes on.
func TestLine_SaysWhatIsKnownAndNoMore(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	at := func(s pipeline.Step, since time.Duration, changes ...func(*pipeline.Order)) pipeline.Order {
		o := pipeline.Order{
			ID: 7, Status: pipeline.Open, Step: s, Phase: pipeline.Waiting, Since: now.Add(-since), StatusRef: "1",
			Cut: pipeline.Cut{N: 1},
		}
		for _, change := range changes {
			change(&o)
		}
		return o
	}
	end := func(s pipeline.Status, r pipeline.Reason) pipeline.Order {
		return at(pipeline.Animate, time.Minute, func(o *pipeline.Order) { o.Status, o.Reason = s, r })
	}
	fresh := func(o *pipeline.Order) { o.StatusRef = "" }
	for name, c := range map[string]struct {
		order pipeline.Order
		usual map[pipeline.Step]time.Duration // empty: no order has been through the steps yet
		quiet bool                            // the chat may not be written to so often
		key   string                          // of the phrase
		args  Args                            // its stage aside
	}{
		"first":                {at(pipeline.Fetch, 0, fresh), someTimes, false, "accepted", Args{"time": "2분쯤"}},
		"first, times unknown": {at(pipeline.Fetch, 0, fresh), nil, false, "accepted.unknown", nil},
		"photo": {
			at(pipeline.Fetch, time.Second), someTimes, false, "line.left", Args{"time": "2분쯤", "bar": "▱▱▱▱▱▱▱▱▱▱"},
		},
		"clip, after 30 s": {
			at(pipeline.Animate, 30*time.Second), someTimes, false, "line.left",
			Args{"time": "1분쯤", "bar": "▰▰▱▱▱▱▱▱▱▱"},
		},
		"clip, provider says 90 %": {
			at(pipeline.Animate, 10*time.Second, func(o *pipeline.Order) { o.Progress = .9 }), someTimes, false,
			"line.left", Args{"time": "1분쯤", "bar": "▰▰▰▰▱▱▱▱▱▱"},
		},
		"clip, longer than usual": {
			at(pipeline.Animate, 70*time.Second), someTimes, false, "line.left",
			Args{"time": "50초쯤", "bar": "▰▰▰▰▰▱▱▱▱▱"},
		},
		"clip, far too long":  {at(pipeline.Animate, 2*time.Minute), someTimes, false, "line.slow", nil},
		"clip, times unknown": {at(pipeline.Animate, 30*time.Second), nil, false, "step.animate", nil},
		"clip, in a group": {
			at(pipeline.Animate, 30*time.Second), someTimes, true, "line.usual", Args{"time": "2분쯤"},
		},
		"clip, outcome unknown": {
			at(pipeline.Animate, time.Minute, func(o *pipeline.Order) { o.Phase = pipeline.Unknown }), someTimes,
			false, "checking", nil,
		},
		"clip, held back": {at(pipeline.Animate, time.Hour, func(o *pipeline.Order) {
			o.Phase, o.Reason = pipeline.Ready, pipeline.ReasonBudget
		}),
			someTimes, false, "reason." + string(pipeline.ReasonBudget), nil},
		"second cut": {
			at(pipeline.Render, 25*time.Second, func(o *pipeline.Order) { o.Cut.N = 2 }), someTimes, false,
			"line.left", Args{"time": "30초쯤", "bar": "▰▰▰▰▱▱▱▱▱▱"},
		},
		"on its way": {at(pipeline.Deliver, time.Second), someTimes, false, "line.soon", Args{"bar": "▰▰▰▰▰▰▰▰▰▱"}},
		"there":      {end(pipeline.Delivered, ""), someTimes, false, "done", nil},
		"taken back": {end(pipeline.Cancelled, ""), someTimes, false, "cancelled", nil},
		"failed": {
			end(pipeline.Failed, pipeline.ReasonPhotoText), someTimes, false,
			"reason." + string(pipeline.ReasonPhotoText), nil,
		},
		"parked": {
			end(pipeline.Parked, pipeline.ReasonOutOfCredits), someTimes, false,
			"reason." + string(pipeline.ReasonOutOfCredits), nil,
		},
	} {
		args := Args{"stage": Stage("ko", c.order)}
		for k, v := range c.args {
			args[k] = v
		}
		if got, want := Standing(c.order, c.usual, now, !c.quiet), Fill("ko", c.key, args); got != want || got == "" {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
		c.order.Thread.Lang = "en"
		if got := Standing(c.order, c.usual, now, !c.quiet); got == "" ||
			strings.ContainsFunc(got, func(r rune) bool { return r >= '가' && r <= '힣' }) {
			t.Errorf("%s, in English: %q", name, got)
		}
	}
}

func TestGuess_NeverPromisesMoreThanItKnows(t *testing.T) {
	now := time.Now()
	for _, n := range []int{1, 2} {
		for s := range someTimes {
			var before float64
			for took := time.Duration(0); took < 5*time.Minute; took += time.Second {
				o := pipeline.Order{Status: pipeline.Open, Step: s, Since: now.Add(-took), Cut: pipeline.Cut{N: n}}
				e, known := Guess(o, someTimes, now)
				if !known || e.Left < 0 || e.Left > e.Whole || e.Done() < before || e.Done() > 1 {
					t.Fatalf("cut %d, %s after %v: %+v", n, s, took, e)
				}
				before = e.Done()
			}
		}
	}
	o := pipeline.Order{Status: pipeline.Open, Step: pipeline.Render, Since: now, Cut: pipeline.Cut{N: 2}}
	if e, _ := Guess(o, someTimes, now); e.Whole != 54*time.Second {
		t.Errorf("a second cut takes %v", e.Whole)
	}
	if _, known := Guess(o, map[pipeline.Step]time.Duration{pipeline.Render: time.Minute}, now); known {
		t.Error("nobody has delivered yet, and still it knows")
	}
	if e, known := Guess(
		pipeline.Order{Step: pipeline.Fetch},
		map[pipeline.Step]time.Duration{"fetch": 0, "animate": 0, "render": 0, "deliver": 0}, now,
	); known {
		t.Errorf("%+v of nothing", e)
	}
}
