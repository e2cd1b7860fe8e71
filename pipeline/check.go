package pipeline

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// check asks the provider how far it is, and takes the result in when it is done.
func (d *driver) check(ctx context.Context, o Order) (Order, *Move, error) {
	pr, err := d.requester.ask(ctx, o, o.Remote)
	if err != nil {
		f := AsFault(err)
		if f.Booked && !d.settler.policy.tooLong(o, f.RetryAfter) {
			return d.askLater(ctx, o, f.RetryAfter)
		}
		o, m := d.settler.checkFailed(o, f)
		return o, m, nil
	}
	if o.Step == Animate {
		d.turns.sawClip(ctx, o.Remote, pr)
	}
	switch pr.State {
	case Broken:
		tries, err := d.requester.tries(ctx, o)
		if err != nil {
			return o, nil, err
		}
		o, m := d.settler.broken(o, pr, tries)
		return o, m, nil
	case Succeeded:
		key := ResultKey(d.call(o, CallKnown), o.Cut.Size)
		err := d.importer.copyResult(ctx, d.provider(o.Step), pr.URL, key)
		switch {
		case err != nil:
		case o.Step == Render:
			err = d.importer.finish(ctx, o, key)
		case o.Step == Animate:
			o, err = d.importer.prepareClip(ctx, o, key)
		}
		if err != nil {
			o, m := d.settler.resultNotCopied(o, pr, AsFault(err))
			return o, m, nil
		}
		return d.takeIn(ctx, o, key, d.closed(o, pr.Cost))
	}
	return d.stillAtIt(ctx, o, pr)
}

// takeIn goes on with a result that was copied to key. Until it is written nothing is lost: the check is
// repeated.
func (d *driver) takeIn(ctx context.Context, o Order, key string, call Call) (Order, *Move, error) {
	suspect := false
	if o.Step == Animate {
		v, err := d.importer.compare(ctx, o, key)
		if err != nil {
			return o, nil, err
		}
		o.ClipKey = key // also of a clip that isn't used: an admin may want to see it
		switch {
		case v.Changed != "" && v.Decides:
			o, m := d.settler.fallback(o, &Move{Calls: []Call{call}}, ReasonDishChanged, errors.New(v.Changed))
			return o, m, nil
		case v.Changed != "":
			d.opts.Log.Warn("the clip may show another dish", "order", o.ID, "similarity", v.Changed)
			o.Framing.Suspect, suspect = v.Changed, true
			call.Note = "used, though the dish may have changed: " + v.Changed
		}
	} else {
		o.Cut.ShortKey = key
	}
	o, m := d.reserver.startStep(o, "made and copied")
	m.Calls, m.Cut, m.Notify = append(m.Calls, call), o.Cut.ShortKey != "", m.Notify || suspect
	return o, m, nil
}

// stillAtIt comes back later, without a new version: nothing has happened.
func (d *driver) stillAtIt(ctx context.Context, o Order, pr Progress) (Order, *Move, error) {
	if d.settler.policy.tooLong(o, 0) {
		err := fmt.Errorf(
			"%s hasn't finished %s in %s", d.provider(o.Step), o.Remote, time.Since(o.Since).Round(time.Second),
		)
		o, m := d.settler.park(o, &Move{}, ReasonBusy, err)
		return o, m, nil
	}
	now := time.Now()
	o.Due = now.Add(d.settler.policy.pause(o, now))
	o.Progress = max(o.Progress, pr.Fraction)
	if o.Trouble != (Trouble{}) {
		o.Trouble, o.Attempt, o.Detail = Trouble{}, 0, ""
		return o, &Move{Wakeup: wakeupNeeded(o, now), Note: "answered again"}, nil
	}
	err := d.opts.Store.Postpone(ctx, o)
	if err != nil && !errors.Is(err, ErrMoved) {
		return o, nil, err
	}
	d.notifier.refresh(o)
	return o, nil, nil
}

// askLater asks again when the place comes that the request has under the provider's limit. Nothing has happened, so
// history has nothing of it.
func (d *driver) askLater(ctx context.Context, o Order, wait time.Duration) (Order, *Move, error) {
	o.Due = time.Now().Add(wait)
	if err := d.opts.Store.Postpone(ctx, o); err != nil && !errors.Is(err, ErrMoved) {
		return o, nil, err
	}
	d.orders.WakeAt(o.ID, o.Due, nil)
	return o, nil, nil
}

// checkFailed settles a check that failed. Asking again is free, so it is worth many tries, and the paid
// work isn't touched.
func (s *settler) checkFailed(o Order, f *Fault) (Order, *Move) {
	o, pause, enough := s.policy.nextTry(o, f)
	if enough {
		why, err := f.Reason, f.Err
		if f.Kind != Misconfigured {
			why, err = ReasonBusy, fmt.Errorf("%s: no result can be had: %w", s.provider(o.Step), f.Err)
		}
		return s.park(o, &Move{}, why, err)
	}
	o.Due = time.Now().Add(pause)
	o.Detail = f.Err.Error()
	s.logRetry(o, o.Attempt, f.Err)
	return o, &Move{Wakeup: true, Note: "asked in vain: " + f.Err.Error()}
}

// unfitTries is how often a file is fetched that isn't as it was ordered: it may not be whole yet where it lies.
const unfitTries = 3

// resultNotCopied settles a result that couldn't be taken in. One that stays unfit is paid for and of no use: an admin
// mends the cause, and has another made.
func (s *settler) resultNotCopied(o Order, pr Progress, f *Fault) (Order, *Move) {
	if f.Reason != ReasonUnfit || o.Attempt+1 < unfitTries {
		return s.checkFailed(o, f)
	}
	pr.Fault = &Fault{Kind: Misconfigured, Reason: ReasonUnfit, Err: fmt.Errorf("%s: %w", s.provider(o.Step), f.Err)}
	return s.broken(o, pr, 0)
}
