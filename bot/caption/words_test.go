package caption

import (
	"strings"
	"testing"
)

// TestWords_CanBeReadAndStandOnce: a word that no text is cut into, or that its section holds already, decides
// nothing.
func TestWords_CanBeReadAndStandOnce(t *testing.T) {
	section, seen := "", map[string]bool{}
	for line := range strings.Lines(wordsText) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		if line[0] == '[' {
			section, seen = strings.Trim(line, "[]"), map[string]bool{}
			continue
		}
		for _, w := range strings.Fields(line) {
			if seen[w] {
				t.Errorf("[%s] holds %s twice", section, w)
			}
			seen[w] = true
			if section == "basic" || section == "idiom" || section == "sticker" || section == "counter" {
				// pairs, and what sticks to numbers
				continue
			}
			c := read(strings.ReplaceAll(w, "_", " "))
			c.seal()
			ts := c.tokens(nil, nil)
			if len(ts) != 1 || ts[0].kind != word || c.word(ts[0]) != strings.ReplaceAll(w, "_", " ") {
				t.Errorf("[%s] holds %s, which is never read as one word", section, w)
			}
		}
	}
}

// TestWords_HoldNoEndingThatAShorterOneCovers: of these sections it only counts whether any ending is found.
func TestWords_HoldNoEndingThatAShorterOneCovers(t *testing.T) {
	for _, section := range []string{"request", "predicate", "topic", "clause", "participle", "provided", "adverbial",
		"atwhen",
		"manner", "offer", "invite", "yo"} {
		l := words().lists[section]
		if len(l) == 0 {
			t.Errorf("there is no section [%s]", section)
		}
		for w := range l {
			for shorter := range l {
				if w != shorter && strings.HasSuffix(w, shorter) {
					t.Errorf("[%s] needs no %s, since it holds %s", section, w, shorter)
				}
			}
		}
	}
}
