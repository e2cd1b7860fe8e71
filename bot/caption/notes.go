package caption

import (
	"slices"
	"strings"

	"github.com/sajangpick/sajangpick/bot/caption/letters"
	"github.com/sajangpick/sajangpick/bot/caption/words"
)

// withoutNotes drops from a line what is no dish and no price by its shape: a label or tag in front, the shop's
// name in quotation marks or before its telephone number, and brackets that hold times only.
func (t *text) withoutNotes(ts []token) []token {
	ts = t.withoutCaller(ts)
	ts = t.withoutShop(ts)
	ts = t.withoutHours(ts)
	for range 3 { // (NEW) 점심특선) …
		n := t.lineLabel(ts)
		if n == 0 {
			break
		}
		ts = t.drop(ts, n)
	}
	return ts
}

// withoutCaller drops the shop's name before its telephone number, when a dish follows: 치킨집 031-555-6666 후라이드.
func (t *text) withoutCaller(ts []token) []token {
	for i, k := range ts {
		if k.kind == money {
			return ts
		}
		if t.is(k, string(letters.Cut)) && len(t.Calls) > 0 && k.i == t.Calls[0] && t.lastName(ts[i:]) >= 0 &&
			t.lastName(ts[:i]) >= 0 {
			return t.drop(ts, i)
		}
	}
	return ts
}

// withoutShop drops a name in quotation marks that is said to be the writer's: "엄마손분식"입니다.
func (t *text) withoutShop(ts []token) []token {
	const most = 8
	for i, k := range ts {
		if !t.is(k, "\"'") {
			continue
		}
		for j := i + 1; j < len(ts) && j-i < most; j++ {
			if !t.is(ts[j], "\"'") {
				continue
			}
			if j > i+1 && j+1 < len(ts) && ts[j+1].kind == word && words.Is("copula", t.word(ts[j+1])) {
				t.use(ts[i : j+2])
				return append(ts[:i:i], ts[j+2:]...)
			}
			if rest := near(ts[j+1:]); i > 0 && ts[i-1].kind == word && words.Ends("shop", t.word(ts[i-1])) != "" &&
				words.IsDish(t.name(rest)) {
				return t.drop(ts, j+1) // 골목 작은 술집 '밤의 식탁' 명란구이
			}
			break
		}
	}
	return ts
}

// withoutHours drops brackets with a time and what goes with it, or what the price holds: (평일 11:30-14:30),
// (공기밥 포함).
func (t *text) withoutHours(ts []token) []token {
	for i := 0; i < len(ts); i++ {
		if !t.is(ts[i], opening) {
			continue
		}
		end := t.close(ts, i)
		if end < 0 {
			continue
		}
		times := false
		for _, k := range ts[i+1 : end] {
			times = times || t.is(k, string(letters.Cut))
			if w := t.word(k); k.kind == money ||
				k.kind == word && !words.IsWhen(w) && !words.Is("clock", w) && !words.Is("other", w) &&
					!words.Is("notice", w) && !words.Is("weekday", w) {
				times = false
				break
			}
		}
		limited := end > i+2 && ts[i+1].kind == word && words.Is("perday", t.word(ts[i+1])) // (1일 20개)
		if times || limited || t.isPriceNote(ts[i+1:end]) || t.isOther(ts[i+1:end]) {
			t.use(ts[i : end+1])
			return t.withoutHours(append(ts[:i:i], ts[end+1:]...))
		}
		i = end
	}
	return ts
}

// isOther tells what a note in brackets is about that is neither dish nor price: (계좌 농협 홍길동).
func (t *text) isOther(ts []token) bool {
	return len(ts) > 1 && ts[0].kind == word && words.IsNoun("other", t.word(ts[0])) && !t.isOption(ts[0]) &&
		!slices.ContainsFunc(ts, func(k token) bool { return k.kind == money || k.kind == void })
}

// priceNote gives how many words at the end of a segment are such a note.
func (t *text) priceNote(seg []token) int {
	for n := 1; n < min(len(seg), 3); n++ {
		if t.isPriceNote(seg[len(seg)-n:]) {
			return n
		}
	}
	return 0
}

// isPriceNote tells what is said about a price: 공기밥 포함, 부가세별도.
func (t *text) isPriceNote(ts []token) bool {
	if len(ts) == 0 || len(ts) > 2 || count(ts) < len(ts) {
		return false
	}
	last := t.word(ts[len(ts)-1])
	e := words.Ends("aboutprice", last)
	what := strings.TrimSuffix(last, e)
	if len(ts) == 2 && what == "" {
		what = t.word(ts[0])
	}
	return e != "" && (words.Is("tax", what) || words.Is("extra", what))
}

// longestLabel is how many words a label in front has.
const longestLabel = 4

// lineLabel gives how many tokens in front are a label or a tag with a sign behind it: 점심특선) 런치> 금주 스페셜:
func (t *text) lineLabel(ts []token) int {
	n := 0
	for n < len(ts) && n <= longestLabel && ts[n].kind == word {
		n++
	}
	if n == 0 || n > longestLabel || n+1 >= len(ts) {
		return 0
	}
	name := n + 1 // where the name must stand
	for name < len(ts) && ts[name].kind == sign && !t.is(ts[name], opening) {
		name++
	}
	if name >= len(ts) || ts[name].kind == money || t.lastName(ts[name:]) < 0 {
		return 0
	}
	switch k := ts[n]; {
	case t.is(k, ")"), t.is(k, "]"), t.is(k, ">") && !t.lessBefore(ts, n):
		for _, l := range ts[:n] {
			if w := t.word(l); words.IsNoun("price", w) || words.IsNoun("other", w) {
				return 0
			}
		}
		return n + 1
	case t.is(k, ":"), t.is(k, "-"):
		if !t.isLabel(ts[:n], t.is(k, "-")) {
			return 0
		}
		return n + 1
	}
	return 0
}

// isLabel tells words that announce a dish: 오늘의 안주, 금주 스페셜, 월요일. Before a hyphen only the last word does.
func (t *text) isLabel(ts []token, hyphen bool) bool {
	for i, k := range ts {
		w := t.word(k)
		if words.IsNoun("other", w) || words.IsNoun("price", w) || words.IsNoun("barelabel", w) && len(ts) == 1 {
			return false
		}
		if hyphen && i < len(ts)-1 {
			continue
		}
		if words.Is("announce", w) || !hyphen && (words.IsShout(w) || words.Is("weekday", w)) {
			return true
		}
	}
	return false
}

// withoutClauses drops questions for a price, and from a line without a price what is said about it, notices,
// and requests about the picture.
func (t *text) withoutClauses(seg []token, bare bool) []token {
	asked := false // whether a picture was looked at
	for i, k := range seg {
		if k.kind != word {
			continue
		}
		w := t.word(k)
		switch {
		case i < farthest && words.IsNoun("extra", w) && i+1 < len(seg) && seg[i+1].kind == word &&
			(words.Is("free", t.word(seg[i+1])) || words.Is("gift", t.word(seg[i+1]))):
			t.use(seg[i : i+2])
			return t.withoutClauses(append(seg[:i:i], seg[i+2:]...), bare)
		case strings.HasPrefix(w, "얼마"), bare &&
			(words.IsNoun("price", w) && !words.Is("weakprice", w) || strings.HasPrefix(w, "가격")):
			for i > 0 && seg[i-1].kind == word &&
				(words.IsNoun("price", t.word(seg[i-1])) || words.Is("adverb", t.word(seg[i-1]))) {
				i--
			}
			if last := t.word(seg[len(seg)-1]); i+1 < len(seg) &&
				(words.Is("free", last) || letters.IsDigit(rune(last[0]))) {
				return seg // 가격 무료, 가격 19: said, but no price
			}
			t.use(seg[i:])
			return seg[:i]
		case bare && words.IsNotice(w):
			if n := t.lastSentence(seg[:i]); n > 0 && words.IsDish(t.name(seg[:n])) { // 방어 들어왔습니다 예약 주세요
				t.use(seg[n:])
				return seg[:n]
			}
			t.use(seg)
			return nil
		case bare && !asked && words.IsNoun("picture", w) && (i > 0 || len(seg) > 1 && !words.IsDish(t.name(seg))):
			asked = true
			if t.asksIn(seg[i:]) {
				t.use(seg[i:])
				return seg[:i]
			}
		}
	}
	return seg
}

// lastSentence gives where the last sentence ends, or 0.
func (t *text) lastSentence(seg []token) int {
	for n := len(seg); n > 0; n-- {
		if seg[n-1].kind == word && words.IsSentence(t.word(seg[n-1])) {
			return n
		}
	}
	return 0
}

func (t *text) asksIn(seg []token) bool {
	for _, k := range seg {
		if k.kind != word {
			continue
		}
		w := t.word(k)
		if words.Is("tail", w) || words.Ends("request", w) != "" || words.Ends("predicate", w) != "" ||
			words.Ends("copula", w) != "" {
			return true
		}
	}
	return len(seg) == 1
}
