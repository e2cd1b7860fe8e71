package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/runner"
)

// notifier tells people how their orders stand.
type notifier struct {
	*base
	policy policy
	runner *runner.Runner
}

func newNotifier(b *base) *notifier {
	n := &notifier{base: b, policy: policy{b}}
	n.runner = runner.New(atOnce, b.opts.Beside, b.opts.Log, func(ctx context.Context, id int64, h *runner.Hint) {
		n.refreshSoon(ctx, id, h)
	})
	return n
}

// notify is NotifyStatus of a Pipeline.
func (n *notifier) notify(ctx context.Context, id int64) (again time.Time, err error) {
	ran := n.runner.Do(ctx, id, func(ctx context.Context, _ *runner.Hint) { again, err = n.notifyStatus(ctx, id, nil) })
	if !ran { // what is being told may be older
		n.runner.Wake(id, nil)
		return time.Now().Add(time.Second), nil
	}
	return again, err
}

// refresh is RefreshStatus by the caller that has just written or read the order.
func (n *notifier) refresh(o Order) { n.runner.Wake(o.ID, withRow(nil, o)) }

// refreshIfChanged lets the person know of a change that they would notice, soon and without promise:
// what must be said has a job of its own (Move.Notify).
func (n *notifier) refreshIfChanged(o Order) {
	if o.Status != Open || o.Phase == Begun {
		n.refresh(o)
	}
}

// refreshSoon refreshes the progress line of an order. A chat that refuses it for now is tried again: otherwise a line
// that moves would stand still from then on.
func (n *notifier) refreshSoon(ctx context.Context, id int64, h *runner.Hint) {
	again, err := n.notifyStatus(ctx, id, h)
	switch {
	case err != nil && ctx.Err() == nil:
		n.opts.Log.Warn("status message not refreshed", "order", id, "err", err)
		n.runner.WakeAt(id, time.Now().Add(answerPause), nil) // this process alone may know a line that it has begun
	case !again.IsZero():
		n.runner.WakeAt(id, again, nil)
	}
}

// freshFor is how long the row of a change that was made here needn't be read again to tell of it: others may have
// changed the order meanwhile, and have told it.
const freshFor = 500 * time.Millisecond

// statusOf is an order as its line is to show it. That it has no line must be certain, else one would be begun twice:
// of the rows that weren't read for it only that of an order that was just placed says so.
func (n *notifier) statusOf(ctx context.Context, id int64, h *runner.Hint) (Order, error) {
	row, _ := split(h)
	if row != nil && time.Since(row.Changed) < freshFor && (row.StatusRef != "" || row.Version == 1) {
		return *row, nil
	}
	return n.opts.Store.Order(ctx, id)
}

func (n *notifier) notifyStatus(ctx context.Context, id int64, h *runner.Hint) (time.Time, error) {
	o, err := n.statusOf(ctx, id, h)
	if errors.Is(err, ErrNotFound) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("tell order %d: %w", id, err)
	}
	chat, err := n.chat(o)
	if err != nil {
		return time.Time{}, nil // another process has that platform, or none has it any more
	}
	ctx, cancel := context.WithTimeout(ctx, n.opts.Times.Call)
	defer cancel()
	told, err := chat.NotifyStatus(ctx, o)
	if err != nil {
		f := AsFault(err)
		if (f.Kind == Transient || f.Kind == Indeterminate) && time.Since(o.Changed) < n.opts.Times.GiveUp {
			tries := 4
			if f.RateLimited { // a person waits for the line's first words
				tries = 1
			}
			return time.Now().Add(n.policy.wait(f, tries)), nil
		}
		n.opts.Log.Warn("status message not sent", "order", id, "platform", o.Thread.Platform, "err", err)
		return time.Time{}, nil
	}
	if told.Ref != "" && told.Ref != o.StatusRef {
		switch err := n.opts.Store.SaveStatusRef(ctx, id, o.StatusRef, told.Ref); {
		case errors.Is(err, ErrMoved):
			return time.Time{}, nil // another process has begun a line meanwhile, of newer news
		case err != nil:
			// this process alone knows the line that it has begun
			n.runner.WakeAt(id, time.Now().Add(callbackPause), nil)
			return time.Time{}, fmt.Errorf("tell order %d: %w", id, err)
		}
		n.runner.Outdate(id, math.MaxInt64) // rows of before have another name, or none
	}
	switch {
	case o.Status != Open: // its line is what it will be
		n.runner.Unplan(id)
	case told.Again > 0:
		n.runner.WakeAt(id, time.Now().Add(told.Again), nil)
	}
	return time.Time{}, nil
}
