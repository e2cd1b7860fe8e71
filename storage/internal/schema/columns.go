package schema

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

// tables are the columns of a database, as TABLE.COLUMN.
type tables struct{ columns map[string]bool }

// read asks a database for its columns; actual is the engine's query for pairs of table and column.
func read(ctx context.Context, db sqldb.DB, actual string) (tables, error) {
	t := tables{map[string]bool{}}
	err := db.Query(ctx, actual, nil, func(scan func(...any) error) error {
		var table, column string
		if err := scan(&table, &column); err != nil {
			return err
		}
		t.columns[table+"."+column] = true
		return nil
	})
	if err != nil {
		return t, fmt.Errorf("read the schema: %w", err)
	}
	return t, nil
}

// lacks lists what t has and other hasn't.
func (t tables) lacks(other tables) []string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(t.columns)) {
		if !other.columns[name] {
			all = append(all, name)
		}
	}
	return all
}

// What our own migrations are made of; a test holds the reading of them against real databases.
var (
	comment = regexp.MustCompile(`--[^\n]*`)
	create  = regexp.MustCompile(`(?is)^CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?(\w+)\s*\((.*)\)[^)]*$`)
	alter   = regexp.MustCompile(
		`(?is)^ALTER TABLE (\w+) (ADD|DROP|RENAME)(?: COLUMN)? (?:IF (?:NOT )?EXISTS )?(\w+)(?: TO (\w+))?`,
	)
	drop = regexp.MustCompile(`(?is)^DROP TABLE (?:IF EXISTS )?(\w+)`)
)

// wanted are the columns that all migrations together lead to.
func wanted(folder fs.FS, sources []*goose.Source) (tables, error) {
	t := tables{map[string]bool{}}
	for _, s := range sources {
		if s.Type != goose.TypeSQL {
			continue
		}
		text, err := fs.ReadFile(folder, s.Path)
		if err != nil {
			return t, fmt.Errorf("schema: %w", err)
		}
		up, _, _ := strings.Cut(string(text), "-- +goose Down")
		for statement := range strings.SplitSeq(comment.ReplaceAllString(up, ""), ";") {
			t.apply(strings.TrimSpace(statement))
		}
	}
	return t, nil
}

func (t tables) apply(statement string) {
	if m := create.FindStringSubmatch(statement); m != nil {
		for _, c := range definitions(m[2]) {
			t.columns[m[1]+"."+c] = true
		}
		return
	}
	if m := drop.FindStringSubmatch(statement); m != nil {
		maps.DeleteFunc(t.columns, func(name string, _ bool) bool { return strings.HasPrefix(name, m[1]+".") })
		return
	}
	m := alter.FindStringSubmatch(statement)
	if m == nil {
		return
	}
	switch table, column := m[1]+".", m[3]; {
	case strings.EqualFold(column, "TO"), strings.EqualFold(m[2], "ADD") && strings.EqualFold(column, "CONSTRAINT"):
		return // tables aren't renamed; constraints are no columns
	case strings.EqualFold(m[2], "ADD"):
		t.columns[table+column] = true
	default:
		delete(t.columns, table+column)
		if m[4] != "" {
			t.columns[table+m[4]] = true
		}
	}
}

// definitions are the names of the columns in the brackets of CREATE TABLE.
func definitions(body string) (names []string) {
	depth, from := 0, 0
	for i, r := range body + "," {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth > 0 {
				continue
			}
			if words := strings.Fields(body[from:min(i, len(body))]); len(words) > 0 {
				switch strings.ToUpper(words[0]) {
				case "PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "CONSTRAINT":
				default:
					names = append(names, words[0])
				}
			}
			from = i + 1
		}
	}
	return names
}
