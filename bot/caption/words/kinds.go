package words

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/pipeline/prompt"
)

// IsDish reports whether the vocabulary of dishes knows a name. A verb that ends like noodles is none: 전화주시면.
func IsDish(name string) bool {
	return name != "" && Ends("provided", name) == "" && prompt.KindOf(name) != prompt.Unknown
}

// IsKindOfDish tells a kind of dish of which the one that is meant follows: 오늘의 파스타는 봉골레.
func IsKindOfDish(w string) bool {
	for _, p := range [...]string{"은", "는"} {
		if kind, ok := strings.CutSuffix(w, p); ok && IsDish(kind) {
			return true
		}
	}
	return false
}

// IsActor tells who does something, or where: 엄마가, 애들도, 어르신들, 동네에서.
func IsActor(w string) bool {
	for _, p := range [...]string{"가", "에서", "에서만"} {
		if who, ok := strings.CutSuffix(w, p); ok && utf8.RuneCountInString(who) > 1 && !IsDish(w) && !Is("noun", w) {
			return true
		}
	}
	for _, p := range [...]string{"이", "가", "도", "께서", "들이", "들도", "들이랑"} {
		if who, ok := strings.CutSuffix(w, p); ok && Is("person", who) {
			return true
		}
	}
	several, ok := strings.CutSuffix(w, "들")
	return ok && Is("person", several)
}

// IsNotice tells words of notices: we are closed, sold out, fully booked.
func IsNotice(w string) bool {
	if IsNoun("notice", w) {
		return true
	}
	if stem := Ends("copula", w); stem != "" && Is("notice", w[:len(w)-len(stem)]) {
		return true
	}
	return Begins("over", w)
}

// IsSentence tells words that end a sentence.
func IsSentence(w string) bool {
	return len(w) > len("가나") && (Ends("request", w) != "" || Ends("predicate", w) != "" || Ends("copula", w) != "")
}

// CopulaOf gives the verb that makes a sentence of a noun; 이 that is the noun's own stays: 떡볶이|에요.
func CopulaOf(w string) string {
	e := Ends("copula", w)
	if rest, ok := strings.CutPrefix(e, "이"); ok && Ends("dish_endings_i", strings.TrimSuffix(w, rest)) != "" {
		return rest
	}
	return e
}

// IsDateFrom tells from or till when: 12월부터.
func IsDateFrom(w string) bool {
	what := strings.TrimLeft(w, "0123456789")
	return what != w && Is("date", what)
}

// idle are the lists of words that may be left over.
var idle = [...]string{"lead", "weak", "tail", "opener", "price", "regular", "sale", "post", "label", "barelabel",
	"extra", "free",
	"other", "notice", "announce", "after", "generic", "picture", "adverb", "part", "clock", "gift", "place", "option",
	"keep", "filler"}

// IsKnown tells words that say nothing about dish and price wherever they stand.
func IsKnown(w string) bool {
	if IsShout(w) || IsWhen(w) || IsCondition(w) || Ends("request", w) != "" || Ends("predicate", w) != "" ||
		Ends("copula", w) != "" {
		return true
	}
	if Begins("origin", w) && !IsDish(w) {
		return true
	}
	if e := Ends("least", w); e != "" && IsWhen(strings.TrimSuffix(w, e)) || Ends("included", w) != "" {
		return true
	}
	return slices.ContainsFunc(idle[:], func(section string) bool { return IsNoun(section, w) })
}
