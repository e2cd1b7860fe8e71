package schema

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/pressly/goose/v3"
)

// repairVersion is the number of the migration that is written in Go.
const repairVersion = 7

// repair is migration 7. Before the first release 00001, 00002 and 00006 were edited after programs had applied
// them, so a database that is at 6 may lack what they say today. It adds what isn't there; SQLite has no
// ADD COLUMN IF NOT EXISTS, hence the program.
func repair(actual string) *goose.Migration {
	return goose.NewGoMigration(repairVersion, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		there, err := read(ctx, database{tx}, actual)
		if err != nil {
			return err
		}
		for _, c := range repairs {
			if there.columns[c.table+"."+c.column] {
				continue
			}
			for _, text := range []string{"ALTER TABLE " + c.table + " ADD COLUMN " + c.column + " " + c.kind, c.fill} {
				if text == "" {
					continue
				}
				if _, err := tx.ExecContext(ctx, text); err != nil {
					return fmt.Errorf("add %s.%s: %w", c.table, c.column, err)
				}
			}
		}
		for _, text := range []string{
			// 00002 says neither of an order that was being cut again.
			`UPDATE orders SET cuts = (SELECT max(n) FROM cuts WHERE order_id = orders.id) WHERE cuts = 0 AND cut > 1`,
			`UPDATE orders SET shown = (SELECT max(n) FROM cuts WHERE order_id = orders.id AND receipt <> '')
				WHERE shown = 0 AND cut > 1
				AND EXISTS (SELECT 1 FROM cuts WHERE order_id = orders.id AND receipt <> '')`,
			`DROP INDEX IF EXISTS orders_late`,
			`CREATE INDEX IF NOT EXISTS orders_open ON orders (id) WHERE status = 'open'`,
			`CREATE INDEX IF NOT EXISTS says_message ON says (platform, chat, message) WHERE message <> ''`,
			`CREATE INDEX IF NOT EXISTS orders_placed ON orders (placed, status)`,
			`CREATE INDEX IF NOT EXISTS orders_failed ON orders (id) WHERE status = 'failed'`,
		} {
			if _, err := tx.ExecContext(ctx, text); err != nil {
				return err
			}
		}
		return nil
	}}, nil)
}

// repairs are the columns that came by an edit, with what they hold for rows that are there.
var repairs = []struct{ table, column, kind, fill string }{
	{"orders", "since", "bigint NOT NULL DEFAULT 0", `UPDATE orders SET since = changed`},
	{"orders", "alarm_due", "bigint NOT NULL DEFAULT 0", `UPDATE orders SET alarm_due = due`},
	{"orders", "cuts", "bigint NOT NULL DEFAULT 0", ""},
	{"orders", "shown", "bigint NOT NULL DEFAULT 0", `UPDATE orders SET shown = cut WHERE status = 'delivered'`},
}

// database is a sqldb.DB on database/sql: a pool, or a transaction.
type database struct {
	conn interface {
		QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
	}
}

func (d database) Query(ctx context.Context, text string, args []any, each func(scan func(...any) error) error) error {
	found, err := d.conn.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer func() { _ = found.Close() }() // Err says what went wrong
	for found.Next() {
		if err := each(found.Scan); err != nil {
			return err
		}
	}
	return found.Err()
}
