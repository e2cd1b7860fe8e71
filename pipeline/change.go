package pipeline

import (
	"errors"
	"time"
)

// What people may do to an order. Each of these returns the order as it shall be and what must be
// written with it; nothing is written. The version fences the write, as any other.

// ErrNoChange says that the order is such that this can't be done to it, or needn't.
var ErrNoChange = errors.New("nothing to change")

// MaxCuts bounds the edits of one order: each costs a render.
const MaxCuts = 10

// Edit is what a person wants to be otherwise; what is empty stays.
type Edit struct {
	Words *Words
	Look  string
	Music string
	Size  *Size
}

// Fix gives an order other words, look or music. Before its render has begun it is changed as it
// is; afterwards it gets a new cut from the clip that is there. ErrNoChange when it would be the same,
// when it has had its MaxCuts, or when there is nothing left to cut from.
func Fix(o Order, e Edit) (Order, Move, error) {
	cut := o.Cut
	if e.Words != nil {
		cut.Words = *e.Words
	}
	if e.Look != "" {
		cut.Look = e.Look
	}
	if e.Music != "" {
		cut.Music = e.Music
	}
	if e.Size != nil {
		cut.Size = *e.Size
	}
	if sameCut(cut, o.Cut) {
		return o, Move{}, ErrNoChange
	}
	if (o.Status == Open || o.Status == Parked) && (o.Step == Fetch || o.Step == Animate) {
		o.Cut = cut
		if o.Version == 1 { // only the process that took it in was to begin before PickUp
			o.Due = time.Now()
		}
		return o, Move{Cut: true, Notify: true, Note: "words changed before the render"}, nil
	}
	if o.ClipKey == "" && o.Fallback == ReasonNone || max(o.Cuts, o.Cut.N) >= MaxCuts || o.Status == Cancelled {
		return o, Move{}, ErrNoChange
	}
	m := Move{Cut: true, Wakeup: true, Notify: true, Note: "a new cut"}
	m.Calls = abandon(o)
	cut.N, cut.ShortKey, cut.Receipt = max(o.Cuts, o.Cut.N)+1, "", ""
	o = reopen(o, Render)
	o.Cut, o.Cuts = cut, cut.N
	return o, m, nil
}

// Cancel takes an open or parked order back, or a new cut of it: an order that was delivered before is a
// delivered one again. A paid request that is under way goes on at the provider and stays in the
// ledger. ErrNoChange when it has ended.
func Cancel(o Order) (Order, Move, error) {
	if o.Status != Open && o.Status != Parked {
		return o, Move{}, ErrNoChange
	}
	m := Move{Notify: true, Calls: abandon(o), Note: "cancelled"}
	o.Status, o.Reason, o.Detail, o.Trouble = Cancelled, ReasonNone, "", Trouble{}
	if o.Shown > 0 { // the words of that cut are in its row
		o.Status, o.Step, o.Phase, o.Call, o.Remote = Delivered, Deliver, Begun, "", ""
		o.Cut.N = o.Shown
	}
	return o, m, nil
}

// Redeliver hands the short of a parked order over again, when its chat is back. ErrNoChange when
// that isn't why it waits.
func Redeliver(o Order) (Order, Move, error) {
	if o.Status != Parked || o.Reason != ReasonCantDeliver || o.Cut.ShortKey == "" {
		return o, Move{}, ErrNoChange
	}
	return reopen(o, Deliver), Move{Wakeup: true, Note: "the chat is back"}, nil
}

// Arrived ends a parked order of which an admin or its owner says that its short is in the chat. ErrNoChange when that
// isn't why it waits.
func Arrived(o Order) (Order, Move, error) {
	if o.Status != Parked || o.Reason != ReasonMaybeDelivered {
		return o, Move{}, ErrNoChange
	}
	o.Status, o.Shown, o.Reason, o.Detail, o.Attempt, o.Call = Delivered, o.Cut.N, ReasonNone, "", 0, ""
	return o, Move{Cut: true, Notify: true, Note: "it has arrived"}, nil
}

// Retry takes a parked order up again where it stopped, or a failed one at its step's beginning: what was
// bought and is still at work is asked for, not bought again. ErrNoChange when it is neither.
func Retry(o Order) (Order, Move, error) {
	if o.Status != Parked && o.Status != Failed {
		return o, Move{}, ErrNoChange
	}
	m := Move{Wakeup: true, Notify: true, Note: "taken up again"}
	if o.Status == Parked && o.Phase == Waiting && o.Remote != "" && o.Reason != ReasonTemplate {
		now := time.Now()
		o.Status, o.Reason, o.Detail, o.Attempt, o.Trouble = Open, ReasonNone, "", 0, Trouble{}
		o.Since, o.Due = now, now
		return o, m, nil
	}
	m.Calls = abandon(o)
	return reopen(o, o.Step), m, nil
}

// reopen opens an order at the beginning of a step.
func reopen(o Order, s Step) Order {
	now := time.Now()
	o.Status, o.Step, o.Phase, o.Since, o.Due, o.Photo.Opened = Open, s, Ready, now, now, 0
	o.Attempt, o.Progress, o.Call, o.Remote, o.Reason, o.Detail, o.Trouble = 0, 0, "", "", ReasonNone, "", Trouble{}
	return o
}

// abandon closes the ledger row of a paid call that isn't waited for any more. One whose answer is
// still out may have been made; should the answer come, it is written over this (see mergeLateAnswer). The row is there
// since the call began, and keeps its provider.
func abandon(o Order) []Call {
	if o.Call == "" || !o.Step.paid() {
		return nil
	}
	c := Call{ID: o.Call, Order: o.ID, Cut: o.Cut.N, Step: o.Step}
	switch o.Phase {
	case Waiting:
		c.State, c.Settled, c.Ended = CallSettled, -1, time.Now() // providers charge for what they have accepted
	case Begun:
		c.State = CallUnknown
	default:
		return nil
	}
	return []Call{c}
}

func sameCut(a, b Cut) bool {
	return a.Look == b.Look && a.Music == b.Music && a.Size == b.Size && a.Words.Equal(b.Words)
}
