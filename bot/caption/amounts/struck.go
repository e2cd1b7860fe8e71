package amounts

import (
	"github.com/sajangpick/sajangpick/bot/caption/letters"
)

// DropStruck takes out names that are struck out (~~고등어~~ 갈치조림). Prices stay: they are what something
// cost before. One tilde is a sign of mark-up and decoration as
// well, so that a name must follow it.
func (t *Reader) DropStruck() {
	for i := 0; i < len(t.Read); {
		if t.Read[i] != '~' {
			i++
			continue
		}
		n := 1
		if t.Letter(i+1) == '~' {
			n = 2
		}
		end := i + n
		for end < len(t.Read) && t.Read[end] != '~' && t.Read[end] != '\n' {
			end++
		}
		if t.Letter(end) != '~' || end == i+n || t.Read[i+n] == ' ' || t.Read[end-1] == ' ' ||
			letters.IsWord(t.Letter(i-1)) && n == 1 {
			i = end
			continue
		}
		after := end + 1
		if t.Letter(after) == '~' {
			after++
		}
		if t.hasLetters(i+n, end) && (n == 2 || t.nameFollows(after)) {
			t.Cut(i, after)
		}
		i = after
	}
	t.Seal()
}

// hasLetters reports whether a stretch names something, and isn't a price alone.
func (t *Reader) hasLetters(i, j int) bool {
	for i < j {
		if a, ok := t.amount(i); ok && a.End <= j {
			i = a.End
			continue
		}
		if letters.IsWord(t.Read[i]) && !letters.IsDigit(t.Read[i]) {
			return true
		}
		i++
	}
	return false
}

// nameFollows reports whether the next word is one of letters.
func (t *Reader) nameFollows(i int) bool {
	for ; i < len(t.Read) && t.Read[i] != '\n'; i++ {
		if letters.IsWord(t.Read[i]) {
			_, price := t.amount(i)
			return !price && !letters.IsDigit(t.Read[i])
		}
	}
	return false
}
