package rules

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// TestOptions_AreFieldsWithANameAndNotEmbedded: what a type was built from isn't a part of its own face, where whoever
// holds it could change it.
func TestOptions_AreFieldsWithANameAndNotEmbedded(t *testing.T) {
	found, places := 0, token.NewFileSet()
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") {
			return err
		}
		f, err := parser.ParseFile(places, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			s, ok := n.(*ast.StructType)
			if !ok {
				return true
			}
			for _, field := range s.Fields.List {
				if !strings.HasSuffix(typeName(field.Type), "Options") {
					continue
				}
				found++
				if len(field.Names) == 0 {
					t.Errorf("%s: embedded options", places.Position(field.Pos()))
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 15 {
		t.Errorf("only %d fields with options were found", found)
	}
}

// typeName is the name of a type, of this package or another, or of one that is pointed to.
func typeName(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return x.Sel.Name
	case *ast.StarExpr:
		return typeName(x.X)
	}
	return ""
}
