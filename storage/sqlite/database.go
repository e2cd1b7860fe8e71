package sqlite

import (
	"context"
	"database/sql"

	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// reader is a sqldb.DB on the read-only connections.
type reader struct{ db *sql.DB }

func (r reader) Query(ctx context.Context, text string, args []any, each func(scan func(...any) error) error) error {
	found, err := r.db.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	return walk(found, each)
}

func walk(found *sql.Rows, each func(scan func(...any) error) error) error {
	defer func() { _ = found.Close() }() // Err says what went wrong
	for found.Next() {
		if err := each(found.Scan); err != nil {
			return err
		}
	}
	return found.Err()
}

// transaction is a sqldb.Tx. The writer alone uses it.
type transaction struct{ tx *sql.Tx }

func (t transaction) Query(
	ctx context.Context, text string, args []any, each func(scan func(...any) error) error,
) error {
	found, err := t.tx.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	return walk(found, each)
}

func (t transaction) Run(ctx context.Context, statements ...sqldb.Statement) error {
	for _, s := range statements {
		touched, err := t.one(ctx, s)
		if err != nil {
			return err
		}
		if !touched && s.ErrNoRows != nil {
			return s.ErrNoRows
		}
	}
	return nil
}

// Chain implements sqldb.Tx.
func (t transaction) Chain(ctx context.Context, first sqldb.Statement, rest ...sqldb.Statement) error {
	if err := t.Run(ctx, first); err != nil {
		return err
	}
	return t.Run(ctx, rest...)
}

func (t transaction) one(ctx context.Context, s sqldb.Statement) (touched bool, err error) {
	if s.Dest == nil {
		result, err := t.tx.ExecContext(ctx, s.Text, s.Args...)
		if err != nil {
			return false, err
		}
		n, err := result.RowsAffected()
		return n > 0, err
	}
	err = t.Query(ctx, s.Text, s.Args, func(scan func(...any) error) error {
		touched = true
		return scan(s.Dest...)
	})
	return touched, err
}
