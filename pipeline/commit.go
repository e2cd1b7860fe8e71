package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/runner"
)

// change is what a drive has brought about, on its way to the database.
type change struct {
	before Order
	next   Order
	move   *Move  // nil: nothing is to be written
	made   string // the call that this is the answer to; empty: of none
}

// commit writes a change down. An order whose paid call may not begin now is written as held back.
func (d *driver) commit(ctx context.Context, c change) (Order, error) {
	o, err := d.writer.write(ctx, &answer{change: c})
	if held, ok := errors.AsType[*HeldError](err); ok {
		if held.Reason == ReasonTurn { // a place may have become free meanwhile
			d.turns.runAt(time.Now().Add(cmp.Or(held.After, time.Second)))
		}
		if c.next, c.move = d.reserver.hold(c.before, c.next, *c.move, held); c.move == nil {
			if err := d.opts.Store.Postpone(ctx, c.next); err != nil {
				return Order{}, err
			}
			return c.next, nil
		}
		o, err = d.writer.write(ctx, &answer{change: c})
	}
	if err != nil {
		return o, err
	}
	d.written(c.before, o)
	return o, nil
}

// written lets it be known that a change was.
func (d *driver) written(before, o Order) {
	d.orders.Outdate(o.ID, o.Version)
	d.soon(o)
	d.notifier.refreshIfChanged(o)
	if before.Step == Animate && before.Call != "" && before.Call != o.Call { // its place is free
		d.turns.run()
	}
	if d.opts.Observe != nil {
		d.opts.Observe.Moved(before, o)
	}
}

// readAnswered reads an order, unless row is what the caller that woke it knows, after it has written what this
// process still has to write of it, and reports whether it did.
func (d *driver) readAnswered(ctx context.Context, id int64, row *Order) (o Order, wrote bool, err error) {
	x := d.writer.unwritten.take(id)
	switch {
	case x != nil:
		o, err = d.writer.write(ctx, x)
		if err == nil {
			d.written(x.before, o)
		}
		if !errors.Is(err, ErrMoved) {
			return o, err == nil, err
		}
	case row != nil:
		return *row, false, nil
	}
	o, err = d.writer.read(ctx, id)
	return o, false, err
}

// answer is a change that is tried to be written, until it is or can't be any more.
type answer struct {
	change
	merged *change // the same on top of what has become of the order meanwhile; nil: that is the change itself
	doubt  bool    // a try has failed without saying whether it did
}

// unwritten are the answers to calls that this process has and could not write: no other process knows of them. Each
// is tried again until it is written or the process ends, and holds nothing meanwhile.
type unwritten struct {
	mu sync.Mutex
	m  map[int64]*answer // by order
}

func (a *unwritten) keep(x *answer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.m == nil {
		a.m = map[int64]*answer{}
	}
	a.m[x.next.ID] = x
}

func (a *unwritten) take(order int64) *answer {
	a.mu.Lock()
	defer a.mu.Unlock()
	x := a.m[order]
	delete(a.m, order)
	return x
}

func (a *unwritten) orders() []int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Sorted(maps.Keys(a.m))
}

// answerPause is how long an answer that could not be written waits for its next try.
const answerPause = 5 * time.Second

// writer reads and writes orders.
type writer struct {
	*base
	orders    *runner.Runner // runs the driver, which tries again what could not be written
	unwritten unwritten
}

// writeLimit is how long a run may try to write its change: a place is held meanwhile.
const writeLimit = 15 * time.Second

// write commits a change, and makes sure to know whether it did: after a failed commit the row tells. What people did
// to the order while a call was made stands below its answer. An answer that can't be written in time is kept, and
// tried again by the runs that follow; anything else is found again by the wakeup.
func (w *writer) write(ctx context.Context, x *answer) (Order, error) {
	start, pause := time.Now(), 50*time.Millisecond
	for {
		o, err := w.try(ctx, x)
		if err == nil || errors.Is(err, ErrMoved) || errors.As(err, new(*HeldError)) {
			return o, err
		}
		if ctx.Err() != nil || time.Since(start)+pause > writeLimit {
			w.opts.Log.Error(
				"change could not be written", "order", x.next.ID, "step", x.next.Step, "remote", x.next.Remote,
				"err", err,
			)
			if x.made != "" {
				w.unwritten.keep(x)
				w.orders.WakeAt(x.next.ID, time.Now().Add(answerPause), nil)
			}
			return Order{}, fmt.Errorf("write order %d: %w", x.next.ID, err)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
		pause = min(2*pause, 5*time.Second)
	}
}

// try is one transaction, and one more for each time that the order has moved meanwhile. ErrMoved and a *HeldError
// say that nothing was written; after any other error it isn't known.
func (w *writer) try(ctx context.Context, x *answer) (Order, error) {
	for {
		c := x.change
		if x.merged != nil {
			c = *x.merged
		}
		moved, err := w.move(ctx, c.next, *c.move)
		held := errors.As(err, new(*HeldError))
		switch {
		case err == nil || held && !x.doubt:
			return moved, err
		case !held && !errors.Is(err, ErrMoved):
			x.doubt = true
			return Order{}, err
		}
		now, rerr := w.read(ctx, c.next.ID)
		switch {
		case rerr != nil:
			return Order{}, rerr
		case x.doubt && now.Version == c.next.Version+1 && same(now, c.next): // this change was written after all
			return now, nil
		case held && now.Version == c.next.Version:
			return Order{}, err
		case x.made == "" || now.Version < c.next.Version:
			return Order{}, ErrMoved
		}
		next, m := mergeLateAnswer(x.next, now, *x.move, x.made)
		x.merged, x.doubt = &change{next: next, move: &m}, false
	}
}

// mergeLateAnswer puts the answer to a call on top of what has become of its order meanwhile: words were
// changed, the call was given up as lost, the order was taken back or goes another way by now. A person
// who has a short has it, whatever else was decided.
func mergeLateAnswer(o, now Order, m Move, made string) (Order, Move) {
	switch {
	case o.Status == Delivered && now.Status != Cancelled && now.Cut.N > o.Cut.N:
		now.Shown = max(now.Shown, o.Shown)
		return now, Move{Older: &o.Cut, Note: "an older cut was delivered"}
	case o.Phase == Unknown && now.Call == made && now.Phase == Waiting:
		// a callback has named what this answer was lost of
		return now, Move{Note: "its answer was lost, and it was found before"}
	case o.Status != Delivered && (now.Status == Cancelled || now.Call != made):
		return now, Move{Calls: orphanedCalls(m.Calls), Note: "an answer that isn't waited for any more"}
	}
	o.Version, o.WakeupAt = now.Version, now.WakeupAt
	if now.Cut.N == o.Cut.N {
		o.Cut.Words, o.Cut.Look, o.Cut.Music, o.Cut.Size = now.Cut.Words, now.Cut.Look, now.Cut.Music, now.Cut.Size
	}
	return o, m
}

// orphanedCalls closes calls that were accepted though their results aren't wanted any more: they cost
// what was agreed. One that was only to begin doesn't, and a lost answer says nothing of a call that others have
// decided on: it may be known by now, and settled.
func orphanedCalls(calls []Call) []Call {
	closed := slices.DeleteFunc(slices.Clone(calls), func(c Call) bool {
		return c.State == CallBegun || c.State == CallUnknown
	})
	for i, c := range closed {
		if c.State == CallKnown {
			closed[i].State, closed[i].Settled, closed[i].Ended = CallSettled, c.Estimated, time.Now()
		}
	}
	return closed
}

// storeLimit is how long one transaction may take: a connection that has died in silence must not
// hold an order. A change is written even when its drive has just been cut off.
const storeLimit = 10 * time.Second

func (w *writer) move(ctx context.Context, o Order, m Move) (Order, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeLimit)
	defer cancel()
	return w.opts.Store.Move(ctx, o, m)
}

func (w *writer) read(ctx context.Context, id int64) (Order, error) {
	ctx, cancel := context.WithTimeout(ctx, storeLimit)
	defer cancel()
	return w.opts.Store.Order(ctx, id)
}

// same reports whether two states of an order were made by the same change.
func same(a, b Order) bool {
	return a.Status == b.Status && a.Step == b.Step && a.Phase == b.Phase && a.Call == b.Call && a.Remote == b.Remote &&
		a.Attempt == b.Attempt
}
