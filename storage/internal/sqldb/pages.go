package sqldb

import (
	"context"

	"github.com/sajangpick/sajangpick/storage/internal/queue"
)

// Sweep is how many rows one transaction of Pages changes, so that others needn't wait for long.
const Sweep = 500

// Pages runs a statement that changes at most $2 rows and returns one for each, in a transaction each time, until there
// are no more.
func (c *Conn) Pages(ctx context.Context, text string, arg int64) error {
	for n := Sweep; n == Sweep; {
		err := c.Write(ctx, func(ctx context.Context, tx Tx) ([]queue.Job, error) {
			n = 0
			return nil, tx.Query(ctx, text, []any{arg, int64(Sweep)}, func(func(...any) error) error {
				n++
				return nil
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
