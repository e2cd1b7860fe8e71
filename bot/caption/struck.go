package caption

import "strings"

// struck writes what is struck out letter by letter (U+0335 to U+0338, as copied from web pages) the way
// messengers do, between tildes, and 'no, no' in single letters as a word.
func struck(caption string) string {
	if strings.Contains(caption, "ㄴㄴ") {
		caption = strings.ReplaceAll(caption, "ㄴㄴ", " 아니 ")
	}
	if !strings.ContainsFunc(caption, isStroke) {
		return caption
	}
	var b strings.Builder
	letters := []rune(caption)
	open := false
	for i, r := range letters {
		if isStroke(r) {
			continue
		}
		next := i+1 < len(letters) && isStroke(letters[i+1])
		switch {
		case next && !open && r != ' ':
			b.WriteString("~~")
			open = true
		case !next && open && (r != ' ' || i+2 >= len(letters) || !isStroke(letters[i+2])):
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

func isStroke(r rune) bool { return r >= 0x0335 && r <= 0x0338 }

// dropStruck takes out names that are struck out (~~고등어~~ 갈치조림). Prices stay: they are what something
// cost before. One tilde is a sign of mark-up and decoration as
// well, so that a name must follow it.
func (t *text) dropStruck() {
	for i := 0; i < len(t.read); {
		if t.read[i] != '~' {
			i++
			continue
		}
		n := 1
		if t.letter(i+1) == '~' {
			n = 2
		}
		end := i + n
		for end < len(t.read) && t.read[end] != '~' && t.read[end] != '\n' {
			end++
		}
		if t.letter(end) != '~' || end == i+n || t.read[i+n] == ' ' || t.read[end-1] == ' ' ||
			isWord(t.letter(i-1)) && n == 1 {
			i = end
			continue
		}
		after := end + 1
		if t.letter(after) == '~' {
			after++
		}
		if t.hasLetters(i+n, end) && (n == 2 || t.nameFollows(after)) {
			t.cut(i, after)
		}
		i = after
	}
}

// hasLetters reports whether a stretch names something, and isn't a price alone.
func (t *text) hasLetters(i, j int) bool {
	for i < j {
		if a, ok := t.amount(i); ok && a.end <= j {
			i = a.end
			continue
		}
		if isWord(t.read[i]) && !isDigit(t.read[i]) {
			return true
		}
		i++
	}
	return false
}

// nameFollows reports whether the next word is one of letters.
func (t *text) nameFollows(i int) bool {
	for ; i < len(t.read) && t.read[i] != '\n'; i++ {
		if isWord(t.read[i]) {
			_, price := t.amount(i)
			return !price && !isDigit(t.read[i])
		}
	}
	return false
}

// cut takes letters out. What is cut parts words, and is accounted for.
func (t *text) cut(i, j int) {
	for ; i < j; i++ {
		t.show[i], t.read[i] = cut, cut
	}
	t.stale = true
}
