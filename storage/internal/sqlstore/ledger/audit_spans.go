package ledger

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// UnderWaySince is the first of ledger_spans in which a call may have begun that its provider still works on.
func UnderWaySince(now time.Time) int64 { return sqldb.Millis(now.Add(-7*24*time.Hour)) / SpanLength }

// compareSpan gives the providers of which the span $1, from $2 to $3, has another number of calls under way than the
// ledger.
const compareSpan = `
SELECT provider, CAST(sum(kept) AS bigint), CAST(sum(n) AS bigint) FROM (
    SELECT provider, under_way AS kept, 0 AS n FROM ledger_spans WHERE span = $1
UNION ALL
    SELECT provider, 0, 1 FROM calls WHERE begun >= $2 AND begun < $3 AND state IN ('begun', 'known')
) parts GROUP BY provider HAVING sum(kept) <> sum(n) ORDER BY provider`

// auditSpans goes on with the audit of how many calls are said to be under way, one span after the other of those in
// which that counts. Then it rests as Audit does.
func (s Tables) auditSpans(ctx context.Context) error {
	now := time.Now()
	at, span, err := s.mark(ctx, "spans")
	if err != nil || span == 0 && rests(at, now) {
		return err
	}
	span, last := max(span, UnderWaySince(now)), sqldb.Millis(now)/SpanLength
	for n := 0; n < auditSlice && span <= last && err == nil; n++ {
		err = s.auditSpan(ctx, span)
		span++
	}
	if span > last {
		span = 0
		if err == nil { // what is odd about spans that don't count any more
			err = s.Run(ctx, sqldb.Statement{
				Text: `DELETE FROM odd WHERE order_id = 0
					AND CASE call_id WHEN '' THEN $1 ELSE CAST(call_id AS bigint) END < $1`,
				Args: []any{UnderWaySince(now)},
			})
		}
	}
	if err == nil {
		err = s.Run(ctx, markStatement("spans", now, span))
	}
	if err != nil {
		return fmt.Errorf("audit the sums of calls under way: %w", err)
	}
	return nil
}

// auditSpan puts what is odd about one span in the place of what was. Its number stands where a call's would.
func (s Tables) auditSpan(ctx context.Context, span int64) error {
	name := strconv.FormatInt(span, 10)
	was, err := s.odd(ctx, `SELECT order_id, what, call_id FROM odd WHERE order_id = 0 AND call_id = $1`, []any{name})
	if err != nil {
		return err
	}
	var is []found
	err = s.Read.Query(ctx, compareSpan, []any{span, span * SpanLength, (span + 1) * SpanLength},
		func(scan func(...any) error) error {
			var provider string
			var kept, n int64
			err := scan(&provider, &kept, &n)
			since := sqldb.FromMillis(span * SpanLength).In(seoul).Format("2006-01-02 15:04")
			is = append(is, found{call: name, what: fmt.Sprintf(
				"of %s's calls of three hours from %s on %d are kept as under way, and the ledger has %d",
				provider, since, kept, n,
			)})
			return err
		})
	if err != nil || len(was)+len(is) == 0 {
		return err
	}
	return s.replace(ctx, was, is)
}
