package rules

import (
	"bufio"
	"bytes"
	"go/scanner"
	"go/token"
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
)

// TestCode_IsOfAMeasure: lines fit a screen, files can be read at once, and a package is one subject. What stands in
// raw strings (SQL, JSON, scripts) is as its own language has it.
func TestCode_IsOfAMeasure(t *testing.T) {
	type size struct{ files, lines int }
	packages := map[string]size{}
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
