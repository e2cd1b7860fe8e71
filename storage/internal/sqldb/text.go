package sqldb

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// nul finds a NUL in JSON, and steps over a backslash that stands for itself.
var nul = strings.NewReplacer(`\\`, `\\`, `\u0000`, "\uFFFD")

// Body is a structure as JSON text, of which Clean would change nothing.
func Body(v any) (string, error) {
	text, err := json.Marshal(v) // which replaces broken UTF-8
	return nul.Replace(string(text)), err
}

// Parameters is "$from, … $to".
func Parameters(from, to int) string {
	var b strings.Builder
	for i := from; i <= to; i++ {
		if i > from {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", i)
	}
	return b.String()
}

// Clean puts U+FFFD in the place of what no database keeps: NUL and broken UTF-8.
func Clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// Count adds rows of a word and a number to sums.
func Count[K ~string](ctx context.Context, db DB, sums map[K]int, text string, args ...any) error {
	return db.Query(ctx, text, args, func(scan func(...any) error) error {
		var word string
		var n int
		err := scan(&word, &n)
		sums[K(word)] = n
		return err
	})
}

// Page is a limit and an offset.
func Page(skip, limit int) []any { return []any{int64(max(limit, 0)), int64(max(skip, 0))} }
