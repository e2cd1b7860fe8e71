package pipeline

import (
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
	clips := Turns{Step: Animate, Provider: p.provider(Animate), AtOnce: p.clips.limit()}
	if clips.AtOnce == 0 {
		clips.AtOnce = math.MaxInt32
	}
	all := []Turns{clips}
	if p.CutRate.N > 0 { // a render comes first: its order is nearer to the end
		all = []Turns{{Step: Render, Provider: p.provider(Render), Rate: p.CutRate}, clips}
	}
	for _, t := range all {
		ids, again, err := p.Store.TakeTurns(ctx, t)
		if err != nil && ctx.Err() == nil {
			p.Log.Warn("orders wait for their turn a little longer", "step", t.Step, "err", err)
		}
		for _, id := range ids {
			p.orders.Wake(id, nil)
		}
		if again > 0 {
			p.turns.WakeAt(0, time.Now().Add(again), nil)
		}
	}
}

// concurrency is how much work a provider may be given at once. It begins at max, and is less by one for each piece of
// work that the provider has taken and lets wait; where none was let wait for a while it grows again.
type concurrency struct {
	max int // 0: no limit

	mu      sync.Mutex
	less    int             // than max
	waiting map[string]bool // remote ids that the provider lets wait
	changed time.Time       // when less did last
}

// growAfter is how long nothing must have been let wait before one more is begun at once.
const growAfter = time.Minute

func (c *concurrency) limit() int {
	if c.max == 0 {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.max - c.less
}

// saw learns from what the provider says of a piece of work.
func (c *concurrency) saw(remote string, p Progress) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch known := c.waiting[remote]; {
	case p.Throttled && !known:
		if c.waiting == nil {
			c.waiting = map[string]bool{}
		}
		c.waiting[remote] = true
		c.less, c.changed = min(c.less+1, max(c.max-1, 0)), time.Now()
	case !p.Throttled && known:
		delete(c.waiting, remote)
	case p.State == Succeeded && len(c.waiting) == 0 && c.less > 0 && time.Since(c.changed) >= growAfter:
		c.less, c.changed = c.less-1, time.Now()
	}
}
