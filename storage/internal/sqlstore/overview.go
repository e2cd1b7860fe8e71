package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
	"github.com/sajangpick/sajangpick/storage/internal/sqlstore/chats"
	"github.com/sajangpick/sajangpick/storage/internal/sqlstore/ledger"
)

// oldest is how many orders an overview names.
const oldest = 5

// The parts of an overview: sums, and what is open.
const (
	// countOpen reads all that is open, once. Its columns are of openSteps.
	countOpen = `
SELECT count(CASE step WHEN 'fetch' THEN 1 END), count(CASE step WHEN 'animate' THEN 1 END),
    count(CASE step WHEN 'render' THEN 1 END), count(CASE step WHEN 'deliver' THEN 1 END)
FROM orders WHERE status = 'open'`
	countParked = `SELECT status, count(*) FROM orders WHERE status = 'parked' GROUP BY status`
	countMonth  = `SELECT status, CAST(sum(n) AS bigint) FROM order_days WHERE day >= $1 GROUP BY status HAVING sum(n) > 0`
	countCauses = `
SELECT reason, count(*) FROM (
    SELECT reason FROM orders WHERE status = 'failed' AND ended >= $1
UNION ALL
    SELECT reason FROM orders WHERE status = 'parked' AND changed >= $1
) lately GROUP BY reason`
	longestOpen = `
SELECT since FROM (
    SELECT placed AS since FROM (SELECT placed FROM orders
        WHERE status = 'open' AND shown = 0 AND ` + notAsked + ` ORDER BY id LIMIT 1) first
UNION ALL
    SELECT since FROM orders WHERE status = 'open' AND shown > 0 AND ` + notAsked + `
) longest ORDER BY since LIMIT 1`
	notAsked     = `NOT (phase = 'ready' AND reason LIKE 'ask~_%' ESCAPE '~')`
	countPending = `SELECT '', count(*) FROM says WHERE ended = 0`
)

// Overview implements bot.Admin.
func (s Store) Overview(ctx context.Context, since, month time.Time) (bot.Overview, error) {
	v := bot.Overview{
		Orders: map[pipeline.Status]int{}, Open: map[pipeline.Step]int{}, Failures: map[pipeline.Reason]int{},
	}
	parked, pending := map[pipeline.Status]int{}, map[string]int{}
	errs := []error{
		s.countOpen(ctx, v.Open), sqldb.Count(ctx, s.Read, parked, countParked),
		sqldb.Count(ctx, s.Read, v.Orders, countMonth, ledger.DayOf(month)),
		sqldb.Count(ctx, s.Read, v.Failures, countCauses, sqldb.Millis(since)),
		sqldb.Count(ctx, s.Read, pending, countPending),
	}
	var longest int64
	errs = append(errs, s.Read.Query(ctx, longestOpen, nil, func(scan func(...any) error) error {
		return scan(&longest)
	}))
	v.Longest = sqldb.FromMillis(longest)
	var err error
	v.Oldest, err = orders(ctx, s.Read, `WHERE o.id IN (
		SELECT id FROM orders WHERE status = 'open' ORDER BY changed, id LIMIT $1) ORDER BY o.changed, o.id`, int64(oldest))
	if err := errors.Join(append(errs, err)...); err != nil {
		return bot.Overview{}, fmt.Errorf("read overview: %w", err)
	}
	v.Parked, v.OutboxPending = parked[pipeline.Parked], pending[""]
	return v, nil
}

// openSteps are in the order of countOpen's columns.
var openSteps = []pipeline.Step{pipeline.Fetch, pipeline.Animate, pipeline.Render, pipeline.Deliver}

// countOpen leaves out the steps at which no order is.
func (s Store) countOpen(ctx context.Context, sums map[pipeline.Step]int) error {
	counts, dest := make([]int, len(openSteps)), make([]any, len(openSteps))
	for i := range counts {
		dest[i] = &counts[i]
	}
	err := s.Read.Query(ctx, countOpen, nil, func(scan func(...any) error) error { return scan(dest...) })
	for i, step := range openSteps {
		if counts[i] > 0 {
			sums[step] = counts[i]
		}
	}
	return err
}

// Jobs implements storage.Engine.
func (s Store) Jobs(ctx context.Context) (map[string]int, error) {
	all := map[string]int{}
	err := sqldb.Count(ctx, s.Read, all, `SELECT CAST(state AS text), count(*) FROM river_job
		WHERE state IN ('available', 'pending', 'retryable', 'running', 'scheduled') GROUP BY state`)
	if err != nil {
		return nil, fmt.Errorf("count jobs: %w", err)
	}
	return all, nil
}

// Parked implements bot.Admin.
func (s Store) Parked(ctx context.Context, skip, limit int) ([]pipeline.Order, error) {
	all, err := orders(
		ctx, s.Read, `WHERE o.status = 'parked' ORDER BY o.id LIMIT $1 OFFSET $2`, sqldb.Page(skip, limit)...,
	)
	if err != nil {
		return nil, fmt.Errorf("list parked orders: %w", err)
	}
	return all, nil
}

// selectShops leaves out those that were forgotten, unless one of their chats has come back. Chats are counted for all
// shops at once: where there are few, a look for each shop's would read them all each time.
var selectShops = `
WITH page AS MATERIALIZED (SELECT * FROM shops s
	WHERE s.id > $2 AND (s.gone = 0 OR EXISTS (SELECT 1 FROM chats c WHERE c.shop <> 0 AND c.shop = s.id))
	ORDER BY s.id LIMIT $1),
counted AS MATERIALIZED (SELECT c.shop, count(*) AS chats FROM chats c
	WHERE c.shop <> 0 AND c.shop >= (SELECT min(id) FROM page) AND c.shop <= (SELECT max(id) FROM page) GROUP BY c.shop)
SELECT coalesce(counted.chats, 0), ` + fmt.Sprintf(countedOf, "s.id", "s.former", "$3") + `, ` + chats.ShopColumns + `
FROM page s LEFT JOIN counted ON counted.shop = s.id ORDER BY s.id`

// Shops implements bot.Admin.
func (s Store) Shops(ctx context.Context, since time.Time, after int64, limit int) ([]bot.ShopUse, error) {
	var all []bot.ShopUse
	err := s.Read.Query(ctx, selectShops, []any{
		int64(max(limit, 0)), after, ledger.MonthOf(since),
	}, func(scan func(...any) error) error {
		var u bot.ShopUse
		var err error
		u.Shop, err = chats.ScanShop(scan, &u.Chats, &u.OrdersInPeriod)
		all = append(all, u)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list shops: %w", err)
	}
	return all, nil
}

// ChatsOf implements bot.Admin.
func (s Store) ChatsOf(ctx context.Context, shop int64) ([]bot.Chat, error) {
	all, err := chats.Chats(ctx, s.Read, `WHERE shop <> 0 AND shop = $1 ORDER BY platform, id`, shop)
	if err != nil {
		return nil, fmt.Errorf("list chats of shop %d: %w", shop, err)
	}
	return all, nil
}
