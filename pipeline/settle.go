package pipeline

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// How much a passing failure is worth before an admin gets to see it.
const (
	mostTries    = 8  // of one request that was certainly not done
	mostAsked    = 30 // checks in a row without an answer
	mostReplaced = 3  // paid calls of one step that ended without a result
)

// settle turns what went wrong into the order's next state. This is the one place that decides
// about retries.
func (p *Pipeline) settle(o Order, f *Fault) (Order, *Move) {
	m := &Move{}
	begun := o.Phase == Begun && o.Step.paid()
	if f.Kind == Lost && !begun {
		// Nothing is bought or sent by another try.
		f = &Fault{Kind: Transient, Reason: f.Reason, Err: f.Err}
	}
	if begun {
		state := CallVoid
		if f.Kind == Lost {
			state = CallUnknown
		}
		call := p.call(o, state)
		if state == CallVoid {
			call.Ended = time.Now()
			o.Call = "" // its row is closed: nobody may write over it
		}
		m.Calls = []Call{call}
	}
	switch f.Kind {
	case Transient:
		return p.backOff(o, m, f)
	case Rejected:
		return p.fail(o, m, f)
	case Lost:
		o.Phase, o.Due = Unknown, time.Now().Add(p.Times.RetryUnknown)
		o.Reason, o.Detail = ReasonUnknownStart, f.Err.Error()
		m.Alarm, m.Note = true, "outcome unknown: "+f.Err.Error()
		return o, m
	default:
		return p.park(o, m, f.Reason, f.Err)
	}
}

// backOff tries the step again later. A wait that the other side asked for isn't a failed try.
func (p *Pipeline) backOff(o Order, m *Move, f *Fault) (Order, *Move) {
	most := mostTries
	if f.Tries > 0 {
		most = f.Tries
	}
	if !f.Busy {
		o.Attempt++
	}
	pause := p.wait(f, o.Attempt)
	if o.Attempt >= most || p.tooLong(o, pause) {
		return p.exhausted(o, m, f)
	}
	o.Phase, o.Call, o.Remote = Ready, "", ""
	o.Due = time.Now().Add(pause)
	o.Detail = f.Err.Error()
	m.Alarm, m.Note = true, "later again: "+f.Err.Error()
	return o, m
}

// exhausted ends an order whose passing failures didn't pass.
func (p *Pipeline) exhausted(o Order, m *Move, f *Fault) (Order, *Move) {
	err := fmt.Errorf("%s: still failing: %w", o.Step, f.Err)
	switch f.Reason {
	case ReasonPhotoText, ReasonPhotoRefused, ReasonPhotoGone: // a better photo helps
		return p.fail(o, m, &Fault{Kind: Rejected, Reason: f.Reason, Err: err})
	case ReasonNone:
		return p.park(o, m, ReasonTrouble, err)
	}
	return p.park(o, m, f.Reason, err)
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
	o.Call, o.Remote, o.Progress = "", "", 0 // its row is closed: nobody may write over it
	most := mostReplaced
	if f.Tries > 0 {
		most = f.Tries
	}
	switch {
	case f.Kind == Rejected:
		return p.fail(o, m, f)
	case f.Kind != Transient:
		return p.park(o, m, f.Reason, f.Err)
	case tries >= most:
		return p.exhausted(o, m, f)
	}
	o.Phase, o.Due = Ready, time.Now().Add(p.wait(f, tries))
	o.Attempt = tries
	o.Detail = f.Err.Error()
	m.Alarm, m.Note = true, "to be made again: "+f.Err.Error()
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
	if p.goesPlain(o) {
		return p.plain(o, m, f.Reason, f.Err)
	}
	o.Status, o.Reason, o.Detail = Failed, f.Reason, f.Err.Error()
	m.Alarm, m.Tell, m.Note = false, true, "failed: "+f.Err.Error()
	return o, m
}

// park sets an order aside for an admin. The log line is the operator's alarm.
func (p *Pipeline) park(o Order, m *Move, why Reason, err error) (Order, *Move) {
	if p.goesPlain(o) {
		return p.plain(o, m, why, err)
	}
	o.Status, o.Reason, o.Detail = Parked, why, err.Error()
	m.Alarm, m.Tell, m.Note = false, true, "parked: "+err.Error()
	p.Log.Error("order parked", "order", o.ID, "cut", o.Cut.N, "step", o.Step, "attempt", o.Attempt, "remote", o.Remote, "reason", why, "err", err)
	return o, m
}

// tooLong tells whether an order has been in its step for longer than anybody should wait, or would be when it
// is looked at next. A clip that can be done without isn't waited for so long; one that is being made costs
// money, so it is waited for a little longer.
func (p *Pipeline) tooLong(o Order, next time.Duration) bool {
	limit := p.Times.GiveUp
	if p.goesPlain(o) {
		limit = min(limit, p.Times.Clip-next)
		if o.Phase == Waiting {
			limit = min(p.Times.GiveUp, 3*p.Times.Clip-next)
		}
	}
	return time.Since(o.Since) > limit
}

// wait is the back-off before try n+1: doubling, at most five minutes, never less than the other
// side asked for, and spread out so that orders that failed together don't come back together.
func (p *Pipeline) wait(f *Fault, n int) time.Duration {
	d := min(p.Times.BackOff<<min(max(n-1, 0), 10), 5*time.Minute)
	return spread(max(f.After, d))
}

// spread makes d up to half longer.
func spread(d time.Duration) time.Duration {
	return d + time.Duration(rand.Float64()*0.5*float64(d))
}

// pause is how long to wait before a provider is asked next: at least the floor, and longer for
// work that takes long, so that a full provider isn't asked by everybody every few seconds.
func (p *Pipeline) pause(o Order, now time.Time) time.Duration {
	floor := p.Times.Poll
	if p.rung(o.Step) {
		floor = p.Times.PollRung
	}
	d := min(max(floor, now.Sub(o.Since)/20), max(floor, 5*time.Minute))
	return d + time.Duration(rand.Float64()*0.1*float64(d))
}
