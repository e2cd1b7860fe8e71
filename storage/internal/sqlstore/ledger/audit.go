package ledger

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

const (
	oddAtOnce   = 20  // how much of what doesn't add up is told
	auditAtOnce = 200 // orders that one statement looks at
	auditSlice  = 5   // of these statements in one Audit

	auditOverlap = 48 * time.Hour // what a day makes odd is looked at again after a day
	auditEvery   = 20 * time.Hour // that all orders are looked at, if they can be in that time
)

// findOdd lists what doesn't add up about some orders, which are the parameters from $2 on; $1 is a day ago. What
// belongs to an order is looked up by its number: a database that has no statistics would rather read all of it.
var findOdd = strings.ReplaceAll(`
WITH o AS MATERIALIZED (
    SELECT id, status, reason, plain, step, phase, cut, shown, remote, call_id, clip_key, changed,
        (SELECT count(*) FROM provider_queue q WHERE q.id = x.id) AS queued,
        (SELECT count(*) FROM provider_queue q WHERE q.id = x.id AND `+AsQueued+`) AS queued_so,
        (SELECT count(*) FROM calls c WHERE c.order_id = x.id AND c.step = 'animate' AND c.state IN ('known', 'settled')) AS clips,
        (SELECT count(*) FROM calls c WHERE c.order_id = x.id AND c.step = 'render' AND c.cut = x.shown AND c.state IN ('known', 'settled')) AS renders,
        (SELECT min(c.id) FROM calls c WHERE c.order_id = x.id AND (c.state = 'begun' AND c.begun < $1
            OR c.state IN ('begun', 'known') AND x.status NOT IN ('open', 'parked') AND x.changed < $1)) AS stale,
        (SELECT count(*) FROM calls c WHERE c.id = x.call_id AND c.order_id = x.id) AS called,
        (SELECT k.short_key FROM cuts k WHERE k.order_id = x.id AND k.n = x.cut) AS short_key -- null without a cut
    FROM orders x WHERE id IN (?)
)
SELECT order_id, what, call_id FROM (
    SELECT id AS order_id, 'delivered without a paid clip in the ledger' AS what, '' AS call_id FROM o
    WHERE status = 'delivered' AND plain = '' AND clips = 0
UNION ALL
    SELECT id, 'delivered without a paid cut in the ledger', '' FROM o WHERE status = 'delivered' AND renders = 0
UNION ALL
    SELECT id, CASE WHEN status NOT IN ('open', 'parked') AND changed < $1 THEN 'ended more than a day ago, and a call of it never did'
        ELSE 'a call was begun more than a day ago, and what came of it isn''t known' END, stale FROM o WHERE stale IS NOT NULL
UNION ALL
    SELECT id, CASE WHEN short_key IS NULL THEN 'its cut does not exist' ELSE 'more cuts were delivered than there are' END, '' FROM o
    WHERE short_key IS NULL OR shown > cut
UNION ALL
    SELECT id, 'parked or failed without a reason', '' FROM o WHERE status IN ('parked', 'failed') AND reason = ''
UNION ALL
    SELECT id, 'waits for a result that has no name', '' FROM o WHERE status = 'open' AND phase = 'waiting' AND remote = ''
UNION ALL
    SELECT id, 'is in a paid call that is not in the ledger', call_id FROM o
    WHERE status = 'open' AND phase <> 'ready' AND step IN ('animate', 'render') AND called = 0
UNION ALL
    SELECT id, 'is to be cut without a clip', '' FROM o
    WHERE status = 'open' AND step IN ('render', 'deliver') AND clip_key = '' AND plain = ''
UNION ALL
    SELECT id, 'is not in provider_queue as it is', '' FROM o WHERE queued_so = 0 AND (queued > 0 OR `+IsQueued+`)
UNION ALL
    SELECT id, 'is to be delivered without a short', '' FROM o WHERE status = 'open' AND step = 'deliver' AND short_key = ''
) odd ORDER BY order_id, what, call_id`, "?", sqldb.Parameters(2, auditAtOnce+1))

const (
	// IsQueued tells the orders that must have a row in provider_queue. SQLite's is a view of all open orders.
	IsQueued = `status = 'open' AND (step = 'render' AND phase = 'ready' OR step = 'animate'
        AND (phase IN ('begun', 'waiting') OR phase = 'ready' AND reason IN ('turn', 'paused', 'budget')))`
	// AsQueued reports whether an order x's row in provider_queue, q, says the same as the order.
	AsQueued = `x.status = 'open' AND q.shop = x.shop AND q.step = x.step AND q.reason = x.reason AND q.taken = x.taken
        AND (q.phase = x.phase OR q.phase = 'begun' AND x.phase = 'waiting')`
)

// The orders that an audit looks at, by pages: $1 and $2 are the last one of the page before.
const (
	auditOpen   = `SELECT id, 0 FROM orders WHERE status = 'open' AND id > $2 AND CAST($1 AS bigint) >= 0 ORDER BY id LIMIT $3`
	auditParked = `SELECT id, 0 FROM orders WHERE status = 'parked' AND id > $2 AND CAST($1 AS bigint) >= 0 ORDER BY id LIMIT $3`
	auditEnded  = `SELECT id, ended FROM orders WHERE emptied = 0 AND ended <> 0 AND ended >= $1 AND (ended > $1 OR id > $2)
		ORDER BY ended, id LIMIT $3`
	auditOdd = `SELECT DISTINCT order_id, 0 FROM odd WHERE order_id > $2 AND CAST($1 AS bigint) >= 0 ORDER BY order_id LIMIT $3`
	auditAll = `SELECT id, 0 FROM orders WHERE id > $2 AND CAST($1 AS bigint) >= 0 ORDER BY id LIMIT $3`
)

// found is something that doesn't add up.
type found struct {
	order      int64
	what, call string
}

// AuditLedger implements bot.Admin.
func (s Tables) AuditLedger(ctx context.Context) (bot.LedgerAudit, error) {
	var b bot.LedgerAudit
	now := time.Now()
	last, _, err := s.mark(ctx, "recent")
	if last == 0 || last > sqldb.Millis(now) { // the first one, or a clock was ahead
		last = sqldb.Millis(now.Add(-24 * time.Hour))
	}
	for _, text := range []string{auditOpen, auditParked, auditEnded, auditOdd} {
		since := int64(0)
		if text == auditEnded {
			since = last - auditOverlap.Milliseconds()
		}
		if err == nil {
			_, err = s.audit(ctx, text, since, 0, 0)
		}
	}
	if err == nil {
		err = s.Run(ctx, markStatement("recent", now, 0))
	}
	if err == nil {
		err = s.Audit(ctx)
	}
	if err == nil {
		err = s.Read.Query(ctx, `SELECT order_id, what, call_id FROM odd ORDER BY order_id, what, call_id LIMIT $1`,
			[]any{int64(oddAtOnce)}, func(scan func(...any) error) error {
				var f found
				err := scan(&f.order, &f.what, &f.call)
				b.Inconsistencies = append(b.Inconsistencies, f.String())
				return err
			})
	}
	if err != nil {
		return bot.LedgerAudit{}, fmt.Errorf("check the ledger: %w", err)
	}
	return b, nil
}

func (f found) String() string {
	if f.order == 0 { // it is about sums
		return f.what
	}
	text := fmt.Sprintf("order %d: %s", f.order, f.what)
	if f.call != "" {
		text += " (call " + f.call + ")"
	}
	return text
}

// Audit implements bot.Admin.
func (s Tables) Audit(ctx context.Context) error {
	if err := s.auditPast(ctx); err != nil {
		return err
	}
	if err := s.auditSpans(ctx); err != nil {
		return err
	}
	now := time.Now()
	at, upto, err := s.mark(ctx, "all")
	if err != nil || upto == 0 && rests(at, now) {
		return err
	}
	for n := 0; n < auditSlice && (n == 0 || upto > 0); n++ {
		next, err := s.audit(ctx, auditAll, 0, upto, 1)
		if err == nil {
			err = s.findOrphans(ctx, upto, next)
		}
		if err != nil {
			return fmt.Errorf("audit orders from %d: %w", upto, err)
		}
		upto = next
	}
	return s.Run(ctx, markStatement("all", now, upto))
}

// rests reports whether an audit that came to its end needn't begin again yet.
func rests(at int64, now time.Time) bool {
	return now.Sub(sqldb.FromMillis(at)) < auditEvery && now.After(sqldb.FromMillis(at))
}

// audit looks at the orders that a text lists, from one on, in so many pages (0: all), and writes down what is odd
// about them. It returns the last one, or 0 when it came to the end.
func (s Tables) audit(ctx context.Context, text string, since, last int64, pages int) (int64, error) {
	for n := 0; pages == 0 || n < pages; n++ {
		var ids []int64
		err := s.Read.Query(ctx, text, []any{since, last, int64(auditAtOnce)}, func(scan func(...any) error) error {
			err := scan(&last, &since)
			ids = append(ids, last)
			return err
		})
		if err == nil && len(ids) > 0 {
			err = s.AuditOrders(ctx, ids)
		}
		if err != nil || len(ids) < auditAtOnce {
			return 0, err
		}
	}
	return last, nil
}

// AuditOrders puts what is odd about at most auditAtOnce orders in the place of what was.
func (s Tables) AuditOrders(ctx context.Context, ids []int64) error {
	args := make([]any, auditAtOnce)
	for i := range args {
		args[i] = ids[min(i, len(ids)-1)]
	}
	was, err := s.odd(ctx, `SELECT order_id, what, call_id FROM odd WHERE order_id IN (`+sqldb.Parameters(1, auditAtOnce)+`)
		AND what NOT IN (`+orphan+`, `+orphanQueued+`)`, args)
	if err != nil {
		return err
	}
	is, err := s.odd(ctx, findOdd, append([]any{sqldb.Millis(time.Now().Add(-24 * time.Hour))}, args...))
	if err != nil || len(was)+len(is) == 0 {
		return err
	}
	return s.replace(ctx, was, is)
}

// orphan and orphanQueued are what is odd about a call of no order, and about a row of provider_queue of none. No look
// at orders finds them.
const (
	orphan       = "'a call of an order that does not exist'"
	orphanQueued = "'does not exist, and is in provider_queue'"
)

// findOrphans puts what belongs to orders that don't exist, between two orders or, if to is 0, from one on, in the
// place of those that were found before.
func (s Tables) findOrphans(ctx context.Context, from, to int64) error {
	to = cmp.Or(to, math.MaxInt64)
	was, err := s.odd(ctx, `SELECT order_id, what, call_id FROM odd WHERE order_id > $1 AND order_id <= $2
		AND what IN (`+orphan+`, `+orphanQueued+`)`, []any{from, to})
	if err != nil {
		return err
	}
	is, err := s.odd(ctx, `SELECT c.order_id, `+orphan+`, c.id FROM calls c WHERE c.order_id > $1 AND c.order_id <= $2
		AND (SELECT count(*) FROM orders o WHERE o.id = c.order_id) = 0
		UNION ALL SELECT q.id, `+orphanQueued+`, '' FROM provider_queue q WHERE q.id > $1 AND q.id <= $2
		AND (SELECT count(*) FROM orders o WHERE o.id = q.id) = 0`, []any{from, to})
	if err != nil || len(was)+len(is) == 0 {
		return err
	}
	return s.replace(ctx, was, is)
}

func (s Tables) odd(ctx context.Context, text string, args []any) ([]found, error) {
	return sqldb.List(ctx, s.Read, text, args, func(scan sqldb.Scan) (f found, err error) {
		err = scan(&f.order, &f.what, &f.call)
		return f, err
	})
}

// replace writes what is odd now in the place of what was.
func (s Tables) replace(ctx context.Context, was, is []found) error {
	var todo []sqldb.Statement
	for _, f := range was {
		todo = append(todo, sqldb.Statement{
			Text: `DELETE FROM odd WHERE order_id = $1 AND what = $2 AND call_id = $3`,
			Args: []any{f.order, f.what, f.call},
		})
	}
	for _, f := range is {
		todo = append(todo, sqldb.Statement{
			Text: `INSERT INTO odd (order_id, what, call_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
			Args: []any{f.order, f.what, f.call},
		})
	}
	return s.Write(ctx, func(ctx context.Context, tx sqldb.Tx) ([]queue.Job, error) {
		return nil, tx.Run(ctx, todo...)
	})
}

// mark is when an audit was at work, and up to which order; 0 when it came to the end.
func (s Tables) mark(ctx context.Context, audit string) (at, upto int64, err error) {
	err = s.Read.Query(ctx, `SELECT at, upto FROM audits WHERE name = $1`, []any{audit},
		func(scan func(...any) error) error { return scan(&at, &upto) })
	return at, upto, err
}

const setMark = `INSERT INTO audits (name, at, upto) VALUES ($1, $2, $3)
	ON CONFLICT (name) DO UPDATE SET at = excluded.at, upto = excluded.upto`

func markStatement(audit string, at time.Time, upto int64) sqldb.Statement {
	return sqldb.Statement{Text: setMark, Args: []any{audit, sqldb.Millis(at), upto}}
}
