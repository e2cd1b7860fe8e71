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

// Bought is what the ledger has of a provider's calls in some time.
type Bought struct {
	Settled pipeline.Credits // of those that have ended
	Open    pipeline.Credits // estimates of those that haven't, or whose answer was lost
	Unknown int              // calls whose answer was lost
	Edge    pipeline.Credits // what began so close to either end that another clock may count it otherwise
}

// Night is the store as the night shift sees it.
type Night interface {
	// Tally counts the orders that were placed in [from, to).
	Tally(ctx context.Context, from, to time.Time) (Tally, error)
	// Bought sums a provider's calls that were begun in [from, to). What was begun less than edge away from either
	// end is at the edge, on both of its sides and refunded or not.
	Bought(ctx context.Context, provider string, from, to time.Time, edge time.Duration) (Bought, error)
	// Lagging lists open orders that came to a step before t and are in it still, the longest first, at
	// most limit. Those that an admin's switch or the budget holds back don't lag.
	Lagging(ctx context.Context, s pipeline.Step, t time.Time, limit int) ([]pipeline.Order, error)
	// Move writes an order's change, as in pipeline.Store.
	Move(ctx context.Context, o pipeline.Order, m pipeline.Move) (pipeline.Order, error)
}
