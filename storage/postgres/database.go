package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// database is a sqldb.DB on a pool, or a sqldb.Tx in a transaction.
type database struct {
	conn interface {
		SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
		Query(ctx context.Context, text string, args ...any) (pgx.Rows, error)
	}
}

// Run sends all statements in one round trip. Those after a failed one may have been tried, which the
// transaction's end undoes.
func (d database) Run(ctx context.Context, statements ...sqldb.Statement) (err error) {
	batch := &pgx.Batch{}
	for _, s := range statements {
		batch.Queue(s.Text, s.Args...)
	}
	results := d.conn.SendBatch(ctx, batch)
	defer func() {
		if late := results.Close(); err == nil {
			err = late
		}
	}()
	for _, s := range statements {
		if err := read(results, s); err != nil {
			return err
		}
	}
	return nil
}

// Chain is one statement: outside of a transaction it is one of its own.
func (d database) Chain(ctx context.Context, first sqldb.Statement, rest ...sqldb.Statement) error {
	s, found := sqldb.Chained(first, rest...), false
	err := d.Query(ctx, s.Text, s.Args, func(scan func(...any) error) error {
		found = true
		return scan(s.Dest...)
	})
	if err == nil && !found {
		err = s.ErrNoRows
	}
	return err
}

func read(results pgx.BatchResults, s sqldb.Statement) error {
	if s.Dest == nil {
		tag, err := results.Exec()
		if err == nil && tag.RowsAffected() == 0 {
			err = s.ErrNoRows
		}
		return err
	}
	err := results.QueryRow().Scan(s.Dest...)
	if errors.Is(err, pgx.ErrNoRows) {
		return s.ErrNoRows
	}
	return err
}

func (d database) Query(ctx context.Context, text string, args []any, each func(scan func(...any) error) error) error {
	found, err := d.conn.Query(ctx, text, args...)
	if err != nil {
		return err
	}
	defer found.Close()
	for found.Next() {
		if err := each(found.Scan); err != nil {
			return err
		}
	}
	return found.Err()
}
