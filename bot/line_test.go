package bot

import (
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

var updateLines = flag.Bool("update", false, "write the golden files")

var someTimes = map[pipeline.Step]time.Duration{
	pipeline.Fetch: 2 * time.Second, pipeline.Animate: 60 * time.Second, pipeline.Render: 50 * time.Second, pipeline.Deliver: 4 * time.Second,
}

// TestLinesReadAsTheyWereAgreed holds what an owner reads while an order goes on.
func TestLinesReadAsTheyWereAgreed(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	open := func(s pipeline.Step, since time.Duration) pipeline.Order {
		return pipeline.Order{ID: 7, Status: pipeline.Open, Step: s, Phase: pipeline.Waiting, Since: now.Add(-since), StatusRef: "1",
			Cut: pipeline.Cut{N: 1, Words: pipeline.Words{Menu: "새우 파스타", Price: "18,000원", Won: 18000}}}
	}
	with := func(o pipeline.Order, change func(*pipeline.Order)) pipeline.Order { change(&o); return o }
	end := func(s pipeline.Status, r pipeline.Reason) pipeline.Order {
		return with(open(pipeline.Animate, time.Minute), func(o *pipeline.Order) { o.Status, o.Reason = s, r })
	}
	unsaid := func(o *pipeline.Order) { o.StatusRef = "" }
	for _, lang := range []string{"ko", "en"} {
		var b strings.Builder
		for _, c := range []struct {
			name  string
			order pipeline.Order
			blind bool // nobody has been through the steps yet
			quiet bool // the chat may not be written to so often
		}{
			{"first", with(open(pipeline.Fetch, 0), unsaid), false, false},
			{"first, nobody knows how long", with(open(pipeline.Fetch, 0), unsaid), true, false},
			{"photo", open(pipeline.Fetch, time.Second), false, false},
			{"clip, just begun", open(pipeline.Animate, 0), false, false},
			{"clip, after 30 s", open(pipeline.Animate, 30*time.Second), false, false},
			{"clip, the provider says 90 %", with(open(pipeline.Animate, 10*time.Second), func(o *pipeline.Order) { o.Progress = .9 }), false, false},
			{"clip, longer than usual", open(pipeline.Animate, 70*time.Second), false, false},
			{"clip, far too long", open(pipeline.Animate, 2*time.Minute), false, false},
			{"clip, nobody knows how long", open(pipeline.Animate, 30*time.Second), true, false},
			{"clip, in a group", open(pipeline.Animate, 30*time.Second), false, true},
			{"clip, outcome unknown", with(open(pipeline.Animate, time.Minute), func(o *pipeline.Order) { o.Phase = pipeline.Unknown }), false, false},
			{"clip, held back for long", with(open(pipeline.Animate, time.Hour), func(o *pipeline.Order) { o.Phase, o.Reason = pipeline.Ready, pipeline.ReasonBudget }), false, false},
			{"short", open(pipeline.Render, 25*time.Second), false, false},
			{"short, nearly there", open(pipeline.Render, 50*time.Second), false, false},
			{"second cut", with(open(pipeline.Render, 25*time.Second), func(o *pipeline.Order) { o.Cut.N = 2 }), false, false},
			{"on its way", open(pipeline.Deliver, time.Second), false, false},
			{"there", end(pipeline.Delivered, ""), false, false},
			{"taken back", end(pipeline.Cancelled, ""), false, false},
			{"failed", end(pipeline.Failed, pipeline.ReasonPhotoText), false, false},
			{"parked", end(pipeline.Parked, pipeline.ReasonOutOfCredits), false, false},
			{"discount", with(open(pipeline.Render, 25*time.Second), func(o *pipeline.Order) { o.Cut.Words.Regular = 22000 }), false, false},
		} {
			c.order.Thread.Lang = lang
			usual := someTimes
			if c.blind {
				usual = nil
			}
			b.WriteString("# " + c.name + "\n" + head(c.order.Cut.Words) + "\n" + standing(c.order, usual, now, !c.quiet) + "\n\n")
		}
		golden(t, "testdata/lines."+lang+".golden", b.String())
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *updateLines {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s has changed; read it, then run go test -update:\n%s", name, got)
	}
}

func TestAnEstimateNeverPromisesMoreThanItKnows(t *testing.T) {
	now := time.Now()
	for _, n := range []int{1, 2} {
		for s := range someTimes {
			var before float64
			for took := time.Duration(0); took < 5*time.Minute; took += time.Second {
				o := pipeline.Order{Status: pipeline.Open, Step: s, Since: now.Add(-took), Cut: pipeline.Cut{N: n}}
				e, known := guess(o, someTimes, now)
				if !known || e.Left < 0 || e.Left > e.Whole || e.done() < before || e.done() > 1 {
					t.Fatalf("cut %d, %s after %v: %+v", n, s, took, e)
				}
				before = e.done()
			}
		}
	}
	o := pipeline.Order{Status: pipeline.Open, Step: pipeline.Render, Since: now, Cut: pipeline.Cut{N: 2}}
	if e, _ := guess(o, someTimes, now); e.Whole != 54*time.Second {
		t.Errorf("a second cut takes %v", e.Whole)
	}
	if _, known := guess(o, map[pipeline.Step]time.Duration{pipeline.Render: time.Minute}, now); known {
		t.Error("nobody has delivered yet, and still it knows")
	}
	if e, known := guess(pipeline.Order{Step: pipeline.Fetch}, map[pipeline.Step]time.Duration{"fetch": 0, "animate": 0, "render": 0, "deliver": 0}, now); known {
		t.Errorf("%+v of nothing", e)
	}
}
