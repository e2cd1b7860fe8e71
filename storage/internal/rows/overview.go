package rows

import (
	"context"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// oldest is how many orders an overview names.
const oldest = 5

// countOrders reads every order's row, once. reached is the step of those that are open, why the reason of
// those that failed or were parked lately.
const countOrders = `
SELECT status, reached, lately, why, count(*) FROM (
    SELECT status, CASE WHEN status = 'open' THEN step ELSE '' END AS reached,
        status IN ('failed', 'parked') AND changed >= $1 AS lately,
        CASE WHEN status IN ('failed', 'parked') AND changed >= $1 THEN reason ELSE '' END AS why
    FROM orders) sorted
GROUP BY status, reached, lately, why`

// Overview implements state.Admin.
func (s Store) Overview(ctx context.Context, since time.Time) (state.Overview, error) {
	v := state.Overview{
		Orders: map[pipeline.Status]int{}, Open: map[pipeline.Step]int{}, Failures: map[pipeline.Reason]int{},
	}
	err := s.Read.Query(ctx, countOrders, []any{millis(since)}, func(scan func(...any) error) error {
		var status pipeline.Status
		var step pipeline.Step
		var why pipeline.Reason
		var lately bool
		var n int
		if err := scan((*string)(&status), (*string)(&step), &lately, (*string)(&why), &n); err != nil {
			return err
		}
		v.Orders[status] += n
		if status == pipeline.Open {
			v.Open[step] += n
		}
		if lately {
			v.Failures[why] += n
		}
		return nil
	})
	if err == nil {
		v.Oldest, err = orders(ctx, s.Read, `WHERE o.status = 'open' ORDER BY o.changed, o.id LIMIT $1`, int64(oldest))
	}
	if err == nil {
		err = s.Read.Query(ctx, `SELECT count(*) FROM says WHERE ended = 0`, nil, func(scan func(...any) error) error {
			return scan(&v.Unsaid)
		})
	}
	if err != nil {
		return state.Overview{}, fmt.Errorf("read overview: %w", err)
	}
	return v, nil
}

// Jobs implements storage.Engine.
func (s Store) Jobs(ctx context.Context) (map[string]int, error) {
	all := map[string]int{}
	err := s.Read.Query(ctx, `SELECT CAST(state AS text), count(*) FROM river_job
		WHERE state IN ('available', 'pending', 'retryable', 'running', 'scheduled') GROUP BY state`, nil, func(scan func(...any) error) error {
		var name string
		var n int
		err := scan(&name, &n)
		all[name] = n
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count jobs: %w", err)
	}
	return all, nil
}

// Parked implements state.Admin.
func (s Store) Parked(ctx context.Context, skip, limit int) ([]pipeline.Order, error) {
	all, err := orders(ctx, s.Read, `WHERE o.status = 'parked' ORDER BY o.id LIMIT $1 OFFSET $2`, page(skip, limit)...)
	if err != nil {
		return nil, fmt.Errorf("list parked orders: %w", err)
	}
	return all, nil
}

// page is a limit and an offset.
func page(skip, limit int) []any { return []any{int64(max(limit, 0)), int64(max(skip, 0))} }

// selectShops leaves out those that were forgotten, unless somebody has come back.
const selectShops = `
SELECT s.id, coalesce(c.n, 0), (SELECT count(*) FROM orders WHERE shop <> 0 AND shop = s.id AND placed >= $3 AND ` + notInVain + `)
FROM shops s LEFT JOIN (SELECT shop, count(*) AS n FROM chats GROUP BY shop) c ON c.shop = s.id
WHERE s.gone = 0 OR c.n > 0 ORDER BY s.id LIMIT $1 OFFSET $2`

// Shops implements state.Admin.
func (s Store) Shops(ctx context.Context, since time.Time, skip, limit int) ([]state.ShopUse, error) {
	var all []state.ShopUse
	err := s.Read.Query(ctx, selectShops, append(page(skip, limit), millis(since)), func(scan func(...any) error) error {
		var u state.ShopUse
		err := scan(&u.ID, &u.Chats, &u.Used)
		all = append(all, u)
		return err
	})
	for i := range all {
		if err == nil {
			all[i].Shop, err = s.Shop(ctx, all[i].ID)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("list shops: %w", err)
	}
	return all, nil
}

// ChatsOf implements state.Admin.
func (s Store) ChatsOf(ctx context.Context, shop int64) ([]state.Chat, error) {
	all, err := chats(ctx, s.Read, `WHERE shop <> 0 AND shop = $1 ORDER BY platform, id`, shop)
	if err != nil {
		return nil, fmt.Errorf("list chats of shop %d: %w", shop, err)
	}
	return all, nil
}
