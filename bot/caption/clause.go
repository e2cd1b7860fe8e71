package caption

import (
	"strings"

	"github.com/sajangpick/sajangpick/bot/caption/words"
)

// leadingClause gives how many words in front of a dish tell something: a sentence without a sign at its end,
// what the dish is (오늘 백반은), why (재료값 상승으로), until when (여름 지나기 전에), where (수요미식회 나온 그 집),
// and who did what when (엄마가 담근).
func (t *text) leadingClause(seg []token) int {
	for i := len(seg) - 2; i >= 0; i-- {
		if seg[i].kind != word {
			continue
		}
		w := t.word(seg[i])
		if words.IsSentence(w) {
			return i + 1
		}
		before := ""
		if i > 0 && seg[i-1].kind == word {
			before = t.word(seg[i-1])
		}
		tells := words.Ends("topic", w) != "" || words.IsKindOfDish(w) || words.Ends("clause", w) != "" ||
			strings.HasSuffix(before, "기") && (w == "전" || w == "전에") ||
			i > 0 && (words.Is("house", w) || words.Is("rather", w) || w == "그대로" && !t.modifies(seg[i+1])) ||
			i > 1 && words.Is("whose", before) && (w == "집" || w == "곳")
		if tells && t.namesDish(near(seg[i+1:])) {
			return i + 1
		}
	}
	return t.doing(seg)
}

// farthestActor is how far in front a clause names who or when.
const farthestActor = 3

// doing gives how many words in front say who did what, or when: 사장이 직접 뽑은, 새벽에 삶은, 점심 때만 파는. The
// last of them is a verb before a noun, and what follows is a dish.
func (t *text) doing(seg []token) int {
	acted := false
	for i := 0; i < min(len(seg), farthestActor) && !acted; i++ {
		w := t.word(seg[i])
		acted = seg[i].kind == word && (words.Is("daytime", w) || words.Ends("adverbial", w) != "" || words.IsActor(w))
	}
	for i := min(len(seg)-2, farthest); i > 0; i-- {
		does := seg[i].kind == word && (acted && t.modifies(seg[i]) || words.Is("sells", t.word(seg[i])))
		if does && words.IsDish(t.name(near(seg[i+1:]))) {
			return i + 1
		}
	}
	return 0
}

// modifies tells a verb before a noun by its ending: 담근, 먹는, 찍어준.
func (t *text) modifies(k token) bool {
	w := t.word(k)
	return k.j-k.i > 1 && words.Ends("participle", w) != "" && !words.IsDish(w) && !words.IsCount(w) &&
		(!words.Is("noun", w) || words.Is("cooked", w))
}
