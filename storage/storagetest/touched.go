package storagetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/internal/queue"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// Reads runs a statement again on an engine's database as it stands, takes back what it wrote, and counts the rows
// that it touched: on SQLite by the instructions that it took, some 30 a row. plan is Postgres'.
func Reads(t testing.TB, e storage.Engine, s Sent) (rows int, plan string) {
	t.Helper()
	tables, ctx := Tables(e), context.Background()
	var file, explained string
	err := tables.Read.Query(ctx, `PRAGMA database_list`, nil, func(scan func(...any) error) error {
		var n int
		var name string
		return scan(&n, &name, &file)
	})
	if err == nil {
		scanned, steps := Steps(t, file, s)
		return max(scanned, steps/30), ""
	}
	undo := errors.New("taken back")
	err = tables.Write(ctx, func(ctx context.Context, tx sqldb.Tx) ([]queue.Job, error) {
		text := `EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) ` + s.Text
		err := tx.Query(ctx, text, s.Args, func(scan func(...any) error) error { return scan(&explained) })
		return nil, errors.Join(err, undo)
	})
	if explained == "" {
		t.Fatalf("%s: %v", s.Text, err)
	}
	return Touched(t, explained)
}

// Touched counts the rows that the scans of a plan went through, which Postgres has explained in JSON.
func Touched(t testing.TB, explained string) (rows int, plan string) {
	t.Helper()
	var all []struct{ Plan planNode }
	if err := json.Unmarshal([]byte(explained), &all); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	rows = all[0].Plan.touched(&b, 0)
	return rows, b.String()
}

// planNode is a part of one of Postgres' plans.
type planNode struct {
	Type      string     `json:"Node Type"`
	Relation  string     `json:"Relation Name"`
	Index     string     `json:"Index Name"`
	Rows      float64    `json:"Actual Rows"`
	Loops     float64    `json:"Actual Loops"`
	Filtered  float64    `json:"Rows Removed by Filter"`
	Rechecked float64    `json:"Rows Removed by Index Recheck"`
	Parts     []planNode `json:"Plans"`
}

func (n planNode) touched(b *strings.Builder, depth int) int {
	rows := 0
	if n.Relation != "" && strings.HasSuffix(n.Type, "Scan") {
		rows = int((n.Rows + n.Filtered + n.Rechecked) * n.Loops)
	}
	fmt.Fprintf(b, "%s%s %s %s: %d\n", strings.Repeat("  ", depth), n.Type, n.Relation, n.Index, rows)
	for _, p := range n.Parts {
		rows += p.touched(b, depth+1)
	}
	return rows
}
