package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
)

func one(t *testing.T, db interface {
	QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row
}, text string, args ...any) (n int) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), text, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return n
}

func TestConnection_KeepsItsStatementsHoweverTheyAreUsed(t *testing.T) {
	db, err := connect(t.Context(), filepath.Join(t.TempDir(), "x.db"), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	run := func(text string, args ...any) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), text, args...); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	run(`CREATE TABLE x (id integer PRIMARY KEY, n integer)`)
	const insert, all, read = `INSERT INTO x (n) VALUES ($1)`, `SELECT id FROM x ORDER BY id`, `SELECT n FROM x WHERE id = $1`
	for n := range 3 {
		run(insert, n)
	}
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	found, err := tx.QueryContext(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for ; found.Next(); rows++ { // while its rows are read, the same is asked again, and more texts than are kept
		inner, err := tx.QueryContext(t.Context(), all)
		if err != nil {
			t.Fatal(err)
		}
		for again := 1; again <= 3; again++ {
			if !inner.Next() {
				t.Fatalf("%d of 3 rows are read meanwhile", again-1)
			}
		}
		inner.Close()
		for n := range maxPrepared + 5 {
			if got := one(t, tx, fmt.Sprintf(`SELECT %d + n FROM x WHERE id = 1`, n)); got != n {
				t.Fatalf("%d + 0 is %d", n, got)
			}
		}
	}
	if err := found.Err(); err != nil || rows != 3 {
		t.Errorf("%d of 3 rows, %v", rows, err)
	}
	found.Close()
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if got := one(t, db, read, 3); got != 2 {
		t.Errorf("row 3 has %d", got)
	}
	run(`DROP TABLE x`)
	run(`CREATE TABLE x (n text, id integer PRIMARY KEY)`) // another schema, for which nothing is parsed yet
	run(insert, 7)
	if got := one(t, db, read, 1); got != 7 {
		t.Errorf("row 1 has %d", got)
	}
	if _, err := db.ExecContext(t.Context(), `INSERT INTO y VALUES (1)`); err == nil {
		t.Error("nothing is wrong with a table that isn't there")
	}
	for _, pages := range []int{100, 200} { // a PRAGMA is run each time
		run(fmt.Sprintf(`PRAGMA cache_size = %d`, pages))
		if got := one(t, db, `PRAGMA cache_size`); got != pages {
			t.Errorf("%d pages instead of %d", got, pages)
		}
	}
}
