package config

import (
	"strings"
	"testing"
)

func FuzzDotenv_AnyTextIsReadOrItsLinesAreNamed(f *testing.F) {
	for _, seed := range []string{"A=1", "export A='x' # y", `A="\"`, "A", "=", "\ufeffA=\\\n", "A=\"a\\nb\""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		values, bad := parseDotenv(text)
		if len(values)+len(bad) > strings.Count(text, "\n")+1 {
			t.Errorf("more values and problems than lines: %d, %d", len(values), len(bad))
		}
		for name := range values {
			if !variableName.MatchString(name) {
				t.Errorf("%q is no name", name)
			}
		}
	})
}
