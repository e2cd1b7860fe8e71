package pipeline

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// How many paid calls of one step are made in all that end without a result: of those that cost something, and of
// those that cost nothing. A fault's MaxAttempts comes before them.
const (
	maxReplaced = 3
	maxRefunded = 20
)

// settler turns what came of a request into its order's next state.
type settler struct {
	*base
	policy   policy
	reserver *reserver
}

// settle turns what went wrong with a request into the order's next state. Checks, deliveries, lost starts and limits
// have their own rules beside it: check.go, deliver.go, restart.go, turns.go.
func (s *settler) settle(o Order, f *Fault) (Order, *Move) {
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
		call := s.call(o, state)
		if state == CallVoid {
			call.Ended = time.Now()
			o.Call = "" // its row is closed, and may not be written over
		}
		m.Calls = []Call{call}
	}
	switch f.Kind {
	case Rejected:
		return s.fail(o, m, f)
	case Indeterminate:
		return s.unknown(o, m, f)
	}
	return s.backOff(o, m, f)
}

// unknown waits for news of a paid start that may have been made. Attempt is 1 if the provider answered it with an
// error, else 0: such a start is made again more often, each time after a longer wait.
func (s *settler) unknown(o Order, m *Move, f *Fault) (Order, *Move) {
	grace := s.opts.Times.RetryUnknown
	if o.Attempt = 0; f.Answered {
		o.Attempt = 1
		grace <<= min(o.UnknownRestarts, maxRestarts)
	} else if o.Step == Render && !s.opts.Times.NeverRetry {
		grace = min(grace, renderGrace)
	}
	o = s.policy.troubled(o, f)
	o.Phase, o.Due = Unknown, time.Now().Add(grace)
	o.Reason, o.Detail = ReasonUnknownStart, f.Err.Error()
	m.Wakeup, m.Note = true, "outcome unknown: "+f.Err.Error()
	s.logRetry(o, o.UnknownRestarts+1, f.Err)
	return o, m
}

// renderGrace is how long a render waits for news whose answer was lost: unlike a clip it costs little.
const renderGrace = time.Minute

// backOff tries the step again later.
func (s *settler) backOff(o Order, m *Move, f *Fault) (Order, *Move) {
	o, pause, enough := s.policy.nextTry(o, f)
	if enough {
		return s.exhausted(o, m, f)
	}
	o.Phase, o.Call, o.Remote = Ready, "", ""
	o.Due = time.Now().Add(pause)
	o.Detail = f.Err.Error()
	m.Wakeup, m.Note = true, "later again: "+f.Err.Error()
	if !s.policy.closes(o, f) { // or it is logged with the time at which its turn comes
		s.logRetry(o, o.Attempt, f.Err)
	}
	return o, m
}

// logRetry lets operators see a failure that isn't the end. attempt counts the tries so far, the failed one included:
// Order.Attempt doesn't for a start of unknown outcome.
func (s *settler) logRetry(o Order, attempt int, err error) {
	s.opts.Log.Warn("step failed; it is tried again", "order", o.ID, "step", o.Step, "attempt", attempt,
		"service", o.Trouble.Service, "next", o.Due.UTC().Format(time.RFC3339), "err", err)
}

// exhausted ends an order whose passing failures didn't pass.
func (s *settler) exhausted(o Order, m *Move, f *Fault) (Order, *Move) {
	err := fmt.Errorf("%s: still failing: %w", o.Step, f.Err)
	if f.Kind == Misconfigured {
		return s.park(o, m, f.Reason, f.Err)
	}
	switch {
	case ofPhoto(f.Reason):
		return s.fail(o, m, &Fault{Kind: Rejected, Reason: f.Reason, Err: err})
	case f.Reason == ReasonNone:
		return s.park(o, m, ReasonTrouble, err)
	}
	return s.park(o, m, f.Reason, err)
}

// ofPhoto reports whether a better photo helps.
func ofPhoto(r Reason) bool {
	return r == ReasonPhotoText || r == ReasonPhotoRefused || r == ReasonPhotoGone
}

// broken settles a paid call that the provider ended without a result.
func (s *settler) broken(o Order, pr Progress, tries int) (Order, *Move) {
	f := pr.Fault
	if f == nil {
		f = &Fault{Kind: Transient, Reason: ReasonTrouble, Err: errors.New("ended without a result or a cause")}
	}
	call := s.closed(o, pr.Cost)
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
		return s.fail(o, m, f)
	case f.Kind != Transient:
		return s.park(o, m, f.Reason, f.Err)
	case tries >= most:
		return s.exhausted(o, m, f)
	}
	o = s.policy.troubled(o, f)
	o.Phase, o.Due = Ready, time.Now().Add(s.policy.wait(f, tries))
	o.Attempt = tries
	o.Detail = f.Err.Error()
	s.logRetry(o, tries, f.Err)
	m.Wakeup, m.Note = true, "to be made again: "+f.Err.Error()
	return o, m
}

func (s *settler) fail(o Order, m *Move, f *Fault) (Order, *Move) {
	if s.usesFallback(o) {
		return s.fallback(o, m, f.Reason, f.Err)
	}
	o.Status, o.Reason, o.Detail, o.Trouble = Failed, f.Reason, f.Err.Error(), Trouble{}
	m.Wakeup, m.Notify, m.Note = false, true, "failed: "+f.Err.Error()
	return o, m
}

// park sets an order aside for an admin. The log line is the operator's alert.
func (s *settler) park(o Order, m *Move, why Reason, err error) (Order, *Move) {
	if s.usesFallback(o) {
		return s.fallback(o, m, why, err)
	}
	o.Status, o.Reason, o.Detail = Parked, why, err.Error()
	if o.Trouble.Service == "" { // only an admin can make it go on
		o.Trouble = Trouble{}
	}
	m.Wakeup, m.Notify, m.Note = false, true, "parked: "+err.Error()
	s.opts.Log.Error(
		"order parked", "order", o.ID, "cut", o.Cut.N, "step", o.Step, "attempt", o.Attempt, "remote", o.Remote,
		"reason", why, "err", err,
	)
	return o, m
}

// fallback lets an order go on with the photo itself in place of a clip: there is none, or it isn't used. m has the
// paid call as it ended; one that isn't waited for any more is closed here.
func (s *settler) fallback(o Order, m *Move, why Reason, err error) (Order, *Move) {
	calls := orphanedCalls(m.Calls)
	if len(calls) == 0 {
		calls = abandon(o)
	}
	if len(calls) == 0 && o.Call != "" { // unknown, and it stays so
		calls = []Call{s.call(o, CallUnknown)}
	}
	for i := range calls {
		calls[i].Note = note(why, err)
	}
	s.opts.Log.Warn(
		"short made without a clip (fallback)", "order", o.ID, "remote", o.Remote, "reason", why, "err", err,
	)
	o.Fallback, o.Reason, o.Detail = why, ReasonNone, err.Error()
	o, m = s.reserver.startStep(o, "without a clip: "+err.Error())
	m.Calls, m.Notify = append(calls, m.Calls...), true
	return o, m
}

// note is what the ledger says of a clip that an order goes on without.
func note(why Reason, err error) string {
	if why == ReasonDishChanged {
		return "not used: the dish changed, " + err.Error()
	}
	return "goes on without a clip: " + err.Error()
}

// started writes down the id of a paid request; until that is done, nothing else is.
func (s *settler) started(o Order, by Started) (Order, *Move) {
	now := time.Now()
	o.Phase, o.Remote, o.Attempt, o.Trouble = Waiting, by.Remote, 0, Trouble{}
	o.Due = now.Add(s.policy.pause(o, now))
	m := &Move{Wakeup: wakeupNeeded(o, now), Note: "accepted as " + by.Remote}
	call := s.call(o, CallKnown)
	call.Remote, call.Estimated = by.Remote, by.Estimated
	m.Calls = []Call{call}
	if len(by.Warnings) > 0 {
		// The short would show something else than the order's words: it may not be delivered.
		err := fmt.Errorf("%s ignored part of the request: %s", s.provider(o.Step), strings.Join(by.Warnings, "; "))
		return s.park(o, m, ReasonTemplate, err)
	}
	return o, m
}

// markUnknown gives up on a request that was begun and never heard of again, usually because its process died.
func (s *settler) markUnknown(o Order) (Order, *Move) {
	err := errors.New("no word since the request was begun")
	switch {
	case o.Step == Deliver:
		return s.maybeDelivered(o, err)
	case o.Step == Fetch && o.Photo.CheckOpened() != nil:
		return s.fail(o, &Move{}, unopened())
	}
	return s.settle(o, &Fault{Kind: Indeterminate, Reason: ReasonUnknownStart, Err: err})
}
