package rules

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

var settingName = regexp.MustCompile("`([A-Z][A-Z0-9_]+)`")

// reasonRow is a line of the operators' table.
type reasonRow struct{ reason, order, what, reads, todo, settings string }

// TestOperations_ExplainsEveryReasonThatAnOrderStandsStill holds the table against the constants of the core, the
// sentences that owners read and the settings.
func TestOperations_ExplainsEveryReasonThatAnOrderStandsStill(t *testing.T) {
	settings, err := os.ReadFile("docs/settings.md")
	if err != nil {
		t.Fatal(err)
	}
	all, rows := declaredReasons(t), reasonRows(t)
	for _, r := range all {
		if !slices.ContainsFunc(rows, func(x reasonRow) bool { return x.reason == r }) {
			t.Errorf("%s isn't explained", r)
		}
	}
	seen := map[string]bool{}
	for _, x := range rows {
		if !slices.Contains(all, x.reason) || seen[x.reason] {
			t.Errorf("%s is no reason of the core, or stands there twice", x.reason)
		}
		seen[x.reason] = true
		if x.order == "" || x.what == "" || x.todo == "" {
			t.Errorf("%s: what it means or what to do is missing", x.reason)
		}
		if want := ownerReads(pipeline.Reason(x.reason)); x.reads != want {
			t.Errorf("%s: its owner reads %q, and the table says %q", x.reason, want, x.reads)
		}
		for _, m := range settingName.FindAllStringSubmatch(x.settings, -1) {
			if !strings.Contains(string(settings), "\n| "+m[0]+" |") {
				t.Errorf("%s: there is no setting %s", x.reason, m[1])
			}
		}
	}
}

// ownerReads is what the owner of an order reads while it stands still, or in its short.
func ownerReads(r pipeline.Reason) string {
	switch {
	case r == pipeline.ReasonDishChanged:
		return present.FallbackNote("en", r)
	case slices.Contains(pipeline.Reasons(), r):
		return present.Reason("en", r)
	}
	return "—" // their progress goes on
}

// declaredReasons are the constants of pipeline.Reason, but the empty one.
func declaredReasons(t *testing.T) (all []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "pipeline/fault.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		s, ok := n.(*ast.ValueSpec)
		if !ok || s.Type == nil || typeName(s.Type) != "Reason" || len(s.Values) != 1 {
			return true
		}
		if text, err := strconv.Unquote(s.Values[0].(*ast.BasicLit).Value); err != nil {
			t.Error(err)
		} else if text != "" {
			all = append(all, text)
		}
		return true
	})
	if len(all) < len(pipeline.Reasons()) {
		t.Errorf("only %d reasons were found in pipeline/fault.go", len(all))
	}
	return all
}

func reasonRows(t *testing.T) (rows []reasonRow) {
	t.Helper()
	text, err := os.ReadFile("docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "<!-- reasons -->\n")
	table, _, _ = strings.Cut(table, "<!-- /reasons -->")
	lines := strings.Split(strings.TrimSpace(table), "\n")
	for _, line := range lines[min(2, len(lines)):] {
		cells := strings.Split(line, "|")
		if len(cells) != 8 {
			t.Fatalf("a line of the table has %d cells: %s", len(cells), line)
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, reasonRow{
			strings.Trim(cells[1], "`"), cells[2], cells[3], cells[4], cells[5], cells[6],
		})
	}
	return rows
}
