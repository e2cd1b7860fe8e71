package rules

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	testFunc = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)[A-Z]\w*)\(\w+ \*testing\.[TFB]\)`)
	testName = regexp.MustCompile(`^(?:(?:Test|Fuzz)[A-Z][A-Za-z0-9]*_[A-Z][A-Za-z0-9]*|Benchmark\w+)$`)
)

// TestTests_AreNamedByUnitAndPromiseAndOnce: a failing test's name says what is broken and what no longer holds, and
// -run of a name runs one test. A benchmark promises nothing.
func TestTests_AreNamedByUnitAndPromiseAndOnce(t *testing.T) {
	at := map[string]string{}
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == "node_modules" || name != "." && strings.HasPrefix(d.Name(), ".")) {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		source, err := os.ReadFile(name)
		for _, m := range testFunc.FindAllSubmatchIndex(source, -1) {
			test := string(source[m[2]:m[3]])
			if !testName.MatchString(test) {
				t.Errorf(
					"%s:%d: %s isn't Test<Unit>_<Promise>", name, bytes.Count(source[:m[0]], []byte("\n"))+1, test,
				)
			}
			if other, twice := at[test]; twice {
				t.Errorf("%s is in %s and in %s", test, other, name)
			}
			at[test] = name
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(at) < 1_000 {
		t.Errorf("only %d tests were found", len(at))
	}
}
