package words

import (
	"strings"
	"unicode/utf8"
)

// IsCount tells a number with a counting word: 2인분, 500ml, 3개.
func IsCount(w string) bool {
	for _, n := range [...]string{"한", "두", "세", "네", "몇", "반"} {
		if what, ok := strings.CutPrefix(w, n); ok && Is("counter", strings.TrimPrefix(what, " ")) &&
			(len(what) > 0 && what[0] == ' ' || Is("option", w)) {
			return true
		}
	}
	i := 0
	for i < len(w) && (w[i] >= '0' && w[i] <= '9' || i > 0 && strings.ContainsRune(".,~-", rune(w[i]))) {
		i++
	}
	return i > 0 && Section("counter")[w[i:]] || Is("option", w) && len(w) > len("가나")
}

// IsMeasure tells how much there is of a dish: 2인분, 한근, 100g당, 2대.
func IsMeasure(w string) bool {
	if IsCount(w) || IsCount(strings.TrimSuffix(w, "당")) {
		return true
	}
	if what := strings.TrimLeft(w, "0123456789"); what != w && Is("measure", what) {
		return true
	}
	r, size := utf8.DecodeRuneInString(w)
	return Is("some", string(r)) && Is("counter", w[size:]) && !IsDish(w)
}

// IsCountNote tells a number with a counting word, and what least or most numbers are written like: 2인이상, 600g부터.
func IsCountNote(w string) bool {
	return IsMeasure(w) || IsMeasure(strings.TrimSuffix(w, Ends("least", w)))
}

// IsBundle tells what says how many are had for the price: 1+1, 2+1.
func IsBundle(w string) bool {
	return len(w) == 3 && w[1] == '+' && w[0] > '0' && w[0] <= '9' && w[2] > '0' && w[2] <= '9'
}
