package bot

import (
	"context"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Tally is what became of the orders of some time.
type Tally struct {
	Orders  map[pipeline.Status]int // as they stand now
	Reasons map[pipeline.Reason]int // of those that failed or are parked
	// median of those that are delivered and were never changed, until they were; 0: none is
	Took time.Duration
}

// Bought is what the ledger has of a provider's calls in some time.
type Bought struct {
	Settled pipeline.Credits // of those that have ended
	Open    pipeline.Credits // estimates of those that haven't, or whose answer was lost
	Unknown int              // calls whose answer was lost
	Edge    pipeline.Credits // what began so close to either end that another clock may count it otherwise
}

// Waiting is a service that orders wait for.
type Waiting struct {
	Service string // as in pipeline.Trouble
	Parked  int    // how many of them are parked
}

// Reporting is the store as the monitor and the reports to ops see it.
type Reporting interface {
	// Tally counts the orders that were placed in the days of Seoul from that of from until that of to.
	Tally(ctx context.Context, from, to time.Time) (Tally, error)
	// Bought sums a provider's calls that were begun in [from, to). What was begun less than edge away from either
	// end is at the edge, on both of its sides and refunded or not.
	Bought(ctx context.Context, provider string, from, to time.Time, edge time.Duration) (Bought, error)
	// Stalled lists open orders that came to a step before t and are in it still, the longest first, at
	// most limit. Those that an admin's pause or the budget holds back don't lag.
	Stalled(ctx context.Context, s pipeline.Step, t time.Time, limit int) ([]pipeline.Order, error)
	// Troubled lists open and parked orders whose step has failed since before t, the longest first, at most limit.
	Troubled(ctx context.Context, t time.Time, limit int) ([]pipeline.Order, error)
	// Waiting lists the services that open or parked orders wait for, by name.
	Waiting(ctx context.Context) ([]Waiting, error)
	// Resume makes those of the orders that are open and in trouble due now, with a fresh wakeup, and returns them. A
	// paid start of unknown outcome becomes due no sooner than grace after it was lost.
	Resume(ctx context.Context, orders []int64, grace time.Duration) ([]int64, error)
	// Thaw makes due now whatever is due after far, with a fresh wakeup, and returns how much that was: a clock
	// that was ahead has set it. What waits for a new day's budget may be due until tomorrow.
	Thaw(ctx context.Context, far, tomorrow time.Time) (int, error)
	// Seen lists those of the keys that a Change was committed with lately.
	Seen(ctx context.Context, keys []string) (map[string]bool, error)
	// Move writes an order's change, as in pipeline.Store.
	Move(ctx context.Context, o pipeline.Order, m pipeline.Move) (pipeline.Order, error)
}
