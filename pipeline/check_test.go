package pipeline

import (
	"bufio"
	"strings"
	"testing"
)

func TestKindOf_TakesAResultForWhatItIs(t *testing.T) {
	short, still := Call{ID: "k1", Order: 12, Cut: 1, Step: Render}, Call{ID: "k2", Order: 12, Cut: 2, Step: Render}
	keys := map[string]string{
		"a film": ResultKey(short, Tall), "a square film": ResultKey(short, Square),
		"a still": ResultKey(still, Still), "a clip": ResultKey(Call{Step: Animate}, Still),
	}
	for head, fits := range map[string]string{
		"\x00\x00\x00\x18ftypmp42":           "a film, a square film, a clip",
		"\xff\xd8\xff\xe0\x00\x10JFIF":       "a still",
		"\x89PNG\r\n\x1a\n\x00\x00":          "",
		"<html><body>502 Bad Gateway</body>": "",
		"ftyp":                               "",
		"":                                   "",
	} {
		kind, err := kindOf(bufio.NewReader(strings.NewReader(head)))
		if err != nil {
			t.Errorf("%q: %v", head, err)
		}
		for name, key := range keys {
			if taken := kind == resultType(key); taken != strings.Contains(fits, name) {
				t.Errorf("%q is taken for %s: %v", head, name, taken)
			}
		}
	}
}
