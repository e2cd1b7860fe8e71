package caption

import (
	"strings"
	"unicode/utf8"
)

// isCount tells a number with a counting word: 2인분, 500ml, 3개.
func isCount(w string) bool {
	for _, n := range [...]string{"한", "두", "세", "네", "몇", "반"} {
		if what, ok := strings.CutPrefix(w, n); ok && is("counter", strings.TrimPrefix(what, " ")) &&
			(len(what) > 0 && what[0] == ' ' || is("option", w)) {
			return true
		}
	}
	i := 0
	for i < len(w) && (w[i] >= '0' && w[i] <= '9' || i > 0 && strings.ContainsRune(".,~-", rune(w[i]))) {
		i++
	}
	return i > 0 && section("counter")[w[i:]] || is("option", w) && len(w) > len("가나")
}

// isMeasure tells how much there is of a dish: 2인분, 한근, 100g당, 2대.
func isMeasure(w string) bool {
	if isCount(w) || isCount(strings.TrimSuffix(w, "당")) {
		return true
	}
	if what := strings.TrimLeft(w, "0123456789"); what != w && is("measure", what) {
		return true
	}
	r, size := utf8.DecodeRuneInString(w)
	return is("some", string(r)) && is("counter", w[size:]) && !isDish(w)
}

// isCountNote tells a number with a counting word, and what least or most numbers are written like: 2인이상, 600g부터.
func isCountNote(w string) bool {
	return isMeasure(w) || isMeasure(strings.TrimSuffix(w, ends("least", w)))
}

// isBundle tells what says how many are had for the price: 1+1, 2+1.
func isBundle(w string) bool {
	return len(w) == 3 && w[1] == '+' && w[0] > '0' && w[0] <= '9' && w[2] > '0' && w[2] <= '9'
}
