package pipeline_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/prompt"
)

const (
	fetch   = pipeline.Fetch
	animate = pipeline.Animate
	render  = pipeline.Render
	deliver = pipeline.Deliver
	ready   = pipeline.Ready
	begun   = pipeline.Begun
	waiting = pipeline.Waiting
	unknown = pipeline.Unknown
)

// transition is one line of the state machine: where an open order stands, what happens, what its provider says, and
// what has become of it once nothing more can be done at once. Fetch and Deliver are never Waiting or Unknown.
type transition struct {
	step   pipeline.Step
	phase  pipeline.Phase
	event  event
	says   answers
	change func(o *pipeline.Order) // beside what standing says; may be nil
	want   string                  // stands, and behind a "|" the ledger
	in     time.Duration           // until it is looked at again
}

// spread and paused are d with what chance adds to it here: half of half more to a back-off, half of a tenth to the
// pause between two questions.
func spread(d time.Duration) time.Duration { return d + d/4 }
func paused(d time.Duration) time.Duration { return d + d/20 }

var transitions = []transition{
	{fetch, ready, due, takes, nil,
		"open animate waiting remote=clip-1 | animate known 14/0 clip-1", paused(5 * time.Second)},
	{fetch, ready, early, takes, nil,
		"open fetch ready |", time.Minute},
	{fetch, ready, early, takes, fresh,
		"open animate waiting remote=clip-1 | animate known 14/0 clip-1", paused(5 * time.Second)},
	{fetch, begun, early, takes, nil,
		"open fetch begun |", time.Minute},
	{fetch, begun, due, takes, nil,
		"open fetch ready attempt=1 |", spread(2 * time.Second)},
	{fetch, begun, due, takes, opened3,
		"failed fetch begun reason=photo_unopened opened=3 |", 0},
	{fetch, ready, due, takes, opened3,
		"failed fetch ready reason=photo_unopened opened=3 |", 0},
	{animate, ready, due, takes, nil,
		"open animate waiting remote=clip-1 | animate known 14/0 clip-1", paused(6 * time.Second)},
	{animate, ready, early, takes, nil,
		"open animate ready |", time.Minute},
	{animate, ready, due, busy, nil,
		"open animate ready for=runway | animate void 15/0", spread(7 * time.Second)},
	{animate, ready, due, down, nil,
		"open animate ready attempt=1 for=runway | animate void 15/0", spread(2 * time.Second)},
	{animate, ready, due, refuses, nil,
		"failed animate begun reason=photo_refused | animate void 15/0", 0},
	{animate, ready, due, noKey, nil,
		"open animate ready attempt=1 for=runway | animate void 15/0", spread(16 * time.Second)},
	{animate, ready, due, noKey, longInTrouble,
		"parked animate begun attempt=1 reason=setup for=runway | animate void 15/0", 0},
	{animate, ready, due, answerLost, nil,
		"open animate unknown reason=unknown_start for=runway | animate unknown 15/0", 10 * time.Minute},
	{animate, ready, due, startFailed, nil,
		"open animate unknown attempt=1 reason=unknown_start for=runway | animate unknown 15/0", 10 * time.Minute},
	{animate, ready, due, warns, nil,
		"parked animate waiting reason=template remote=r2 | animate known 14/0 r2", 0},
	{animate, begun, early, takes, nil,
		"open animate begun | animate begun 15/0", time.Minute},
	{animate, begun, due, takes, nil,
		"open animate unknown reason=unknown_start for=runway | animate unknown 15/0", 10 * time.Minute},
	{animate, begun, calledBack, knowsCall, nil,
		"open animate waiting remote=r1 | animate known 15/0 r1", paused(6 * time.Second)},
	{animate, begun, calledBack, otherCall, nil,
		"open animate begun | animate begun 15/0", time.Minute},
	{animate, begun, calledBack, silent, nil,
		"open animate begun | animate begun 15/0", time.Minute},
	{animate, waiting, early, takes, nil,
		"open animate waiting remote=r1 | animate known 15/0 r1", time.Minute},
	{animate, waiting, calledBack, takes, nil,
		"open render waiting remote=cut-1 | animate settled 15/15 r1, render known 14/0 cut-1", paused(time.Minute)},
	{animate, waiting, calledBack, runs, nil,
		"open animate waiting remote=r1 | animate known 15/0 r1", paused(6 * time.Second)},
	{animate, waiting, due, runs, nil,
		"open animate waiting remote=r1 | animate known 15/0 r1", paused(6 * time.Second)},
	{animate, waiting, due, takes, nil,
		"open render waiting remote=cut-1 | animate settled 15/15 r1, render known 14/0 cut-1", paused(time.Minute)},
	{animate, waiting, due, silent, nil,
		"open animate waiting attempt=1 for=runway remote=r1 | animate known 15/0 r1", spread(2 * time.Second)},
	{animate, waiting, due, booked, nil,
		"open animate waiting remote=r1 | animate known 15/0 r1", 9 * time.Second},
	{animate, waiting, due, breaksFree, nil,
		"open animate ready attempt=1 for=runway | animate refunded 15/0 r1", spread(2 * time.Second)},
	{animate, waiting, due, breaksPaid, nil,
		"open animate ready attempt=1 for=runway | animate settled 15/15 r1", spread(2 * time.Second)},
	{animate, waiting, due, refusesWork, nil,
		"failed animate waiting reason=photo_refused | animate refunded 15/0 r1", 0},
	{animate, waiting, due, brokenSetup, nil,
		"parked animate waiting reason=setup | animate refunded 15/0 r1", 0},
	{animate, waiting, due, htmlResult, nil,
		"open animate waiting attempt=1 for=runway remote=r1 | animate known 15/0 r1", spread(2 * time.Second)},
	{animate, waiting, due, htmlResult, attempt2,
		"parked animate waiting attempt=2 reason=unfit | animate settled 15/15 r1", 0},
	{animate, waiting, due, runs, since7h,
		"parked animate waiting reason=busy remote=r1 | animate known 15/0 r1", 0},
	{animate, waiting, due, runs, troubled,
		"open animate waiting remote=r1 | animate known 15/0 r1", paused(6 * time.Second)},
	{animate, unknown, early, takes, nil,
		"open animate unknown reason=unknown_start | animate unknown 15/0", time.Minute},
	{animate, unknown, due, takes, nil,
		"open animate waiting again=1 reason=unknown_start remote=clip-1 | animate unknown 15/0, " +
			"animate known 14/0 clip-1", paused(6 * time.Second)},
	{animate, unknown, due, silent, nil,
		"open animate unknown reason=unknown_start | animate unknown 15/0", spread(time.Minute)},
	{animate, unknown, due, takes, restarted,
		"parked animate unknown again=1 reason=unknown_start | animate unknown 15/0", 0},
	{animate, unknown, due, takes, failedTwice,
		"open animate waiting again=3 reason=unknown_start remote=clip-1 | animate unknown 15/0, " +
			"animate known 14/0 clip-1", paused(6 * time.Second)},
	{animate, unknown, calledBack, knowsCall, nil,
		"open animate waiting remote=r1 | animate known 15/0 r1", paused(6 * time.Second)},
	{animate, unknown, calledBack, otherCall, nil,
		"open animate unknown reason=unknown_start | animate unknown 15/0", time.Minute},
	{render, ready, due, takes, nil,
		"open render waiting remote=cut-1 | render known 14/0 cut-1", paused(time.Minute)},
	{render, ready, due, busy, nil,
		"open render ready for=creatomate | render void 0/0", spread(7 * time.Second)},
	{render, ready, due, answerLost, nil,
		"open render unknown reason=unknown_start for=creatomate | render unknown 0/0", time.Minute},
	{render, ready, due, warns, nil,
		"parked render waiting reason=template remote=r2 | render known 14/0 r2", 0},
	{render, begun, early, takes, nil,
		"open render begun | render begun 15/0", time.Minute},
	{render, begun, due, takes, nil,
		"open render unknown reason=unknown_start for=creatomate | render unknown 15/0", time.Minute},
	{render, begun, calledBack, knowsCall, nil,
		"open render waiting remote=r1 | render known 15/0 r1", paused(time.Minute)},
	{render, waiting, early, takes, nil,
		"open render waiting remote=r1 | render known 15/0 r1", time.Minute},
	{render, waiting, calledBack, takes, nil,
		"delivered deliver begun shown=1 | render settled 15/15 r1", 0},
	{render, waiting, due, takes, nil,
		"delivered deliver begun shown=1 | render settled 15/15 r1", 0},
	{render, waiting, due, runs, nil,
		"open render waiting remote=r1 | render known 15/0 r1", paused(time.Minute)},
	{render, waiting, due, breaksFree, nil,
		"open render ready attempt=1 for=creatomate | render refunded 15/0 r1", spread(2 * time.Second)},
	{render, unknown, due, takes, nil,
		"open render waiting again=1 reason=unknown_start remote=cut-1 | render unknown 15/0, render known 14/0 cut-1",
		paused(time.Minute)},
	{render, unknown, calledBack, knowsCall, nil,
		"open render waiting remote=r1 | render known 15/0 r1", paused(time.Minute)},
	{deliver, ready, due, takes, nil,
		"delivered deliver begun shown=1 |", 0},
	{deliver, ready, early, takes, nil,
		"open deliver ready |", time.Minute},
	{deliver, begun, early, takes, nil,
		"open deliver begun |", time.Minute},
	{deliver, begun, due, takes, nil,
		"open deliver ready attempt=1 reason=maybe_delivered |", spread(2 * time.Second)},
	{deliver, begun, due, takes, maybe,
		"parked deliver begun reason=maybe_delivered |", 0},
}

// What an order may have behind it.
var (
	fresh         = func(o *pipeline.Order) { o.Version = 1 }
	opened3       = func(o *pipeline.Order) { o.Photo.Opened = 3 }
	longInTrouble = func(o *pipeline.Order) {
		o.Trouble = pipeline.Trouble{
			Since: time.Now().Add(-20 * time.Minute), Reason: pipeline.ReasonSetup, Service: "runway",
		}
	}
	attempt2 = func(o *pipeline.Order) { o.Attempt = 2 }
	since7h  = func(o *pipeline.Order) { o.Since = time.Now().Add(-7 * time.Hour) }
	troubled = func(o *pipeline.Order) {
		o.Attempt, o.Trouble = 3, pipeline.Trouble{Since: time.Now(), Reason: pipeline.ReasonBusy, Service: "runway"}
	}
	restarted   = func(o *pipeline.Order) { o.UnknownRestarts = 1 }
	failedTwice = func(o *pipeline.Order) { o.UnknownRestarts, o.Attempt = 2, 1 }
	maybe       = func(o *pipeline.Order) { o.Reason = pipeline.ReasonMaybeDelivered }
)

func TestAdvance_EveryStateLeadsWhereItShould(t *testing.T) {
	for i, x := range transitions {
		t.Run(fmt.Sprintf("%d %s %s", i, x.step, x.phase), func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.clips.start, w.clips.check = x.says.start, x.says.check
				w.cuts.start, w.cuts.check = x.says.start, x.says.check
				o, calls := standing(pipeline.Open, x.step, x.phase)
				if x.event.early {
					o.Due, o.WakeupAt = time.Now().Add(time.Minute), time.Now().Add(time.Minute)
				}
				if x.change != nil {
					x.change(&o)
				}
				w.blobs.files = map[string]string{"photos/1.jpg": "image/jpeg:p", "shorts/1.mp4": "video/mp4:s"}
				w.store.Put(o, calls...)
				now := time.Now()
				if x.event.callback != "" {
					provider := map[pipeline.Step]string{animate: "runway", render: "creatomate"}[x.step]
					w.callback(provider, x.event.callback)
				} else if _, err := w.pipe.Advance(t.Context(), 1, o.Wakeup); err != nil {
					t.Error(err)
				}
				synctest.Wait()
				got := w.order(1)
				if text := strings.TrimSpace(stands(got) + " | " + w.ledger(1)); text != x.want {
					t.Errorf("got  %s\nwant %s", text, x.want)
				}
				if in := got.Due.Sub(now); got.Status == pipeline.Open && in != x.in {
					t.Errorf("looked at again in %s, want %s", in, x.in)
				}
				w.consistent(o, got)
				if n := w.watch.rang(); (n == 1) != (x.event.callback != "") {
					t.Errorf("%d callbacks were handled", n)
				}
				if got.Version > o.Version && got.Status == pipeline.Open && got.Phase == ready {
					w.sleep(x.in) // this process looks by itself at what is due in a moment
					if looked := w.order(1).Version > got.Version; looked != (x.in <= 10*time.Second) {
						t.Errorf("looked at again after %v: %v", x.in, looked)
					}
				}
				for _, r := range w.clips.clips { // the one after a clip that went wrong is asked for less
					menu := o.Cut.Words.Menu
					if len(calls) > 0 && calls[0].Remote != "" {
						menu = ""
					}
					if want := prompt.For(menu, r.Seed).Prompt; r.Prompt != want {
						t.Errorf("asked for %q, want %q", r.Prompt, want)
					}
				}
			})
		})
	}
}
