package rows

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
)

// Troubled implements state.Night.
func (s Store) Troubled(ctx context.Context, t time.Time, limit int) ([]pipeline.Order, error) {
	all, err := orders(ctx, s.Read, `WHERE o.failing > 0 AND o.failing < $1 AND o.status IN ('open', 'parked')
		ORDER BY o.failing, o.id LIMIT $2`, millis(t), int64(max(limit, 0)))
	if err != nil {
		return nil, fmt.Errorf("list troubled orders: %w", err)
	}
	return all, nil
}

// Waiting implements state.Night.
func (s Store) Waiting(ctx context.Context) ([]state.Waiting, error) {
	var all []state.Waiting
	err := s.Read.Query(ctx, `SELECT service, min(changed), count(CASE WHEN status = 'parked' THEN 1 END) FROM orders
		WHERE failing > 0 AND service <> '' AND status IN ('open', 'parked') GROUP BY service ORDER BY service`, nil,
		func(scan func(...any) error) error {
			var w state.Waiting
			var changed int64
			err := scan(&w.Service, &changed, &w.Parked)
			w.Oldest = fromMillis(changed)
			all = append(all, w)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("list what is waited for: %w", err)
	}
	return all, nil
}

// resumeOrders leaves out what is due as early anyway. A start of unknown outcome gets its grace.
const resumeOrders = `
UPDATE orders SET alarm = alarm + 1,
    due = CASE WHEN phase = 'unknown' AND changed + $2 > $1 THEN changed + $2 ELSE $1 END,
    alarm_due = CASE WHEN phase = 'unknown' AND changed + $2 > $1 THEN changed + $2 ELSE $1 END
WHERE status = 'open' AND phase IN ('ready', 'waiting', 'unknown') AND failing > 0
    AND due > CASE WHEN phase = 'unknown' AND changed + $2 > $1 THEN changed + $2 ELSE $1 END AND id IN (`

// Resume implements state.Night. The version stays, as in Release.
func (s Store) Resume(ctx context.Context, orders []int64, grace time.Duration) ([]int64, error) {
	if len(orders) == 0 {
		return nil, nil
	}
	args := []any{millis(time.Now()), grace.Milliseconds()}
	for _, id := range orders {
		args = append(args, id)
	}
	ids, err := s.wake(ctx, resumeOrders+parameters(3, len(args))+`) RETURNING id, alarm, due`, args...)
	if err != nil {
		return nil, fmt.Errorf("resume orders in trouble: %w", err)
	}
	return ids, nil
}

// wake runs an update of orders that returns their numbers, fresh alarms and times, and queues those.
func (s Store) wake(ctx context.Context, text string, args ...any) ([]int64, error) {
	var ids []int64
	err := s.Write(ctx, func(ctx context.Context, tx Tx) ([]queue.Job, error) {
		var jobs []queue.Job
		ids = nil
		err := tx.Query(ctx, text, args, func(scan func(...any) error) error {
			j, due := queue.Job{Kind: queue.Look}, int64(0)
			err := scan(&j.ID, &j.Number, &due)
			j.Due = fromMillis(due)
			jobs, ids = append(jobs, j), append(ids, j.ID)
			return err
		})
		return jobs, err
	})
	slices.Sort(ids)
	return ids, err
}

// ParkedFor implements state.Admin.
func (s Store) ParkedFor(ctx context.Context, why pipeline.Reason, limit int) ([]pipeline.Order, error) {
	all, err := orders(ctx, s.Read, `WHERE o.status = 'parked' AND o.reason = $1 ORDER BY o.id LIMIT $2`,
		clean(string(why)), int64(max(limit, 0)))
	if err != nil {
		return nil, fmt.Errorf("list parked orders: %w", err)
	}
	return all, nil
}

// CountParked implements state.Admin.
func (s Store) CountParked(ctx context.Context) (map[pipeline.Reason]int, error) {
	all := map[pipeline.Reason]int{}
	err := count(ctx, s.Read, all, `SELECT reason, count(*) FROM orders WHERE status = 'parked' GROUP BY reason`)
	if err != nil {
		return nil, fmt.Errorf("count parked orders: %w", err)
	}
	return all, nil
}
