package sqlstore

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// Of the orders that wait for a clip a choice reads the first of some shops, and those behind the ones that it takes:
// as many as it lets go and as are under way, however many wait. turns tells which shops these are.
const (
	// maxTurns is how many orders one call lets go.
	maxTurns = 100

	waits = `step = 'animate' AND phase = 'ready' AND reason = 'turn' AND NOT taken`

	shopWaits = `SELECT 1 FROM turns LIMIT 1`

	// shopsUnderWay counts what each shop has at the step.
	shopsUnderWay = `SELECT shop, count(*) FROM provider_queue WHERE ` + underWay +
		` AND step = 'animate' GROUP BY shop`

	firstTurns = `
SELECT t.shop, t.first, t.entered,
    coalesce((SELECT id FROM provider_queue WHERE ` + waits + ` AND shop = t.shop ORDER BY id LIMIT 1), 0)
FROM turns t ORDER BY t.first LIMIT $1`

	nextTurns = `SELECT id FROM provider_queue WHERE ` + waits + ` AND shop = $1 AND id > $2 ORDER BY id LIMIT $3`

	takeTurn = `
UPDATE orders SET due = $1, alarm_due = $1, alarm = alarm + 1, taken = true
WHERE id = $2 AND status = 'open' AND ` + waits + ` RETURNING alarm`

	// setFirst and dropShop do nothing when an order has come to wait since the shop was read.
	setFirst = `
UPDATE turns SET first = coalesce((SELECT id FROM provider_queue WHERE ` + waits + ` AND shop = $1 ORDER BY id LIMIT 1), 0)
WHERE shop = $1 AND entered = $2`
	dropShop = `DELETE FROM turns WHERE shop = $1 AND entered = $2 AND first = 0`
)

// shopTurns is a shop with orders that wait.
type shopTurns struct {
	shop, entered int64
	there         int64   // its orders at the step, those that this choice takes included
	waiting       []int64 // its next ones, as far as they were read; at least one
	last          int64   // the last that was read
}

// takeFairly lets at most so many orders go: those of the shops that have the fewest at the step, of these the oldest.
// It is to be called under the provider's lock.
func takeFairly(ctx context.Context, tx sqldb.Tx, now, free int64) ([]queue.Job, error) {
	shops, err := readShops(ctx, tx, free)
	if err != nil {
		return nil, err
	}
	var taken []int64
	touched := map[int64]int64{} // shops, and entered
	for free > 0 && len(shops) > 0 {
		slices.SortFunc(shops, func(a, b *shopTurns) int {
			return cmp.Or(cmp.Compare(a.there, b.there), cmp.Compare(a.waiting[0], b.waiting[0]))
		})
		n, fewest := 0, shops[0].there
		for ; n < len(shops) && free > 0 && shops[n].there == fewest; n++ {
			s := shops[n]
			taken, touched[s.shop] = append(taken, s.waiting[0]), s.entered
			s.waiting, s.there = s.waiting[1:], s.there+1
			free--
		}
		if err := readOn(ctx, tx, shops[:n], free/int64(n)+1); err != nil {
			return nil, err
		}
		shops = slices.DeleteFunc(shops, func(s *shopTurns) bool { return len(s.waiting) == 0 })
	}
	slices.Sort(taken)
	jobs, err := take(ctx, tx, now, taken)
	if err != nil {
		return nil, err
	}
	return jobs, moveOn(ctx, tx, touched)
}

// readShops reads the shops among which free orders are chosen: besides those that have some under way, the ones whose
// first order is oldest. What has left the line without its turn is found here, and the shop is read again.
func readShops(ctx context.Context, tx sqldb.Tx, free int64) ([]*shopTurns, error) {
	there := map[int64]int64{}
	err := tx.Query(ctx, shopsUnderWay, nil, func(scan func(...any) error) error {
		var shop, n int64
		err := scan(&shop, &n)
		there[shop] = n
		return err
	})
	if err != nil {
		return nil, err
	}
	for {
		var shops []*shopTurns
		moved := map[int64]int64{}
		err := tx.Query(ctx, firstTurns, []any{free + int64(len(there))}, func(scan func(...any) error) error {
			var s shopTurns
			var noted int64
			err := scan(&s.shop, &noted, &s.entered, &s.last)
			if noted != s.last || s.last == 0 {
				moved[s.shop] = s.entered
			}
			s.there, s.waiting = there[s.shop], []int64{s.last}
			shops = append(shops, &s)
			return err
		})
		if err != nil || len(moved) == 0 {
			return shops, err
		}
		if err := moveOn(ctx, tx, moved); err != nil {
			return nil, err
		}
	}
}

// readOn reads the next orders of the shops of which all that was read is taken, at most n of each.
func readOn(ctx context.Context, tx sqldb.Tx, shops []*shopTurns, n int64) error {
	for _, s := range shops {
		if len(s.waiting) > 0 {
			continue
		}
		err := tx.Query(ctx, nextTurns, []any{s.shop, s.last, n}, func(scan func(...any) error) error {
			err := scan(&s.last)
			s.waiting = append(s.waiting, s.last)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// take makes orders due, but for those that don't wait any more.
func take(ctx context.Context, tx sqldb.Tx, now int64, orders []int64) (jobs []queue.Job, err error) {
	alarms, todo := make([]int64, len(orders)), make([]sqldb.Statement, len(orders))
	for i, id := range orders {
		todo[i] = sqldb.Statement{Text: takeTurn, Args: []any{now, id}, Dest: []any{&alarms[i]}}
	}
	if err := tx.Run(ctx, todo...); err != nil {
		return nil, err
	}
	for i, id := range orders {
		if alarms[i] > 0 {
			jobs = append(jobs, look(pipeline.Order{
				ID: id, Step: pipeline.Animate, Wakeup: alarms[i], WakeupAt: sqldb.FromMillis(now),
			}))
		}
	}
	return jobs, nil
}

// moveOn notes who is first of shops whose orders don't all wait any more. Rows are locked in one order.
func moveOn(ctx context.Context, tx sqldb.Tx, shops map[int64]int64) error {
	var todo []sqldb.Statement
	for _, shop := range slices.Sorted(maps.Keys(shops)) {
		args := []any{shop, shops[shop]}
		todo = append(todo, sqldb.Statement{Text: setFirst, Args: args}, sqldb.Statement{Text: dropShop, Args: args})
	}
	return tx.Run(ctx, todo...)
}
