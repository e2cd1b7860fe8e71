package pipeline

import (
	"cmp"
	"crypto/rand"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// reserver begins steps: what an order's request is, and what it must be granted, is written down before it leaves.
type reserver struct {
	*base
	stopping atomic.Bool // this process begins no step any more
}

// startStep moves an order that is through with its step to the next one, begun already, so that
// the end of one step and the beginning of the next are a single commit.
func (r *reserver) startStep(o Order, note string) (Order, *Move) {
	o.Step, o.Since = o.Step.Next(), time.Now()
	o.Attempt, o.Progress, o.Call, o.Remote, o.Trouble = 0, 0, "", "", Trouble{}
	wait := r.chatWait(o)
	if r.stopping.Load() || wait > 0 {
		o.Phase, o.Due = Ready, time.Now().Add(wait)
		return o, &Move{Wakeup: true, Note: note}
	}
	o, m := r.reserve(o)
	m.Note = note
	return o, m
}

// chatWait is how long the pace of an order's chat has its delivery wait; 0 in all other steps.
func (r *reserver) chatWait(o Order) time.Duration {
	c, paced := r.opts.Chats[o.Thread.Platform].(Paced)
	if o.Step != Deliver || !paced {
		return 0
	}
	return c.Turn(o)
}

// reserve writes down that the step's request is about to leave. The process that commits this, and no
// other, makes the request. A paid one asks in that commit whether it may (see hold).
func (r *reserver) reserve(o Order) (Order, *Move) {
	now := time.Now()
	if o.Reason == ReasonPaused || o.Reason == ReasonBudget || o.Reason == ReasonTurn {
		o.Reason, o.Since = ReasonNone, now // how long it waited for that says nothing of the step
	}
	limit := r.limit(o.Step)
	o.Phase, o.Due, o.Remote, o.Progress = Begun, now.Add(limit+limit/4), "", 0
	o.Call = strings.ToLower(rand.Text())
	if r.opts.Process != "" {
		o.Call = r.opts.Process + "-" + o.Call
	}
	if !o.Step.paid() {
		return o, &Move{}
	}
	call := r.call(o, CallBegun)
	call.Begun = now
	if o.Step == Animate {
		call.Estimated = r.clipTerms.Price
	}
	return o, &Move{Calls: []Call{call}, Reserve: r.reservation(call, now)}
}

// reservation is what a paid call asks in the transaction that begins it.
func (r *reserver) reservation(c Call, now time.Time) *Reservation {
	if c.Step != Animate {
		return &Reservation{Provider: c.Provider, Cost: c.Estimated, Rate: r.cutTerms.Rate}
	}
	return &Reservation{
		Provider: c.Provider, Cost: c.Estimated, Budget: r.opts.Budget, Since: Midnight(now, 0, r.opts.Zone),
		AtOnce: r.clipTerms.AtOnce,
	}
}

// pausedFor is how long an order that a pause holds back rests before it asks again; the end of the pause
// wakes it anyway.
const pausedFor = 10 * time.Minute

// TurnAsksAgain is how long an order that waits for its turn rests at the least before it asks by itself: TakeTurns
// wakes it when its turn has come.
const TurnAsksAgain = time.Hour

// turnAsksAgain gives each order a time of its own, so that a backlog doesn't ask all at once.
func turnAsksAgain(order int64) time.Duration {
	return TurnAsksAgain + time.Duration(order%3600)*time.Second
}

// hold is what becomes of an order whose paid call was refused by its reservation: whatever else the change
// has brought is written, and the call waits. Without a move the order waits for the same reason as before,
// and only the time has changed at which it asks again.
func (r *reserver) hold(before, o Order, m Move, held *HeldError) (Order, *Move) {
	now := time.Now()
	due := now.Add(pausedFor)
	if held.Reason == ReasonBudget {
		due = Midnight(now, 1, r.opts.Zone)
	}
	if held.Reason == ReasonTurn {
		due = now.Add(turnAsksAgain(o.ID))
	}
	switch {
	case before.Phase == Ready && before.Step == o.Step && before.Reason == held.Reason:
		before.Due = due
		return before, nil
	case before.Phase == Unknown: // the lost start may still be heard of
		before.Due = now.Add(cmp.Or(held.After, pausedFor))
		return before, nil
	}
	m.Reserve = nil
	m.Calls = slices.DeleteFunc(slices.Clone(m.Calls), func(c Call) bool { return c.ID == o.Call })
	m.Wakeup, m.Notify = true, held.Reason != ReasonTurn
	if m.Note != "" {
		m.Note += "; "
	}
	m.Note += held.Error()
	o.Phase, o.Call, o.Remote, o.Due, o.Reason = Ready, "", "", due, held.Reason
	return o, &m
}

// Midnight is when the day of t began in a zone (nil: UTC), or the day that is so many later.
func Midnight(t time.Time, later int, zone *time.Location) time.Time {
	if zone == nil {
		zone = time.UTC
	}
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d+later, 0, 0, 0, 0, zone)
}
