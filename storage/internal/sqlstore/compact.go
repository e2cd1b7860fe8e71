package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
	"github.com/sajangpick/sajangpick/storage/internal/sqlstore/ledger"
)

// compactAtOnce is how many orders one transaction of Compact takes away, with some ten rows each.
const compactAtOnce = 100

// selectCompactable lists purged orders that ended before $1, without those that don't add up.
const selectCompactable = `SELECT id FROM orders WHERE emptied <> 0 AND ended <> 0 AND ended < $1 AND ` + addsUp +
	` ORDER BY ended LIMIT $2`

const addsUp = `(SELECT count(*) FROM odd WHERE order_id = orders.id) = 0`

var (
	ofPage       = ` IN (` + sqldb.Parameters(1, compactAtOnce) + `)`
	selectPurged = `SELECT id, CASE WHEN ` + ofForgotten + ` THEN '' ELSE source END, shop, placed, shown > 0, status, reason FROM orders
		WHERE emptied <> 0 AND id` + ofPage + ` AND ` + addsUp + ` ORDER BY id`
	selectCalls = callsOfPage()
)

// callsOfPage looks order by order: a database without statistics would rather read all calls.
func callsOfPage() string {
	var each []string
	for i := range compactAtOnce {
		each = append(each, fmt.Sprintf(
			`SELECT order_id, provider, step, state, settled, estimated, begun, id FROM calls WHERE order_id = $%d`,
			i+1,
		))
	}
	return `SELECT order_id, provider, step, state, settled, estimated, begun FROM (` + strings.Join(each, ` UNION `) +
		`) c WHERE state <> 'void' ORDER BY order_id, begun, id`
}

// Compact implements cleaner.Archive.
func (s Store) Compact(ctx context.Context, before time.Time) (n int, done bool, err error) {
	ids, err := sqldb.List(ctx, s.Read, selectCompactable, []any{
		sqldb.Millis(before), int64(compactAtOnce),
	}, func(scan sqldb.Scan) (id int64, err error) {
		err = scan(&id)
		return id, err
	})
	if err == nil && len(ids) > 0 {
		err = s.AuditOrders(ctx, ids)
	}
	if err == nil && len(ids) > 0 {
		err = s.Write(ctx, func(ctx context.Context, tx sqldb.Tx) ([]queue.Job, error) {
			past, err := readPast(ctx, tx, ids, s.Lock)
			if n = len(past); err != nil || n == 0 {
				return nil, err
			}
			return nil, compact(ctx, tx, past)
		})
	}
	if err != nil {
		return 0, false, fmt.Errorf("compact orders: %w", err)
	}
	return n, len(ids) < compactAtOnce, nil
}

// pastOrder is what is left of an order in past_orders.
type pastOrder struct {
	id, source, shop, placed int64
	shown                    bool
	status, reason           string
	spent                    []spent
}

// spent are the calls of one kind that were begun in the same row of ledger_spans.
type spent struct {
	provider, step, state string
	span, calls           int64
	credits               int64 // settled, or estimated while the price isn't known
}

// MarshalJSON writes a list without names: there are millions of them.
func (x spent) MarshalJSON() ([]byte, error) {
	return json.Marshal([]any{x.provider, x.step, x.state, x.span, x.calls, x.credits})
}

// readPast adds up those of some orders that may be compacted, and locks them.
func readPast(ctx context.Context, tx sqldb.Tx, ids []int64, lock string) ([]*pastOrder, error) {
	var all []*pastOrder
	byID := map[int64]*pastOrder{}
	err := tx.Query(ctx, selectPurged+lock, paged(ids), func(scan func(...any) error) error {
		o, source := &pastOrder{}, ""
		err := scan(&o.id, &source, &o.shop, &o.placed, &o.shown, &o.status, &o.reason)
		o.source = purgedKey(source)
		all, byID[o.id] = append(all, o), o
		return err
	})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all, tx.Query(ctx, selectCalls, paged(ids), func(scan func(...any) error) error {
		var order, settled, estimated, begun int64
		var c spent
		if err := scan(&order, &c.provider, &c.step, &c.state, &settled, &estimated, &begun); err != nil {
			return err
		}
		if o := byID[order]; o != nil {
			c.span, c.calls, c.credits = begun/ledger.SpanLength, 1, costOf(c.state, settled, estimated)
			o.add(c)
		}
		return nil
	})
}

// costOf is what a call counts for in the sums.
func costOf(state string, settled, estimated int64) int64 {
	switch pipeline.CallState(state) {
	case pipeline.CallSettled:
		return settled
	case pipeline.CallRefunded:
		return 0
	}
	return estimated
}

func (o *pastOrder) add(c spent) {
	for i, x := range o.spent {
		if x.provider == c.provider && x.step == c.step && x.state == c.state && x.span == c.span {
			o.spent[i].calls += c.calls
			o.spent[i].credits += c.credits
			return
		}
	}
	o.spent = append(o.spent, c)
}

// compact puts what is left of orders in the place of all their rows, order by order: a planner would rather read a
// whole small table for many at once. The sums stay as they are: no trigger is about rows that go.
func compact(ctx context.Context, tx sqldb.Tx, past []*pastOrder) error {
	var todo []sqldb.Statement
	for _, o := range past {
		text, err := json.Marshal(o.spent)
		if err != nil {
			return err
		}
		todo = append(todo, sqldb.Statement{
			Text: `INSERT INTO past_orders (id, source, shop, placed, shown, status, reason, spent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			Args: []any{o.id, o.source, o.shop, o.placed, o.shown, o.status, o.reason, string(text)},
		})
		for _, text := range []string{
			`DELETE FROM calls WHERE order_id = $1`, `DELETE FROM cuts WHERE order_id = $1`,
			`DELETE FROM history WHERE order_id = $1`, `DELETE FROM orders WHERE id = $1`,
		} {
			todo = append(todo, sqldb.Statement{Text: text, Args: []any{o.id}})
		}
	}
	return tx.Run(ctx, todo...)
}

// paged are the parameters of a page, which may be shorter than others.
func paged(ids []int64) []any {
	args := make([]any, compactAtOnce)
	for i := range args {
		args[i] = ids[min(i, len(ids)-1)]
	}
	return args
}

// purged is pipeline.ErrPurged for an order that was purged or compacted, pipeline.ErrNotFound for one that never was.
func purged(ctx context.Context, db sqldb.DB, id int64) error {
	found := pipeline.ErrNotFound
	err := db.Query(ctx, `SELECT 1 FROM past_orders WHERE id = $1 UNION ALL SELECT 1 FROM orders WHERE id = $1 AND emptied <> 0`, []any{id}, func(func(...any) error) error {
		found = pipeline.ErrPurged
		return nil
	})
	if err != nil {
		return err
	}
	return found
}

// purgedPrefix stands before the key of a source in purged orders.
const purgedPrefix = "purged/"

// sourceKey is how the source of an order is known once its words are gone. It is never 0.
func sourceKey(source string) int64 {
	sum := sha256.Sum256([]byte(source))
	return int64(max(binary.BigEndian.Uint64(sum[:]), 1))
}

// purgedSource is the source of a purged order, by the one that it had.
func purgedSource(source string) string {
	return fmt.Sprintf("%s%016x", purgedPrefix, uint64(sourceKey(source)))
}

// purgedKey is the key in a purged order's source; 0 when it was forgotten.
func purgedKey(source string) int64 {
	text, ok := strings.CutPrefix(source, purgedPrefix)
	key, err := strconv.ParseUint(text, 16, 64)
	if !ok || err != nil {
		return 0
	}
	return int64(key)
}
