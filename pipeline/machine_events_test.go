package pipeline_test

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/pipelinetest"
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
	due        = event{}
	early      = event{early: true}
	calledBack = event{early: true, callback: "r1"}
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

// callback calls for order 1 as a provider does, at the address that it was given.
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
