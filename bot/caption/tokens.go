package caption

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/bot/caption/amounts"
	"github.com/sajangpick/sajangpick/bot/caption/letters"
	"github.com/sajangpick/sajangpick/bot/caption/words"
)

// kind is what a token is.
type kind uint8

const (
	word  kind = iota
	sign       // one letter: - / ( …
	line       // a line break
	money      // a price
	void       // an amount that is no price
)

// token is a piece of the text: letters i to j.
type token struct {
	kind kind
	i, j int
	n    int // money: which of the good amounts
}

// maxTokens is how many words and signs of a caption count: what has more is no caption.
const maxTokens = 1000

// text is a caption as it is read: its letters, the amounts in them, and what is known of it so far.
type text struct {
	*amounts.Reader
	pairs   map[int]int // where brackets stand that belong together
	percent int         // so much off

	corrected bool // one price takes another's place
	topical   bool // the segment that was cleared begins with what it is about
	named     bool // the line that is read has a name before its last price

	doubt Doubt // what was read, but not for certain
}

// tokens cuts the text at spaces, signs and amounts.
func (t *text) tokens(good, bad []amounts.Amount) []token {
	ts := make([]token, 0, len(t.Read)/2+1)
	g, b := 0, 0
	for i := 0; i < len(t.Read) && len(ts) < maxTokens; {
		tok := token{kind: sign, i: i, j: i + 1}
		switch r := t.Read[i]; {
		case g < len(good) && good[g].Start == i:
			tok = token{money, i, good[g].End, g}
			g++
		case b < len(bad) && bad[b].Start == i:
			tok = token{kind: void, i: i, j: bad[b].End}
			b++
		case r == ' ':
			i++
			continue
		case r == '\n':
			tok.kind = line
		case letters.IsWord(r):
			end := len(t.Read)
			if g < len(good) {
				end = good[g].Start
			}
			if b < len(bad) {
				end = min(end, bad[b].Start)
			}
			tok.kind, tok.j = word, t.wordEnd(i, end)
		}
		if n := len(ts) - 1; tok.kind == word && n >= 0 && ts[n].kind == word && ts[n].j+1 == tok.i &&
			// 한 그릇, 두 마리에
			words.Is("some", t.word(ts[n])) && words.Is("counter", strings.TrimSuffix(t.word(tok), "에")) {
			ts[n].j = tok.j
		} else {
			ts = append(ts, tok)
		}
		i = tok.j
	}
	t.pairBrackets(ts)
	return ts
}

// wordEnd ends a word before end. A sign may stand inside (No.1, Mom's, T-bone), some at the end (1++, 100%).
func (t *text) wordEnd(i, end int) int {
	for i++; i < end; i++ {
		r, next := t.Read[i], rune(0)
		if i+1 < end {
			next = t.Read[i+1]
		}
		before := t.Read[i-1]
		switch {
		case letters.IsWord(r), r == '+', r == '%', r == '°':
		case r == '.' || r == '\'' || r == '&':
			if !letters.IsWord(next) || r == '.' && letters.IsHangul(before) {
				return i
			}
		case r == ',' || r == '~' || r == '-' && letters.IsDigit(next):
			if !letters.IsDigit(before) || !letters.IsDigit(next) {
				return i
			}
		case r == '-':
			if !letters.IsLatin(before) && !letters.IsLatin(next) || !letters.IsWord(next) || before >= utf8.RuneSelf ||
				next >= utf8.RuneSelf {
				return i
			}
		default:
			return i
		}
	}
	return end
}

func (t *text) word(k token) string { return t.Key(k.i, k.j) }

// is reports whether a token is one of these signs.
func (t *text) is(k token, signs string) bool {
	t.Steps++
	return k.kind == sign && letters.Contains(signs, t.Read[k.i])
}

const (
	opening = "([{「"
	closing = ")]}」"
)

// farthest is how many tokens a pair of brackets may hold, and within how many a dish is looked for.
const farthest = 64

// near is the beginning of some words, in which a dish that they are about must stand.
func near(ts []token) []token { return ts[:min(len(ts), farthest)] }

// pairBrackets notes which brackets belong together. They stay on a line and near each other.
func (t *text) pairBrackets(ts []token) {
	t.pairs = map[int]int{}
	var open []int // indexes of opening brackets that wait
	for k, tok := range ts {
		switch {
		case tok.kind == line:
			open = open[:0]
		case t.is(tok, opening):
			open = append(open, k)
		case t.is(tok, closing) && len(open) > 0:
			o := open[len(open)-1]
			open = open[:len(open)-1]
			if k-o < farthest {
				t.pairs[ts[o].i], t.pairs[tok.i] = tok.i, ts[o].i
			}
		}
	}
}

// close gives the index of the bracket that closes the one at ts[i], or -1.
func (t *text) close(ts []token, i int) int {
	at, ok := t.pairs[ts[i].i]
	if !ok {
		return -1
	}
	k, found := slices.BinarySearchFunc(ts, at, func(k token, at int) int { return k.i - at })
	if !found || k < i {
		return -1
	}
	return k
}
