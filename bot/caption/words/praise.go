package words

import (
	"strings"
	"unicode/utf8"
)

// maxShout is more bytes than any shout in one word has.
const maxShout = 48

// IsShout tells words that praise or announce and name no dish: the list's, and what is put together from its
// parts (여름한정, 사장님추천, 첫주문할인).
func IsShout(w string) bool {
	if Is("tag", w) || Is("praise", w) {
		return true
	}
	return len(w) <= maxShout && (strings.HasSuffix(w, "데이") && len(w) > len("가나데이") && !Is("sundae", w) || joinsTo(w))
}

// joinsTo reports whether a word is a chain of at least two parts of shouts, the last of which may end one.
func joinsTo(w string) bool {
	b := lists()
	reached := make([]int8, len(w)+1) // how many parts lead here; 0: none do
	reached[0] = 1
	for i := range w {
		if reached[i] == 0 {
			continue
		}
		for j := i + 1; j <= len(w); j++ {
			if j < len(w) && !utf8.RuneStart(w[j]) || !b.all[w[i:j]] {
				continue
			}
			if part := w[i:j]; j < len(w) && (Is("part", part) || Is("head", part)) {
				reached[j] = reached[i] + 1
			} else if j == len(w) && reached[i] > 1 && Is("head", part) {
				return true
			}
		}
	}
	return false
}

// IsWhen tells words that say when or for whom something costs what it costs: 평일점심, 학생, 포장.
func IsWhen(w string) bool {
	if len(w) > maxShout {
		return false
	}
	for rest := w; ; {
		if rest == "" {
			return w != ""
		}
		n := 0
		for j := len(rest); j > 0; j-- {
			if (j == len(rest) || utf8.RuneStart(rest[j])) && Is("when", rest[:j]) {
				n = j
				break
			}
		}
		if n == 0 {
			return false
		}
		rest = rest[n:]
	}
}

// IsCondition tells what a price is tied to: 포장만, 학생만, 예약시, 첫방문.
func IsCondition(w string) bool {
	if Is("condition", w) {
		return true
	}
	for _, end := range [...]string{"에만", "만", "은", "는", "엔", "에", "시"} {
		if stem, ok := strings.CutSuffix(w, end); ok &&
			(IsWhen(stem) && end != "시" || end == "시" && Is("doing", stem)) {
			return end == "만" || end == "에만" || end == "시" || !Is("option", stem)
		}
	}
	return false
}

// IsPlace tells tags that say where, or that it is good there.
func IsPlace(tag string) bool {
	return (Ends("place", tag) != "" || IsShout(tag)) && !IsDish(tag)
}
