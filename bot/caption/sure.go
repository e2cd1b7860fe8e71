package caption

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/bot/caption/amounts"
	"github.com/sajangpick/sajangpick/bot/caption/letters"
	"github.com/sajangpick/sajangpick/bot/caption/words"
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
func (t *text) judge(r Result, ts []token, good, bad []amounts.Amount) Doubt {
	doubt := t.doubt | t.judgeName(r.Menu) | t.judgeRest(ts)
	if t.Unsure {
		doubt |= DoubtPrice
	}
	for _, a := range good {
		if a.Extra {
			continue
		}
		if a.Vague || a.Sure == amounts.Crumb || a.Sure == amounts.Cafe && (a.Won < 3000 && costs(r.Menu).low >= 2000 ||
			a.Won < 10_000 && t.isFeast(r)) {
			doubt |= DoubtPrice
		}
	}
	for _, a := range bad {
		if !a.Foreign && !t.Used[a.Start] {
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
		return words.Ends("feast", w) != ""
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
		if words.IsCount(w) && words.Ends("serving", w) == "" || words.Ends("piece", w) != "" {
			s.low = min(s.low, 300)
		}
		if words.Ends("feast", w) != "" || words.IsCount(w) {
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
	known := words.IsDish(menu)
	if len(ws) > maxSureWords || !known && len(ws) > maxSureStrange {
		return DoubtName
	}
	if !known && !slices.ContainsFunc(ws, func(w string) bool {
		return !words.IsCount(w) && !words.Is("some", w) && !words.Is("counter", w) && !words.Is("part", w) &&
			!words.IsWhen(w)
	}) {
		return DoubtName // 한 마리
	}
	outer, _, _ := strings.Cut(menu, "(")
	last := len(nameWords(outer)) - 1 // that isn't in brackets
	dish := false                     // a word before names one
	for i, w := range ws {
		counts := words.IsMeasure(w) || words.Is("some", w) ||
			i > 0 && words.Is("some", ws[i-1]) && words.Is("counter", w)
		plain := counts || words.Ends("yo", w) != "" || words.Is("option", w) ||
			words.Is("title", strings.TrimRight(w, "0123456789")) ||
			words.Is("noun", w)
		if dish && i == last && !plain && !words.IsDish(w) && !strings.ContainsAny(outer, "&+") {
			return DoubtName
		}
		dish = dish || words.IsDish(w)
		if words.Is("stray", w) && i < len(ws)-1 {
			return DoubtName
		}
		switch {
		case strings.Trim(w, "0123456789.,") == "", amounts.IsAmount(w):
			return DoubtPrice
		case words.Begins("edit", w):
			return DoubtName // 제목 빼고
		case plain, w == "new" && i+1 < len(ws) && words.Is("york", ws[i+1]):
		case words.Ends("bent", w) != "" && len(words.Ends("bent", w)) < len(w):
			return DoubtName
		case words.IsDish(w):
		case words.Ends("shop", w) != "" && len(words.Ends("shop", w)) < len(w):
			return DoubtName
		case i < len(ws)-1 && words.Ends("weakbent", w) != "" &&
			(utf8.RuneCountInString(w) > 2 ||
				strings.HasSuffix(w, "은")), words.IsShout(w), words.Is("notice", w), words.Is("generic", w),
			words.Is("after", w):
			return DoubtName
		case !known && words.Ends("verbal", w) != "":
			return DoubtName
		}
	}
	return 0
}

// nameWords are the words of a name; 1+1 and 1++ count for none.
func nameWords(menu string) []string {
	var ws []string
	for _, w := range strings.FieldsFunc(strings.ToLower(menu), func(r rune) bool {
		return unicode.IsSpace(r) || letters.Contains("()[]&,/·", r)
	}) {
		if words.IsBundle(w) || strings.HasSuffix(w, "++") {
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
	named := ""                 // the word before, unless a price stands between
	for _, k := range ts {
		switch {
		case k.kind == money:
			priced, named = true, ""
		case k.kind == line, t.is(k, ".!"):
			priced = false
		case t.is(k, "?"):
			if (priced || !words.IsSentence(before)) && words.Ends("invite", before) == "" {
				doubt |= DoubtRest
			}
			priced = false
		}
		if k.kind != word {
			continue
		}
		w := t.word(k)
		edits := named != "" && words.Begins("edit", w) && words.Ends("request", w) != "" &&
			!words.IsNoun("other", named)
		before, named = w, w
		switch {
		case words.Is("unsettled", w) && !(t.corrected && words.Is("correct", w)) &&
			!(t.Used[k.i] && words.Is("rather", w)):
			doubt |= DoubtPrice
		case edits:
			doubt |= DoubtRest // 이름에 수제 넣어주세요
		case t.Used[k.i]:
		case words.IsCountNote(w):
		case strings.ContainsFunc(w, unicode.IsDigit), amounts.IsAmount(w):
			doubt |= DoubtPrice
		case !words.IsKnown(w):
			doubt |= DoubtRest
		}
	}
	return doubt
}
