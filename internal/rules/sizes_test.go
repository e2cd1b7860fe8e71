package rules

import (
	"bufio"
	"bytes"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

const (
	maxColumns      = 120 // a tab is four
	maxFileLines    = 400
	maxPackageFiles = 25    // without tests
	maxPackageLines = 3_500 // without tests
	maxMethods      = 25    // of a type, as methodsOf counts them
)

// oneStore are the types behind all consumers' interfaces of the store, which have more methods than others may.
var oneStore = []string{"storage/internal/sqlstore.Store", "storage/internal/sqlstore/chats.Tables"}

// TestCode_KeepsToItsMeasures: lines fit a screen, files can be read at once, and a package is one subject. What stands
// in raw strings (SQL, JSON, scripts) is as its own language has it.
func TestCode_KeepsToItsMeasures(t *testing.T) {
	type size struct{ files, lines int }
	packages, methods := map[string]size{}, map[string]int{}
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == "node_modules" || name != "." && strings.HasPrefix(d.Name(), ".")) {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") {
			return err
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		raw, n, dir := rawLines(source), 0, filepath.ToSlash(filepath.Dir(name))
		for lines := bufio.NewScanner(bytes.NewReader(source)); lines.Scan(); {
			n++
			width := utf8.RuneCount(lines.Bytes()) + 3*bytes.Count(lines.Bytes(), []byte("\t"))
			if width <= maxColumns || raw[n] {
				continue
			}
			t.Errorf("%s:%d has %d columns, more than %d", name, n, width, maxColumns)
		}
		if n > maxFileLines {
			t.Errorf("%s has %d lines, more than %d", name, n, maxFileLines)
		}
		if !strings.HasSuffix(name, "_test.go") {
			packages[dir] = size{packages[dir].files + 1, packages[dir].lines + n}
			return methodsOf(name, source, methods)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(packages)) {
		if p := packages[name]; p.files > maxPackageFiles || p.lines > maxPackageLines {
			t.Errorf(
				"%s has %d files and %d lines, more than %d or %d",
				name, p.files, p.lines, maxPackageFiles, maxPackageLines,
			)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(methods)) {
		if methods[name] > maxMethods && !slices.Contains(oneStore, name) {
			t.Errorf("%s has %d methods, more than %d", name, methods[name], maxMethods)
		}
	}
}

// methodsOf adds a file's methods to those of each type: what others may ask of it, and what changes what it holds by
// assigning to its fields. What only tests import isn't counted.
func methodsOf(name string, source []byte, methods map[string]int) error {
	f, err := parser.ParseFile(token.NewFileSet(), name, source, 0)
	dir := filepath.ToSlash(filepath.Dir(name))
	if err != nil || strings.Contains(dir+"/", "test/") {
		return err
	}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Recv == nil {
			continue
		}
		self, changes := fn.Recv.List[0], fn.Name.IsExported()
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			var to []ast.Expr
			switch n := n.(type) {
			case *ast.AssignStmt:
				to = n.Lhs
			case *ast.IncDecStmt:
				to = []ast.Expr{n.X}
			}
			for _, x := range to {
				of, field := x.(*ast.SelectorExpr)
				changes = changes || field && len(self.Names) > 0 && types.ExprString(of.X) == self.Names[0].Name
			}
			return true
		})
		if changes {
			methods[dir+"."+strings.TrimLeft(types.ExprString(self.Type), "*")]++
		}
	}
	return nil
}

// rawLines are the lines of a file on which raw strings stand.
func rawLines(source []byte) map[int]bool {
	on := map[int]bool{}
	file := token.NewFileSet().AddFile("", -1, len(source))
	var s scanner.Scanner
	s.Init(file, source, nil, 0)
	for {
		pos, tok, text := s.Scan()
		if tok == token.EOF {
			return on
		}
		if tok == token.STRING && text[0] == '`' {
			first := file.Line(pos)
			for i := range strings.Count(text, "\n") + 1 {
				on[first+i] = true
			}
		}
	}
}
