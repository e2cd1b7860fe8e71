package caption

import (
	"slices"
	"strings"

	"github.com/sajangpick/sajangpick/bot/caption/amounts"
	"github.com/sajangpick/sajangpick/bot/caption/letters"
	"github.com/sajangpick/sajangpick/bot/caption/words"
)

// useRemarks accounts for what is said behind the last price of a named dish and names nothing else: sentences
// (남원식으로 푹 끓였습니다), what a set holds (떡볶이+튀김+순대), and notes in brackets (학생증 지참).
func (t *text) useRemarks(ts []token) {
	for i := 0; i < len(ts); i++ {
		if t.is(ts[i], opening) {
			if end := t.close(ts, i); end > 0 {
				if in := ts[i+1 : end]; t.holds(in) || t.tellsNothing(in) {
					t.use(in)
				}
				i = end
			}
			continue
		}
		n, _ := t.segment(ts[i:])
		if seg := ts[i : i+n]; n > 0 && t.tellsNothing(seg) && t.endsSentence(seg) {
			t.use(seg)
		}
		i += n
	}
}

// tellsNothing tells words without a dish, a number, or anything that unsettles what was read.
func (t *text) tellsNothing(ts []token) bool {
	before := ""
	for _, k := range ts {
		if k.kind == money || k.kind == void {
			return false
		}
		if k.kind != word {
			continue
		}
		w := t.word(k)
		days := words.Is("daysbefore", before) || before != "" && letters.IsDigit(rune(before[0]))
		before = w
		if w == "전" && days { // 하루 전 예약
			continue
		}
		if letters.IsDigit(t.Read[k.i]) && !words.IsCount(w) || words.IsDish(w) || amounts.IsAmount(w) ||
			words.Is("unsettled", w) || words.Is("correct", w) ||
			words.IsNoun("barelabel", w) ||
			words.Is("option", w) {
			return false
		}
	}
	return len(ts) > 0
}

// endsSentence tells words that end in a statement or an invitation, not in a request.
func (t *text) endsSentence(ts []token) bool {
	k := ts[len(ts)-1]
	if k.kind != word {
		return false
	}
	w := t.word(k)
	if words.IsShout(w) || words.Is("after", w) || words.Is("notice", w) || words.Is("filler", w) {
		return true
	}
	return words.Ends("invite", w) != "" || words.Ends("offer", w) != "" && !strings.Contains(w, "부탁") ||
		words.Ends("request", w) == "" && (words.Ends("predicate", w) != "" || words.Ends("copula", w) != "")
}

// holds tells a list of what a set is made of: at least two things, parted by + or commas.
func (t *text) holds(ts []token) bool {
	parted := false
	for _, k := range ts {
		switch {
		case k.kind == word:
			w := t.word(k)
			if amounts.IsAmount(w) || words.Is("unsettled", w) || words.Is("option", w) {
				return false
			}
			parted = parted || strings.Contains(w, "+")
		case t.is(k, "+,&/·"):
			parted = true
		default:
			return false
		}
	}
	return parted
}

// limits tells for how many at least something is sold: 2인분부터.
func (t *text) limits(seg []token) bool {
	return len(seg) > 0 && !slices.ContainsFunc(seg, func(k token) bool {
		e := words.Ends("least", t.word(k))
		return k.kind != word || e == "" || !words.IsCount(strings.TrimSuffix(t.word(k), e))
	})
}

// saysOf tells what a dish is made of: 통영굴 사용.
func (t *text) saysOf(seg []token) bool {
	return count(seg) > 1 && seg[len(seg)-1].kind == word && words.Is("made", t.word(seg[len(seg)-1]))
}

// givesAway tells what is free or comes with a dish, and names none: 시럽무료, 음료 무한리필.
func (t *text) givesAway(seg []token) bool {
	return len(seg) > 0 && seg[len(seg)-1].kind == word && words.Ends("included", t.word(seg[len(seg)-1])) != "" &&
		!slices.ContainsFunc(seg, func(k token) bool { return k.kind != word || words.IsDish(t.word(k)) })
}

// allSizes tells words that only say which size a price is for.
func (t *text) allSizes(ts []token) bool {
	return count(ts) > 0 && !slices.ContainsFunc(ts, func(k token) bool { return k.kind == word && !t.isOption(k) })
}
