// Package amounts finds the amounts of money in a caption's letters, in digits, Hangul or both (18,000원, 만팔천원,
// 1만8천, 4.5), and weighs which of them are prices.
package amounts

import (
	"slices"
	"strings"

	"github.com/sajangpick/sajangpick/bot/caption/letters"
	"github.com/sajangpick/sajangpick/bot/caption/words"
)

// Reader reads the amounts of a text. It sets the text's Unsure where 만 or 천 may be no particle.
type Reader struct {
	*letters.Text
	particle int // behind 만 that is no number: 포장만|팔천원
}

// Amount is a sum of money that was found.
type Amount struct {
	Start, End int // letters of the text, with currency and endings
	Raw        int // end without endings
	Won        int
	High       int // 18,000~20,000: the upper end
	Sure       int // Crumb, Cafe, or more
	Foreign    bool
	Market     bool // 시가
	From       bool // 18,000원에서: another follows
	Ended      bool // 18,000원이에요
	Extra      bool // +2,000원
	Struck     bool // ~~18,000원~~
	Since      bool // 18,000원부터
	Vague      bool // may be read otherwise

	glued bool // a word goes on behind it
	plain bool // digits only, without comma
	bad   bool // can't be meant: 18원
}

const (
	minWon = 100        // less is a typo
	maxWon = 10_000_000 // more is one too
)

// maxPrices is how many prices of a caption count: what has more is no caption.
const maxPrices = 64

// How sure it is that an amount is a price: said so, a bare number from 1,000 up, café style (4.5).
// A crumb counts only beside café prices: 라떼 HOT 4.5 ICE 5.
const (
	Crumb = iota
	Cafe
	bare
	said
)

// All finds everything that may be a price, from left to right.
func (t *Reader) All() []Amount {
	var as []Amount
	for i := 0; i < len(t.Read) && len(as) < maxPrices; {
		if a, ok := t.amount(i); ok {
			a.Extra = t.Letter(i-1) == '+'
			a.Struck = t.Letter(i-1) == '~' && t.Letter(a.End) == '~'
			as = append(as, a)
			i = a.End
			continue
		}
		if letters.IsDigit(t.Read[i]) {
			i = t.Digits(i).end
			continue
		}
		i++
	}
	return as
}

func (t *Reader) amount(i int) (Amount, bool) {
	r := t.Read[i]
	switch {
	case letters.IsDigit(r):
		return t.inDigits(i, i)
	case numeral(r) > 0 || unit(r) > 0:
		return t.inHangul(i)
	case r == '₩' || r == '\\':
		return t.afterSign(i, i+1, false)
	case letters.Contains("$€¥£", r):
		return t.afterSign(i, i+1, true)
	case letters.IsWord(t.Letter(i - 1)):
		return Amount{}, false
	case r == '시' || r == '싯' || r == 'm':
		return t.marketPrice(i)
	case letters.IsLatin(r):
		for _, sign := range []string{"krw", "won", "w"} {
			if t.Has(i, sign) {
				return t.afterSign(i, i+len(sign), false)
			}
		}
		for _, sign := range []string{"us$", "usd", "eur", "jpy", "cny"} {
			if t.Has(i, sign) {
				return t.afterSign(i, i+len(sign), true)
			}
		}
	}
	return Amount{}, false
}

// afterSign reads the number behind a currency's sign.
func (t *Reader) afterSign(i, j int, foreign bool) (Amount, bool) {
	if t.Letter(j) == '.' || t.Letter(j) == ':' {
		j++
	}
	if t.Letter(j) == ' ' {
		j++
	}
	if !letters.IsDigit(t.Letter(j)) {
		return Amount{}, false
	}
	n := t.number(j)
	a := Amount{Start: i, Raw: n.end, Won: n.Milli / 1000, Sure: said, Foreign: foreign}
	if t.Has(a.Raw, "원") && !foreign {
		a.Raw++
	}
	return t.finish(a, n), true
}

// inDigits reads a number that starts with a digit; i is where the amount starts.
func (t *Reader) inDigits(i, j int) (Amount, bool) {
	n := t.number(j)
	a := Amount{Start: i, Raw: n.end, Won: n.Milli / 1000, plain: !n.comma && !n.units && !n.decimal}
	if end, foreign, ok := t.currency(n.end); ok {
		a.Raw, a.Foreign, a.Sure = end, foreign, said
		return t.finish(a, n), true
	}
	if end := t.mistyped(n.end); end > 0 && !n.Odd && (n.units || n.Milli >= 1_000_000) {
		a.Raw, a.Sure = end, said
		return t.finish(a, n), true
	}
	if n.Odd && n.end-j > 4 && !t.counted(n.end, false) { // 1,8000
		a.Sure = bare
		return t.finish(a, n), true
	}
	if n.Odd || n.long > 1 && t.Read[j] == '0' || t.counted(n.end, n.Milli < 1_000_000) && !t.between(i, n) ||
		t.lettered(j, n) {
		return Amount{}, false
	}
	if t.Letter(n.end) == 'k' && !letters.IsWord(t.Letter(n.end+1)) && !n.comma && n.Milli < 1_000_000 {
		a.Raw, a.Won, a.Sure = n.end+1, n.Milli, said
		return t.finish(a, n), true
	}
	switch {
	case n.units || n.comma:
		a.Sure = said
	case n.decimal && n.Milli < 100_000:
		a.Won, a.Sure = n.Milli, Cafe
	case n.Milli >= 1_000_000 && !n.decimal, n.Milli >= 100_000 && a.plain && t.Letter(i-1) == '+': // 포장 +500
		a.Sure = bare
	case !n.decimal && n.Milli < 100_000 && !letters.IsWord(t.Letter(i-1)):
		a.Won, a.Sure = n.Milli, Crumb
	default:
		return Amount{}, false
	}
	a = t.finish(a, n)
	if a.glued && (n.units || n.decimal) { // 왕3만두, 4.5인치
		return Amount{}, false
	}
	return a, true
}

// between tells a decimal between two variants, which is the first one's price: 잔 7.0 병 35.0.
func (t *Reader) between(i int, n Number) bool {
	j := n.end + 1
	if !n.decimal || t.Letter(n.end) != ' ' || !t.afterOption(i) {
		return false
	}
	for letters.IsWord(t.Letter(j)) && !letters.IsDigit(t.Letter(j)) {
		j++
	}
	return words.Is("option", t.Key(n.end+1, j)) && t.Letter(j) == ' ' && letters.IsDigit(t.Letter(j+1))
}

// lettered tells a number that is glued to Latin letters: A5, No.1, 7up. Latin words may run into a price.
func (t *Reader) lettered(i int, n Number) bool {
	if letters.IsLatin(t.Letter(n.end)) && t.Letter(n.end) != 'k' {
		return !n.comma
	}
	latin := 0
	for letters.IsLatin(t.Letter(i - 1 - latin)) {
		latin++
	}
	// R4.5
	if latin == 1 && (n.comma || n.decimal) && words.Is("option", t.Key(i-1, i)) && !letters.IsWord(t.Letter(i-2)) {
		return false
	}
	return latin > 0 && (latin < 3 || n.Milli < 1_000_000 || n.Milli%100_000 != 0)
}

// holds reports whether one of these words stands in a stretch.
func (t *Reader) holds(i, end int, words ...string) bool {
	stretch := t.Key(i, end)
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(stretch, w) })
}

// postAt reports whether a word follows that says what becomes of an amount: 1000원할인, 500원추가.
func (t *Reader) postAt(i int) bool {
	w := t.Key(i, t.hangul(i))
	return words.Is("post", w) || w == "추가"
}

// finish reads the endings behind an amount and judges it.
func (t *Reader) finish(a Amount, n Number) Amount {
	a.End, a.From = t.Endings(a.Raw)
	a.Ended = a.End > a.Raw
	a.Since = t.holds(a.Raw, a.End, "부터", "부텀")
	a.Vague = n.vague || t.holds(a.Raw, a.End, "대", "선", "정도") // 5만원대
	a.glued = letters.IsWord(t.Letter(a.End)) && !letters.IsDigit(t.Letter(a.End)) && !t.postAt(a.End)
	a.bad = a.Foreign || n.Odd || a.Won < minWon || a.Won > maxWon
	return a
}

// marketPrice reads 시가.
func (t *Reader) marketPrice(i int) (Amount, bool) {
	for w := range words.Section("market") {
		if !t.Has(i, w) {
			continue
		}
		a := Amount{Start: i, Raw: i + len([]rune(w)), Sure: said, Market: true}
		a.End, _ = t.Endings(a.Raw)
		if !letters.IsWord(t.Letter(a.End)) {
			return a, true
		}
	}
	return Amount{}, false
}
