package rules

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// logKeys are the keys of all that is logged, each with what its value is. An operator searches for these: one
// thing has one name.
var logKeys = map[string]string{
	"order": "an order's number", "cut": "the number of a cut within its order",
	"step":    "the step that the order is in",
	"attempt": "how often the step has failed in passing", "remote": "a provider's id for a piece of work",
	"platform": "telegram, slack or web", "provider": "runway or creatomate", "service": "whom an order waits for",
	"next": "when something is tried again", "reason": "a pipeline.Reason",
	"err": "what went wrong, with its chain", "stack": "where a panic was",
	"process": "the name of a process",

	"message": "the number of a message to send", "draft": "the number of a draft", "incident": "an incident's key",
	"text":      "what ops are told of it",
	"workspace": "a Slack workspace's id", "file": "a file's id at a platform",
	"chat": "a chat's id, of a stand-in only",
	"clip": "a blob that a clip is in", "similarity": "what the comparison of a clip with its photo found",

	"method": "of a request", "status": "the HTTP status of an answer", "took": "how long an answer took",
	"request": "what a provider's support asks for",
	"state":   "how a stand-in's task stands", "kind": "of an update that isn't known here",

	"asked": "how often something was asked for",
	"count": "how many", "since": "from when on", "lease": "what only one process may do",
	"ahead": "how wrong a clock is",
	"day":   "a day of UTC", "theirs": "credits by a provider's own figures", "ours": "credits by the ledger",
	"id": "of what a Runner drives: an order or a draft", "address": "at which we listen", "version": "of the program",
}

// logging are the methods of a logger, with where their keys begin.
var logging = map[string]int{
	"Debug": 1, "Info": 1, "Warn": 1, "Error": 1, "With": 0, "Log": 3, "DebugContext": 2, "InfoContext": 2,
	"WarnContext": 2, "ErrorContext": 2,
}

// TestLogKeys_AreThoseOfTheHouse reads every file of the program.
func TestLogKeys_AreThoseOfTheHouse(t *testing.T) {
	used := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules"):
			return filepath.SkipDir
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		files := token.NewFileSet()
		f, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			for _, key := range keysOf(n) {
				name, err := strconv.Unquote(key.text)
				if err != nil || logKeys[name] == "" {
					t.Errorf("%v logs %s, which is no key of logKeys", files.Position(key.at), key.text)
				}
				used[name] = true
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range logKeys {
		if !used[name] {
			t.Errorf("nothing logs %q any more", name)
		}
	}
}

type logKey struct {
	text string // as it stands in the file
	at   token.Pos
}

// keysOf finds the keys in a call of a logger, or of slog's own attributes.
func keysOf(n ast.Node) (keys []logKey) {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return nil
	}
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	on := ""
	if x, ok := method.X.(*ast.Ident); ok {
		on = x.Name
	}
	add := func(e ast.Expr) {
		text := "something that isn't written there"
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			text = lit.Value
		}
		keys = append(keys, logKey{text, e.Pos()})
	}
	if on == "slog" && slices.Contains(
		[]string{"String", "Int", "Int64", "Bool", "Any", "Duration", "Time", "Float64", "Uint64", "Group"},
		method.Sel.Name,
	) {
		add(call.Args[0])
		return keys
	}
	from, ok := logging[method.Sel.Name]
	if !ok || on == "http" || on == "errors" || len(call.Args) <= from {
		return nil
	}
	for i := from; i < len(call.Args); i += 2 {
		if _, attr := call.Args[i].(*ast.CallExpr); attr { // slog.Int("order", …): seen by itself
			i--
			continue
		}
		add(call.Args[i])
	}
	return keys
}
