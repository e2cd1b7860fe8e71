package rows

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

const countPlaced = `
SELECT status, CASE WHEN status IN ('failed', 'parked') THEN reason ELSE '' END AS why, count(*)
FROM orders WHERE placed >= $1 AND placed < $2 GROUP BY 1, 2`

const timesTaken = `
SELECT min(h.at) - o.placed FROM orders o JOIN history h ON h.order_id = o.id AND h.status = 'delivered'
WHERE o.placed >= $1 AND o.placed < $2 AND o.shown > 0 GROUP BY o.id, o.placed`

// Tally implements state.Night.
func (s Store) Tally(ctx context.Context, from, to time.Time) (state.Tally, error) {
	t := state.Tally{Orders: map[pipeline.Status]int{}, Reasons: map[pipeline.Reason]int{}}
	span := []any{millis(from), millis(to)}
	err := s.Read.Query(ctx, countPlaced, span, func(scan func(...any) error) error {
		var status pipeline.Status
		var why pipeline.Reason
		var n int
		err := scan((*string)(&status), (*string)(&why), &n)
		t.Orders[status] += n
		if why != pipeline.ReasonNone {
			t.Reasons[why] += n
		}
		return err
	})
	var took []int64
	if err == nil {
		err = s.Read.Query(ctx, timesTaken, span, func(scan func(...any) error) error {
			var ms int64
			err := scan(&ms)
			took = append(took, ms)
			return err
		})
	}
	if err != nil {
		return state.Tally{}, fmt.Errorf("tally orders: %w", err)
	}
	if slices.Sort(took); len(took) > 0 {
		t.Took = time.Duration(took[len(took)/2]) * time.Millisecond
	}
	return t, nil
}

const sumBought = `
SELECT CAST(coalesce(sum(CASE WHEN within = 1 THEN settled END), 0) AS bigint), CAST(coalesce(sum(CASE WHEN within = 1 THEN estimated END), 0) AS bigint),
    count(CASE WHEN within = 1 AND state = 'unknown' THEN 1 END),
    CAST(coalesce(sum(CASE WHEN begun < $2 + $4 OR begun >= $3 - $4 THEN price END), 0) AS bigint)
FROM (
    SELECT c.begun, c.state, CASE WHEN c.begun >= $2 AND c.begun < $3 THEN 1 ELSE 0 END AS within,
        ` + settledCost + ` AS settled, ` + estimatedCost + ` AS estimated, CASE WHEN c.settled > c.estimated THEN c.settled ELSE c.estimated END AS price
    FROM calls c WHERE c.provider = $1 AND c.begun >= $2 - $4 AND c.begun < $3 + $4 AND c.state <> 'void'
) lately`

// Bought implements state.Night.
func (s Store) Bought(ctx context.Context, provider string, from, to time.Time, edge time.Duration) (state.Bought, error) {
	var b state.Bought
	err := s.Read.Query(ctx, sumBought, []any{provider, millis(from), millis(to), edge.Milliseconds()}, func(scan func(...any) error) error {
		return scan((*int64)(&b.Settled), (*int64)(&b.Open), &b.Unknown, (*int64)(&b.Edge))
	})
	if err != nil {
		return state.Bought{}, fmt.Errorf("sum what was bought: %w", err)
	}
	return b, nil
}

// Stalled implements state.Night.
func (s Store) Stalled(ctx context.Context, step pipeline.Step, t time.Time, limit int) ([]pipeline.Order, error) {
	all, err := orders(ctx, s.Read, `WHERE o.status = 'open' AND o.step = $1 AND o.since < $2
		AND NOT (o.phase = 'ready' AND o.reason IN ('paused', 'budget')) ORDER BY o.since, o.id LIMIT $3`,
		string(step), millis(t), int64(max(limit, 0)))
	if err != nil {
		return nil, fmt.Errorf("list lagging orders: %w", err)
	}
	return all, nil
}
