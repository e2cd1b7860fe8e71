package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/callback"
	"github.com/sajangpick/sajangpick/pipeline/runner"
)

// Pipeline moves orders through their steps. Any number of them, in any number of processes,
// may work on one Store at once.
type Pipeline struct {
	*base
	driver   *driver
	reserver *reserver
	writer   *writer
	notifier *notifier
	turns    *turnTaker
	orders   *runner.Runner // runs the driver
}

// atOnce is how many orders one process drives at the same moment. Driving is mostly waiting for
// the database and for providers' answers, so it is well above the number of cores; more only
// makes those wait that take orders in.
const atOnce = 16

// New makes a Pipeline. It starts nothing: work comes in through Place, HandleCallback and the queue.
func New(o Options) *Pipeline {
	if o.Random == nil {
		o.Random = rand.Float64
	}
	p := &Pipeline{base: &base{
		opts: o, names: Providers{o.Clips.Name(), o.Cuts.Name()},
		clipTerms: o.Clips.ClipTerms(), cutTerms: o.Cuts.CutTerms(),
		callbacks: callback.Addresses{Base: o.CallbackURL, Signer: o.Signer},
	}}
	p.orders = runner.New(atOnce, o.Beside, o.Log, func(ctx context.Context, id int64, h *runner.Hint) {
		if _, err := p.driver.advance(ctx, id, h); err != nil && ctx.Err() == nil && !errors.Is(err, ErrNotFound) {
			if h != nil {
				p.orders.WakeAt(id, time.Now().Add(callbackPause), h)
			}
			o.Log.Warn("advance failed; waiting for scheduled wakeup", "order", id, "err", err)
		}
	})
	p.reserver, p.writer = &reserver{base: p.base}, &writer{base: p.base, orders: p.orders}
	p.notifier, p.turns = newNotifier(p.base), newTurnTaker(p.base, p.orders)
	p.driver = &driver{
		base: p.base, reserver: p.reserver, writer: p.writer, notifier: p.notifier, turns: p.turns, orders: p.orders,
		settler:   &settler{base: p.base, policy: policy{p.base}, reserver: p.reserver},
		requester: requester{p.base}, importer: importer{p.base},
	}
	return p
}

// callbackPause is how long a callback waits that could not be followed: the order could not be read or written.
const callbackPause = 2 * time.Second

// ErrStopping says that this process takes no new work. Nothing was changed.
var ErrStopping = errors.New("shutting down")

// Stop takes no new work and waits for calls that are under way, until ctx ends; then it cuts
// them off. Whatever it cuts off is found again by the order's wakeup.
func (p *Pipeline) Stop(ctx context.Context) error {
	p.reserver.stopping.Store(true)
	for _, id := range p.writer.unwritten.orders() { // once more, at once
		p.orders.Wake(id, nil)
	}
	err := errors.Join(p.turns.runner.Stop(ctx), p.orders.Stop(ctx))
	for _, id := range p.writer.unwritten.orders() {
		p.opts.Log.Error("answer lost with this process", "order", id)
	}
	return errors.Join(err, p.notifier.runner.Stop(ctx))
}

// Providers names those who do this pipeline's paid steps.
func (p *Pipeline) Providers() Providers { return p.names }

// Place takes an order in: when it returns nil the order survives a crash. One Source is one
// order; a repeat returns the order that is there, and false.
func (p *Pipeline) Place(ctx context.Context, o Order) (Order, bool, error) {
	if p.reserver.stopping.Load() {
		return Order{}, false, ErrStopping
	}
	o, fresh, err := p.opts.Store.Place(ctx, p.Accept(o))
	if err != nil {
		return Order{}, false, fmt.Errorf("place order: %w", err)
	}
	if fresh {
		p.opts.Log.Info("order placed", "order", o.ID, "platform", o.Thread.Platform)
		p.Placed(o)
	}
	return o, fresh, nil
}

// Accept makes a new order out of what a person asked for, ready to be placed.
func (p *Pipeline) Accept(o Order) Order { return Accept(o, p.opts.Process, p.opts.Times.PickUp) }

// Accept has a process take an order on: it is ready to be placed, and its wakeup is due after pickUp.
func Accept(o Order, process string, pickUp time.Duration) Order {
	now := time.Now()
	o.Placed, o.Changed, o.Since, o.Due = now, now, now, now.Add(pickUp)
	o.Status, o.Step, o.Phase, o.Cut.N = Open, Fetch, Ready, 1
	o.PlacedBy, o.Photo.Opened = process, 1
	return o
}

// Placed goes on with an order that this process has just placed, and tells its person. Nothing depends on it: each
// order has a wakeup in the queue.
func (p *Pipeline) Placed(o Order) {
	p.orders.Wake(o.ID, withRow(nil, o))
	p.notifier.refresh(o)
}

// withRow is the hint of a caller that wakes an order and knows its row, with or without a callback.
func withRow(h *runner.Hint, o Order) *runner.Hint { return h.WithRow(&o, o.Version) }

// split takes an order's row out of a hint. The hint is nil when no callback came.
func split(h *runner.Hint) (row *Order, callback *runner.Hint) {
	known, callback := h.Split()
	row, _ = known.(*Order)
	return row, callback
}

// Wake drives an order on in this process, soon, after it was changed. Nothing depends on it either.
func (p *Pipeline) Wake(order int64) { p.orders.Wake(order, nil) }

// RefreshStatus tells an order's person how it stands, soon. Nothing depends on it.
func (p *Pipeline) RefreshStatus(order int64) { p.notifier.runner.Wake(order, nil) }

// NotifyStatus is the queue's way to the person: it says how an order stands. It returns when to try
// again, or the zero time when it has been said. What is told is always the newest state, so
// repeats and late jobs do no harm; the version is there to tell the queue's jobs apart.
func (p *Pipeline) NotifyStatus(ctx context.Context, id, _ int64) (again time.Time, err error) {
	return p.notifier.notify(ctx, id)
}

// TakeTurns lets orders go on that wait for their turn at a provider, soon. It is to be called every few seconds:
// this process knows of the places that it frees itself, not of those that others do.
func (p *Pipeline) TakeTurns() { p.turns.run() }

// ErrBadToken says that a callback's token isn't the order's.
var ErrBadToken = errors.New("callback token doesn't belong to the order")

// HandleCallback answers a provider's callback: it makes the order's check run at once. remote is the id
// that the callback names; it is only a hint. Callbacks may be forged, doubled, early or lost: the
// provider itself is asked, and a check is scheduled anyway. ErrBadToken; ErrStopping; any other error says that the
// order can't be read now, so that it should come again.
func (p *Pipeline) HandleCallback(ctx context.Context, provider string, order int64, token, remote string) error {
	if !p.callbacks.Verify(provider, order, token) {
		return ErrBadToken
	}
	h := &runner.Hint{Remote: remote, At: time.Now()}
	o, err := p.writer.read(ctx, order)
	switch {
	case errors.Is(err, ErrNotFound): // it is kept no longer: it needn't come again
		return nil
	case err != nil:
		p.orders.WakeAt(order, time.Now().Add(callbackPause), h) // it may not come again
		return fmt.Errorf("callback for order %d: %w", order, err)
	}
	if !p.orders.Wake(order, withRow(h, o)) {
		return ErrStopping
	}
	return nil
}

// Advance is the queue's way in: an order's wakeup has come due. It returns when to look again, or
// the zero time when this wakeup has nothing left to do.
func (p *Pipeline) Advance(ctx context.Context, id, wakeup int64) (time.Time, error) {
	if p.reserver.stopping.Load() {
		return time.Now().Add(time.Second), nil
	}
	o, err := p.opts.Store.Order(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("look at order %d: %w", id, err)
	}
	// A stale wakeup may still find the order overdue: then it is no worse than the live one.
	if o.Status != Open || o.Wakeup != wakeup && time.Now().Before(o.Due) {
		return time.Time{}, nil
	}
	ran := p.orders.Do(ctx, id, func(ctx context.Context, h *runner.Hint) {
		o, err = p.driver.advance(ctx, id, runner.Newer(h, withRow(nil, o)))
	})
	switch {
	case err != nil:
		return time.Time{}, fmt.Errorf("look at order %d: %w", id, err)
	case !ran: // being driven right here
		return time.Now().Add(p.opts.Times.PickUp), nil
	case o.Status != Open || o.Wakeup != wakeup:
		return time.Time{}, nil
	}
	return time.Now().Add(max(time.Until(o.Due), 100*time.Millisecond)), nil
}

// sweepAtOnce bounds one pass; the next pass takes the rest.
const sweepAtOnce = 1000

// Sweep wakes open orders that weren't looked at in time: callbacks that never came, jobs whose
// machine died. It may run twice and on two machines: a fresh wakeup makes the older ones stale.
func (p *Pipeline) Sweep(ctx context.Context) error {
	late, err := p.opts.Store.Overdue(ctx, time.Now().Add(-p.opts.Times.Late), sweepAtOnce)
	if err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	for _, id := range late {
		if err := p.opts.Store.Wake(ctx, id); err != nil {
			return fmt.Errorf("sweep: wake order %d: %w", id, err)
		}
	}
	if len(late) > 0 {
		p.opts.Log.Warn("overdue orders woken", "count", len(late))
	}
	return nil
}
