package words

import (
	"strings"
	"testing"
)

// TestWords_HoldNoEndingThatAShorterOneCovers: of these sections it only counts whether any ending is found.
func TestWords_HoldNoEndingThatAShorterOneCovers(t *testing.T) {
	for _, name := range []string{"request", "predicate", "topic", "clause", "participle", "provided", "adverbial",
		"atwhen",
		"manner", "offer", "invite", "yo"} {
		l := Section(name)
		if len(l) == 0 {
			t.Errorf("there is no section [%s]", name)
		}
		for w := range l {
			for shorter := range l {
				if w != shorter && strings.HasSuffix(w, shorter) {
					t.Errorf("[%s] needs no %s, since it holds %s", name, w, shorter)
				}
			}
		}
	}
}
