package durability_test

import (
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
)

// TestProviders_WhatTheyDoWrongEndsAsPromised lets the stand-ins misbehave in one way at a time, under
// the real adapters, and looks at how the order ends and what was bought for it.
func TestProviders_WhatTheyDoWrongEndsAsPromised(t *testing.T) {
	t.Parallel()
	delivered := pipeline.Delivered
	for name, x := range map[string]struct {
		faults     []sandbox.Fault
		status     pipeline.Status
		reason     pipeline.Reason
		clips, cut int // paid starts that the providers took
		unknown    int // of them in the ledger
	}{
		"nothing": {nil, delivered, "", 1, 1, 0},
		"a clip's callback is lost": {
			[]sandbox.Fault{{On: apptest.StartClip, Callback: "drop"}}, delivered, "", 1, 1, 0,
		},
		"both callbacks are lost": {
			[]sandbox.Fault{{On: apptest.StartClip, Callback: "drop"}, {On: apptest.StartCut, Callback: "drop"}},
			delivered,
			"", 1, 1, 0,
		},
		"callbacks are doubled": {
			[]sandbox.Fault{{On: apptest.StartClip, Callback: "double"}, {On: apptest.StartCut, Callback: "double"}},
			delivered, "", 1, 1, 0,
		},
		"callbacks come early": {
			[]sandbox.Fault{{On: apptest.StartClip, Callback: "early"}, {On: apptest.StartCut, Callback: "early"}},
			delivered,
			"", 1, 1, 0,
		},
		"callbacks are forged": {
			[]sandbox.Fault{{On: apptest.StartClip, Callback: "forge"}, {On: apptest.StartCut, Callback: "forge"}},
			delivered,
			"", 1, 1, 0,
		},
		"a start is turned away": {
			[]sandbox.Fault{
				{On: apptest.StartClip, Status: 503, Times: 2},
				{On: apptest.StartCut, Status: 429, Header: map[string]string{"Retry-After": "1"}},
			},
			delivered, "", 1, 1, 0,
		},
		"a clip's answer is lost": {
			[]sandbox.Fault{{On: apptest.StartClip, Cut: "after", Callback: "drop"}}, delivered, "", 2, 1, 1,
		},
		"a cut's answer is lost": {
			[]sandbox.Fault{{On: apptest.StartCut, Cut: "after"}}, delivered, "", 1, 1, 0,
		},
		"a cut's answer and callback are": {
			[]sandbox.Fault{{On: apptest.StartCut, Cut: "after", Callback: "drop"}}, delivered, "", 1, 2, 1,
		},
		"a clip is lost twice": {
			[]sandbox.Fault{{On: apptest.StartClip, Cut: "after", Callback: "drop", Times: 2}}, pipeline.Parked,
			pipeline.ReasonUnknownStart, 2, 0, 2,
		},
		"checks fail for a while": {
			[]sandbox.Fault{
				{On: apptest.CheckClip, Status: 502, Times: 3}, {On: apptest.CheckCut, Cut: "before", Times: 3},
			},
			delivered, "", 1, 1, 0,
		},
		"a clip fails inside": {
			[]sandbox.Fault{{On: apptest.StartClip, Fail: "INTERNAL"}}, delivered, "", 2, 1, 0,
		},
		"a clip comes out bad twice": {
			[]sandbox.Fault{{On: apptest.StartClip, Fail: "INTERNAL.BAD_OUTPUT.CODE01", Times: 2}}, pipeline.Failed,
			pipeline.ReasonPhotoText, 2, 0, 0,
		},
		"the photo is refused": {
			[]sandbox.Fault{{On: apptest.StartClip, Fail: "SAFETY.INPUT.IMAGE"}}, pipeline.Failed,
			pipeline.ReasonPhotoRefused, 1, 0, 0,
		},
		"a code that nobody knows": {
			[]sandbox.Fault{{On: apptest.StartClip, Fail: "NEW.THING"}}, pipeline.Parked, pipeline.ReasonTrouble, 1, 0,
			0,
		},
		"Runway's balance is empty": {
			[]sandbox.Fault{
				{
					On: apptest.StartClip, Status: 400,
					Body: `{"error":"You do not have enough credits to run this task."}`,
				},
			},
			pipeline.Parked, pipeline.ReasonOutOfCredits, 0, 0, 0,
		},
		"Creatomate's balance is empty": {
			[]sandbox.Fault{{On: apptest.StartCut, Status: 402}}, pipeline.Parked, pipeline.ReasonOutOfCredits, 1, 0,
			0,
		},
		"the key is wrong": {
			[]sandbox.Fault{{On: apptest.StartClip, Status: 401}}, pipeline.Parked, pipeline.ReasonSetup, 0, 0, 0,
		},
		"a render fails once": {
			[]sandbox.Fault{{On: apptest.StartCut, Fail: "could not fetch"}}, delivered, "", 1, 2, 0,
		},
		"the template ignores an element": {
			[]sandbox.Fault{
				{On: apptest.StartCut, Status: 202, Body: `{"id":"5f0c2f6e-1f0c-4a56-9e0f-3d1d1a5f7a11","status":"planned","warnings":["No element named price_text_layer"]}`},
			},
			pipeline.Parked, pipeline.ReasonTemplate, 1, 0, 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
			w.Faults(x.faults...)
			times := apptest.Hurried()
			times.RetryUnknown = time.Second // a callback on a busy machine comes sooner
			p := w.Start(times, nil)
			defer p.Stop()
			placed, err := p.Place("one")
			if err != nil {
				t.Fatal(err)
			}
			o := p.Ended(1)[0]
			if o.Status != x.status || o.Reason != x.reason {
				t.Errorf("%s %q: %s", o.Status, o.Reason, o.Detail)
			}
			starts := w.Starts()
			clips, cuts := starts[apptest.PaidStep{Order: placed.ID, Provider: "runway"}], starts[apptest.PaidStep{
				Order: placed.ID, Provider: "creatomate",
			}]
			if clips != x.clips || cuts != x.cut {
				t.Errorf("%d clips and %d cuts were bought", clips, cuts)
			}
			calls, err := p.Engine.Calls(t.Context(), placed.ID)
			if err != nil {
				t.Fatal(err)
			}
			unknown := 0
			for _, c := range calls {
				if c.State == pipeline.CallUnknown {
					unknown++
				}
			}
			if unknown != x.unknown {
				t.Errorf("%d unknown in the ledger %+v", unknown, calls)
			}
		})
	}
}

// TestCallback_ALateOneTakesUpWhatWasParkedAsUnknown lets the provider call back for a lost start when no process
// waits for it any more: the queue needs up to five seconds to see that.
func TestCallback_ALateOneTakesUpWhatWasParkedAsUnknown(t *testing.T) {
	t.Parallel()
	w := apptest.NewWorld(t, apptest.Databases()["sqlite"](t))
	w.Faults(sandbox.Fault{On: apptest.StartCut, Cut: "after", CallbackDelayMS: 9000})
	times := apptest.Hurried()
	times.NeverRetry = true
	p := w.Start(times, nil)
	defer p.Stop()
	placed, err := p.Place("one")
	if err != nil {
		t.Fatal(err)
	}
	p.Until(placed.ID, func(o pipeline.Order) bool {
		return o.Status == pipeline.Parked && o.Reason == pipeline.ReasonUnknownStart
	})
	o := p.Until(placed.ID, func(o pipeline.Order) bool { return o.Status == pipeline.Delivered })
	w.Balanced(p.Engine, w.Starts(), o)
	if n := w.Starts()[apptest.PaidStep{Order: o.ID, Provider: "creatomate"}]; n != 1 {
		t.Errorf("%d cuts were bought", n)
	}
	calls, err := p.Engine.Calls(t.Context(), o.ID)
	if err != nil || len(calls) != 2 || calls[1].State != pipeline.CallSettled {
		t.Errorf("%+v, %v", calls, err)
	}
}
