package caption

import (
	"strings"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/pipeline/prompt"
)

// maxShout is more bytes than any shout in one word has.
const maxShout = 48

// isShout tells words that praise or announce and name no dish: the list's, and what is put together from its
// parts (여름한정, 사장님추천, 첫주문할인).
func isShout(w string) bool {
	if is("tag", w) || is("praise", w) {
		return true
	}
	return len(w) <= maxShout && (strings.HasSuffix(w, "데이") && len(w) > len("가나데이") && !is("sundae", w) || joinsTo(w))
}

// joinsTo reports whether a word is a chain of at least two parts of shouts, the last of which may end one.
func joinsTo(w string) bool {
	b := words()
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
			if part := w[i:j]; j < len(w) && (is("part", part) || is("head", part)) {
				reached[j] = reached[i] + 1
			} else if j == len(w) && reached[i] > 1 && is("head", part) {
				return true
			}
		}
	}
	return false
}

// isDish reports whether the vocabulary of dishes knows a name. A verb that ends like noodles is none: 전화주시면.
func isDish(name string) bool {
	return name != "" && ends("provided", name) == "" && prompt.KindOf(name) != prompt.Unknown
}

// isWhen tells words that say when or for whom something costs what it costs: 평일점심, 학생, 포장.
func isWhen(w string) bool {
	if len(w) > maxShout {
		return false
	}
	for rest := w; ; {
		if rest == "" {
			return w != ""
		}
		n := 0
		for j := len(rest); j > 0; j-- {
			if (j == len(rest) || utf8.RuneStart(rest[j])) && is("when", rest[:j]) {
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

// isCondition tells what a price is tied to: 포장만, 학생만, 예약시, 첫방문.
func isCondition(w string) bool {
	if is("condition", w) {
		return true
	}
	for _, end := range [...]string{"에만", "만", "은", "는", "엔", "에", "시"} {
		if stem, ok := strings.CutSuffix(w, end); ok &&
			(isWhen(stem) && end != "시" || end == "시" && is("doing", stem)) {
			return end == "만" || end == "에만" || end == "시" || !is("option", stem)
		}
	}
	return false
}

// withoutShouts drops occasions and praise from both ends of a segment, as long as a name is left.
func (t *text) withoutShouts(seg []token) []token {
	fell := false
	for len(seg) > 1 {
		n := t.leadingShout(seg)
		if n == 0 && fell && is("occasion", t.word(seg[0])) && t.namesDish(near(seg[1:])) { // 인기 No.1
			n = 1
		}
		if n == 0 || n >= len(seg) {
			break
		}
		seg, fell = t.drop(seg, n), true
	}
	fell = false
	for len(seg) > 1 && seg[len(seg)-1].kind == word {
		w := t.word(seg[len(seg)-1])
		if n := t.priceNote(seg); n > 0 {
			t.use(seg[len(seg)-n:])
			seg = seg[:len(seg)-n]
			continue
		}
		if !isShout(w) && !is("after", w) && !(fell && (is("part", w) || isCount(w) && !is("option", w))) {
			break
		}
		fell = true
		t.use(seg[len(seg)-1:])
		seg = seg[:len(seg)-1]
	}
	return seg
}

// longestOccasion is how many words an occasion has: 리뷰 작성시 콜라 증정.
const longestOccasion = 4

// leadingShout gives how many words in front are an occasion: its last one says so, and no dish is among
// the others unless it is given away.
func (t *text) leadingShout(seg []token) int {
	for k := 0; k < len(seg) && k < longestOccasion && seg[k].kind == word; k++ {
		w := t.word(seg[k])
		gift := is("gift", w) || is("made", w)
		switch {
		case w == "new" && k+1 < len(seg) && is("york", t.word(seg[k+1])):
			return 0
		case isShout(w), gift && k > 0, is("occasion", w) && k > 0, k > 0 && isCount(w) && t.word(seg[k-1]) == "도보":
		case k == 0 && isCondition(w) && len(seg) > 1:
			return 1
		default:
			continue
		}
		if k == 1 && is("season", t.word(seg[0])) && w == "한정" { // 겨울 한정 굴국밥
			return 0
		}
		for _, b := range seg[:k] {
			if isDish(t.word(b)) && !gift {
				return 0
			}
		}
		if !t.namesDish(near(seg[k+1:])) {
			return 0
		}
		return k + 1
	}
	return 0
}

// use marks tokens as accounted for.
func (t *text) use(ts []token) {
	for _, k := range ts {
		for i := k.i; i < k.j; i++ {
			t.used[i] = true
		}
	}
}

// drop takes n tokens off the front, accounted for.
func (t *text) drop(ts []token, n int) []token {
	t.use(ts[:n])
	return ts[n:]
}
