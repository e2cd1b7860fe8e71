package caption

import (
	"github.com/sajangpick/sajangpick/bot/caption/words"
)

// withoutShouts drops occasions and praise from both ends of a segment, as long as a name is left.
func (t *text) withoutShouts(seg []token) []token {
	fell := false
	for len(seg) > 1 {
		n := t.leadingShout(seg)
		if n == 0 && fell && words.Is("occasion", t.word(seg[0])) && t.namesDish(near(seg[1:])) { // 인기 No.1
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
		if !words.IsShout(w) && !words.Is("after", w) &&
			!(fell && (words.Is("part", w) || words.IsCount(w) && !words.Is("option", w))) {
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
		gift := words.Is("gift", w) || words.Is("made", w)
		switch {
		case w == "new" && k+1 < len(seg) && words.Is("york", t.word(seg[k+1])):
			return 0
		case words.IsShout(w), gift && k > 0, words.Is("occasion", w) && k > 0, k > 0 && words.IsCount(w) &&
			t.word(seg[k-1]) == "도보":
		case k == 0 && words.IsCondition(w) && len(seg) > 1:
			return 1
		default:
			continue
		}
		if k == 1 && words.Is("season", t.word(seg[0])) && w == "한정" { // 겨울 한정 굴국밥
			return 0
		}
		for _, b := range seg[:k] {
			if words.IsDish(t.word(b)) && !gift {
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
			t.Used[i] = true
		}
	}
}

// drop takes n tokens off the front, accounted for.
func (t *text) drop(ts []token, n int) []token {
	t.use(ts[:n])
	return ts[n:]
}
