package ledger

import (
	"context"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// What a call costs: its price once it is settled, its estimate while it may still cost that, else nothing.
const (
	SettledCost   = `CASE WHEN c.state = 'settled' THEN c.settled ELSE 0 END`
	EstimatedCost = `CASE WHEN c.state IN ('begun', 'known', 'unknown') THEN c.estimated ELSE 0 END`
)

// SpanLength is how much time a row of ledger_spans covers.
const SpanLength = int64(3 * time.Hour / time.Millisecond)

// sumSpans adds up the spans in [$3, $4) and, by their rows, the calls before and behind them that were begun in
// [$1, $5) and [$6, $2).
const sumSpans = `
SELECT provider, CAST(sum(calls) AS bigint), CAST(sum(unknown) AS bigint), CAST(sum(settled) AS bigint), CAST(sum(estimated) AS bigint)
FROM (
    SELECT provider, calls, unknown, settled, estimated FROM ledger_spans WHERE span >= $3 AND span < $4
UNION ALL
    SELECT ` + oneCall + ` FROM calls c WHERE c.begun >= $1 AND c.begun < $5 AND c.state <> 'void'
UNION ALL
    SELECT ` + oneCall + ` FROM calls c WHERE c.begun >= $6 AND c.begun < $2 AND c.state <> 'void'
) parts GROUP BY provider ORDER BY provider`

const oneCall = `c.provider, 1, CASE WHEN c.state = 'unknown' THEN 1 ELSE 0 END, ` + SettledCost + `, ` + EstimatedCost

// spansWithin are the arguments of sumSpans. Each part may be empty.
func spansWithin(from, to time.Time) []any {
	a, b := sqldb.Millis(from), max(sqldb.Millis(to), sqldb.Millis(from))
	first := min((a+SpanLength-1)/SpanLength, b/SpanLength+1) // the first whole span
	last := max(b/SpanLength, first)                          // the one behind the last whole one
	head := min(first*SpanLength, b)
	return []any{a, b, first, last, head, max(last*SpanLength, head)}
}

// SpendByShop implements bot.Admin.
func (s Tables) SpendByShop(ctx context.Context, from, to time.Time) ([]bot.SpendRow, error) {
	var all []bot.SpendRow
	err := s.Read.Query(ctx, sumSpans, spansWithin(from, to), func(scan func(...any) error) error {
		var x bot.SpendRow
		err := scan(&x.Provider, &x.Calls, &x.Unknown, (*int64)(&x.Settled), (*int64)(&x.Estimated))
		if x != (bot.SpendRow{Provider: x.Provider}) {
			all = append(all, x)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("sum the ledger: %w", err)
	}
	return all, nil
}

// endOfTime is later than anything begins.
var endOfTime = time.UnixMilli(1 << 46)

// SpendByProvider implements bot.Admin.
func (s Tables) SpendByProvider(ctx context.Context, since time.Time) (map[string]pipeline.Credits, error) {
	all, err := s.SpendByShop(ctx, since, endOfTime)
	sums := map[string]pipeline.Credits{}
	for _, x := range all {
		sums[x.Provider] = x.Settled + x.Estimated
	}
	return sums, err
}

// Spenders implements bot.Admin. The order is that of an index.
func (s Tables) Spenders(ctx context.Context, month time.Time, skip, limit int) ([]bot.Spender, error) {
	var all []bot.Spender
	err := s.Read.Query(ctx, `SELECT m.shop, coalesce(s.name, ''), m.clips, m.renders, m.unknown
		FROM shop_months m LEFT JOIN shops s ON s.id = m.shop WHERE m.month = $3
		ORDER BY m.clips DESC, m.shop DESC LIMIT $1 OFFSET $2`,
		append(sqldb.Page(min(skip, maxSpenders), limit), MonthOf(month)), func(scan func(...any) error) error {
			var x bot.Spender
			err := scan(&x.Shop, &x.Name, (*int64)(&x.Clips), (*int64)(&x.Renders), &x.Unknown)
			if x.Clips != 0 || x.Renders != 0 || x.Unknown != 0 {
				all = append(all, x)
			}
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("sum the ledger by shop: %w", err)
	}
	return all, nil
}

// maxSpenders is how many of them are skipped at most.
const maxSpenders = 1000

// seoul is the zone of the days and months that sums are kept for.
var seoul = time.FixedZone("Asia/Seoul", 9*60*60)

// MonthOf and DayOf are how shop_months and order_days call the month and the day of a time.
func MonthOf(t time.Time) int64 {
	year, month, _ := fromKept(t).Date()
	return int64(year*100 + int(month))
}

// DayOf: see MonthOf.
func DayOf(t time.Time) int64 {
	const day = int64(24 * time.Hour / time.Millisecond)
	return (sqldb.Millis(t) + int64(9*time.Hour/time.Millisecond)) / day
}

// fromKept is a time as it is kept, in Seoul: the zero time is the beginning of 1970.
func fromKept(t time.Time) time.Time { return time.UnixMilli(sqldb.Millis(t)).In(seoul) }
