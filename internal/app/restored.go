package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// restoredAtOnce is how many orders are listed at a time.
const restoredAtOnce = 500

// Restored sets all open orders aside, and returns how many. It may be broken off and called again; one that somebody
// changes meanwhile is looked at again.
func Restored(ctx context.Context, s pipeline.Store) (n int, err error) {
	for {
		open, err := s.Overdue(ctx, time.Now().AddDate(100, 0, 0), restoredAtOnce)
		if err != nil || len(open) == 0 {
			return n, err
		}
		for _, id := range open {
			o, err := s.Order(ctx, id)
			if err != nil {
				return n, fmt.Errorf("set order %d aside: %w", id, err)
			}
			next, m, err := pipeline.Restored(o)
			if err != nil { // it has ended meanwhile
				continue
			}
			switch _, err := s.Move(ctx, next, m); {
			case err == nil:
				n++
			case !errors.Is(err, pipeline.ErrMoved):
				return n, fmt.Errorf("set order %d aside: %w", id, err)
			}
		}
	}
}
