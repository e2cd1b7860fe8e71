package pipeline

import (
	"cmp"
	"errors"
	"slices"
	"time"
)

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

// reservation is what a paid call asks in the transaction that begins it.
func (p *Pipeline) reservation(c Call, now time.Time) *Reservation {
	r := &Reservation{Provider: c.Provider, Cost: c.Estimated}
	if c.Step == Animate {
		r.Budget, r.Since, r.AtOnce = p.opts.Budget, Midnight(now, 0, p.opts.Zone), p.opts.ClipsAtOnce
	} else {
		r.Rate = p.opts.CutRate
	}
	return r
}

// hold is what becomes of an order whose paid call was refused by its reservation: whatever else the change
// has brought is written, and the call waits. Without a move the order waits for the same reason as before,
// and only the time has changed at which it asks again.
func (p *Pipeline) hold(before, o Order, m Move, refused error) (Order, *Move) {
	var held *HeldError
	errors.As(refused, &held)
	now := time.Now()
	due := now.Add(pausedFor)
	if held.Reason == ReasonBudget {
		due = Midnight(now, 1, p.opts.Zone)
	}
	if held.Reason == ReasonTurn { // a place may have become free meanwhile
		due = now.Add(turnAsksAgain(o.ID))
		p.turns.WakeAt(0, now.Add(cmp.Or(held.After, time.Second)), nil)
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
