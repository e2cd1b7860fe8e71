package pipeline

import (
	"fmt"
	"strings"
	"time"
)

// Restored brings an order up to date that was under way when the backup was made which the database was restored
// from. since is its checkpoint; nil: none is newer. One that has ended since is written as ended. Any other is set
// aside for an admin: what a provider was given stays named, and is asked for, not bought again, when the order is
// taken up again; what was done after the checkpoint is unknown. Its person isn't told, who may have the short by now:
// only where it may have come or not, they are asked. price is what a clip costs. ErrNoChange when there is nothing to
// be done: it isn't under way, or it waits for its person's answer.
func Restored(o Order, since *Order, by Providers, price Credits) (Order, Move, error) {
	if o.Status != Open && o.Status != Parked {
		return o, Move{}, ErrNoChange
	}
	m := Move{Note: "restored from a backup"}
	day := o.Changed.UTC().Format(time.DateOnly)
	if since != nil {
		o, m = caughtUp(o, *since, by, price)
	}
	switch {
	case o.Status != Open && o.Status != Parked:
		m.Note += ": " + string(o.Status) + " since"
		return o, m, nil
	case since == nil && (o.AwaitsAnswer() || o.Status == Parked && !MayResume(o, true)):
		return o, Move{}, ErrNoChange
	case o.Status == Parked && !MayResume(o, true): // it waits for a decision
	case o.Step == Deliver:
		o.Status, o.Reason, m.Notify = Parked, ReasonMaybeDelivered, true
		o.Detail = "it was being delivered at the backup of " + day + " or later"
	default:
		o.Status, o.Reason = Parked, ReasonRestored
		o.Detail = "it was under way at the backup of " + day + " or later"
		if o.Phase == Waiting {
			o.Detail += fmt.Sprintf("; %s has its work as %s, which is asked for", by.Of(o.Step), o.Remote)
		}
	}
	o.Trouble = Trouble{}
	m.Note = "parked: " + m.Note
	return o, m, nil
}

// caughtUp is an order as its checkpoint says, with ledger rows of the calls that it names.
func caughtUp(o, since Order, by Providers, price Credits) (Order, Move) {
	m := Move{Cut: true, Note: "restored from a backup and its checkpoint"}
	row := func(id string, s Step, state CallState, remote string) {
		if id == "" {
			return
		}
		c := Call{
			ID: id, Order: o.ID, Cut: since.Cut.N, Step: s, Provider: by.Of(s), State: state, Remote: remote,
			Begun: since.Changed, Note: "known from the order's checkpoint",
		}
		if s == Animate {
			c.Estimated = price
		}
		if state == CallSettled {
			c.Settled, c.Ended = c.Estimated, since.Changed
		}
		m.Calls = append(m.Calls, c)
	}
	if since.ClipKey != o.ClipKey {
		row(callIn(since.ClipKey), Animate, CallSettled, "")
	}
	if since.Cut.ShortKey != "" && since.Cut.ShortKey != o.Cut.ShortKey {
		row(callIn(since.Cut.ShortKey), Render, CallSettled, "")
	}
	if since.Phase == Waiting && since.Step.paid() {
		state := CallKnown
		if since.Status != Open && since.Status != Parked { // it was cancelled meanwhile, and costs what was agreed
			state = CallSettled
		}
		row(since.Call, since.Step, state, since.Remote)
	}
	for _, c := range abandon(o) {
		named := false
		for _, x := range m.Calls {
			named = named || x.ID == c.ID
		}
		if !named {
			m.Calls = append(m.Calls, c)
		}
	}
	since.Source, since.Thread, since.Maker, since.Photo = o.Source, o.Thread, o.Maker, o.Photo
	since.Callback, since.Traceparent, since.Shop = o.Callback, o.Traceparent, o.Shop
	since.Version, since.Wakeup, since.WakeupAt = o.Version, o.Wakeup, o.WakeupAt
	return since, m
}

// callIn is the id of the call whose result lies under a ResultKey.
func callIn(key string) string {
	name := key[strings.LastIndexByte(key, '/')+1:]
	name, _, _ = strings.Cut(name, ".")
	numbers := 1 // before the id: the order's, and a short's cut
	if strings.HasPrefix(key, "shorts/") {
		numbers = 2
	}
	for range numbers {
		_, name, _ = strings.Cut(name, "-")
	}
	return name
}
