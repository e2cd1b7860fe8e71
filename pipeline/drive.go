package pipeline

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/runner"
)

// steps is the order of the steps.
var steps = []Step{Fetch, Animate, Render, Deliver}

// after names the step that follows, or "" after the last.
func (s Step) after() Step {
	for i, x := range steps[:len(steps)-1] {
		if x == s {
			return steps[i+1]
		}
	}
	return ""
}

// paid reports whether a step buys something.
func (s Step) paid() bool { return s == Animate || s == Render }

// advance takes an order as far as it goes without waiting, and returns how it stands then. It may
// run anywhere, any number of times at once: each change is fenced by the row's version, and
// what must not be done twice is begun by a change that only one can make.
func (p *Pipeline) advance(ctx context.Context, id int64, h *runner.Hint) (Order, error) {
	o, moved, err := p.drive(ctx, id, h)
	if err == nil && (moved || o.Status == Cancelled) { // it is woken when a person has cancelled it
		p.checkpoint(ctx, o)
	}
	return o, err
}

// drive is advance without the checkpoint. moved reports whether it has written a change.
func (p *Pipeline) drive(ctx context.Context, id int64, h *runner.Hint) (o Order, moved bool, err error) {
	mine := "" // the call that this drive has begun, and so may make
	row, h := split(h)
	o, moved, err = p.readAnswered(ctx, id, row)
	if p.opts.Trace != nil {
		ctx = p.opts.Trace(ctx, o)
	}
	handed := row != nil // it may be too old to say that there is nothing to do
	for err == nil {
		c, left := change{next: o}, h
		if (o.Status == Open || o.recoverable(h)) && !(p.stopping.Load() && o.Phase != Begun) {
			c, left, err = p.next(ctx, o, h, mine)
		}
		if err == nil && c.move == nil {
			if !handed {
				return c.next, moved, nil
			}
			now, err := p.read(ctx, id)
			if err != nil || now.Version == o.Version {
				return c.next, moved, err
			}
			o, handed = now, false
			continue
		}
		if err == nil {
			o, err = p.commit(ctx, c)
		}
		handed = false
		switch {
		case errors.Is(err, ErrMoved):
			o, err = p.read(ctx, id)
			continue
		case err != nil:
			return o, moved, err
		}
		h, mine, moved = left, "", true
		if c.next.Phase == Begun && c.next.Call == o.Call { // which it may not be after a rebase
			mine = o.Call
		}
	}
	return o, moved, err
}

// next does what an order needs now, and says what came of it, and what of the hint is left then. Without a move
// there is nothing to do until the order's Due. mine is the begun call that the caller may make.
func (p *Pipeline) next(
	ctx context.Context, o Order, h *runner.Hint, mine string,
) (c change, left *runner.Hint, err error) {
	now := time.Now()
	c, left = change{before: o, next: o}, h
	switch {
	case o.Phase == Begun && o.Call == mine && !now.Before(o.Due):
		// this process stood still, and others may have decided
		c.made = o.Call
		late := errors.New("the process stood still until it was too late for the request")
		c.next, c.move = p.settle(o, &Fault{Kind: Transient, Reason: ReasonTrouble, Err: late})
	case o.Phase == Begun && o.Call == mine:
		c.made = o.Call
		c.next, c.move = p.execute(ctx, o)
	case o.Phase == Ready && (o.Version == 1 || !now.Before(o.Due)):
		if o.AwaitsAnswer() {
			c.next, c.move = photoQuestionExpired(o)
			if c.move == nil {
				return c, h, p.opts.Store.Postpone(ctx, c.next)
			}
			return c, h, nil
		}
		if wait := p.chatWait(o); wait > 0 { // nothing has happened, so history has nothing of it
			c.next.Due = now.Add(wait)
			return c, h, p.opts.Store.Postpone(ctx, c.next)
		}
		c.next, c.move, c.made = p.ready(ctx, o)
	case (o.Phase == Begun || o.Phase == Unknown) && h != nil && h.Remote != "" && o.Step.paid():
		p.callbackHandled(h)
		c.next, c.move = p.reconcileCallback(ctx, o, h)
		left = &runner.Hint{} // it is used up; the callback still asks for a check
	case o.Phase == Waiting && (h != nil || !now.Before(o.Due)):
		p.callbackHandled(h)
		left = nil
		c.next, c.move, err = p.check(ctx, o)
	case o.Phase == Begun && !now.Before(o.Due):
		c.next, c.move = p.markUnknown(o)
	case o.Phase == Unknown && !now.Before(o.Due):
		c.next, c.move = p.restartUnknown(ctx, o)
	}
	return c, left, err
}

// callbackHandled lets it be known how long a callback waited for its work.
func (p *Pipeline) callbackHandled(h *runner.Hint) {
	if p.opts.Observe == nil || h == nil || h.At.IsZero() {
		return
	}
	p.opts.Observe.CallbackHandled(time.Since(h.At))
	h.At = time.Time{}
}

// ready does what a step can do at once, or begins what must not be done twice. made is the call that was begun
// and made on the way.
func (p *Pipeline) ready(ctx context.Context, o Order) (next Order, m *Move, made string) {
	if o.Step == Fetch {
		return p.open(ctx, o)
	}
	next, m = p.reserve(o)
	return next, m, ""
}

// startStep moves an order that is through with its step to the next one, begun already, so that
// the end of one step and the beginning of the next are a single commit.
func (p *Pipeline) startStep(o Order, note string) (Order, *Move) {
	o.Step, o.Since = o.Step.after(), time.Now()
	o.Attempt, o.Progress, o.Call, o.Remote, o.Trouble = 0, 0, "", "", Trouble{}
	wait := p.chatWait(o)
	if p.stopping.Load() || wait > 0 {
		o.Phase, o.Due = Ready, time.Now().Add(wait)
		return o, &Move{Wakeup: true, Note: note}
	}
	o, m := p.reserve(o)
	m.Note = note
	return o, m
}

// chatWait is how long the pace of an order's chat has its delivery wait; 0 in all other steps.
func (p *Pipeline) chatWait(o Order) time.Duration {
	c, paced := p.opts.Chats[o.Thread.Platform].(Paced)
	if o.Step != Deliver || !paced {
		return 0
	}
	return c.Turn(o)
}

// reserve writes down that the step's request is about to leave. The process that commits this, and no
// other, makes the request. A paid one asks in that commit whether it may (see hold).
func (p *Pipeline) reserve(o Order) (Order, *Move) {
	now := time.Now()
	if o.Reason == ReasonPaused || o.Reason == ReasonBudget || o.Reason == ReasonTurn {
		o.Reason, o.Since = ReasonNone, now // how long it waited for that says nothing of the step
	}
	limit := p.limit(o.Step)
	o.Phase, o.Due, o.Remote, o.Progress = Begun, now.Add(limit+limit/4), "", 0
	o.Call = strings.ToLower(rand.Text())
	if p.opts.Process != "" {
		o.Call = p.opts.Process + "-" + o.Call
	}
	if !o.Step.paid() {
		return o, &Move{}
	}
	call := p.call(o, CallBegun)
	call.Begun = now
	if o.Step == Animate {
		call.Estimated = p.terms.Price
	}
	return o, &Move{Calls: []Call{call}, Reserve: p.reservation(call, now)}
}

// limit is how long the request of a step may take. A short on a slow line takes its time, and a second
// one would be no faster; and a photo that is costly to open is to be refused by its worker's own limits, which a busy
// machine comes to later.
func (p *Pipeline) limit(s Step) time.Duration {
	switch s {
	case Fetch:
		return 2 * p.opts.Times.Call
	case Deliver:
		return 3 * p.opts.Times.Call
	}
	return p.opts.Times.Call
}

// execute makes the request that was begun and says what came of it.
func (p *Pipeline) execute(ctx context.Context, o Order) (Order, *Move) {
	ctx, cancel := context.WithTimeout(ctx, p.limit(o.Step))
	defer cancel()
	if o.Step == Deliver {
		return p.deliver(ctx, o)
	}
	started, err := p.start(ctx, o)
	if err != nil {
		f := AsFault(err)
		next, m := p.settle(o, f)
		if p.closes(next, f) {
			return p.providerClosed(ctx, next, m, f)
		}
		return next, m
	}
	return p.started(o, started)
}

// start makes the paid request of a step. Whatever fails before it leaves is transient.
func (p *Pipeline) start(ctx context.Context, o Order) (s Started, err error) {
	var send func() (Started, error)
	if o.Step == Animate {
		var r ClipRequest
		r, err = p.clipRequest(ctx, o)
		send = func() (Started, error) { return p.opts.Clips.StartClip(ctx, r) }
	} else {
		var r CutRequest
		r, err = p.cutRequest(ctx, o)
		send = func() (Started, error) { return p.opts.Cuts.StartCut(ctx, r) }
	}
	if err != nil {
		return Started{}, from(ServiceBlobs, notSent(err))
	}
	began := time.Now()
	s, err = send()
	p.called(o.Step, CallStart, began, err)
	return s, from(p.provider(o.Step), err)
}

// called lets it be known what came of a request.
func (p *Pipeline) called(s Step, what string, began time.Time, err error) {
	if p.opts.Observe != nil {
		p.opts.Observe.Called(p.provider(s), what, time.Since(began), err)
	}
}

// notSent marks an error that came before the request: certainly nothing was bought.
func notSent(err error) error {
	if _, ok := errors.AsType[*Fault](err); ok {
		return err
	}
	return &Fault{Kind: Transient, Reason: ReasonTrouble, Err: err}
}

// started writes down the id of a paid request; until that is done, nothing else is.
func (p *Pipeline) started(o Order, s Started) (Order, *Move) {
	now := time.Now()
	o.Phase, o.Remote, o.Attempt, o.Trouble = Waiting, s.Remote, 0, Trouble{}
	o.Due = now.Add(p.pause(o, now))
	m := &Move{Wakeup: wakeupNeeded(o, now), Note: "accepted as " + s.Remote}
	call := p.call(o, CallKnown)
	call.Remote, call.Estimated = s.Remote, s.Estimated
	m.Calls = []Call{call}
	if len(s.Warnings) > 0 {
		// The short would show something else than the order's words: it may not be delivered.
		err := fmt.Errorf("%s ignored part of the request: %s", p.provider(o.Step), strings.Join(s.Warnings, "; "))
		return p.park(o, m, ReasonTemplate, err)
	}
	return o, m
}

// wakeupNeeded reports whether the order's wakeup would come after o.Due. One that is still to come by
// then sees to it that the order is looked at again at o.Due.
func wakeupNeeded(o Order, now time.Time) bool {
	return !now.Before(o.WakeupAt) || o.WakeupAt.After(o.Due)
}

// reconcileCallback attaches a remote id that came with a callback to a start whose answer isn't here, once the
// provider itself says that the id belongs to our call. When the provider can't be asked, the
// hint is tried again for as long as the order's patience lasts: it may be the only one.
func (p *Pipeline) reconcileCallback(ctx context.Context, o Order, h *runner.Hint) (Order, *Move) {
	pr, err := p.ask(ctx, o, h.Remote)
	if err != nil {
		f := AsFault(err)
		if pause := max(f.RetryAfter, p.opts.Times.BackOff); f.Kind == Transient &&
			time.Now().Add(pause).Before(o.Due) {
			p.orders.WakeAt(o.ID, time.Now().Add(pause), h)
		}
		p.opts.Log.Warn("callback can't be checked", "order", o.ID, "step", o.Step, "err", err)
		return o, nil
	}
	if pr.Ref != o.Call {
		p.opts.Log.Warn("callback for a call that isn't the order's", "order", o.ID, "step", o.Step)
		return o, nil
	}
	wasParked := o.Status == Parked
	if wasParked {
		o.Status, o.Since = Open, time.Now()
	}
	if o.Reason == ReasonUnknownStart {
		o.Reason, o.Detail = ReasonNone, ""
	}
	o, m := p.started(o, Started{Remote: h.Remote, Warnings: pr.Warnings})
	m.Wakeup, m.Notify, m.Note = m.Wakeup || wasParked, m.Notify || wasParked, "found again as "+h.Remote
	return o, m
}

// recoverable reports whether a callback may name the lost start that an order was set aside for. What was paid need
// not be bought again then.
func (o Order) recoverable(h *runner.Hint) bool {
	lost := o.Status == Parked && o.Reason == ReasonUnknownStart && o.Phase == Unknown && o.Step.paid()
	return lost && h != nil && h.Remote != ""
}

// markUnknown gives up on a request that was begun and never heard of again, usually because its process died.
func (p *Pipeline) markUnknown(o Order) (Order, *Move) {
	err := errors.New("no word since the request was begun")
	switch {
	case o.Step == Deliver:
		return p.maybeDelivered(o, err)
	case o.Step == Fetch && o.Photo.CheckOpened() != nil:
		return p.fail(o, &Move{}, unopened())
	}
	return p.settle(o, &Fault{Kind: Indeterminate, Reason: ReasonUnknownStart, Err: err})
}

// call is the ledger row of the order's current call in a new state.
func (p *Pipeline) call(o Order, s CallState) Call {
	return Call{
		ID: o.Call, Order: o.ID, Cut: o.Cut.N, Step: o.Step, Provider: p.provider(o.Step), State: s, Remote: o.Remote,
	}
}

// Providers names those who do this pipeline's paid steps.
func (p *Pipeline) Providers() Providers { return p.names }

// provider names who does a paid step.
func (p *Pipeline) provider(s Step) string { return p.names.Of(s) }
