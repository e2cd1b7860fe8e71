package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// auditPast goes on with the audit of the orders that were compacted: it adds up what is left of them, a page at a
// time, and compares the months of which nothing else is left with the sums that are kept. Then it rests as Audit does.
func (s Tables) auditPast(ctx context.Context) error {
	now := time.Now()
	at, upto, err := s.mark(ctx, "past")
	if err != nil || upto == 0 && rests(at, now) {
		return err
	}
	for n := 0; n < auditSlice && (n == 0 || upto > 0); n++ {
		upto, err = s.auditPastPage(ctx, at, upto, now)
		if errors.Is(err, errAudited) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("audit compacted orders: %w", err)
		}
		at = sqldb.Millis(now)
	}
	return nil
}

// errAudited is that another process has audited the same page meanwhile: what it has added up must not be added again.
var errAudited = errors.New("another process is at it")

// keptSince is a row of audit_sums: the month of the first order that wasn't compacted when the audit began. All that
// was counted of earlier months is in past_orders, since no call is older than its order.
const keptSince = "kept since"

// auditPastPage adds the page behind an order to audit_sums, together with the mark behind it, in the place of the one
// that was read. It returns the last order, or 0 when it came to the end.
func (s Tables) auditPastPage(ctx context.Context, at, upto int64, now time.Time) (int64, error) {
	from := upto
	var todo []sqldb.Statement
	sums := map[string]int64{}
	if upto == 0 { // before anything is read: what is compacted from now on may be missed
		first := sqldb.Millis(now)
		err := s.Read.Query(
			ctx, `SELECT placed FROM orders ORDER BY placed LIMIT 1`, nil,
			func(scan func(...any) error) error { return scan(&first) },
		)
		if err != nil {
			return 0, err
		}
		sums[keptSince] = MonthOf(sqldb.FromMillis(first))
		todo = append(todo, sqldb.Statement{Text: `DELETE FROM audit_sums`})
	}
	rows := 0
	err := s.Read.Query(ctx, `SELECT id, placed, spent FROM past_orders WHERE id > $1 ORDER BY id LIMIT $2`,
		[]any{upto, int64(auditAtOnce)},
		func(scan func(...any) error) error {
			var placed int64
			var text string
			if err := scan(&upto, &placed, &text); err != nil {
				return err
			}
			rows++
			sums[sumName(placed, "orders")]++
			return addSpent(sums, text)
		})
	if err != nil {
		return 0, err
	}
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		todo = append(todo, sqldb.Statement{
			Text: `INSERT INTO audit_sums (name, n) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET n = audit_sums.n + excluded.n`,
			Args: []any{name, sums[name]},
		})
	}
	if rows < auditAtOnce {
		upto = 0
	}
	todo = slices.Insert(todo, 0, sqldb.Statement{
		Text: setMark + ` WHERE audits.at = $4 AND audits.upto = $5`,
		Args: []any{"past", sqldb.Millis(now), upto, at, from}, ErrNoRows: errAudited,
	})
	err = s.Write(ctx, func(ctx context.Context, tx sqldb.Tx) ([]queue.Job, error) { return nil, tx.Run(ctx, todo...) })
	if err == nil && upto == 0 {
		err = s.comparePast(ctx)
	}
	return upto, err
}

// sumName is what is counted of a month, in audit_sums and in what is odd.
func sumName(ms int64, what string) string {
	return fmt.Sprint(MonthOf(sqldb.FromMillis(ms)), " ", what)
}

// addSpent adds what a compacted order's calls count for in ledger_spans.
func addSpent(sums map[string]int64, text string) error {
	var all [][6]any
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return fmt.Errorf("what a compacted order spent: %w", err)
	}
	for _, x := range all {
		provider, _ := x[0].(string)
		state, _ := x[2].(string)
		span, _ := x[3].(float64)
		calls, _ := x[4].(float64)
		credits, _ := x[5].(float64)
		count := func(what string, n float64) { sums[sumName(int64(span)*SpanLength, provider+" "+what)] += int64(n) }
		count("calls", calls)
		switch pipeline.CallState(state) {
		case pipeline.CallSettled:
			count("settled", credits)
		case pipeline.CallUnknown:
			count("unknown", calls)
			fallthrough
		default:
			count("estimated", credits)
		}
	}
	return nil
}

// comparePast writes down which sums of months that are compacted as a whole aren't what their orders come to.
func (s Tables) comparePast(ctx context.Context) error {
	counted, since := map[string]int64{}, int64(0)
	err := s.Read.Query(ctx, `SELECT name, n FROM audit_sums`, nil, func(scan func(...any) error) error {
		var name string
		var n int64
		err := scan(&name, &n)
		if name == keptSince {
			since = n
		} else {
			counted[name] = n
		}
		return err
	})
	kept := map[string]int64{}
	if err == nil {
		kept, err = s.keptBefore(ctx, since)
	}
	if err != nil {
		return err
	}
	var is []found
	for name := range counted {
		kept[name] += 0 // it is compared even if nothing is kept
	}
	for _, name := range slices.Sorted(maps.Keys(kept)) {
		if month, _, _ := strings.Cut(name, " "); kept[name] != counted[name] && month < fmt.Sprint(since) {
			what := fmt.Sprintf(
				"the sum %q is %d, and its compacted orders come to %d", name, kept[name], counted[name],
			)
			is = append(is, found{what: what})
		}
	}
	was, err := s.odd(ctx, `SELECT order_id, what, call_id FROM odd WHERE order_id = 0 AND call_id = ''`, nil)
	if err != nil || len(was)+len(is) == 0 {
		return err
	}
	return s.replace(ctx, was, is)
}

// keptBefore are the sums that are kept of all months before one, a month at a time.
func (s Tables) keptBefore(ctx context.Context, month int64) (map[string]int64, error) {
	sums := map[string]int64{}
	first := int64(0)
	err := s.Read.Query(
		ctx, `SELECT day FROM order_days ORDER BY day LIMIT 1`, nil,
		func(scan func(...any) error) error { return scan(&first) },
	)
	if err != nil || first == 0 {
		return sums, err
	}
	year, m, _ := time.UnixMilli(first * (24 * time.Hour).Milliseconds()).In(seoul).Date()
	for at := time.Date(year, m, 1, 0, 0, 0, 0, seoul); MonthOf(at) < month; at = at.AddDate(0, 1, 0) {
		next := at.AddDate(0, 1, 0)
		err := s.Read.Query(ctx,
			`SELECT CAST(coalesce(sum(n), 0) AS bigint) FROM order_days WHERE day >= $1 AND day < $2`,
			[]any{DayOf(at), DayOf(next)},
			func(scan func(...any) error) error {
				var n int64
				err := scan(&n)
				sums[sumName(sqldb.Millis(at), "orders")] = n
				return err
			})
		if err == nil {
			err = s.Read.Query(ctx, sumSpans, spansWithin(at, next), func(scan func(...any) error) error {
				var provider string
				var calls, unknown, settled, estimated int64
				err := scan(&provider, &calls, &unknown, &settled, &estimated)
				for what, n := range map[string]int64{
					"calls": calls, "unknown": unknown, "settled": settled, "estimated": estimated,
				} {
					sums[sumName(sqldb.Millis(at), provider+" "+what)] = n
				}
				return err
			})
		}
		if err != nil {
			return nil, err
		}
	}
	return sums, nil
}
