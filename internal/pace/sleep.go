package pace

import (
	"context"
	"time"
)

// Sleep waits for d, or until ctx ends, and reports whether ctx lasted. No time at all is over before ctx is asked.
func Sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
