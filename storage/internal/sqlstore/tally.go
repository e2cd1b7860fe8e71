package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
	"github.com/sajangpick/sajangpick/storage/internal/sqlstore/ledger"
)

const countPlaced = `
SELECT status, reason, CAST(sum(n) AS bigint) FROM order_days WHERE day >= $1 AND day < $2 GROUP BY 1, 2 HAVING sum(n) > 0`

const timesTaken = `
SELECT ended - placed FROM orders WHERE placed >= $1 AND placed < $2 AND status = 'delivered' AND cut = 1`

// Tally implements bot.Reporting.
func (s Store) Tally(ctx context.Context, from, to time.Time) (bot.Tally, error) {
	t := bot.Tally{Orders: map[pipeline.Status]int{}, Reasons: map[pipeline.Reason]int{}}
	err := s.Read.Query(ctx, countPlaced, []any{
		ledger.DayOf(from), ledger.DayOf(to),
	}, func(scan func(...any) error) error {
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
		took, err = sqldb.List(ctx, s.Read, timesTaken, []any{
			sqldb.Millis(from), sqldb.Millis(to),
		}, func(scan sqldb.Scan) (ms int64, err error) {
			err = scan(&ms)
			return ms, err
		})
	}
	if err != nil {
		return bot.Tally{}, fmt.Errorf("tally orders: %w", err)
	}
	if slices.Sort(took); len(took) > 0 {
		t.Took = time.Duration(took[len(took)/2]) * time.Millisecond
	}
	return t, nil
}

// sumEdges is what was bought close to either end, at the dearest.
const sumEdges = `
SELECT CAST(coalesce(sum(CASE WHEN settled > estimated THEN settled ELSE estimated END), 0) AS bigint) FROM (
    SELECT settled, estimated FROM calls WHERE provider = $1 AND state <> 'void' AND begun >= $2 AND begun < $3
UNION ALL
    SELECT settled, estimated FROM calls WHERE provider = $1 AND state <> 'void' AND begun >= $4 AND begun < $5
) edges`

// Bought implements bot.Reporting.
func (s Store) Bought(
	ctx context.Context, provider string, from, to time.Time, edge time.Duration,
) (bot.Bought, error) {
	var b bot.Bought
	all, err := s.SpendByShop(ctx, from, to)
	for _, x := range all {
		if x.Provider == provider {
			b = bot.Bought{Settled: x.Settled, Open: x.Estimated, Unknown: x.Unknown}
		}
	}
	if err == nil {
		early, late := from.Add(edge), to.Add(-edge)
		if late.Before(early) {
			late = early
		}
		ends := []any{
			provider, sqldb.Millis(from.Add(-edge)), sqldb.Millis(early), sqldb.Millis(late),
			sqldb.Millis(to.Add(edge)),
		}
		err = s.Read.Query(ctx, sumEdges, ends, func(scan func(...any) error) error { return scan((*int64)(&b.Edge)) })
	}
	if err != nil {
		return bot.Bought{}, fmt.Errorf("sum what was bought: %w", err)
	}
	return b, nil
}

// Stalled implements bot.Reporting.
func (s Store) Stalled(ctx context.Context, step pipeline.Step, t time.Time, limit int) ([]pipeline.Order, error) {
	all, err := orders(ctx, s.Read, `WHERE o.status = 'open' AND o.step = $1 AND o.since < $2
		AND NOT (o.phase = 'ready' AND (o.reason IN ('paused', 'budget', 'turn') OR o.reason LIKE 'ask~_%' ESCAPE '~'))
		ORDER BY o.since, o.id LIMIT $3`,
		string(step), sqldb.Millis(t), int64(max(limit, 0)))
	if err != nil {
		return nil, fmt.Errorf("list lagging orders: %w", err)
	}
	return all, nil
}
