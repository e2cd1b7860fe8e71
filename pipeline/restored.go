package pipeline

import "time"

// Restored sets an order aside that was under way when the backup was made which the database was restored from: all
// that was done to it since is unknown here, and may have been paid for and delivered. What a provider had been given
// by then stays named: it is asked for, not bought again, when the order is taken up again. Its person isn't told, who
// may have the short by now. ErrNoChange when it isn't open.
func Restored(o Order) (Order, Move, error) {
	if o.Status != Open {
		return o, Move{}, ErrNoChange
	}
	o.Status, o.Reason, o.Trouble = Parked, ReasonRestored, Trouble{}
	o.Detail = "it was under way at the backup of " + o.Changed.UTC().Format(time.DateOnly) + " or later"
	return o, Move{Note: "parked: restored from a backup"}, nil
}
