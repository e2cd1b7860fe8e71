package outbox

import (
	"context"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

func (c *Outbox) usually(ctx context.Context, now time.Time) (map[pipeline.Step]time.Duration, error) {
	u := &c.usual
	u.Mu.Lock()
	defer u.Mu.Unlock()
	if u.Steps != nil && now.Sub(u.Read) < time.Minute {
		return u.Steps, nil
	}
	steps, err := c.opts.Store.MedianStepTimes(ctx)
	if err != nil {
		return nil, passing(fmt.Errorf("usual times: %w", err))
	}
	u.Steps, u.Read = steps, now
	return steps, nil
}
