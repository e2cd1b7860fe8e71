package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/runner"
)

// transition is one line of the table in docs/architecture.md.
type transition struct {
	status Status
	steps  []Step // none: it makes no difference, and animate is tried
	phase  Phase
	event  string
	with   func(o *Order, x *outside) // how it stands besides, and what it meets; nil: as it is, and all goes well
	hint   *runner.Hint
	lost   bool                             // what was begun was begun by a process that is gone
	do     func(Order) (Order, Move, error) // what a person does to it; nil: the pipeline's own way
}

func on(st Status, steps []Step, ph Phase, event string, with func(*Order, *outside)) transition {
	return transition{status: st, steps: steps, phase: ph, event: event, with: with}
}

func (r transition) gone() transition { r.lost = true; return r }

func (r transition) calledBack() transition { r.hint = &runner.Hint{Remote: "r1"}; return r }

func (r transition) by(act func(Order) (Order, Move, error)) transition {
	r.do = act
	return r
}

var paidSteps = []Step{Animate, Render}

// full is what a provider says that takes no more now.
var full = Fault{Kind: Transient, Reason: ReasonBusy, RateLimited: true, RetryAfter: time.Minute}

func met(f Fault) func(*Order, *outside) {
	f.Err = errors.New("boom")
	return func(_ *Order, x *outside) { x.err = &f }
}

func endsAs(pr Progress) func(*Order, *outside) {
	if pr.Fault != nil {
		pr.Fault.Err = errors.New("boom")
	}
	return func(_ *Order, x *outside) { x.progress = pr }
}

// since is a fault that an order has been in for so long.
func since(d time.Duration, f Fault) func(*Order, *outside) {
	return func(o *Order, x *outside) {
		o.Since, o.Trouble = time.Now().Add(-d), Trouble{Since: time.Now().Add(-d), Reason: f.Reason, Service: "runway"}
		met(f)(o, x)
	}
}

var transitions = []transition{
	on(Open, []Step{Fetch}, Ready, "the photo is fetched and prepared", nil),
	on(Open, []Step{Fetch}, Ready, "the photo can't be used: kind, size, broken", func(_ *Order, x *outside) {
		x.photo = &Fault{Kind: Rejected, Reason: ReasonPhotoSmall, Err: errors.New("boom")}
	}),
	on(Open, []Step{Fetch}, Ready, "the platform doesn't give the photo now", met(Fault{Kind: Transient})),
	on(Open, []Step{Fetch}, Begun, "its process died while it opened the photo", nil).gone(),
	on(Open, []Step{Fetch}, Begun, "the same for the third time",
		func(o *Order, _ *outside) { o.Photo.Opened = MaxDeaths }).gone(),

	on(Open, paidSteps, Ready, "its time has come", nil),
	on(Open, paidSteps, Ready, "an admin has paused paid work (`/pause`)",
		func(_ *Order, x *outside) { x.held = ReasonPaused }),
	on(Open, []Step{Animate}, Ready, "the day's budget is spent", func(_ *Order, x *outside) { x.held = ReasonBudget }),
	on(
		Open, []Step{Animate}, Ready, "the provider runs as many as it may (`RUNWAY_CONCURRENCY`)",
		func(_ *Order, x *outside) { x.held = ReasonTurn },
	),
	on(Open, []Step{Animate}, Begun, "the provider takes no more now: 429", met(full)),
	on(Open, []Step{Animate}, Begun, "the same for six hours", func(o *Order, x *outside) {
		met(full)(o, x)
		o.Trouble.Since = time.Now().Add(-7 * time.Hour)
	}),
	on(Open, paidSteps, Begun, "the provider accepts it", nil),
	on(Open, paidSteps, Begun, "it accepts it and ignores a part of it",
		func(_ *Order, x *outside) { x.warnings = []string{"no such element"} }),
	on(Open, paidSteps, Begun, "it certainly wasn't accepted: 503, no connection",
		met(Fault{Kind: Transient, Reason: ReasonBusy})),
	on(Open, paidSteps, Begun, "the same after six hours",
		since(7*time.Hour, Fault{Kind: Transient, Reason: ReasonBusy})),
	on(Open, paidSteps, Begun, "key or credits are refused: 401, 402, 403",
		met(Fault{Kind: Misconfigured, Reason: ReasonOutOfCredits})),
	on(Open, paidSteps, Begun, "the same after 15 minutes",
		since(16*time.Minute, Fault{Kind: Misconfigured, Reason: ReasonOutOfCredits})),
	on(Open, paidSteps, Begun, "moderation refuses the photo", met(Fault{Kind: Rejected, Reason: ReasonPhotoRefused})),
	on(Open, paidSteps, Begun, "its answer is lost: cut line, 5xx",
		met(Fault{Kind: Indeterminate, Reason: ReasonUnknownStart})),
	on(Open, paidSteps, Begun, "its process died, or nothing was heard in time", nil).gone(),
	on(Open, paidSteps, Begun, "a callback names it before its answer is written",
		func(o *Order, x *outside) { x.progress.Ref = o.Call }).gone().calledBack(),
	on(Open, paidSteps, Unknown, "the grace time is over, and the provider answers", nil),
	on(Open, paidSteps, Unknown, "the same, and it was started once more already",
		func(o *Order, _ *outside) { o.UnknownRestarts = 1 }),
	on(Open, paidSteps, Unknown, "the grace time is over, and the provider is down", met(Fault{Kind: Transient})),
	on(Open, paidSteps, Unknown, "a callback names it",
		func(o *Order, x *outside) { x.progress.Ref = o.Call }).gone().calledBack(),
	on(Open, paidSteps, Unknown, "a callback names another call's work",
		func(_ *Order, x *outside) { x.progress.Ref = "other" }).gone().calledBack(),
	on(Open, paidSteps, Waiting, "asked (a callback, or its time has come): not done yet",
		endsAs(Progress{State: Running})),
	on(Open, paidSteps, Waiting, "the same after six hours", func(o *Order, x *outside) {
		o.Since, x.progress.State = time.Now().Add(-7*time.Hour), Running
	}),
	on(Open, paidSteps, Waiting, "the provider doesn't answer", met(Fault{Kind: Transient})),
	on(Open, paidSteps, Waiting, "done, and the result is copied", endsAs(Progress{State: Succeeded, Cost: 500})),
	on(Open, []Step{Animate}, Waiting, "done, and the clip shows another dish (where `clipcheck.Decides`: not today)",
		func(_ *Order, x *outside) {
			x.progress, x.changed = Progress{State: Succeeded, Cost: 500}, "the dish changed"
		}),
	on(Open, paidSteps, Waiting, "done, and the result can't be fetched now", func(_ *Order, x *outside) {
		x.progress, x.result = Progress{State: Succeeded, Cost: 500}, &Fault{Kind: Transient, Err: errors.New("boom")}
	}),
	on(Open, []Step{Render}, Waiting, "done, and isn't as ordered, for the third time", func(o *Order, x *outside) {
		o.Attempt, x.progress = unfitTries-1, Progress{State: Succeeded, Cost: 500}
		x.unfit = &Fault{Kind: Transient, Reason: ReasonUnfit, Err: errors.New("boom")}
	}),
	on(Open, paidSteps, Waiting, "ended without a result",
		endsAs(Progress{State: Broken, Cost: 500, Fault: &Fault{Kind: Transient, Reason: ReasonTrouble}})),
	on(Open, paidSteps, Waiting, "ended without a result, and its price is given back",
		endsAs(Progress{State: Broken, Fault: &Fault{Kind: Transient, Reason: ReasonTrouble}})),
	on(Open, paidSteps, Waiting, "ended so as often as its fault is worth, mostly three times",
		func(o *Order, x *outside) {
			x.paidSoFar = maxReplaced
			endsAs(Progress{State: Broken, Cost: 500, Fault: &Fault{Kind: Transient, Reason: ReasonTrouble}})(o, x)
		}),
	on(Open, paidSteps, Waiting, "ended: moderation refuses the photo",
		endsAs(Progress{State: Broken, Cost: 500, Fault: &Fault{Kind: Rejected, Reason: ReasonPhotoRefused}})),

	on(Open, []Step{Animate}, Waiting, "the same with `CLIP_FALLBACK=always`, as whatever else fails or parks here",
		func(o *Order, x *outside) {
			x.always = true
			endsAs(Progress{State: Broken, Cost: 500, Fault: &Fault{Kind: Rejected, Reason: ReasonPhotoRefused}})(o, x)
		}),

	on(Open, []Step{Deliver}, Ready, "its time has come", nil),
	on(Open, []Step{Deliver}, Ready, "the chat's pace has it wait",
		func(_ *Order, x *outside) { x.busyChat = time.Minute }),
	on(Open, []Step{Deliver}, Begun, "the chat has it", nil),
	on(Open, []Step{Deliver}, Begun, "a part of it is done (Slack: the file is uploaded)",
		func(_ *Order, x *outside) { x.err = &Partial{Receipt: " F1"} }),
	on(Open, []Step{Deliver}, Begun, "the platform certainly didn't take it", met(Fault{Kind: Transient})),
	on(Open, []Step{Deliver}, Begun, "the chat is closed to us", met(Fault{Kind: Rejected})),
	on(Open, []Step{Deliver}, Begun, "its answer is lost", met(Fault{Kind: Indeterminate})),
	on(Open, []Step{Deliver}, Begun, "its process died, or nothing was heard in time", nil).gone(),
	on(Open, []Step{Deliver}, Begun, "either of these a second time", func(o *Order, x *outside) {
		o.Reason = ReasonMaybeDelivered
		met(Fault{Kind: Indeterminate})(o, x)
	}),

	on(Open, nil, Waiting, "its person or an admin cancels it", nil).by(Cancel),
	on(Open, nil, Waiting, "the same, of a new cut of a delivered one",
		func(o *Order, _ *outside) { o.Step, o.Shown, o.Cut.N, o.Cuts = Render, 1, 2, 2 }).by(Cancel),
	on(Open, nil, Ready, "new words before the render", nil).by(reworded),
	on(Open, []Step{Render}, Waiting, "new words, look, music or size", nil).by(reworded),
	on(Delivered, []Step{Deliver}, Begun, "new words, look, music or size", nil).by(reworded),
	on(Failed, []Step{Animate}, Begun, "an admin retries it", nil).by(Retry),
	on(Parked, paidSteps, Ready, "an admin retries it, or its service works again", nil).by(Retry),
	on(Parked, paidSteps, Waiting, "the same: what was bought is asked for", nil).by(Retry),
	on(Parked, paidSteps, Unknown, "a callback names the lost start (`unknown_start`)", func(o *Order, x *outside) {
		o.Reason, x.progress.Ref = ReasonUnknownStart, o.Call
	}).gone().calledBack(),
	on(Parked, []Step{Deliver}, Ready, "its chat is back (`cant_deliver`)",
		func(o *Order, _ *outside) { o.Reason = ReasonCantDeliver }).by(Redeliver),
	on(Parked, []Step{Deliver}, Ready, "somebody says that it arrived (`maybe_delivered`)",
		func(o *Order, _ *outside) { o.Reason = ReasonMaybeDelivered }).by(Arrived),
	on(Parked, nil, Ready, "cancelled, or parked until RETENTION is over", nil).by(Cancel),
	on(Cancelled, nil, Waiting, "cancelled again, retried, or new words", nil).by(func(o Order) (Order, Move, error) {
		for _, act := range []func(Order) (Order, Move, error){Cancel, reworded, Retry} {
			if next, m, err := act(o); !errors.Is(err, ErrNoChange) {
				return next, m, err
			}
		}
		return o, Move{}, ErrNoChange
	}),
}

func reworded(o Order) (Order, Move, error) {
	w := o.Cut.Words
	w.Price = "19,000원"
	return Fix(o, Edit{Words: &w})
}

// lines runs a row, and returns it as the table has it: one line of each step, or one for all that come out alike.
func (r transition) lines(t *testing.T) (all []string) {
	t.Helper()
	steps := r.steps
	if steps == nil {
		steps = []Step{Animate}
	}
	for _, s := range steps {
		o, ledger := r.run(t, s)
		name := string(s)
		if r.steps == nil {
			name = "any"
		}
		then := standing(o)
		if r.steps == nil {
			then = strings.Replace(then, string(s), "same", 1)
		}
		all = append(all, fmt.Sprintf("| %s · %s · %s | %s | %s | %s |",
			r.status, name, r.phase, r.event, then, strings.Join(ledger, ", ")))
	}
	if len(all) == 2 && strings.ReplaceAll(all[1], string(Render), string(Animate)) == all[0] {
		both := strings.ReplaceAll(strings.ReplaceAll(all[0], "| "+string(Animate)+" ", "| "), string(Animate), "same")
		all = []string{strings.Replace(both, "same", "animate, render", 1)}
	}
	return all
}

// standing is how an order stands.
func standing(o Order) string {
	text := fmt.Sprintf("%s · %s · %s", o.Status, o.Step, o.Phase)
	if o.Reason != "" {
		text += fmt.Sprintf(" (`%s`)", o.Reason)
	}
	if o.Fallback != "" {
		text += ", showing the photo"
	}
	if o.Cut.N > 1 {
		text += ", a new cut"
	}
	return text
}

// run has a row happen to an order of a step.
func (r transition) run(t *testing.T, s Step) (Order, []string) {
	t.Helper()
	x := &outside{}
	p := quiet()
	p.opts.Store, p.opts.Blobs, p.opts.Clips, p.opts.Cuts, p.opts.Results = x, x, asked{x}, asked{x}, results{x}
	p.opts.Chats = map[string]Chat{"telegram": asked{x}}
	p.clipTerms.AtOnce = 5
	p.opts.Prepare = func(_ context.Context, _ io.Reader, begin func() error) (Prepared, error) {
		return Prepared{}, errors.Join(begin(), x.photo)
	}
	p.opts.Finish = func(_ context.Context, file io.ReadSeeker, _ Ordered) (io.Reader, error) { return file, x.unfit }
	p.opts.CheckClip = func(context.Context, string, string) (ClipVerdict, error) {
		return ClipVerdict{Changed: x.changed, Decides: true}, nil
	}
	o := Order{
		ID: 12, Version: 7, Status: r.status, Step: s, Phase: r.phase, Since: time.Now(), Due: time.Now(),
		Thread: Thread{Platform: "telegram", Chat: "7"}, PhotoKey: "photos/12.jpg", ClipKey: "clips/12.mp4",
		Cut: Cut{N: 1, Words: Words{Menu: "새우 파스타", Price: "18,000원"}, ShortKey: "shorts/12.mp4"},
	}
	if r.phase != Ready && r.status != Failed {
		o.Call = "call1"
	}
	if r.phase == Unknown {
		o.Reason = ReasonUnknownStart
	}
	if r.phase == Waiting {
		o.Remote = "r1"
	}
	if r.with != nil {
		r.with(&o, x)
	}
	p.opts.AlwaysFallback = x.always
	if r.do != nil {
		next, m, err := r.do(o)
		if err != nil && !errors.Is(err, ErrNoChange) {
			t.Fatal(err)
		}
		for _, c := range m.Calls {
			x.ledger = append(x.ledger, fmt.Sprintf("%s %s", c.Step, c.State))
		}
		return next, x.ledger
	}
	mine := o.Call
	if r.lost {
		mine = ""
	}
	if r.phase == Begun && mine != "" {
		o.Due = time.Now().Add(time.Minute)
	}
	c, _, err := p.driver.next(t.Context(), o, r.hint, mine)
	if err != nil {
		t.Fatalf("%s: %v", r.event, err)
	}
	next := c.next
	if c.move != nil {
		if next, err = p.driver.commit(t.Context(), c); err != nil {
			t.Fatalf("%s: %v", r.event, err)
		}
	}
	if err := p.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	return next, x.ledger
}

// TestPipeline_MovesOrdersAsItsDocumentSays has each row of the table of states in docs/architecture.md happen.
func TestPipeline_MovesOrdersAsItsDocumentSays(t *testing.T) {
	text, err := os.ReadFile("../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	_, documented, _ := strings.Cut(string(text), "<!-- states -->\n")
	documented, _, _ = strings.Cut(documented, "<!-- /states -->")
	table := []string{"| order | what happens | then | written to the ledger |", "|---|---|---|---|"}
	synctest.Test(t, func(t *testing.T) {
		for _, r := range transitions {
			table = append(table, r.lines(t)...)
		}
	})
	if want := strings.Join(table, "\n") + "\n"; documented != want {
		t.Errorf("the table of states in docs/architecture.md isn't what the pipeline does, which is:\n%s", want)
	}
}
