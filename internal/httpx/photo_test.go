package httpx

import (
	"strings"
	"testing"
)

func TestOneLine_IsOneLineOfWholeCharacters(t *testing.T) {
	for in, want := range map[string]string{
		" two\r\n\tlines ":           "two lines",
		"broken \xff text":           "broken text",
		strings.Repeat("a", maxLine): strings.Repeat("a", maxLine),
		strings.Repeat("새", 134):     strings.Repeat("새", 133) + "…", // of three bytes each
	} {
		if got := OneLine(in); got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
}

func TestStorable_HoldsNothingThatADatabaseRefuses(t *testing.T) {
	if got := Storable("a\x00b\xff새우", 6); got != "ab새" {
		t.Errorf("got %q", got)
	}
}
