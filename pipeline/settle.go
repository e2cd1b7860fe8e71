package pipeline

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// most is how many tries a passing failure is worth before an admin gets to see it.
const (
	mostTries    = 8 // of one request that was certainly not done
	mostAsked    = 30
	mostReplaced = 3 // paid calls of one step that ended without a result
)

// settle turns what went wrong into the order's next state. This is the one place that decides
// about retries.
func (p *Pipeline) settle(o Order, f *Fault) (Order, Move) {
	var m Move
	begun := o.Phase == Begun && o.Step.paid()
	if f.Kind == Lost && !begun {
		// Nothing is bought twice by another try: at worst a person gets the short twice.
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
func (p *Pipeline) backOff(o Order, m Move, f *Fault) (Order, Move) {
	most := mostTries
	if f.Tries > 0 {
		most = f.Tries
	}
	if !f.Busy {
		o.Attempt++
	}
	if o.Attempt >= most {
		return p.exhausted(o, m, f)
	}
	o.Phase, o.Call, o.Remote = Ready, "", ""
	o.Due = time.Now().Add(max(f.After, p.pauseAfter(o.Attempt)))
	o.Detail = f.Err.Error()
	m.Alarm, m.Note = true, "later again: "+f.Err.Error()
	return o, m
}

// exhausted ends an order whose passing failures didn't pass.
func (p *Pipeline) exhausted(o Order, m Move, f *Fault) (Order, Move) {
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
func (p *Pipeline) broken(o Order, pr Progress, tries int) (Order, Move) {
	f := pr.Fault
	if f == nil {
		f = &Fault{Kind: Transient, Reason: ReasonTrouble, Err: errors.New("ended without a result or a cause")}
	}
	m := Move{Calls: []Call{p.closed(o, pr.Cost)}}
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
	o.Phase, o.Call, o.Remote, o.Progress = Ready, "", "", 0
	o.Due = time.Now().Add(max(f.After, p.pauseAfter(tries)))
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
	if cost == 0 {
		c.State = CallRefunded
	}
	return c
}

func (p *Pipeline) fail(o Order, m Move, f *Fault) (Order, Move) {
	o.Status, o.Reason, o.Detail = Failed, f.Reason, f.Err.Error()
	m.Alarm, m.Tell, m.Note = false, true, "failed: "+f.Err.Error()
	return o, m
}

// park sets an order aside for an admin. The log line is the operator's alarm.
func (p *Pipeline) park(o Order, m Move, why Reason, err error) (Order, Move) {
	o.Status, o.Reason, o.Detail = Parked, why, err.Error()
	m.Alarm, m.Tell, m.Note = false, true, "parked: "+err.Error()
	p.Log.Error("order parked", "order", o.ID, "cut", o.Cut.N, "step", o.Step, "attempt", o.Attempt, "remote", o.Remote, "reason", why, "err", err)
	return o, m
}

// pauseAfter is the back-off before try n+1: doubling, at most five minutes, ±20 % so that orders
// that failed together don't come back together.
func (p *Pipeline) pauseAfter(n int) time.Duration {
	d := min(p.Times.BackOff<<min(max(n-1, 0), 10), 5*time.Minute)
	return time.Duration(float64(d) * (0.8 + 0.4*rand.Float64()))
}

// pause is how long to wait before a provider is asked next: at least the floor, and longer for
// work that takes long, so that a full provider isn't asked by everybody every few seconds.
func (p *Pipeline) pause(o Order, since, now time.Time) time.Duration {
	floor := p.Times.Poll
	if p.rung(o.Step) {
		floor = p.Times.PollRung
	}
	d := min(max(floor, now.Sub(since)/20), max(floor, 5*time.Minute))
	return d + time.Duration(rand.Float64()*0.1*float64(d))
}
