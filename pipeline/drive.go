package pipeline

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/runner"
)

// steps is the order of the steps.
var steps = []Step{Fetch, Animate, Render, Deliver}

// Next is the step that follows, or "" after the last.
func (s Step) Next() Step {
	if i := slices.Index(steps, s) + 1; i > 0 && i < len(steps) {
		return steps[i]
	}
	return ""
}

// paid reports whether a step buys something.
func (s Step) paid() bool { return s == Animate || s == Render }

// driver takes orders through their steps.
type driver struct {
	*base
	settler   *settler
	reserver  *reserver
	requester requester
	importer  importer
	writer    *writer
	notifier  *notifier
	turns     *turnTaker
	orders    *runner.Runner // runs it
}

// advance takes an order as far as it goes without waiting, and returns how it stands then. It may
// run anywhere, any number of times at once: each change is fenced by the row's version, and
// what must not be done twice is begun by a change that only one can make.
func (d *driver) advance(ctx context.Context, id int64, h *runner.Hint) (Order, error) {
	o, moved, err := d.drive(ctx, id, h)
	if err == nil && (moved || o.Status == Cancelled) { // it is woken when a person has cancelled it
		d.checkpoint(ctx, o)
	}
	return o, err
}

// drive is advance without the checkpoint. moved reports whether it has written a change.
func (d *driver) drive(ctx context.Context, id int64, h *runner.Hint) (o Order, moved bool, err error) {
	mine := "" // the call that this drive has begun, and so may make
	row, h := split(h)
	o, moved, err = d.readAnswered(ctx, id, row)
	if d.opts.Trace != nil {
		ctx = d.opts.Trace(ctx, o)
	}
	handed := row != nil // it may be too old to say that there is nothing to do
	for err == nil {
		c, left := change{next: o}, h
		if (o.Status == Open || o.recoverable(h)) && !(d.reserver.stopping.Load() && o.Phase != Begun) {
			c, left, err = d.next(ctx, o, h, mine)
		}
		if err == nil && c.move == nil {
			if !handed {
				return c.next, moved, nil
			}
			now, err := d.writer.read(ctx, id)
			if err != nil || now.Version == o.Version {
				return c.next, moved, err
			}
			o, handed = now, false
			continue
		}
		if err == nil {
			o, err = d.commit(ctx, c)
		}
		handed = false
		switch {
		case errors.Is(err, ErrMoved):
			o, err = d.writer.read(ctx, id)
			continue
		case err != nil:
			return o, moved, err
		}
		h, mine, moved = left, "", true
		// which it may not be after a merge with what came meanwhile
		if c.next.Phase == Begun && c.next.Call == o.Call {
			mine = o.Call
		}
	}
	return o, moved, err
}

// next does what an order needs now, and says what came of it, and what of the hint is left then. Without a move
// there is nothing to do until the order's Due. mine is the begun call that the caller may make.
func (d *driver) next(
	ctx context.Context, o Order, h *runner.Hint, mine string,
) (c change, left *runner.Hint, err error) {
	now := time.Now()
	c, left = change{before: o, next: o}, h
	switch {
	case o.Phase == Begun && o.Call == mine && !now.Before(o.Due):
		// this process stood still, and others may have decided
		c.made = o.Call
		late := errors.New("the process stood still until it was too late for the request")
		c.next, c.move = d.settler.settle(o, &Fault{Kind: Transient, Reason: ReasonTrouble, Err: late})
	case o.Phase == Begun && o.Call == mine:
		c.made = o.Call
		c.next, c.move = d.execute(ctx, o)
	case o.Phase == Ready && (o.Version == 1 || !now.Before(o.Due)):
		if o.AwaitsAnswer() {
			c.next, c.move = photoQuestionExpired(o)
			if c.move == nil {
				return c, h, d.opts.Store.Postpone(ctx, c.next)
			}
			return c, h, nil
		}
		if wait := d.reserver.chatWait(o); wait > 0 { // nothing has happened, so history has nothing of it
			c.next.Due = now.Add(wait)
			return c, h, d.opts.Store.Postpone(ctx, c.next)
		}
		c.next, c.move, c.made = d.ready(ctx, o)
	case (o.Phase == Begun || o.Phase == Unknown) && h != nil && h.Remote != "" && o.Step.paid():
		d.callbackHandled(h)
		c.next, c.move = d.reconcileCallback(ctx, o, h)
		left = &runner.Hint{} // it is used up; the callback still asks for a check
	case o.Phase == Waiting && (h != nil || !now.Before(o.Due)):
		d.callbackHandled(h)
		left = nil
		c.next, c.move, err = d.check(ctx, o)
	case o.Phase == Begun && !now.Before(o.Due):
		c.next, c.move = d.settler.markUnknown(o)
	case o.Phase == Unknown && !now.Before(o.Due):
		c.next, c.move = d.restartUnknown(ctx, o)
	}
	return c, left, err
}

// callbackHandled lets it be known how long a callback waited for its work.
func (d *driver) callbackHandled(h *runner.Hint) {
	if d.opts.Observe == nil || h == nil || h.At.IsZero() {
		return
	}
	d.opts.Observe.CallbackHandled(time.Since(h.At))
	h.At = time.Time{}
}

// ready does what a step can do at once, or begins what must not be done twice. made is the call that was begun
// and made on the way.
func (d *driver) ready(ctx context.Context, o Order) (next Order, m *Move, made string) {
	if o.Step == Fetch {
		return d.open(ctx, o)
	}
	next, m = d.reserver.reserve(o)
	return next, m, ""
}

// execute makes the request that was begun and says what came of it.
func (d *driver) execute(ctx context.Context, o Order) (Order, *Move) {
	ctx, cancel := context.WithTimeout(ctx, d.limit(o.Step))
	defer cancel()
	if o.Step == Deliver {
		return d.deliver(ctx, o)
	}
	started, err := d.requester.start(ctx, o)
	if err != nil {
		f := AsFault(err)
		next, m := d.settler.settle(o, f)
		if d.settler.policy.closes(next, f) {
			return d.providerClosed(ctx, next, m, f)
		}
		return next, m
	}
	return d.settler.started(o, started)
}

// reconcileCallback attaches a remote id that came with a callback to a start whose answer isn't here, once the
// provider itself says that the id belongs to our call. When the provider can't be asked, the
// hint is tried again for as long as the order's patience lasts: it may be the only one.
func (d *driver) reconcileCallback(ctx context.Context, o Order, h *runner.Hint) (Order, *Move) {
	pr, err := d.requester.ask(ctx, o, h.Remote)
	if err != nil {
		f := AsFault(err)
		if pause := max(f.RetryAfter, d.opts.Times.BackOff); f.Kind == Transient &&
			time.Now().Add(pause).Before(o.Due) {
			d.orders.WakeAt(o.ID, time.Now().Add(pause), h)
		}
		d.opts.Log.Warn("callback can't be checked", "order", o.ID, "step", o.Step, "err", err)
		return o, nil
	}
	if pr.Ref != o.Call {
		d.opts.Log.Warn("callback for a call that isn't the order's", "order", o.ID, "step", o.Step)
		return o, nil
	}
	wasParked := o.Status == Parked
	if wasParked {
		o.Status, o.Since = Open, time.Now()
	}
	if o.Reason == ReasonUnknownStart {
		o.Reason, o.Detail = ReasonNone, ""
	}
	o, m := d.settler.started(o, Started{Remote: h.Remote, Warnings: pr.Warnings})
	m.Wakeup, m.Notify, m.Note = m.Wakeup || wasParked, m.Notify || wasParked, "found again as "+h.Remote
	return o, m
}

// recoverable reports whether a callback may name the lost start that an order was set aside for. What was paid need
// not be bought again then.
func (o Order) recoverable(h *runner.Hint) bool {
	lost := o.Status == Parked && o.Reason == ReasonUnknownStart && o.Phase == Unknown && o.Step.paid()
	return lost && h != nil && h.Remote != ""
}

// near is how far away a try may be for this process to bring it about itself. Further away it makes no
// difference that the queue looks for what has come due only every five seconds.
const near = 10 * time.Second

// soon drives an order that has to try again on at the moment when it may. Nothing depends on it either.
func (d *driver) soon(o Order) {
	if wait := time.Until(o.Due); o.Status == Open && o.Phase == Ready && wait > 0 && wait <= near {
		d.orders.WakeAt(o.ID, o.Due, nil)
	}
}
