package rows

import (
	"context"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// What a call costs: its price once it is settled, its estimate while it may still cost that, else nothing.
const (
	settledCost   = `CASE WHEN c.state = 'settled' THEN c.settled ELSE 0 END`
	estimatedCost = `CASE WHEN c.state IN ('begun', 'known', 'unknown') THEN c.estimated ELSE 0 END`
)

const sumCalls = `
SELECT o.shop, coalesce(s.name, ''), c.provider, count(*), count(CASE WHEN c.state = 'unknown' THEN 1 END),
    CAST(sum(` + settledCost + `) AS bigint), CAST(sum(` + estimatedCost + `) AS bigint)
FROM calls c JOIN orders o ON o.id = c.order_id LEFT JOIN shops s ON s.id = o.shop
WHERE c.begun >= $1 AND c.begun < $2 AND c.state <> 'void'
GROUP BY o.shop, s.name, c.provider ORDER BY o.shop, c.provider`

// SpendByShop implements state.Admin.
func (s Store) SpendByShop(ctx context.Context, from, to time.Time) ([]state.SpendRow, error) {
	var all []state.SpendRow
	err := s.Read.Query(ctx, sumCalls, []any{millis(from), millis(to)}, func(scan func(...any) error) error {
		var x state.SpendRow
		err := scan(&x.Shop, &x.Name, &x.Provider, &x.Calls, &x.Unknown, (*int64)(&x.Settled), (*int64)(&x.Estimated))
		all = append(all, x)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("sum the ledger: %w", err)
	}
	return all, nil
}

// SpendByProvider implements state.Admin.
func (s Store) SpendByProvider(ctx context.Context, since time.Time) (map[string]pipeline.Credits, error) {
	sums := map[string]pipeline.Credits{}
	err := s.Read.Query(ctx, `SELECT c.provider, CAST(sum(`+settledCost+` + `+estimatedCost+`) AS bigint)
		FROM calls c WHERE c.begun >= $1 GROUP BY c.provider`, []any{millis(since)}, func(scan func(...any) error) error {
		var provider string
		var sum pipeline.Credits
		err := scan(&provider, (*int64)(&sum))
		sums[provider] = sum
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("sum the ledger: %w", err)
	}
	return sums, nil
}

// oddAtOnce is how much of what doesn't add up is told.
const oddAtOnce = 20

// findOdd lists what doesn't add up, by order. $1 is a day ago. Orders and calls are each gone through once,
// side by side with what belongs to them; what is open is little.
const findOdd = `
WITH unpaid AS MATERIALIZED (
    SELECT o.id, o.plain, count(CASE WHEN c.step = 'animate' THEN 1 END) AS clips, count(CASE WHEN c.step = 'render' AND c.cut = o.shown THEN 1 END) AS cuts
    FROM orders o LEFT JOIN calls c ON c.order_id = o.id AND c.state IN ('known', 'settled')
    WHERE o.status = 'delivered' GROUP BY o.id, o.plain
    HAVING o.plain = '' AND count(CASE WHEN c.step = 'animate' THEN 1 END) = 0 OR count(CASE WHEN c.step = 'render' AND c.cut = o.shown THEN 1 END) = 0
)
SELECT order_id, what, call_id FROM (
    SELECT id AS order_id, 'delivered without a paid clip in the ledger' AS what, '' AS call_id FROM unpaid WHERE clips = 0 AND plain = ''
UNION ALL
    SELECT id, 'delivered without a paid cut in the ledger', '' FROM unpaid WHERE cuts = 0
UNION ALL
    SELECT c.order_id, CASE
        WHEN o.id IS NULL THEN 'a call of an order that does not exist'
        WHEN o.status NOT IN ('open', 'parked') AND o.changed < $1 THEN 'ended more than a day ago, and a call of it never did'
        ELSE 'a call was begun more than a day ago, and nobody knows what came of it' END, c.id
    FROM calls c LEFT JOIN orders o ON o.id = c.order_id
    WHERE o.id IS NULL OR c.state IN ('begun', 'known') AND o.status NOT IN ('open', 'parked') AND o.changed < $1
        OR c.state = 'begun' AND c.begun < $1
UNION ALL
    SELECT o.id, CASE WHEN k.n IS NULL THEN 'its cut does not exist' ELSE 'more cuts were delivered than there are' END, ''
    FROM orders o LEFT JOIN cuts k ON k.order_id = o.id AND k.n = o.cut WHERE k.n IS NULL OR o.shown > o.cut
UNION ALL
    SELECT o.id, 'parked or failed without a reason', '' FROM orders o WHERE o.status = 'parked' AND o.reason = ''
UNION ALL
    SELECT o.id, 'parked or failed without a reason', '' FROM orders o WHERE o.status = 'failed' AND o.reason = ''
UNION ALL
    SELECT o.id, 'waits for a result that has no name', '' FROM orders o
    WHERE o.status = 'open' AND o.phase = 'waiting' AND o.remote = ''
UNION ALL
    SELECT o.id, 'is in a paid call that is not in the ledger', o.call_id FROM orders o
    WHERE o.status = 'open' AND o.phase <> 'ready' AND o.step IN ('animate', 'render')
        AND NOT EXISTS (SELECT 1 FROM calls c WHERE c.id = o.call_id AND c.order_id = o.id)
UNION ALL
    SELECT o.id, 'is to be cut without a clip', '' FROM orders o
    WHERE o.status = 'open' AND o.step IN ('render', 'deliver') AND o.clip_key = '' AND o.plain = ''
UNION ALL
    SELECT o.id, 'is to be delivered without a short', '' FROM orders o JOIN cuts k ON k.order_id = o.id AND k.n = o.cut
    WHERE o.status = 'open' AND o.step = 'deliver' AND k.short_key = ''
) odd ORDER BY order_id, what, call_id LIMIT $2`

// AuditLedger implements state.Admin.
func (s Store) AuditLedger(ctx context.Context) (state.LedgerAudit, error) {
	b := state.LedgerAudit{Orders: map[pipeline.Status]int{}, Calls: map[pipeline.CallState]int{}}
	err := count(ctx, s.Read, b.Orders, `SELECT status, count(*) FROM orders GROUP BY status`)
	if err == nil {
		err = count(ctx, s.Read, b.Calls, `SELECT state, count(*) FROM calls GROUP BY state`)
	}
	if err == nil {
		dayAgo := millis(time.Now().Add(-24 * time.Hour))
		err = s.Read.Query(ctx, findOdd, []any{dayAgo, int64(oddAtOnce)}, func(scan func(...any) error) error {
			var order int64
			var what, call string
			if err := scan(&order, &what, &call); err != nil {
				return err
			}
			if call != "" {
				what += " (call " + call + ")"
			}
			b.Inconsistencies = append(b.Inconsistencies, fmt.Sprintf("order %d: %s", order, what))
			return nil
		})
	}
	if err != nil {
		return state.LedgerAudit{}, fmt.Errorf("check the ledger: %w", err)
	}
	return b, nil
}
