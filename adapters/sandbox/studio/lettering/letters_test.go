package lettering

import (
	"testing"

	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
)

// The looks go by lists of the letters that their typefaces have: a wrong one would show a letter of another type.
func TestFonts_HaveTheLettersThatLooksCountOn(t *testing.T) {
	f := New()
	for _, family := range look.Families() {
		face, n := faceOf(family, 700), 0
		for r := ' '; r <= '힣'; r++ {
			if family == sans || !look.HasLetter(family, r) {
				continue
			}
			if n++; !f.find(face, r).ok || f.find(face, r).cut != face.cut {
				t.Errorf("%s has no %q", family, r)
			}
		}
		if family != sans && n < 2500 {
			t.Errorf("%s is used for %d letters", family, n)
		}
	}
}
