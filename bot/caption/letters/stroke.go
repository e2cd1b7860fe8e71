package letters

import (
	"strings"
)

// struck writes what is struck out letter by letter (U+0335 to U+0338, as copied from web pages) the way
// messengers do, between tildes, and 'no, no' in single letters as a word.
func struck(caption string) string {
	caption = strings.ReplaceAll(caption, "ㄴㄴ", " 아니 ")
	if !strings.ContainsFunc(caption, IsStroke) {
		return caption
	}
	var b strings.Builder
	letters := []rune(caption)
	open := false
	for i, r := range letters {
		if IsStroke(r) {
			continue
		}
		next := i+1 < len(letters) && IsStroke(letters[i+1])
		switch {
		case next && !open && r != ' ':
			b.WriteString("~~")
			open = true
		case !next && open && (r != ' ' || i+2 >= len(letters) || !IsStroke(letters[i+2])):
			b.WriteString("~~")
			open = false
		}
		b.WriteRune(r)
	}
	if open {
		b.WriteString("~~")
	}
	return b.String()
}

// IsStroke tells what is put over the letter before it to strike it out.
func IsStroke(r rune) bool { return r >= 0x0335 && r <= 0x0338 }

// Cut takes letters out. What is cut parts words, and is accounted for.
func (t *Text) Cut(i, j int) {
	for ; i < j; i++ {
		t.Show[i], t.Read[i] = Cut, Cut
	}
	t.stale = true
}
