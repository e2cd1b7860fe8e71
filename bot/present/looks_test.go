package present

import (
	"testing"

	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
)

func TestPhrases_EveryLookAndPieceHasAName(t *testing.T) {
	for _, lang := range []string{"ko", "en"} {
		for _, n := range look.Names() {
			if Fill(lang, "look."+n, nil) == "" {
				t.Errorf("%s: the look %s has no name", lang, n)
			}
		}
		for _, n := range look.MusicNames() {
			if Fill(lang, "music."+n, nil) == "" {
				t.Errorf("%s: the piece %s has no name", lang, n)
			}
		}
	}
}
