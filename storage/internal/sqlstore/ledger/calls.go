package ledger

import (
	"context"
	"fmt"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// writeCall fails for a call that belongs to another order: it would belong to none.
var writeCall = sqldb.Upsert("calls",
	"id, order_id, cut, step, provider, state, remote, estimated, settled, begun, ended, note", "id",
	`order_id = CASE WHEN calls.order_id = excluded.order_id THEN calls.order_id END, state = excluded.state,
    remote = CASE WHEN excluded.remote = '' THEN calls.remote ELSE excluded.remote END,
    estimated = CASE WHEN excluded.estimated = 0 THEN calls.estimated ELSE excluded.estimated END,
    settled = CASE WHEN excluded.settled < 0 THEN calls.estimated
        WHEN excluded.settled = 0 THEN calls.settled ELSE excluded.settled END,
    begun = CASE WHEN excluded.begun = 0 THEN calls.begun ELSE excluded.begun END,
    ended = CASE WHEN excluded.ended = 0 THEN calls.ended ELSE excluded.ended END,
    note = CASE WHEN excluded.note = '' THEN calls.note ELSE excluded.note END`)

// CallStatement writes a call, or what is known of it since. It is the rest of a chain.
func CallStatement(c pipeline.Call) sqldb.Statement {
	return writeCall.Of(
		c.ID, c.Order, int64(c.Cut), string(c.Step), c.Provider, string(c.State), sqldb.Clean(c.Remote),
		int64(c.Estimated), int64(c.Settled), sqldb.Millis(c.Begun), sqldb.Millis(c.Ended), sqldb.Clean(c.Note),
	)
}

// Calls implements pipeline.Store.
func (s Tables) Calls(ctx context.Context, order int64) ([]pipeline.Call, error) {
	all, err := sqldb.List(ctx, s.Read, `SELECT id, order_id, cut, step, provider, state, remote, estimated, settled, begun, ended, note
		FROM calls WHERE order_id = $1 ORDER BY begun, id`, []any{order}, func(scan sqldb.Scan) (c pipeline.Call, err error) {
		var begun, ended int64
		err = scan(&c.ID, &c.Order, &c.Cut, (*string)(&c.Step), &c.Provider, (*string)(&c.State), &c.Remote,
			(*int64)(&c.Estimated), (*int64)(&c.Settled), &begun, &ended, &c.Note)
		c.Begun, c.Ended = sqldb.FromMillis(begun), sqldb.FromMillis(ended)
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("read calls of order %d: %w", order, err)
	}
	return all, nil
}
