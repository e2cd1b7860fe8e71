package outbox

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// usualTimes are how long steps took lately. They are read once a minute: every line that moves asks.
type usualTimes struct {
	mu    sync.Mutex
	read  time.Time
	steps map[pipeline.Step]time.Duration
}

func (c *Outbox) usually(ctx context.Context, now time.Time) (map[pipeline.Step]time.Duration, error) {
	u := &c.usual
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.steps != nil && now.Sub(u.read) < time.Minute {
		return u.steps, nil
	}
	steps, err := c.opts.Store.MedianStepTimes(ctx)
	if err != nil {
		return nil, passing(fmt.Errorf("usual times: %w", err))
	}
	u.steps, u.read = steps, now
	return steps, nil
}
