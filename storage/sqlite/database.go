package sqlite

import (
	"context"
	"database/sql"
	"slices"

	"github.com/sajangpick/sajangpick/storage/internal/sqlstore"
)

// reader is a rows.DB on the read-only connections.
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

// texts are the statements of the writer, each parsed once. What is new is prepared before the next
// transaction: within one, the only connection is taken.
type texts struct {
	db       *sql.DB
	prepared map[string]*sql.Stmt
	wanted   []string
}

func newTexts(db *sql.DB) *texts { return &texts{db: db, prepared: map[string]*sql.Stmt{}} }

// prepare leaves out what can't be parsed: who runs it will be told why.
func (t *texts) prepare(ctx context.Context) {
	for _, text := range t.wanted {
		if s, err := t.db.PrepareContext(ctx, text); err == nil {
			t.prepared[text] = s
		}
	}
	t.wanted = t.wanted[:0]
}

// transaction is a rows.Tx. The writer alone uses it.
type transaction struct {
	tx    *sql.Tx
	texts *texts
}

func (t transaction) Query(
	ctx context.Context, text string, args []any, each func(scan func(...any) error) error,
) error {
	found, err := t.query(ctx, text, args)
	if err != nil {
		return err
	}
	return walk(found, each)
}

func (t transaction) query(ctx context.Context, text string, args []any) (*sql.Rows, error) {
	if s := t.statement(ctx, text); s != nil {
		return s.QueryContext(ctx, args...)
	}
	return t.tx.QueryContext(ctx, text, args...)
}

func (t transaction) exec(ctx context.Context, text string, args []any) (sql.Result, error) {
	if s := t.statement(ctx, text); s != nil {
		return s.ExecContext(ctx, args...)
	}
	return t.tx.ExecContext(ctx, text, args...)
}

// statement is nil for a text that isn't prepared yet. The transaction's end closes it.
func (t transaction) statement(ctx context.Context, text string) *sql.Stmt {
	if s, ready := t.texts.prepared[text]; ready {
		return t.tx.StmtContext(ctx, s)
	}
	if !slices.Contains(t.texts.wanted, text) {
		t.texts.wanted = append(t.texts.wanted, text)
	}
	return nil
}

func (t transaction) Run(ctx context.Context, statements ...sqlstore.Statement) error {
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

// Chain implements sqlstore.Tx.
func (t transaction) Chain(ctx context.Context, first sqlstore.Statement, rest ...sqlstore.Statement) error {
	if err := t.Run(ctx, first); err != nil {
		return err
	}
	return t.Run(ctx, rest...)
}

func (t transaction) one(ctx context.Context, s sqlstore.Statement) (touched bool, err error) {
	if s.Dest == nil {
		result, err := t.exec(ctx, s.Text, s.Args)
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
