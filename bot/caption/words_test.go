package caption

import (
	"os"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/bot/caption/amounts"
	"github.com/sajangpick/sajangpick/bot/caption/letters"
)

// TestWords_CanBeReadAndStandOnce: a word that no text is cut into, or that its section holds already, decides
// nothing.
func TestWords_CanBeReadAndStandOnce(t *testing.T) {
	data, err := os.ReadFile("words/words.txt")
	if err != nil {
		t.Fatal(err)
	}
	section, seen := "", map[string]bool{}
	for line := range strings.Lines(string(data)) {
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
			c := &text{Reader: &amounts.Reader{Text: letters.New(strings.ReplaceAll(w, "_", " "))}}
			c.Seal()
			ts := c.tokens(nil, nil)
			if len(ts) != 1 || ts[0].kind != word || c.word(ts[0]) != strings.ReplaceAll(w, "_", " ") {
				t.Errorf("[%s] holds %s, which is never read as one word", section, w)
			}
		}
	}
}
