package pipeline

import "time"

// policy says how often and how long something is tried.
type policy struct{ *base }

// nextTry counts a failure and says how long to wait before the next try, or that it was the last one: those that
// the fault is worth have been made, what only an operator can mend was tried for long, or the order is in its
// step for longer than a person should wait. A wait that the other side asked for isn't a failed try.
func (p policy) nextTry(o Order, f *Fault) (_ Order, pause time.Duration, enough bool) {
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
func (p policy) troubled(o Order, f *Fault) Order {
	if o.Trouble.Since.IsZero() || f.Kind == Misconfigured && o.Trouble.Reason != f.Reason {
		o.Trouble.Since = time.Now()
	}
	o.Trouble.Reason, o.Trouble.Service = f.Reason, f.Service
	if f.Service == "" && o.Step.paid() {
		o.Trouble.Service = p.provider(o.Step)
	}
	return o
}

// tooLong reports whether an order has been in its step for too long. A clip that can be done without isn't waited
// for so long, and not past its time by the next look; one that is being made costs money, so it is waited for a
// little longer.
func (p policy) tooLong(o Order, next time.Duration) bool {
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
func (p policy) wait(f *Fault, n int) time.Duration {
	d := min(p.opts.Times.BackOff<<min(max(n-1, 0), 10), 5*time.Minute)
	if f.Kind == Misconfigured {
		d = min(8*d, time.Minute)
	}
	return p.spread(max(f.RetryAfter, d))
}

// spread makes d up to half longer.
func (p policy) spread(d time.Duration) time.Duration {
	return d + time.Duration(p.opts.Random()*0.5*float64(d))
}

// pause is how long to wait before a provider is asked next: at least the floor, and longer for
// work that takes long, so that a full provider isn't asked for every order every few seconds.
func (p policy) pause(o Order, now time.Time) time.Duration {
	floor := p.opts.Times.Poll
	if p.expectsCallback(o.Step) {
		floor = p.opts.Times.PollWithCallback
	}
	d := min(max(floor, now.Sub(o.Since)/20), max(floor, 5*time.Minute))
	return d + time.Duration(p.opts.Random()*0.1*float64(d))
}

// wakeupNeeded reports whether the order's wakeup would come after o.Due. One that is still to come by
// then sees to it that the order is looked at again at o.Due.
func wakeupNeeded(o Order, now time.Time) bool {
	return !now.Before(o.WakeupAt) || o.WakeupAt.After(o.Due)
}

// closes reports whether a fault says that the provider takes nothing from any order for a while.
func (p policy) closes(o Order, f *Fault) bool {
	return f.RateLimited && f.RetryAfter > 0 && o.Step == Animate && p.clipTerms.AtOnce > 0 && !p.usesFallback(o)
}
