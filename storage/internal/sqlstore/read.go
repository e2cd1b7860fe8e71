package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// Order implements pipeline.Store.
func (s Store) Order(ctx context.Context, id int64) (pipeline.Order, error) {
	o, err := one(ctx, s.Read, `WHERE o.id = $1`, id)
	if errors.Is(err, pipeline.ErrNotFound) {
		err = purged(ctx, s.Read, id)
	}
	if err != nil {
		return pipeline.Order{}, fmt.Errorf("read order %d: %w", id, err)
	}
	return o, nil
}

func one(ctx context.Context, db sqldb.DB, where string, args ...any) (pipeline.Order, error) {
	all, err := orders(ctx, db, where, args...)
	if err == nil && len(all) == 0 {
		err = pipeline.ErrNotFound
	}
	if err != nil {
		return pipeline.Order{}, err
	}
	return all[0], nil
}

func orders(ctx context.Context, db sqldb.DB, where string, args ...any) ([]pipeline.Order, error) {
	return read(ctx, db, selectOrder+where, args...)
}

func read(ctx context.Context, db sqldb.DB, text string, args ...any) ([]pipeline.Order, error) {
	return sqldb.List(ctx, db, text, args, scanOrder)
}

// shown picks the newest short of each size. What was made and never came to a person isn't one, unless it is just
// on its way.
const (
	shown       = selectCut + `AND c.n = ` + newestShown + ` AND k.size = c.size) `
	newestShown = `(SELECT max(k.n) FROM cuts k WHERE k.order_id = o.id
    AND k.short_key <> '' AND (substr(k.receipt || ' ', 1, 1) <> ' ' OR k.n = o.cut)`
)

// Short implements bot.Store.
func (s Store) Short(ctx context.Context, order int64, size pipeline.Size) (pipeline.Order, error) {
	all, err := read(ctx, s.Read, shown+`WHERE o.id = $1 AND c.size = $2`, order, string(size))
	if err == nil && len(all) == 0 {
		err = purged(ctx, s.Read, order)
	}
	if err != nil {
		return pipeline.Order{}, fmt.Errorf("read short of order %d: %w", order, err)
	}
	return all[0], nil
}

// Overdue implements pipeline.Store.
func (s Store) Overdue(ctx context.Context, t time.Time, limit int) ([]int64, error) {
	ids, err := sqldb.List(ctx, s.Read,
		`SELECT id FROM orders WHERE status = 'open' AND due < $1 ORDER BY due, id LIMIT $2`,
		[]any{sqldb.Millis(t), int64(max(limit, 0))}, func(scan sqldb.Scan) (id int64, err error) {
			err = scan(&id)
			return id, err
		})
	if err != nil {
		return nil, fmt.Errorf("list late orders: %w", err)
	}
	return ids, nil
}

// Recent implements pipeline.Store.
func (s Store) Recent(ctx context.Context, platform, chat string, limit int) ([]pipeline.Order, error) {
	all, err := orders(ctx, s.Read, `WHERE o.platform = $1 AND o.chat = $2 ORDER BY o.id DESC LIMIT $3`,
		sqldb.Clean(platform), sqldb.Clean(chat), int64(max(limit, 0)))
	if err != nil {
		return nil, fmt.Errorf("list recent orders: %w", err)
	}
	return all, nil
}

// History implements pipeline.Store.
func (s Store) History(ctx context.Context, order int64) ([]pipeline.Event, error) {
	all, err := sqldb.List(ctx, s.Read, `SELECT version, at, status, step, phase, attempt, note
		FROM history WHERE order_id = $1 ORDER BY version`, []any{order},
		func(scan sqldb.Scan) (e pipeline.Event, err error) {
			var at int64
			err = scan(&e.Version, &at, (*string)(&e.Status), (*string)(&e.Step), (*string)(&e.Phase),
				&e.Attempt, &e.Note)
			e.At = sqldb.FromMillis(at)
			return e, err
		})
	if err != nil {
		return nil, fmt.Errorf("read history of order %d: %w", order, err)
	}
	return all, nil
}

// Unfinished implements bot.Store.
func (s Store) Unfinished(ctx context.Context, platform, chat string) ([]pipeline.Order, error) {
	all, err := orders(ctx, s.Read,
		`WHERE o.platform = $1 AND o.chat = $2 AND o.status IN ('open', 'parked') ORDER BY o.id`,
		sqldb.Clean(platform), sqldb.Clean(chat))
	if err != nil {
		return nil, fmt.Errorf("list unfinished orders: %w", err)
	}
	return all, nil
}
