package caption

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/pipeline/prompt"
)

// Doubt says what of a reading isn't certain. None is a reading that accounts for the whole caption.
type Doubt uint8

const (
	DoubtPrice Doubt = 1 << iota // another amount may be meant, or it isn't what such a dish costs
	DoubtName                    // the words may not be what the dish is called
	DoubtRest                    // something is left over that nothing explains
)

// Sure reports whether the reading accounts for everything that was written. Only then may anything be bought
// without asking; sold reports whether the shop has sold a dish of this name, which settles doubts about it.
func (r Result) Sure(sold func(menu string) bool) bool {
	doubt := r.Doubt
	if doubt == DoubtName && sold != nil && sold(r.Menu) {
		doubt = 0
	}
	return r.Outcome == OK && doubt == 0
}

// maxSureWords and maxSureStrange are how many words a name has that is taken without asking, and one in
// which the vocabulary of dishes sees nothing.
const (
	maxSureWords   = 5
	maxSureStrange = 3
)

// judge says what isn't certain about the one dish that was read.
func (t *text) judge(r Result, ts []token, good, bad []amount) Doubt {
	doubt := t.doubt | t.judgeName(r.Menu) | t.judgeRest(ts)
	if t.Unsure {
		doubt |= DoubtPrice
	}
	for _, a := range good {
		if a.extra {
			continue
		}
		if a.vague || a.sure == crumb || a.sure == cafe && (a.won < 3000 && costs(r.Menu).low >= 2000 ||
			a.won < 10_000 && t.isFeast(r)) {
			doubt |= DoubtPrice
		}
	}
	for _, a := range bad {
		if !a.foreign && !t.Used[a.i] {
			doubt |= DoubtPrice
		}
	}
	if s := costs(r.Menu); r.PriceText != "시가" && (r.Won < s.low || r.Won > s.high) {
		doubt |= DoubtPrice
	}
	return doubt
}

// isFeast tells what is had by the table in sizes: a decimal is as likely tens of thousands (보쌈 소 3.5 대 5.5).
func (t *text) isFeast(r Result) bool {
	return len(r.Options) > 1 && slices.ContainsFunc(nameWords(r.Menu), func(w string) bool {
		return ends("feast", w) != ""
	}) && costs(r.Menu).low >= 2000
}

// span is what a dish may cost without being asked about.
type span struct{ low, high int }

// costs gives about a tenth to ten times of what such a dish costs. What is sold by the piece may cost less,
// what is sold by the table or the bottle more.
func costs(menu string) span {
	var s span
	switch prompt.KindOf(menu) {
	case prompt.HotDrink:
		s = span{900, 30_000}
	case prompt.Iced:
		s = span{900, 60_000}
	case prompt.Dessert:
		s = span{500, 60_000}
	default:
		s = span{2000, 100_000}
	}
	for _, w := range nameWords(menu) {
		if isCount(w) && ends("serving", w) == "" || ends("piece", w) != "" {
			s.low = min(s.low, 300)
		}
		if ends("feast", w) != "" || isCount(w) {
			s.high = 500_000
		}
	}
	return s
}

// judgeName doubts names that hold verbs, particles or many words.
func (t *text) judgeName(menu string) Doubt {
	ws := nameWords(menu)
	if len(ws) == 0 || strings.ContainsAny(menu, "?!:;<>=") || strings.Contains(menu, " / ") {
		return DoubtName
	}
	known := isDish(menu)
	if len(ws) > maxSureWords || !known && len(ws) > maxSureStrange {
		return DoubtName
	}
	if !known && !slices.ContainsFunc(ws, func(w string) bool {
		return !isCount(w) && !is("some", w) && !is("counter", w) && !is("part", w) && !isWhen(w)
	}) {
		return DoubtName // 한 마리
	}
	outer, _, _ := strings.Cut(menu, "(")
	last := len(nameWords(outer)) - 1 // that isn't in brackets
	dish := false                     // a word before names one
	for i, w := range ws {
		counts := isMeasure(w) || is("some", w) || i > 0 && is("some", ws[i-1]) && is("counter", w)
		plain := counts || ends("yo", w) != "" || is("option", w) || is("title", strings.TrimRight(w, "0123456789")) ||
			is("noun", w)
		if dish && i == last && !plain && !isDish(w) && !strings.ContainsAny(outer, "&+") {
			return DoubtName
		}
		dish = dish || isDish(w)
		if is("stray", w) && i < len(ws)-1 {
			return DoubtName
		}
		switch {
		case strings.Trim(w, "0123456789.,") == "", isAmount(w):
			return DoubtPrice
		case plain, w == "new" && i+1 < len(ws) && is("york", ws[i+1]):
		case ends("bent", w) != "" && len(ends("bent", w)) < len(w):
			return DoubtName
		case isDish(w):
		case ends("shop", w) != "" && len(ends("shop", w)) < len(w):
			return DoubtName
		case i < len(ws)-1 && ends("weakbent", w) != "" &&
			(utf8.RuneCountInString(w) > 2 || strings.HasSuffix(w, "은")), isShout(w), is("notice", w), is("generic", w), is("after", w):
			return DoubtName
		case !known && ends("verbal", w) != "":
			return DoubtName
		}
	}
	return 0
}

// nameWords are the words of a name; 1+1 and 1++ count for none.
func nameWords(menu string) []string {
	var ws []string
	for _, w := range strings.FieldsFunc(strings.ToLower(menu), func(r rune) bool {
		return unicode.IsSpace(r) || contains("()[]&,/·", r)
	}) {
		if isBundle(w) || strings.HasSuffix(w, "++") {
			continue
		}
		ws = append(ws, strings.FieldsFunc(w, func(r rune) bool { return r == '+' })...)
	}
	return ws
}

// judgeRest doubts what stands in none of the names and prices and isn't known to mean nothing.
func (t *text) judgeRest(ts []token) Doubt {
	var doubt Doubt
	priced, before := false, "" // whether a price stands in the sentence, and the word before
	for _, k := range ts {
		switch {
		case k.kind == money:
			priced = true
		case k.kind == line, t.is(k, ".!"):
			priced = false
		case t.is(k, "?"):
			if (priced || !isSentence(before)) && ends("invite", before) == "" {
				doubt |= DoubtRest
			}
			priced = false
		}
		if k.kind != word {
			continue
		}
		w := t.word(k)
		before = w
		switch {
		case is("unsettled", w) && !(t.corrected && is("correct", w)) && !(t.Used[k.i] && is("rather", w)):
			doubt |= DoubtPrice
		case t.Used[k.i]:
		case isCountNote(w):
		case strings.ContainsFunc(w, unicode.IsDigit), isAmount(w):
			doubt |= DoubtPrice
		case !isKnown(w):
			doubt |= DoubtRest
		}
	}
	return doubt
}
