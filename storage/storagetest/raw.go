package storagetest

import (
	"context"
	"database/sql"
	"testing"
)

// Raw is a database with nothing in it, seen without its engine.
type Raw struct {
	Open    Open
	DB      *sql.DB // takes several statements at once
	Columns string  // asks for pairs of a table and a column
	Indexes string  // asks for pairs of a name and a definition
}

// Exec runs one or several statements.
func (r Raw) Exec(t *testing.T, text string) {
	t.Helper()
	if _, err := r.DB.ExecContext(context.Background(), text); err != nil {
		t.Fatal(err)
	}
}

// Has reports whether a table has a column.
func (r Raw) Has(t *testing.T, table, column string) bool {
	t.Helper()
	for _, pair := range r.Pairs(t, r.Columns) {
		if pair == table+" "+column {
			return true
		}
	}
	return false
}

// Pairs reads rows of two columns.
func (r Raw) Pairs(t *testing.T, text string) (all []string) {
	t.Helper()
	found, err := r.DB.QueryContext(context.Background(), text)
	Check(t, err)
	defer found.Close()
	for found.Next() {
		var a, b string
		Check(t, found.Scan(&a, &b))
		all = append(all, a+" "+b)
	}
	Check(t, found.Err())
	return all
}
