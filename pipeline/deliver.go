package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// deliver hands the short over.
func (d *driver) deliver(ctx context.Context, o Order) (Order, *Move) {
	receipt, err := d.handOver(ctx, o)
	var part *Partial
	if errors.As(err, &part) {
		o.Cut.Receipt = part.Receipt
	}
	switch {
	case part != nil && part.Err == nil:
		o, m := d.reserver.reserve(o)
		m.Cut, m.Note = true, "delivered in part"
		return o, m
	case err != nil:
		o, m := d.settler.undelivered(o, *AsFault(err))
		m.Cut = part != nil
		return o, m
	}
	o.Shown = o.Cut.N
	o.Status, o.Cut.Receipt, o.Call, o.Remote, o.Attempt, o.Detail = Delivered, receipt, "", "", 0, ""
	o.Reason, o.Trouble = ReasonNone, Trouble{}
	return o, &Move{Cut: true, Notify: o.Callback != "", Note: "delivered"}
}

func (d *driver) handOver(ctx context.Context, o Order) (string, error) {
	chat, err := d.chat(o)
	if err != nil {
		return "", err
	}
	short, err := d.opts.Blobs.Open(ctx, o.Cut.ShortKey)
	if err != nil {
		return "", from(ServiceBlobs, notSent(fmt.Errorf("open short: %w", err)))
	}
	defer short.Close()
	receipt, err := chat.Deliver(ctx, o, short)
	return receipt, from(o.Thread.Platform, err)
}

// undelivered settles a delivery that failed, or whose outcome is unknown.
func (s *settler) undelivered(o Order, f Fault) (Order, *Move) {
	switch f.Kind {
	case Rejected: // the thread is gone for us; the short is kept
		return s.park(o, &Move{}, ReasonCantDeliver, f.Err)
	case Transient: // certainly nothing was sent, so it may be offered until the chat takes it
		f.Reason, f.MaxAttempts = ReasonCantDeliver, math.MaxInt
	case Indeterminate:
		return s.maybeDelivered(o, f.Err)
	}
	return s.settle(o, &f)
}

// maybeDelivered settles a delivery whose outcome is unknown: it is made once more, since a short that comes twice is
// better than none. After that only a person can tell whether it is there.
func (s *settler) maybeDelivered(o Order, err error) (Order, *Move) {
	if o.Reason == ReasonMaybeDelivered {
		return s.park(o, &Move{}, ReasonMaybeDelivered, err)
	}
	o.Reason = ReasonMaybeDelivered
	return s.backOff(o, &Move{}, &Fault{Kind: Transient, Reason: o.Reason, MaxAttempts: math.MaxInt, Err: err})
}
