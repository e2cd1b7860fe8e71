package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/pipelinetest"
	"github.com/sajangpick/sajangpick/pipeline/prompt"
)

// standing is an order that stands somewhere, due a minute ago, with the call that it is in.
func standing(s pipeline.Status, step pipeline.Step, phase pipeline.Phase) (pipeline.Order, []pipeline.Call) {
	now := time.Now()
	o := newOrder()
	o.ID, o.Status, o.Step, o.Phase, o.Version, o.Wakeup = 1, s, step, phase, 7, 3
	o.Placed, o.Changed, o.Since, o.Due, o.WakeupAt = now.Add(-time.Hour), now, now.Add(-2*time.Minute),
		now.Add(-time.Minute), now.Add(-time.Minute)
	o.Cut.N = 1
	if step != pipeline.Fetch {
		o.PhotoKey, o.Framing = "photos/1.jpg", pipeline.Framing{Ratio: "3:4"}
	}
	if step == pipeline.Render || step == pipeline.Deliver {
		o.ClipKey = "clips/1.mp4"
	}
	if step == pipeline.Deliver {
		o.Cut.ShortKey = "shorts/1.mp4"
	}
	if phase == pipeline.Ready {
		return o, nil
	}
	o.Call = "call1"
	if step != pipeline.Animate && step != pipeline.Render {
		return o, nil
	}
	c := pipeline.Call{
		ID: "call1", Order: 1, Cut: 1, Step: step, Provider: "runway", State: pipeline.CallBegun, Estimated: 15_00,
		Begun: now.Add(-2 * time.Minute),
	}
	if step == pipeline.Render {
		c.Provider = "creatomate"
	}
	switch phase {
	case pipeline.Waiting:
		o.Remote, c.Remote, c.State = "r1", "r1", pipeline.CallKnown
	case pipeline.Unknown:
		c.State, o.Reason = pipeline.CallUnknown, pipeline.ReasonUnknownStart
	}
	return o, []pipeline.Call{c}
}

// event is what happens to an order: its wakeup comes when it is due or too early, or a callback names a remote id.
type event struct {
	early    bool
	callback string // remote id; with early
}

var (
	due   = event{}
	early = event{early: true}
	ring  = event{early: true, callback: "r1"}
)

// answers are what a provider says.
type answers struct {
	start func(int) (pipeline.Started, error)
	check func(string) (pipeline.Progress, error)
}

var (
	takes      = answers{}
	runs       = progress(pipeline.Progress{State: pipeline.Running, Fraction: .5})
	knowsCall  = progress(pipeline.Progress{State: pipeline.Running, Ref: "call1"})
	otherCall  = progress(pipeline.Progress{State: pipeline.Running, Ref: "call2"})
	breaksFree = progress(pipeline.Progress{
		State: pipeline.Broken,
		Fault: &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, Err: errors.New("internal")},
	})
	breaksPaid = progress(pipeline.Progress{
		State: pipeline.Broken, Cost: 15_00,
		Fault: &pipeline.Fault{
			Kind: pipeline.Transient, Reason: pipeline.ReasonPhotoText, Err: errors.New("bad output"),
		},
	})
	refusesWork = progress(pipeline.Progress{
		State: pipeline.Broken,
		Fault: &pipeline.Fault{
			Kind: pipeline.Rejected, Reason: pipeline.ReasonPhotoRefused, Err: errors.New("moderation"),
		},
	})
	brokenSetup = progress(pipeline.Progress{
		State: pipeline.Broken,
		Fault: &pipeline.Fault{Kind: pipeline.Misconfigured, Reason: pipeline.ReasonSetup, Err: errors.New("template")},
	})
	silent = answers{check: func(string) (pipeline.Progress, error) {
		return pipeline.Progress{}, &pipeline.Fault{
			Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, Err: errors.New("502"),
		}
	}}
	booked = answers{check: func(string) (pipeline.Progress, error) {
		return pipeline.Progress{}, &pipeline.Fault{
			Kind: pipeline.Transient, RateLimited: true, Booked: true, RetryAfter: 9 * time.Second,
			Err: errors.New("its place under the limit comes later"),
		}
	}}
	htmlResult = progress(pipeline.Progress{State: pipeline.Succeeded, URL: "https://results.example/text", Cost: -1})
	busy       = starts(&pipeline.Fault{
		Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, RateLimited: true, RetryAfter: 7 * time.Second,
		Err: errors.New("429"),
	})
	down    = starts(&pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, Err: errors.New("503")})
	refuses = starts(&pipeline.Fault{
		Kind: pipeline.Rejected, Reason: pipeline.ReasonPhotoRefused, Err: errors.New("400"),
	})
	noKey = starts(&pipeline.Fault{
		Kind: pipeline.Misconfigured, Reason: pipeline.ReasonSetup, Err: errors.New("401"),
	})
	answerLost  = starts(errors.New("connection reset"))
	startFailed = starts(&pipeline.Fault{
		Kind: pipeline.Indeterminate, Reason: pipeline.ReasonBusy, Answered: true, Err: errors.New("500"),
	})
	warns = answers{start: func(int) (pipeline.Started, error) {
		return pipeline.Started{Remote: "r2", Estimated: 14_00, Warnings: []string{"no element price"}}, nil
	}}
)

func progress(p pipeline.Progress) answers {
	return answers{check: func(string) (pipeline.Progress, error) { return p, nil }}
}

func starts(err error) answers {
	return answers{start: func(int) (pipeline.Started, error) { return pipeline.Started{}, err }}
}

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
		"open animate ready | animate void 15/0", spread(7 * time.Second)},
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
	{animate, begun, ring, knowsCall, nil,
		"open animate waiting remote=r1 | animate known 15/0 r1", paused(6 * time.Second)},
	{animate, begun, ring, otherCall, nil,
		"open animate begun | animate begun 15/0", time.Minute},
	{animate, begun, ring, silent, nil,
		"open animate begun | animate begun 15/0", time.Minute},
	{animate, waiting, early, takes, nil,
		"open animate waiting remote=r1 | animate known 15/0 r1", time.Minute},
	{animate, waiting, ring, takes, nil,
		"open render waiting remote=cut-1 | animate settled 15/15 r1, render known 14/0 cut-1", paused(time.Minute)},
	{animate, waiting, ring, runs, nil,
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
		"open animate waiting again=1 reason=unknown_start remote=clip-1 | animate unknown 15/0, animate known 14/0 clip-1", paused(6 * time.Second)},
	{animate, unknown, due, silent, nil,
		"open animate unknown reason=unknown_start | animate unknown 15/0", spread(time.Minute)},
	{animate, unknown, due, takes, restarted,
		"parked animate unknown again=1 reason=unknown_start | animate unknown 15/0", 0},
	{animate, unknown, due, takes, failedTwice,
		"open animate waiting again=3 reason=unknown_start remote=clip-1 | animate unknown 15/0, animate known 14/0 clip-1", paused(6 * time.Second)},
	{animate, unknown, ring, knowsCall, nil,
		"open animate waiting remote=r1 | animate known 15/0 r1", paused(6 * time.Second)},
	{animate, unknown, ring, otherCall, nil,
		"open animate unknown reason=unknown_start | animate unknown 15/0", time.Minute},
	{render, ready, due, takes, nil,
		"open render waiting remote=cut-1 | render known 14/0 cut-1", paused(time.Minute)},
	{render, ready, due, busy, nil,
		"open render ready | render void 0/0", spread(7 * time.Second)},
	{render, ready, due, answerLost, nil,
		"open render unknown reason=unknown_start for=creatomate | render unknown 0/0", time.Minute},
	{render, ready, due, warns, nil,
		"parked render waiting reason=template remote=r2 | render known 14/0 r2", 0},
	{render, begun, early, takes, nil,
		"open render begun | render begun 15/0", time.Minute},
	{render, begun, due, takes, nil,
		"open render unknown reason=unknown_start for=creatomate | render unknown 15/0", time.Minute},
	{render, begun, ring, knowsCall, nil,
		"open render waiting remote=r1 | render known 15/0 r1", paused(time.Minute)},
	{render, waiting, early, takes, nil,
		"open render waiting remote=r1 | render known 15/0 r1", time.Minute},
	{render, waiting, ring, takes, nil,
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
	{render, unknown, ring, knowsCall, nil,
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

// callback rings for order 1 as a provider does, at the address that it was given.
func (w *world) callback(provider, remote string) {
	w.Helper()
	token := pipeline.CallbackToken(w.pipe, provider, 1)
	if err := w.pipe.HandleCallback(w.Context(), provider, 1, token, remote); err != nil {
		w.Error(err)
	}
}

// consistent checks what holds for every change: a wakeup that comes by Due or within a poll of it, or a person who is
// told.
func (w *world) consistent(before, after pipeline.Order) {
	w.Helper()
	if before.Version == after.Version {
		return
	}
	wakes, tells := false, false
	for _, j := range w.store.Jobs() {
		wakes = wakes || j.Kind == pipelinetest.Wakeup && j.Number == after.Wakeup &&
			!j.Due.After(after.Due.Add(6*time.Second))
		tells = tells || j.Kind == pipelinetest.Notify && j.Number == after.Version
	}
	events, err := w.store.History(w.Context(), after.ID)
	if err != nil {
		w.Fatal(err)
	}
	var written []int64
	for _, e := range events[1:] {
		if e.Note != "photo is being opened" {
			written = append(written, e.Version)
		}
	}
	if observed := w.watch.versions(); !slices.Equal(observed, written) {
		w.Errorf("versions %v were written, and observed %v", written, observed)
	}
	for line, want := range map[string]bool{
		"order parked":                   after.Status == pipeline.Parked,
		"step failed; it is tried again": after.Status == pipeline.Open && after.Detail != "",
		"callback for a call that isn't": false,
	} {
		if logged := strings.Contains(w.log.String(), line); logged != want {
			w.Errorf("%s: logged %q", stands(after), w.log.String())
		}
	}
	if after.Trouble.Reason != "" && after.Status == pipeline.Open && after.Detail == "" {
		w.Errorf("%s without a detail", stands(after))
	}
	if after.Status == pipeline.Open && !wakes {
		w.Errorf("an open order has no wakeup by %v: %+v", after.Due, w.store.Jobs())
	}
	if (after.Status == pipeline.Failed || after.Status == pipeline.Parked) && !tells {
		w.Errorf("nothing durable tells the person that the order is %s", after.Status)
	}
	if (after.Status == pipeline.Failed || after.Status == pipeline.Parked) &&
		(after.Reason == "" || after.Detail == "") {
		w.Errorf("%s for %q: %q", after.Status, after.Reason, after.Detail)
	}
}

func TestAdvance_AnOrderThatIsOverStaysAsItIs(t *testing.T) {
	for _, status := range []pipeline.Status{pipeline.Delivered, pipeline.Failed, pipeline.Cancelled, pipeline.Parked} {
		for _, step := range []pipeline.Step{fetch, animate, render, deliver} {
			for _, phase := range []pipeline.Phase{ready, begun, waiting, unknown} {
				inWorld(t, func(t *testing.T, w *world) {
					o, calls := standing(status, step, phase)
					w.clips.check, w.cuts.check = knowsCall.check, knowsCall.check
					w.store.Put(o, calls...)
					before := w.order(1)
					again, err := w.pipe.Advance(t.Context(), 1, o.Wakeup)
					if err != nil || !again.IsZero() {
						t.Errorf("%s %s %s: again %v, %v", status, step, phase, again, err)
					}
					if step == animate || step == render {
						w.callback(map[pipeline.Step]string{animate: "runway", render: "creatomate"}[step], "r9")
						synctest.Wait()
					}
					after := w.order(1)
					lost := status == pipeline.Parked && phase == unknown && (step == animate || step == render)
					switch {
					case lost && (after.Status != pipeline.Open || after.Phase != waiting || after.Remote != "r9" ||
						after.Reason != ""):
						t.Errorf("a paid start that is named isn't found again: %s", stands(after))
					case !lost && after.Version != before.Version:
						t.Errorf("%s became %s", stands(before), stands(after))
					}
					if w.clips.starts+w.cuts.starts+len(w.chat.delivered) > 0 {
						t.Errorf("%s %s %s: something was bought or sent", status, step, phase)
					}
				})
			}
		}
	}
}

func TestAdvance_ComesBackWhenTheOrderIsDue(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		o, calls := standing(pipeline.Open, animate, waiting)
		o.Due = time.Now().Add(30 * time.Second) // it was postponed after its wakeup was set
		w.store.Put(o, calls...)
		again, err := w.pipe.Advance(t.Context(), 1, o.Wakeup)
		if err != nil || !again.Equal(o.Due) {
			t.Errorf("again %v, %v; want %v", again, err, o.Due)
		}
		if again, err := w.pipe.Advance(t.Context(), 1, o.Wakeup-1); err != nil || !again.IsZero() {
			t.Errorf("a stale wakeup: again %v, %v", again, err)
		}
		if again, err := w.pipe.Advance(t.Context(), 404, 1); err != nil || !again.IsZero() {
			t.Errorf("no such order: again %v, %v", again, err)
		}
		o.Due = time.Now().Add(-time.Second) // a stale wakeup may find it overdue
		w.store.Put(o, calls...)
		w.clips.check = runs.check
		if _, err := w.pipe.Advance(t.Context(), 1, o.Wakeup-1); err != nil || len(w.clips.asked) != 1 {
			t.Errorf("asked %v, %v", w.clips.asked, err)
		}
		synctest.Wait()
	})
	for op, says := range map[string]answers{"Order": runs, "Postpone": runs, "Calls": breaksFree} {
		inWorld(t, func(t *testing.T, w *world) {
			o, calls := standing(pipeline.Open, animate, waiting)
			w.store.Put(o, calls...)
			w.clips.check = says.check
			w.store.Before = func(got string) error {
				return map[bool]error{got == op: errors.New("connection refused")}[true]
			}
			if _, err := w.pipe.Advance(t.Context(), 1, o.Wakeup); err == nil ||
				!strings.Contains(err.Error(), "order 1: ") {
				t.Errorf("without %s the queue hears %v", op, err)
			}
			synctest.Wait()
			w.store.Before = nil
			if now := w.order(1); now.Version != o.Version {
				t.Errorf("without %s: %s", op, stands(now))
			}
		})
	}
}

// TestAdvance_AnErrorBeforeARequestLeftIsNoPurchaseAndIsTriedAgain takes the file store away, one kind of call each.
func TestAdvance_AnErrorBeforeARequestLeftIsNoPurchaseAndIsTriedAgain(t *testing.T) {
	for _, x := range []struct {
		op    string
		step  pipeline.Step
		phase pipeline.Phase
		want  string
		ends  string // once it is back
	}{
		{"Put", fetch, ready, "open fetch ready attempt=1 for=blobs |", "open animate waiting remote=clip-1"},
		{"Link", animate, ready, "open animate ready attempt=1 for=blobs | animate void 15/0",
			"open animate waiting remote=clip-1"},
		{"Open", animate, ready, "open animate ready attempt=1 for=blobs | animate void 15/0",
			"open animate waiting remote=clip-1"},
		{"Put", animate, waiting, "open animate waiting attempt=1 for=blobs remote=r1 | animate known 15/0 r1",
			"open render waiting remote=cut-1"},
		{"Link", render, ready, "open render ready attempt=1 for=blobs | render void 0/0",
			"open render waiting remote=cut-1"},
		{"Put", render, waiting, "open render waiting attempt=1 for=blobs remote=r1 | render known 15/0 r1",
			"delivered deliver begun shown=1"},
		{"Open", render, waiting, "open render waiting attempt=1 for=blobs remote=r1 | render known 15/0 r1",
			"delivered deliver begun shown=1"},
		{"Open", deliver, ready, "open deliver ready attempt=1 for=blobs |", "delivered deliver begun shown=1"},
	} {
		t.Run(fmt.Sprint(x.op, x.step, x.phase), func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.opts.Finish = func(_ context.Context, file io.ReadSeeker, of pipeline.Ordered) (io.Reader, error) {
					want := pipeline.Ordered{Seconds: 3, Clip: true, Music: true, Title: "새우 파스타"}
					if of != want {
						t.Errorf("looked at as %+v, want %+v", of, want)
					}
					return file, nil
				}
				w.build()
				w.blobs.files = map[string]string{"photos/1.jpg": "image/jpeg:p", "shorts/1.mp4": "video/mp4:s"}
				var back atomic.Bool
				w.blobs.fail = func(op string) error {
					return map[bool]error{!back.Load() && op == x.op: errors.New("no such host")}[true]
				}
				o, calls := standing(pipeline.Open, x.step, x.phase)
				w.store.Put(o, calls...)
				if _, err := w.pipe.Advance(t.Context(), 1, o.Wakeup); err != nil {
					t.Error(err)
				}
				synctest.Wait()
				got := w.order(1)
				if text := strings.TrimSpace(stands(got) + " | " + w.ledger(1)); text != x.want ||
					!strings.Contains(got.Detail, "no such host") || w.clips.starts+w.cuts.starts > 0 {
					t.Errorf("got  %s\nwant %s\n%s", text, x.want, got.Detail)
				}
				w.consistent(o, got)
				back.Store(true)
				w.sleep(time.Until(got.Due))
				if _, err := w.pipe.Advance(t.Context(), 1, got.Wakeup); err != nil {
					t.Error(err)
				}
				if text := stands(w.order(1)); text != x.ends {
					t.Errorf("got %s, want %s", text, x.ends)
				}
			})
		})
	}
}
