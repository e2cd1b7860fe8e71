package caption

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"github.com/sajangpick/sajangpick/bot/caption/letters"
	"github.com/sajangpick/sajangpick/bot/caption/words"
)

// maxMenu is how many grapheme clusters of a name are kept.
const maxMenu = 40

// dishName is a dish's display text, or nothing if its words name no dish.
func (t *text) dishName(d dish) string {
	ts := t.untag(d.name)
	if t.namesDish(ts) {
		t.use(ts)
		return truncateWords(t.name(ts))
	}
	told := t.untag(d.told)
	if !t.namesDish(told) {
		return ""
	}
	t.use(told)
	if len(ts) > 0 && count(ts) == len(ts) && len(ts) < 3 { // 붕어빵 팝니다. 3마리 2천원
		t.use(ts)
		return truncateWords(t.name(told) + " " + t.name(ts))
	}
	if name := t.name(told); count(told) > 2 || !words.IsDish(name) {
		t.doubt |= DoubtName
	}
	return truncateWords(t.name(told))
}

// namesDish tells words that say what is eaten from those that only say how much.
func (t *text) namesDish(ts []token) bool {
	for _, k := range ts {
		if k.kind != word || strings.IndexFunc(t.word(k), unicode.IsLetter) < 0 {
			continue
		}
		w := t.word(k)
		if words.Is("generic", w) || words.Is("counter", w) && !words.IsDish(w) {
			continue
		}
		if !words.Is("option", w) && !words.IsCount(w) &&
			!words.IsCount(strings.TrimSuffix(w, words.Ends("least", w))) ||
			words.Is("option", w) && k.j-k.i > 1 {
			return true
		}
	}
	return false
}

// untag drops tags in brackets: any in front of the name, known ones behind it.
func (t *text) untag(ts []token) []token {
	ts = t.trim(ts)
	for len(ts) > 0 && t.is(ts[0], opening) {
		end := t.close(ts, 0)
		if end < 0 || len(t.trim(ts[end+1:])) == 0 {
			break
		}
		if end == 2 && words.IsBundle(t.word(ts[1])) {
			return append([]token{ts[1]}, t.untag(ts[end+1:])...)
		}
		t.use(ts[:end+1])
		ts = t.trim(ts[end+1:])
	}
	for n := len(ts); n > 3 && t.is(ts[n-1], closing) && t.is(ts[n-3], opening) &&
		(words.IsShout(t.word(ts[n-2])) || words.IsCondition(t.word(ts[n-2]))); n = len(ts) {
		ts = t.trim(ts[:n-3])
	}
	return ts
}

// name writes tokens as they stand, with single spaces where anything stood between them.
func (t *text) name(ts []token) string {
	var b strings.Builder
	parted := false
	for i, k := range ts {
		if k.kind != word && k.kind != sign || t.is(k, string(letters.Gone)+string(letters.Cut)) {
			continue
		}
		part := t.is(k, parting)
		if part && parted {
			continue
		}
		if b.Len() > 0 && t.spaced(ts[i-1], k) {
			b.WriteByte(' ')
		}
		parted = part
		for _, r := range t.Show[k.i:k.j] {
			if r != letters.Gone && r != letters.Cut {
				b.WriteRune(r)
			}
		}
	}
	return strings.TrimSpace(b.String())
}

// spaced reports whether anything but emoji stood between two tokens.
func (t *text) spaced(a, b token) bool {
	if b.i < a.j {
		return true
	}
	for _, r := range t.Read[a.j:b.i] {
		if r != letters.Gone {
			return true
		}
	}
	return a.kind == sign && t.Read[a.i] == letters.Cut
}

// truncateWords keeps whole words up to maxMenu grapheme clusters.
func truncateWords(s string) string {
	if utf8.RuneCountInString(s) <= maxMenu {
		return s
	}
	rest, state := s, -1
	end, space := 0, 0
	for n := 0; rest != ""; n++ {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if cluster == " " {
			space = end
		}
		if n == maxMenu {
			if space > 0 {
				return strings.TrimRight(s[:space], " ,/|·-(&+:")
			}
			return s[:end]
		}
		end += len(cluster)
	}
	return s
}
