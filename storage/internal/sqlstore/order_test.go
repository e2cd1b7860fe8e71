package sqlstore

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/sqldb"
)

var (
	_ pipeline.Store = Store{}
	_ bot.Store      = Store{}
)

// FuzzClean_GivesWhatADatabaseKeeps holds for any text: no NUL, no broken UTF-8, and cleaning again changes nothing.
func FuzzClean_GivesWhatADatabaseKeeps(f *testing.F) {
	for _, s := range []string{"", "새우 파스타", "a\x00b", "\xff\xfe", "👩‍🍳", strings.Repeat("\x00", 3)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := sqldb.Clean(s)
		if !utf8.ValidString(got) || strings.ContainsRune(got, 0) || sqldb.Clean(got) != got {
			t.Errorf("%q became %q", s, got)
		}
		if utf8.ValidString(s) && !strings.ContainsRune(s, 0) && got != s {
			t.Errorf("%q was fine, and became %q", s, got)
		}
	})
}

func TestKept_LeavesTheCallersOrderAlone(t *testing.T) {
	o := pipeline.Order{Cut: pipeline.Cut{Words: pipeline.Words{Options: []pipeline.Option{{Name: "a\x00"}}}}}
	k := kept(o, time.Now())
	if o.Cut.Words.Options[0].Name != "a\x00" || k.Cut.Words.Options[0].Name != "a\uFFFD" {
		t.Errorf("the caller's is %q, ours %q", o.Cut.Words.Options[0].Name, k.Cut.Words.Options[0].Name)
	}
}

func TestExact_NoTimeStaysNoTime(t *testing.T) {
	if got := sqldb.Exact(time.Time{}); !got.IsZero() {
		t.Errorf("got %v", got)
	}
}
