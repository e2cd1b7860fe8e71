package pipeline

import (
	"errors"
	"fmt"
	"time"
)

// How many paid calls of one step are made in all that end without a result: of those that cost something, and of
// those that cost nothing. A fault's MaxAttempts comes before them.
const (
	maxReplaced = 3
	maxRefunded = 20
)

// settle turns what went wrong into the order's next state. This is the one place that decides
// about retries.
func (p *Pipeline) settle(o Order, f *Fault) (Order, *Move) {
	m := &Move{}
	begun := o.Phase == Begun && o.Step.paid()
	if f.Kind == Indeterminate && !begun {
		// Nothing is bought or sent by another try.
		f = &Fault{Kind: Transient, Reason: f.Reason, Service: f.Service, Err: f.Err}
	}
	if begun {
		state := CallVoid
		if f.Kind == Indeterminate {
			state = CallUnknown
		}
		call := p.call(o, state)
		if state == CallVoid {
			call.Ended = time.Now()
			o.Call = "" // its row is closed, and may not be written over
		}
		m.Calls = []Call{call}
	}
	switch f.Kind {
	case Rejected:
		return p.fail(o, m, f)
	case Indeterminate:
		return p.unknown(o, m, f)
	}
	return p.backOff(o, m, f)
}

// unknown waits for news of a paid start that may have been made. Attempt is 1 if the provider answered it with an
// error, else 0: such a start is made again more often, each time after a longer wait.
func (p *Pipeline) unknown(o Order, m *Move, f *Fault) (Order, *Move) {
	grace := p.opts.Times.RetryUnknown
	if o.Attempt = 0; f.Answered {
		o.Attempt = 1
		grace <<= min(o.UnknownRestarts, maxRestarts)
	} else if o.Step == Render && !p.opts.Times.NeverRetry {
		grace = min(grace, renderGrace)
	}
	o = p.troubled(o, f)
	o.Phase, o.Due = Unknown, time.Now().Add(grace)
	o.Reason, o.Detail = ReasonUnknownStart, f.Err.Error()
	m.Wakeup, m.Note = true, "outcome unknown: "+f.Err.Error()
	p.logRetry(o, o.UnknownRestarts+1, f.Err)
	return o, m
}

// renderGrace is how long a render waits for news whose answer was lost: unlike a clip it costs little.
const renderGrace = time.Minute

// backOff tries the step again later.
func (p *Pipeline) backOff(o Order, m *Move, f *Fault) (Order, *Move) {
	o, pause, enough := p.nextTry(o, f)
	if enough {
		return p.exhausted(o, m, f)
	}
	o.Phase, o.Call, o.Remote = Ready, "", ""
	o.Due = time.Now().Add(pause)
	o.Detail = f.Err.Error()
	m.Wakeup, m.Note = true, "later again: "+f.Err.Error()
	if !p.closes(o, f) { // or it is logged with the time at which its turn comes
		p.logRetry(o, o.Attempt, f.Err)
	}
	return o, m
}

// nextTry counts a failure and says how long to wait before the next try, or that it was the last one: those that
// the fault is worth have been made, what only an operator can mend was tried for long, or the order is in its
// step for longer than anybody should wait. A wait that the other side asked for isn't a failed try.
func (p *Pipeline) nextTry(o Order, f *Fault) (_ Order, pause time.Duration, enough bool) {
	switch {
	case !f.RateLimited:
		o = p.troubled(o, f)
		o.Attempt++
	case o.Trouble.Since.IsZero() && o.Step.paid(): // a provider's limit that lasts is to be heard of
		o = p.troubled(o, f)
	}
	pause = p.wait(f, o.Attempt)
	switch {
	case f.MaxAttempts > 0 && o.Attempt >= f.MaxAttempts:
		return o, pause, true
	case f.Kind == Misconfigured:
		if f.Reason == ReasonOutOfCredits && p.usesFallback(o) ||
			time.Since(o.Trouble.Since)+pause > p.opts.Times.Setup {
			return o, pause, true
		}
	}
	return o, pause, p.tooLong(o, pause)
}

// troubled notes since when a step fails, and whom it waits for.
func (p *Pipeline) troubled(o Order, f *Fault) Order {
	if o.Trouble.Since.IsZero() || f.Kind == Misconfigured && o.Trouble.Reason != f.Reason {
		o.Trouble.Since = time.Now()
	}
	o.Trouble.Reason, o.Trouble.Service = f.Reason, f.Service
	if f.Service == "" && o.Step.paid() {
		o.Trouble.Service = p.provider(o.Step)
	}
	return o
}

// logRetry lets operators see a failure that isn't the end. attempt counts the tries so far, the failed one included:
// Order.Attempt doesn't for a start of unknown outcome.
func (p *Pipeline) logRetry(o Order, attempt int, err error) {
	p.opts.Log.Warn("step failed; it is tried again", "order", o.ID, "step", o.Step, "attempt", attempt,
		"service", o.Trouble.Service, "next", o.Due.UTC().Format(time.RFC3339), "err", err)
}

// exhausted ends an order whose passing failures didn't pass.
func (p *Pipeline) exhausted(o Order, m *Move, f *Fault) (Order, *Move) {
	err := fmt.Errorf("%s: still failing: %w", o.Step, f.Err)
	if f.Kind == Misconfigured {
		return p.park(o, m, f.Reason, f.Err)
	}
	switch {
	case ofPhoto(f.Reason):
		return p.fail(o, m, &Fault{Kind: Rejected, Reason: f.Reason, Err: err})
	case f.Reason == ReasonNone:
		return p.park(o, m, ReasonTrouble, err)
	}
	return p.park(o, m, f.Reason, err)
}

// ofPhoto reports whether a better photo helps.
func ofPhoto(r Reason) bool {
	return r == ReasonPhotoText || r == ReasonPhotoRefused || r == ReasonPhotoGone
}

// broken settles a paid call that the provider ended without a result.
func (p *Pipeline) broken(o Order, pr Progress, tries int) (Order, *Move) {
	f := pr.Fault
	if f == nil {
		f = &Fault{Kind: Transient, Reason: ReasonTrouble, Err: errors.New("ended without a result or a cause")}
	}
	call := p.closed(o, pr.Cost)
	if pr.Cost == 0 {
		call.State = CallRefunded
	}
	m := &Move{Calls: []Call{call}}
	o.Call, o.Remote, o.Progress = "", "", 0 // its row is closed, and may not be written over
	most := maxReplaced
	if f.MaxAttempts > 0 {
		most = f.MaxAttempts
	}
	if pr.Cost == 0 && !ofPhoto(f.Reason) { // trouble over there, and the price of it was given back
		most = maxRefunded
	}
	o.Trouble = Trouble{}
	switch {
	case f.Kind == Rejected:
		return p.fail(o, m, f)
	case f.Kind != Transient:
		return p.park(o, m, f.Reason, f.Err)
	case tries >= most:
		return p.exhausted(o, m, f)
	}
	o = p.troubled(o, f)
	o.Phase, o.Due = Ready, time.Now().Add(p.wait(f, tries))
	o.Attempt = tries
	o.Detail = f.Err.Error()
	p.logRetry(o, tries, f.Err)
	m.Wakeup, m.Note = true, "to be made again: "+f.Err.Error()
	return o, m
}

// closed is the ledger row of a call that has ended. A provider that doesn't name its price
// (cost below 0) is taken at its estimate, which the row keeps.
func (p *Pipeline) closed(o Order, cost Credits) Call {
	c := p.call(o, CallSettled)
	c.Ended, c.Settled = time.Now(), cost
	return c
}

func (p *Pipeline) fail(o Order, m *Move, f *Fault) (Order, *Move) {
	if p.usesFallback(o) {
		return p.fallback(o, m, f.Reason, f.Err)
	}
	o.Status, o.Reason, o.Detail, o.Trouble = Failed, f.Reason, f.Err.Error(), Trouble{}
	m.Wakeup, m.Notify, m.Note = false, true, "failed: "+f.Err.Error()
	return o, m
}

// park sets an order aside for an admin. The log line is the operator's alert.
func (p *Pipeline) park(o Order, m *Move, why Reason, err error) (Order, *Move) {
	if p.usesFallback(o) {
		return p.fallback(o, m, why, err)
	}
	o.Status, o.Reason, o.Detail = Parked, why, err.Error()
	if o.Trouble.Service == "" { // only an admin can make it go on
		o.Trouble = Trouble{}
	}
	m.Wakeup, m.Notify, m.Note = false, true, "parked: "+err.Error()
	p.opts.Log.Error(
		"order parked", "order", o.ID, "cut", o.Cut.N, "step", o.Step, "attempt", o.Attempt, "remote", o.Remote,
		"reason", why, "err", err,
	)
	return o, m
}

// tooLong reports whether an order has been in its step for too long. A clip that can be done without isn't waited
// for so long, and not past its time by the next look; one that is being made costs money, so it is waited for a
// little longer.
func (p *Pipeline) tooLong(o Order, next time.Duration) bool {
	limit := p.opts.Times.GiveUp
	if p.usesFallback(o) {
		limit = min(limit, p.opts.Times.Clip-next)
		if o.Phase == Waiting {
			limit = min(p.opts.Times.GiveUp, 3*p.opts.Times.Clip-next)
		}
	}
	return time.Since(o.Since) > limit
}

// wait is the back-off before try n+1: doubling, at most five minutes, never less than the other
// side asked for, and spread out so that orders that failed together don't come back together. What only an
// operator can mend begins slower, and comes back every minute at the least.
func (p *Pipeline) wait(f *Fault, n int) time.Duration {
	d := min(p.opts.Times.BackOff<<min(max(n-1, 0), 10), 5*time.Minute)
	if f.Kind == Misconfigured {
		d = min(8*d, time.Minute)
	}
	return p.spread(max(f.RetryAfter, d))
}

// spread makes d up to half longer.
func (p *Pipeline) spread(d time.Duration) time.Duration {
	return d + time.Duration(p.opts.Random()*0.5*float64(d))
}

// pause is how long to wait before a provider is asked next: at least the floor, and longer for
// work that takes long, so that a full provider isn't asked by everybody every few seconds.
func (p *Pipeline) pause(o Order, now time.Time) time.Duration {
	floor := p.opts.Times.Poll
	if p.expectsCallback(o.Step) {
		floor = p.opts.Times.PollWithCallback
	}
	d := min(max(floor, now.Sub(o.Since)/20), max(floor, 5*time.Minute))
	return d + time.Duration(p.opts.Random()*0.1*float64(d))
}
