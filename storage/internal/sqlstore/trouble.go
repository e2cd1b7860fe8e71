package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// Troubled implements bot.Reporting.
func (s Store) Troubled(ctx context.Context, t time.Time, limit int) ([]pipeline.Order, error) {
	all, err := orders(ctx, s.Read, `WHERE o.failing > 0 AND o.failing < $1 AND o.status IN ('open', 'parked')
		ORDER BY o.failing, o.id LIMIT $2`, sqldb.Millis(t), int64(max(limit, 0)))
	if err != nil {
		return nil, fmt.Errorf("list troubled orders: %w", err)
	}
	return all, nil
}

// Seen implements bot.Reporting.
func (s Store) Seen(ctx context.Context, keys []string) (map[string]bool, error) {
	seen := map[string]bool{}
	for page := range slices.Chunk(keys, sqldb.Sweep) {
		args := make([]any, len(page))
		for i, key := range page {
			args[i] = sqldb.Clean(key)
		}
		err := s.Read.Query(ctx, `SELECT key FROM updates WHERE key IN (`+sqldb.Parameters(1, len(args))+`)`, args,
			func(scan func(...any) error) error {
				var key string
				err := scan(&key)
				seen[key] = true
				return err
			})
		if err != nil {
			return nil, fmt.Errorf("look for keys of updates: %w", err)
		}
	}
	return seen, nil
}

// Waiting implements bot.Reporting.
func (s Store) Waiting(ctx context.Context) ([]bot.Waiting, error) {
	all, err := sqldb.List(ctx, s.Read, `SELECT service, count(CASE WHEN status = 'parked' THEN 1 END) FROM orders
		WHERE failing > 0 AND service <> '' AND status IN ('open', 'parked') GROUP BY service ORDER BY service`, nil,
		func(scan sqldb.Scan) (w bot.Waiting, err error) {
			err = scan(&w.Service, &w.Parked)
			return w, err
		})
	if err != nil {
		return nil, fmt.Errorf("list what is waited for: %w", err)
	}
	return all, nil
}

// resumeDue is when an order goes on: a start of unknown outcome gets its grace.
const resumeDue = `CASE WHEN phase = 'unknown' AND changed + $2 > $1 THEN changed + $2 ELSE $1 END`

// resumeOrders leaves out what is due as early anyway.
const resumeOrders = `
UPDATE orders SET alarm = alarm + 1, due = ` + resumeDue + `, alarm_due = ` + resumeDue + `
WHERE status = 'open' AND phase IN ('ready', 'waiting', 'unknown') AND failing > 0
    AND due > ` + resumeDue + ` AND id IN (`

// Resume implements bot.Reporting. The version stays, as in Release.
func (s Store) Resume(ctx context.Context, orders []int64, grace time.Duration) ([]int64, error) {
	if len(orders) == 0 {
		return nil, nil
	}
	args := []any{sqldb.Millis(time.Now()), grace.Milliseconds()}
	for _, id := range orders {
		args = append(args, id)
	}
	ids, err := s.wake(ctx, resumeOrders+sqldb.Parameters(3, len(args))+`) RETURNING id, alarm, due, `+depth, args...)
	if err != nil {
		return nil, fmt.Errorf("resume orders in trouble: %w", err)
	}
	return ids, nil
}

// wake queues the wakeups of the orders that an update touches (see wakeOrders), and gives the orders' numbers, sorted.
func (s Store) wake(ctx context.Context, text string, args ...any) ([]int64, error) {
	var ids []int64
	err := s.Write(ctx, func(ctx context.Context, tx sqldb.Tx) ([]queue.Job, error) {
		jobs, err := wakeOrders(ctx, tx, text, args...)
		ids = nil
		for _, j := range jobs {
			ids = append(ids, j.ID)
		}
		return jobs, err
	})
	slices.Sort(ids)
	return ids, err
}

// depth is queue.Job.Depth of an order.
const depth = `CASE step WHEN 'deliver' THEN 3 WHEN 'render' THEN 2 WHEN 'animate' THEN 1 ELSE 0 END`

// wakeOrders runs an update of orders that returns their numbers, fresh wakeups, times and depths, and makes those
// jobs.
func wakeOrders(ctx context.Context, tx sqldb.Tx, text string, args ...any) ([]queue.Job, error) {
	return sqldb.List(ctx, tx, text, args, func(scan sqldb.Scan) (queue.Job, error) {
		j, due := queue.Job{Kind: queue.Advance}, int64(0)
		err := scan(&j.ID, &j.Number, &due, &j.Depth)
		j.Due = sqldb.FromMillis(due)
		return j, err
	})
}

// ParkedFor implements bot.Admin.
func (s Store) ParkedFor(ctx context.Context, why pipeline.Reason, limit int) ([]pipeline.Order, error) {
	all, err := orders(ctx, s.Read, `WHERE o.status = 'parked' AND o.reason = $1 ORDER BY o.id LIMIT $2`,
		sqldb.Clean(string(why)), int64(max(limit, 0)))
	if err != nil {
		return nil, fmt.Errorf("list parked orders: %w", err)
	}
	return all, nil
}

// CountParked implements bot.Admin.
func (s Store) CountParked(ctx context.Context) (map[pipeline.Reason]int, error) {
	all := map[pipeline.Reason]int{}
	err := sqldb.Count(ctx, s.Read, all, `SELECT reason, count(*) FROM orders WHERE status = 'parked' GROUP BY reason`)
	if err != nil {
		return nil, fmt.Errorf("count parked orders: %w", err)
	}
	return all, nil
}
