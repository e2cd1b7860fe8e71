package pipeline

import (
	"context"
	"fmt"
	"time"
)

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
