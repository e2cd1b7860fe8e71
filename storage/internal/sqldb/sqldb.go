// Package sqldb is what all tables need of a database, Postgres or SQLite: statements, transactions, and values as they
// are stored.
package sqldb

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/storage/internal/queue"
)

// DB is a database to read from, or one transaction in it.
type DB interface {
	// Query calls each once a row; scan is as in database/sql.
	Query(ctx context.Context, text string, args []any, each func(scan func(...any) error) error) error
}

// Tx is a transaction.
type Tx interface {
	DB
	// Run sends statements in their order, in one go where the database can. The first error ends it.
	Run(ctx context.Context, statements ...Statement) error
	// Chain runs first, and the rest if it has touched a row: all as one statement where the database can. first
	// returns columns, the rest inserts a row each with values from IfFirst, and none of its ErrNoRows counts.
	Chain(ctx context.Context, first Statement, rest ...Statement) error
}

// IfFirst is what the rest of a chain selects its values from. As it is it has one row; where a chain is one statement,
// Chained makes it the first one's rows.
const IfFirst = ` FROM (SELECT 1) AS first WHERE true`

// Statement is one SQL statement.
type Statement struct {
	Text      string
	Args      []any
	Dest      []any // where the columns of its first row go
	ErrNoRows error // Run's error when the statement touches or finds no row; nil if that is fine

	parts []string // see Upsert
}

// Upsert is the rest of a chain that writes a row of a table: its parameters are the row's columns, in their order. set
// is what becomes of a row that has the key already, as DO UPDATE SET has it. Where a chain is one statement, an INSERT
// and an UPDATE stand in its place, of which one finds nothing to do: they log less than ON CONFLICT, which locks
// the row first, or confirms that it has inserted one.
func Upsert(table, columns, key, set string) Statement {
	names := strings.Split(columns, ", ")
	insert := fmt.Sprintf("INSERT INTO %s (%s) SELECT %s%s", table, columns, Parameters(1, len(names)), IfFirst)
	var is []string
	for _, k := range strings.Split(key, ", ") {
		is = append(is, fmt.Sprintf("%s = $%d", k, slices.Index(names, k)+1))
	}
	there := strings.Join(is, " AND ")
	change := excluded.ReplaceAllStringFunc(set, func(x string) string {
		return fmt.Sprintf("$%d", slices.Index(names, strings.TrimPrefix(x, "excluded."))+1)
	})
	return Statement{
		Text: fmt.Sprintf("%s ON CONFLICT (%s) DO UPDATE SET %s", insert, key, set),
		parts: []string{
			fmt.Sprintf("%s AND NOT EXISTS (SELECT 1 FROM %s WHERE %s)", insert, table, there),
			fmt.Sprintf("UPDATE %s SET %s%s AND %s", table, change, IfFirst, there),
		},
	}
}

var excluded = regexp.MustCompile(`excluded\.\w+`)

// OfNew is an Upsert of a row that certainly isn't there yet.
func (s Statement) OfNew() Statement { return Statement{Text: s.parts[0], Args: s.Args} }

// Of is the statement with arguments.
func (s Statement) Of(args ...any) Statement {
	s.Args = args
	return s
}

// TxFunc is what one store method does within a transaction. The jobs that it returns are queued in the
// same one. It may be run again from the start, and its results count only after the commit.
type TxFunc func(ctx context.Context, tx Tx) ([]queue.Job, error)

// Conn is a database with what differs between its engines.
type Conn struct {
	Read DB
	// one transaction: an error means that nothing was written, or a lost commit
	Write func(ctx context.Context, op TxFunc) error
	// Chain is Tx.Chain in a transaction of its own; nil where it would save nothing.
	Chain func(ctx context.Context, first Statement, rest ...Statement) error
	// Lock is what ends a SELECT whose rows others must not change until the commit; empty where there is one writer.
	Lock string
	// Gates keep transactions of this process apart that lock the same limit; nil where there is one writer.
	Gates *Gates
	// QueueTime is SQL that makes a time, as the queue's tables hold it, of the milliseconds in a parameter: %d
	// stands for the parameter's number.
	QueueTime string
}

// Run is Write of one statement.
func (c *Conn) Run(ctx context.Context, st Statement) error {
	return c.Write(ctx, func(ctx context.Context, tx Tx) ([]queue.Job, error) {
		return nil, tx.Run(ctx, st)
	})
}

// Millis is a time as it is stored.
func Millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// FromMillis is a time that was stored.
func FromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// Exact is what a time becomes by being stored.
func Exact(t time.Time) time.Time { return FromMillis(Millis(t)) }

// Renumbered is a text whose parameters come after so many others.
func Renumbered(text string, after int) string {
	return parameter.ReplaceAllStringFunc(text, func(p string) string {
		n, _ := strconv.Atoi(p[1:]) // it is digits
		return "$" + strconv.Itoa(n+after)
	})
}

var parameter = regexp.MustCompile(`\$\d+`)

// Chained makes one statement of a chain, for databases whose WITH may change rows.
func Chained(first Statement, rest ...Statement) Statement {
	var text strings.Builder
	fmt.Fprintf(&text, "WITH first AS (%s)", first.Text)
	args := first.Args
	n := 0
	for _, s := range rest {
		parts := s.parts
		if parts == nil {
			parts = []string{s.Text}
		}
		for _, part := range parts {
			n++
			then := strings.Replace(part, "(SELECT 1) AS first", "first", 1)
			fmt.Fprintf(&text, ", then%d AS (%s)", n, Renumbered(then, len(args)))
		}
		args = append(args[:len(args):len(args)], s.Args...)
	}
	text.WriteString(" SELECT * FROM first")
	return Statement{Text: text.String(), Args: args, Dest: first.Dest, ErrNoRows: first.ErrNoRows}
}
