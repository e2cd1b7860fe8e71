package pipeline

import (
	"cmp"
	"context"
	"math"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/runner"
)

// turnTaker lets orders go on that wait for their turn at a provider.
type turnTaker struct {
	*base
	runner *runner.Runner // it has one id, 0
	orders *runner.Runner // runs the driver
	clips  throttled
}

func newTurnTaker(b *base, orders *runner.Runner) *turnTaker {
	t := &turnTaker{base: b, orders: orders}
	t.runner = runner.New(1, b.opts.Beside, b.opts.Log, func(ctx context.Context, _ int64, _ *runner.Hint) {
		t.takeTurns(ctx)
	})
	return t
}

// run takes turns soon, and runAt at a time, if not before.
func (t *turnTaker) run()               { t.runner.Wake(0, nil) }
func (t *turnTaker) runAt(at time.Time) { t.runner.WakeAt(0, at, nil) }

func (t *turnTaker) takeTurns(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, storeLimit)
	defer cancel()
	clips := Turns{Step: Animate, Provider: t.provider(Animate), AtOnce: t.clipTerms.AtOnce}
	clips.AtOnce = cmp.Or(clips.AtOnce, math.MaxInt32)
	all := []Turns{clips}
	if t.cutTerms.Rate.N > 0 { // a render comes first: its order is nearer to the end
		all = []Turns{{Step: Render, Provider: t.provider(Render), Rate: t.cutTerms.Rate}, clips}
	}
	for _, at := range all {
		ids, again, err := t.opts.Store.TakeTurns(ctx, at)
		if err != nil && ctx.Err() == nil {
			t.opts.Log.Warn("turns not taken; it is tried again at the next tick", "step", at.Step, "err", err)
		}
		for _, id := range ids {
			t.orders.Wake(id, nil)
		}
		if again > 0 {
			t.runAt(time.Now().Add(again))
		}
	}
}

// throttled are the pieces of work that a provider has taken and lets wait, as far as this process knows.
type throttled struct {
	mu      sync.Mutex
	waiting map[string]bool // remote ids
	noted   time.Time       // when it was noted last that there are such
}

// noteEvery is how often it is noted that work still waits.
const noteEvery = 20 * time.Second

// saw learns from what the provider says of a piece of work: how much more of it waits, and whether that is to be
// noted.
func (c *throttled) saw(remote string, p Progress) (more int, note bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case !p.Throttled:
		delete(c.waiting, remote)
		return 0, false
	case c.waiting == nil:
		c.waiting = map[string]bool{}
	}
	if !c.waiting[remote] {
		c.waiting[remote] = true
		more = 1
	}
	if note = more > 0 || time.Since(c.noted) >= noteEvery; note {
		c.noted = time.Now()
	}
	return more, note
}

// sawClip lets all processes know what the provider says of a clip.
func (t *turnTaker) sawClip(ctx context.Context, remote string, pr Progress) {
	if more, note := t.clips.saw(remote, pr); note && t.clipTerms.AtOnce > 0 {
		if err := t.opts.Store.Throttled(ctx, t.provider(Animate), more, time.Time{}); err != nil && ctx.Err() == nil {
			t.opts.Log.Warn("not noted that the provider lets clips wait", "err", err)
		}
	}
}

// providerClosed puts an order that its provider doesn't take now among those that wait for their turn: it takes no
// other either, which holds for all processes. next and m are what would become of the order without
// that: it is in trouble since the first time.
func (d *driver) providerClosed(ctx context.Context, next Order, m *Move, f *Fault) (Order, *Move) {
	if next.Status != Open || next.Phase != Ready {
		return next, m
	}
	if time.Since(next.Trouble.Since) > d.opts.Times.GiveUp { // the order's own Since is that of its last turn
		return d.settler.exhausted(next, m, f)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeLimit)
	defer cancel()
	now, again := time.Now(), next
	again.Due = now.Add(f.RetryAfter)
	if err := d.opts.Store.Throttled(ctx, d.provider(Animate), 0, again.Due); err != nil {
		d.opts.Log.Warn("not noted that the provider takes no clips", "err", err)
		d.settler.logRetry(next, next.Attempt, f.Err)
		return next, m
	}
	d.settler.logRetry(again, next.Attempt, f.Err)
	next.Reason, next.Due = ReasonTurn, now.Add(turnAsksAgain(next.ID))
	d.turns.runAt(again.Due)
	return next, m
}
