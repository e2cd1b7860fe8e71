package pipeline

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// plainly is a pipeline that delivers a short whatever becomes of the clip.
func plainly() *Pipeline {
	p := quiet()
	p.opts.AlwaysFallback = true
	return p
}

// isPlain reports whether an order has gone on to its render without a clip, for a reason.
func isPlain(o Order, m *Move, why Reason) bool {
	return o.Status == Open && o.Step == Render && o.Phase == Begun && o.Fallback == why && o.Reason == ReasonNone &&
		m.Notify && m.Calls[len(m.Calls)-1].Step == Render
}

func TestFallback_AShortComesAlthoughNoClipCanBeHad(t *testing.T) {
	rejected := Progress{State: Broken, Cost: 1500, Fault: fault(Rejected, ReasonPhotoRefused)}
	for name, x := range map[string]struct {
		end   func(p *Pipeline) (Order, *Move)
		why   Reason
		state CallState // of the clip in the ledger
	}{
		"no credits": {func(p *Pipeline) (Order, *Move) {
			return p.driver.settler.settle(begun(Animate), fault(Misconfigured, ReasonOutOfCredits))
		}, ReasonOutOfCredits, CallVoid},
		"a wrong key": {func(p *Pipeline) (Order, *Move) {
			o := waits(Animate)
			o.Trouble = Trouble{time.Now().Add(-time.Hour), ReasonSetup, "runway"}
			return p.driver.settler.checkFailed(o, fault(Misconfigured, ReasonSetup))
		}, ReasonSetup, CallSettled},
		"refused": {
			func(p *Pipeline) (Order, *Move) { return p.driver.settler.broken(waits(Animate), rejected, 1) },
			ReasonPhotoRefused,
			CallSettled,
		},
		"down": {func(p *Pipeline) (Order, *Move) {
			o := begun(Animate)
			o.Since = time.Now().Add(-time.Hour)
			return p.driver.settler.settle(o, fault(Transient, ReasonBusy))
		}, ReasonBusy, CallVoid},
		"full": {func(p *Pipeline) (Order, *Move) {
			return p.driver.settler.settle(begun(Animate), &Fault{
				Kind: Transient, Reason: ReasonBusy, RateLimited: true, RetryAfter: time.Hour, Err: errors.New("429"),
			})
		}, ReasonBusy, CallVoid},
		"lost twice": {func(p *Pipeline) (Order, *Move) {
			o := begun(Animate)
			o.Phase, o.UnknownRestarts = Unknown, 1
			return p.driver.restartUnknown(t.Context(), o)
		}, ReasonUnknownStart, CallUnknown},
	} {
		o, m := x.end(plainly())
		if !isPlain(o, m, x.why) {
			t.Errorf("%s: %+v", name, o)
		}
		if c := m.Calls[0]; c.ID != "call1" || c.Step != Animate || c.State != x.state ||
			!strings.HasPrefix(c.Note, "goes on without a clip: ") {
			t.Errorf("%s: in the ledger as %+v", name, c)
		}
		if o, _ = x.end(quiet()); o.Fallback != ReasonNone || o.Step != Animate {
			t.Errorf("%s: it went on though the settings don't allow it", name)
		}
	}
}

func TestFallback_ACancelledOrderBeginsNoRender(t *testing.T) {
	o := begun(Animate)
	answer, m := plainly().driver.settler.settle(o, fault(Misconfigured, ReasonOutOfCredits))
	now, _, err := Cancel(o)
	if err != nil {
		t.Fatal(err)
	}
	now.Version++
	if o, m := mergeLateAnswer(answer, now, *m, o.Call); o.Status != Cancelled || len(m.Calls) != 1 ||
		m.Calls[0].State != CallVoid {
		t.Errorf("%s, in the ledger %+v", o.Status, m.Calls)
	}
}

// waits is an order whose paid work is being done.
func waits(s Step) Order {
	o := begun(s)
	o.Phase, o.Remote = Waiting, "task1"
	return o
}

func TestFallback_AClipIsNotWaitedForAllDay(t *testing.T) {
	p := plainly()
	for _, x := range []struct {
		o     Order
		after time.Duration
		long  bool
	}{
		{begun(Animate), 9 * time.Minute, false}, {begun(Animate), 11 * time.Minute, true},
		{waits(Animate), 29 * time.Minute, false}, {waits(Animate), 31 * time.Minute, true},
		{waits(Render), 5 * time.Hour, false},
	} {
		x.o.Since = time.Now().Add(-x.after)
		if p.driver.settler.policy.tooLong(x.o, 0) != x.long {
			t.Errorf("%s %s after %s: too long is %v", x.o.Step, x.o.Phase, x.after, !x.long)
		}
	}
}

func TestFallback_APauseIsNotCountedAsTheProvidersTime(t *testing.T) {
	p := plainly()
	o := begun(Animate)
	o.Phase, o.Reason, o.Since = Ready, ReasonPaused, time.Now().Add(-3*time.Hour)
	o, _ = p.reserver.reserve(o)
	if o, _ = p.driver.settler.settle(o, fault(Transient, ReasonBusy)); o.Fallback != ReasonNone || o.Phase != Ready {
		t.Errorf("given up at its first try: %+v", o)
	}
}

func TestCheckClip_AClipWithAnotherDishIsKeptButNotShown(t *testing.T) {
	p := quiet()
	p.opts.CheckClip = func(_ context.Context, photo, clip string) (ClipVerdict, error) {
		return ClipVerdict{Changed: photo + " isn't " + clip, Decides: true}, nil
	}
	o := waits(Animate)
	o.PhotoKey = "photo"
	o, m, err := p.driver.takeIn(t.Context(), o, "clip", p.closed(o, 1500))
	if err != nil || !isPlain(o, m, ReasonDishChanged) || o.ClipKey != "clip" {
		t.Fatalf("%+v, %v", o, err)
	}
	if c := m.Calls[0]; c.State != CallSettled || c.Settled != 1500 ||
		c.Note != "not used: the dish changed, photo isn't clip" {
		t.Errorf("in the ledger as %+v", c)
	}
}

func TestCheckClip_AClipThatMayShowAnotherDishIsUsedAndOpsAreTold(t *testing.T) {
	p := quiet()
	p.opts.CheckClip = func(context.Context, string, string) (ClipVerdict, error) {
		return ClipVerdict{Changed: "a tenth"}, nil
	}
	o, m, err := p.driver.takeIn(t.Context(), waits(Animate), "clip", p.closed(waits(Animate), 1500))
	if err != nil || o.Step != Render || o.Fallback != ReasonNone || o.ClipKey != "clip" ||
		o.Framing.Suspect != "a tenth" || !m.Notify {
		t.Fatalf("%+v %+v, %v", o, m, err)
	}
	if c := m.Calls[len(m.Calls)-1]; c.State != CallSettled ||
		c.Note != "used, though the dish may have changed: a tenth" {
		t.Errorf("in the ledger as %+v", c)
	}
}

func TestCheckClip_AClipThatCannotBeComparedIsTaken(t *testing.T) {
	p := quiet()
	p.opts.CheckClip = func(context.Context, string, string) (ClipVerdict, error) {
		return ClipVerdict{}, errors.New("no picture in the file")
	}
	o, _, err := p.driver.takeIn(t.Context(), waits(Animate), "clip", Call{})
	if err != nil || o.Step != Render || o.Fallback != ReasonNone || o.ClipKey != "clip" {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestCheckClip_AComparisonThatIsCutOffIsRepeated(t *testing.T) {
	p := quiet()
	ctx, cancel := context.WithCancel(t.Context())
	p.opts.CheckClip = func(context.Context, string, string) (ClipVerdict, error) {
		cancel()
		return ClipVerdict{}, ctx.Err()
	}
	if o, m, err := p.driver.takeIn(ctx, waits(Animate), "clip", Call{}); err == nil || m != nil || o.Step != Animate {
		t.Errorf("%+v %+v, %v", o, m, err)
	}
}

func TestFallback_AShortWithoutAClipCanBeCutAgain(t *testing.T) {
	o := Order{ID: 12, Status: Delivered, Step: Deliver, Fallback: ReasonBusy, Shown: 1, Cut: Cut{N: 1, Look: "clean"}}
	next, m, err := Fix(o, Edit{Look: "fine"})
	if err != nil || !m.Cut || next.Step != Render || next.Fallback != ReasonBusy || next.Cut.N != 2 {
		t.Errorf("%+v, %v", next, err)
	}
}
