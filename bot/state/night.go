package state

import (
	"context"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Tally is what became of the orders of some time.
type Tally struct {
	Orders  map[pipeline.Status]int // as they stand now
	Reasons map[pipeline.Reason]int // of those that failed or are parked
	Took    time.Duration           // median of those that were delivered, until they were for the first time; 0: none was
}

// Night is the store as the night shift sees it.
type Night interface {
	// Tally counts the orders that were placed in [from, to).
	Tally(ctx context.Context, from, to time.Time) (Tally, error)
	// Lagging lists open orders that came to a step before t and are in it still, the longest first, at
	// most limit. Those that an admin's switch or the budget holds back don't lag.
	Lagging(ctx context.Context, s pipeline.Step, t time.Time, limit int) ([]pipeline.Order, error)
	// Move writes an order's change, as in pipeline.Store.
	Move(ctx context.Context, o pipeline.Order, m pipeline.Move) (pipeline.Order, error)
}
