package pipeline

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
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
// what must not be done twice is begun by a change that only one can make. Once begun, it goes on
// whatever becomes of its caller; only the end of Stop cuts it off.
func (p *Pipeline) advance(ctx context.Context, id int64, r *callback) (Order, error) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(p.base, cancel)()
	o, err := p.read(ctx, id)
	mine := "" // the call that this drive has begun, and so may make
	for err == nil && (o.Status == Open || o.recoverable(r)) && !(p.stopping.Load() && o.Phase != Begun) {
		next, m := o, (*Move)(nil)
		now, rung, made := time.Now(), r, ""
		switch {
		case o.Phase == Begun && o.Call == mine:
			next, m = p.execute(ctx, o)
			mine, made = "", o.Call
		case o.Phase == Ready && (o.Version == 1 || !now.Before(o.Due)):
			if wait := p.turn(o); wait > 0 { // nothing has happened, so history has nothing of it
				next.Due = now.Add(wait)
				if err = p.Store.Postpone(ctx, next); errors.Is(err, ErrMoved) {
					o, err = p.read(ctx, id)
					continue
				}
				return next, err
			}
			next, m, made = p.ready(ctx, o)
		case (o.Phase == Begun || o.Phase == Unknown) && r != nil && r.remote != "" && o.Step.paid():
			p.callbackHandled(r)
			next, m = p.reconcileCallback(ctx, o, r)
			r = &callback{} // the hint is used up; the ring still asks for a check
		case o.Phase == Waiting && (r != nil || !now.Before(o.Due)):
			p.callbackHandled(r)
			next, m, err = p.check(ctx, o)
			r = nil
		case o.Phase == Begun && !now.Before(o.Due):
			next, m = p.markUnknown(o)
		case o.Phase == Unknown && !now.Before(o.Due):
			next, m = p.restartUnknown(ctx, o)
		}
		if err != nil || m == nil {
			return next, err
		}
		before := o
		if o, err = p.write(ctx, next, *m, made); errors.As(err, new(*HeldError)) {
			if next, m = p.hold(before, next, *m, err); m == nil {
				return next, p.Store.Postpone(ctx, next)
			}
			o, err = p.write(ctx, next, *m, made)
		}
		if errors.Is(err, ErrMoved) {
			r = rung
			o, err = p.read(ctx, id)
			continue
		}
		if err != nil {
			return o, err
		}
		p.soon(o)
		if p.Observe != nil {
			p.Observe.Moved(before, o)
		}
		if next.Phase == Begun && next.Call == o.Call { // which it may not be after a rebase
			mine = o.Call
		}
	}
	return o, err
}

// callbackHandled lets it be known how long a ring waited for its work.
func (p *Pipeline) callbackHandled(r *callback) {
	if p.Observe == nil || r == nil || r.at.IsZero() {
		return
	}
	p.Observe.CallbackHandled(time.Since(r.at))
	r.at = time.Time{}
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
	wait := p.turn(o)
	if p.stopping.Load() || wait > 0 {
		o.Phase, o.Due = Ready, time.Now().Add(wait)
		return o, &Move{Wakeup: true, Note: note}
	}
	o, m := p.reserve(o)
	m.Note = note
	return o, m
}

// turn is how long the pace of an order's chat has its delivery wait; 0 in all other steps.
func (p *Pipeline) turn(o Order) time.Duration {
	c, paced := p.Chats[o.Thread.Platform].(Paced)
	if o.Step != Deliver || !paced {
		return 0
	}
	return c.Turn(o)
}

// reserve writes down that the step's request is about to leave. Whoever commits this, and nobody
// else, makes the request. A paid one asks in that commit whether it may (see hold).
func (p *Pipeline) reserve(o Order) (Order, *Move) {
	now := time.Now()
	if o.Reason == ReasonPaused || o.Reason == ReasonBudget {
		o.Reason, o.Since = ReasonNone, now // the provider has nothing to do with it
	}
	limit := p.limit(o.Step)
	o.Phase, o.Due, o.Remote, o.Progress = Begun, now.Add(limit+limit/4), "", 0
	o.Call = strings.ToLower(rand.Text())
	if !o.Step.paid() {
		return o, &Move{}
	}
	call := p.call(o, CallBegun)
	call.Begun = now
	if o.Step == Animate {
		call.Estimated = p.ClipPrice
	}
	return o, &Move{Calls: []Call{call}, Reserve: p.reservation(call, now)}
}

// limit is how long the request of a step may take. A short on a slow line takes its time, and a second
// one would be no faster.
func (p *Pipeline) limit(s Step) time.Duration {
	if s == Deliver {
		return 3 * p.Times.Call
	}
	return p.Times.Call
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
		return p.settle(o, AsFault(err))
	}
	return p.started(o, started)
}

// start makes the paid request of a step. Whatever fails before it leaves is transient.
func (p *Pipeline) start(ctx context.Context, o Order) (Started, error) {
	if o.Step == Animate {
		r, err := p.clipRequest(ctx, o)
		if err != nil {
			return Started{}, from(ServiceBlobs, notSent(err))
		}
		s, err := p.Clips.StartClip(ctx, r)
		return s, from(provider(o.Step), err)
	}
	r, err := p.cutRequest(ctx, o)
	if err != nil {
		return Started{}, from(ServiceBlobs, notSent(err))
	}
	s, err := p.Cuts.StartCut(ctx, r)
	return s, from(provider(o.Step), err)
}

// notSent marks an error that came before the request: certainly nothing was bought.
func notSent(err error) error {
	var f *Fault
	if errors.As(err, &f) {
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
		// The short would show something else than the order's words: nobody may get it.
		return p.park(o, m, ReasonTemplate, fmt.Errorf("%s ignored part of the request: %s", provider(o.Step), strings.Join(s.Warnings, "; ")))
	}
	return o, m
}

// wakeupNeeded reports whether the order's alarm would come after o.Due. One that is still to come by
// then sees to it that somebody looks again at o.Due.
func wakeupNeeded(o Order, now time.Time) bool {
	return !now.Before(o.WakeupAt) || o.WakeupAt.After(o.Due)
}

// reconcileCallback attaches a remote id that came with a ring to a start whose answer isn't here, once the
// provider itself says that the id belongs to our call. When the provider can't be asked, the
// hint is tried again for as long as the order's patience lasts: it may be the only one.
func (p *Pipeline) reconcileCallback(ctx context.Context, o Order, r *callback) (Order, *Move) {
	pr, err := p.ask(ctx, o, r.remote)
	if err != nil {
		f := AsFault(err)
		if pause := max(f.RetryAfter, p.Times.BackOff); f.Kind == Transient && time.Now().Add(pause).Before(o.Due) {
			time.AfterFunc(pause, func() { p.wake(o.ID, r) })
		}
		p.Log.Warn("callback can't be checked", "order", o.ID, "step", o.Step, "err", err)
		return o, nil
	}
	if pr.Ref != o.Call {
		p.Log.Warn("callback for a call that isn't the order's", "order", o.ID, "step", o.Step)
		return o, nil
	}
	wasParked := o.Status == Parked
	if wasParked {
		o.Status, o.Since = Open, time.Now()
	}
	if o.Reason == ReasonUnknownStart {
		o.Reason, o.Detail = ReasonNone, ""
	}
	o, m := p.started(o, Started{Remote: r.remote, Warnings: pr.Warnings})
	m.Wakeup, m.Notify, m.Note = m.Wakeup || wasParked, m.Notify || wasParked, "found again as "+r.remote
	return o, m
}

// recoverable reports whether a ring may name the lost start that an order was set aside for. What was paid need
// not be bought again then.
func (o Order) recoverable(r *callback) bool {
	return o.Status == Parked && o.Reason == ReasonUnknownStart && o.Phase == Unknown && o.Step.paid() && r != nil && r.remote != ""
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

// write commits a change, and makes sure to know whether it did: after a failed commit the row
// tells. made is the call that the change is the answer to, if it is one: what people did to the
// order meanwhile then stands below the answer. The id of a paid request is worth money, so it is
// tried until it is written or this process ends; anything else is found again by the alarm.
func (p *Pipeline) write(ctx context.Context, o Order, m Move, made string) (Order, error) {
	precious := o.Phase == Waiting && o.Remote != ""
	answer, news := o, m
	doubt := false // a try has failed without saying whether it did
	pause := 50 * time.Millisecond
	for try := 1; ; try++ {
		moved, err := p.move(ctx, o, m)
		held := errors.As(err, new(*HeldError))
		if held && !doubt { // nothing was written
			return Order{}, err
		}
		if held || errors.Is(err, ErrMoved) {
			now, rerr := p.read(ctx, o.ID)
			switch {
			case rerr != nil:
				err = rerr
			case doubt && now.Version == o.Version+1 && same(now, o): // it was us
				return now, nil
			case held && now.Version == o.Version:
				return Order{}, err
			case made != "" && now.Version >= o.Version:
				o, m = mergeLateAnswer(answer, now, news, made)
				precious, doubt = precious || len(m.Calls) > 0, false
				continue
			default:
				return Order{}, ErrMoved
			}
		} else {
			doubt = true
		}
		if err == nil {
			p.refreshIfChanged(moved)
			return moved, nil
		}
		if ctx.Err() != nil || try >= 8 && !precious {
			p.Log.Error("change could not be written", "order", o.ID, "step", o.Step, "remote", o.Remote, "err", err)
			return Order{}, fmt.Errorf("write order %d: %w", o.ID, err)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
		pause = min(2*pause, 5*time.Second)
	}
}

// mergeLateAnswer puts the answer to a call on top of what has become of its order meanwhile: words were
// changed, the call was given up as lost, the order was taken back or goes another way by now. A person
// who has a short has it, whatever else was decided.
func mergeLateAnswer(o, now Order, m Move, made string) (Order, Move) {
	switch {
	case o.Status == Delivered && now.Status != Cancelled && now.Cut.N > o.Cut.N:
		now.Shown = max(now.Shown, o.Shown)
		return now, Move{Older: &o.Cut, Note: "an older cut was delivered"}
	case o.Status != Delivered && (now.Status == Cancelled || now.Call != made):
		return now, Move{Calls: orphanedCalls(m.Calls), Note: "an answer that nobody waits for any more"}
	}
	o.Version, o.WakeupAt = now.Version, now.WakeupAt
	if now.Cut.N == o.Cut.N {
		o.Cut.Words, o.Cut.Look, o.Cut.Music, o.Cut.Size = now.Cut.Words, now.Cut.Look, now.Cut.Music, now.Cut.Size
	}
	return o, m
}

// orphanedCalls closes calls that were accepted though nobody wants their results any more: they cost
// what was agreed. One that was only to begin doesn't.
func orphanedCalls(calls []Call) []Call {
	closed := slices.DeleteFunc(slices.Clone(calls), func(c Call) bool { return c.State == CallBegun })
	for i, c := range closed {
		if c.State == CallKnown {
			closed[i].State, closed[i].Settled, closed[i].Ended = CallSettled, c.Estimated, time.Now()
		}
	}
	return closed
}

// storeLimit is how long one transaction may take: a connection that has died in silence must not
// hold an order. A change is written even when its drive has just been cut off.
const storeLimit = 10 * time.Second

func (p *Pipeline) move(ctx context.Context, o Order, m Move) (Order, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeLimit)
	defer cancel()
	return p.Store.Move(ctx, o, m)
}

func (p *Pipeline) read(ctx context.Context, id int64) (Order, error) {
	ctx, cancel := context.WithTimeout(ctx, storeLimit)
	defer cancel()
	return p.Store.Order(ctx, id)
}

// same reports whether two states of an order were made by the same change.
func same(a, b Order) bool {
	return a.Status == b.Status && a.Step == b.Step && a.Phase == b.Phase && a.Call == b.Call && a.Remote == b.Remote && a.Attempt == b.Attempt
}

// call is the ledger row of the order's current call in a new state.
func (p *Pipeline) call(o Order, s CallState) Call {
	return Call{ID: o.Call, Order: o.ID, Cut: o.Cut.N, Step: o.Step, Provider: provider(o.Step), State: s, Remote: o.Remote}
}

func provider(s Step) string {
	if s == Animate {
		return "runway"
	}
	return "creatomate"
}
