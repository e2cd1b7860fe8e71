package pipeline

import (
	"cmp"
	"context"
	"math"
	"sync"
	"time"
)

// TakeTurns lets orders go on that wait for their turn at a provider, soon. It is to be called every few seconds:
// this process knows of the places that it frees itself, not of those that others do.
func (p *Pipeline) TakeTurns() { p.turns.Wake(0, nil) }

func (p *Pipeline) takeTurns(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, storeLimit)
	defer cancel()
	clips := Turns{Step: Animate, Provider: p.provider(Animate), AtOnce: p.opts.ClipsAtOnce}
	clips.AtOnce = cmp.Or(clips.AtOnce, math.MaxInt32)
	all := []Turns{clips}
	if p.opts.CutRate.N > 0 { // a render comes first: its order is nearer to the end
		all = []Turns{{Step: Render, Provider: p.provider(Render), Rate: p.opts.CutRate}, clips}
	}
	for _, t := range all {
		ids, again, err := p.opts.Store.TakeTurns(ctx, t)
		if err != nil && ctx.Err() == nil {
			p.opts.Log.Warn("turns not taken; it is tried again at the next tick", "step", t.Step, "err", err)
		}
		for _, id := range ids {
			p.orders.Wake(id, nil)
		}
		if again > 0 {
			p.turns.WakeAt(0, time.Now().Add(again), nil)
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
func (p *Pipeline) sawClip(ctx context.Context, remote string, pr Progress) {
	if more, note := p.clips.saw(remote, pr); note && p.opts.ClipsAtOnce > 0 {
		if err := p.opts.Store.Throttled(ctx, p.provider(Animate), more, time.Time{}); err != nil && ctx.Err() == nil {
			p.opts.Log.Warn("not noted that the provider lets clips wait", "err", err)
		}
	}
}

// closes reports whether a fault says that the provider takes nothing from any order for a while.
func (p *Pipeline) closes(o Order, f *Fault) bool {
	return f.RateLimited && f.RetryAfter > 0 && o.Step == Animate && p.opts.ClipsAtOnce > 0 && !p.usesFallback(o)
}

// providerClosed puts an order that its provider doesn't take now among those that wait for their turn: it takes no
// other either, which holds for all processes. next and m are what would become of the order without
// that: it is in trouble since the first time.
func (p *Pipeline) providerClosed(ctx context.Context, next Order, m *Move, f *Fault) (Order, *Move) {
	if next.Status != Open || next.Phase != Ready {
		return next, m
	}
	if time.Since(next.Trouble.Since) > p.opts.Times.GiveUp { // the order's own Since is that of its last turn
		return p.exhausted(next, m, f)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeLimit)
	defer cancel()
	now, again := time.Now(), next
	again.Due = now.Add(f.RetryAfter)
	if err := p.opts.Store.Throttled(ctx, p.provider(Animate), 0, again.Due); err != nil {
		p.opts.Log.Warn("not noted that the provider takes no clips", "err", err)
		p.logRetry(next, next.Attempt, f.Err)
		return next, m
	}
	p.logRetry(again, next.Attempt, f.Err)
	next.Reason, next.Due = ReasonTurn, now.Add(turnAsksAgain(next.ID))
	p.turns.WakeAt(0, again.Due, nil)
	return next, m
}
