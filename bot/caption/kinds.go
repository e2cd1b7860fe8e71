package caption

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/pipeline/prompt"
)

// isDish reports whether the vocabulary of dishes knows a name. A verb that ends like noodles is none: 전화주시면.
func isDish(name string) bool {
	return name != "" && ends("provided", name) == "" && prompt.KindOf(name) != prompt.Unknown
}

// isKindOfDish tells a kind of dish of which the one that is meant follows: 오늘의 파스타는 봉골레.
func isKindOfDish(w string) bool {
	for _, p := range [...]string{"은", "는"} {
		if kind, ok := strings.CutSuffix(w, p); ok && isDish(kind) {
			return true
		}
	}
	return false
}

// isActor tells who does something, or where: 엄마가, 애들도, 동네에서.
func isActor(w string) bool {
	for _, p := range [...]string{"가", "에서", "에서만"} {
		if who, ok := strings.CutSuffix(w, p); ok && utf8.RuneCountInString(who) > 1 && !isDish(w) && !is("noun", w) {
			return true
		}
	}
	for _, p := range [...]string{"이", "가", "도", "께서", "들이", "들도", "들이랑"} {
		if who, ok := strings.CutSuffix(w, p); ok && is("person", who) {
			return true
		}
	}
	return false
}

// isNotice tells words of notices: we are closed, sold out, fully booked.
func isNotice(w string) bool {
	if isNoun("notice", w) {
		return true
	}
	if stem := ends("copula", w); stem != "" && is("notice", w[:len(w)-len(stem)]) {
		return true
	}
	return begins("over", w)
}

// isSentence tells words that end a sentence.
func isSentence(w string) bool {
	return len(w) > len("가나") && (ends("request", w) != "" || ends("predicate", w) != "" || ends("copula", w) != "")
}

// copulaOf gives the verb that makes a sentence of a noun; 이 that is the noun's own stays: 떡볶이|에요.
func copulaOf(w string) string {
	e := ends("copula", w)
	if rest, ok := strings.CutPrefix(e, "이"); ok && ends("ee", strings.TrimSuffix(w, rest)) != "" {
		return rest
	}
	return e
}

// isDateFrom tells from or till when: 12월부터.
func isDateFrom(w string) bool {
	what := strings.TrimLeft(w, "0123456789")
	return what != w && is("date", what)
}

// idle are the lists of words that may be left over.
var idle = [...]string{"lead", "weak", "tail", "opener", "price", "regular", "sale", "post", "label", "barelabel",
	"extra", "free",
	"other", "notice", "announce", "after", "generic", "picture", "adverb", "part", "clock", "gift", "place", "option",
	"keep", "filler"}

// isKnown tells words that say nothing about dish and price wherever they stand.
func isKnown(w string) bool {
	if isShout(w) || isWhen(w) || isCondition(w) || ends("request", w) != "" || ends("predicate", w) != "" ||
		ends("copula", w) != "" {
		return true
	}
	if begins("origin", w) && !isDish(w) {
		return true
	}
	if e := ends("least", w); e != "" && isWhen(strings.TrimSuffix(w, e)) || ends("included", w) != "" {
		return true
	}
	return slices.ContainsFunc(idle[:], func(section string) bool { return isNoun(section, w) })
}
