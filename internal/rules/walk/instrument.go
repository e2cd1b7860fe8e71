//go:build ignore

// This program writes, for go test's -overlay, copies of this module's files in which each function says that it is
// entered: go run instrument.go FOLDER, at the module's root.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// insertion is text that goes into a file at an offset.
type insertion struct {
	at   int
	text string
}

const recorder = "github.com/sajangpick/sajangpick/internal/app/walktest"

func main() {
	out := os.Args[1]
	replace := map[string]string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			if path != "." && left(path, d.Name()) {
				return filepath.SkipDir
			}
			return nil
		case !strings.HasSuffix(path, ".go"), strings.HasSuffix(path, "_test.go"):
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text, err := instrumented(path, source)
		if err != nil || text == nil {
			return err
		}
		to := filepath.Join(out, strings.ReplaceAll(path, string(filepath.Separator), "_"))
		full, err := filepath.Abs(path)
		if err != nil {
			return err
		}
		replace[full] = to
		return os.WriteFile(to, text, 0o600)
	})
	if err != nil {
		log.Fatal(err)
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(out, "overlay.json"), overlay, 0o600); err != nil {
		log.Fatal(err)
	}
}

// left reports whether a folder's functions aren't recorded: what stands outside, and what only tests import.
func left(path, name string) bool {
	none := []string{"adapters/sandbox", "internal/app/e2e", "internal/cli", "internal/doctor", "config"}
	return strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata" ||
		strings.HasSuffix(name, "test") || slices.Contains(none, filepath.ToSlash(path))
}

// instrumented is a file with the calls in it; nil: it has no functions, or isn't part of a build.
func instrumented(path string, source []byte) ([]byte, error) {
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, path, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	for _, c := range f.Comments {
		if strings.HasPrefix(c.Text(), "go:build ignore") || bytes.HasPrefix(source, []byte("//go:build ignore")) {
			return nil, nil
		}
	}
	pkg := filepath.ToSlash(filepath.Dir(path))
	var all []insertion
	enter := func(body *ast.BlockStmt, name string) {
		at := files.Position(body.Lbrace).Offset + 1
		all = append(all, insertion{at, fmt.Sprintf(" defer walktest_.Enter(%q)();", pkg+":"+name)})
	}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		name := "var"
		if ok {
			if fn.Body == nil || fn.Name.Name == "init" {
				continue
			}
			name = nameOf(fn)
			enter(fn.Body, name)
		}
		ast.Inspect(d, func(n ast.Node) bool {
			if lit, ok := n.(*ast.FuncLit); ok {
				enter(lit.Body, fmt.Sprintf("%s.func%d", name, files.Position(lit.Pos()).Line))
			}
			return true
		})
	}
	if len(all) == 0 {
		return nil, nil
	}
	all = append(all, insertion{files.Position(f.Name.End()).Offset, "; import walktest_ \"" + recorder + "\""})
	slices.SortStableFunc(all, func(a, b insertion) int { return b.at - a.at })
	for _, i := range all {
		source = slices.Concat(source[:i.at], []byte(i.text), source[i.at:])
	}
	return source, nil
}

// nameOf is a function's name, with its receiver's type before it.
func nameOf(fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return fn.Name.Name
	}
	t := fn.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name + "." + fn.Name.Name
		default:
			return fn.Name.Name
		}
	}
}
