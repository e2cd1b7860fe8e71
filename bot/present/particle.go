package present

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// sound is how a word ends when it is spoken.
type sound int

const (
	vowel sound = iota
	consonant
	liquid // ㄹ: a consonant, but 로 follows it
)

// pairs are particles after a consonant and after a vowel.
var pairs = [...][2]string{{"을", "를"}, {"이", "가"}, {"은", "는"}, {"과", "와"}, {"으로", "로"}, {"이에요", "예요"}}

// Particle gives the one of a pair of particles that fits behind word. pair is both, parted by a
// slash (을/를), or any one of them (을).
func Particle(word, pair string) string {
	closed, open, ok := strings.Cut(pair, "/")
	if !ok {
		closed, open = pair, pair
		for _, p := range pairs {
			if pair == p[0] || pair == p[1] {
				closed, open = p[0], p[1]
				break
			}
		}
	}
	s := ending(word)
	if s == vowel || s == liquid && open == "로" {
		return open
	}
	return closed
}

// ending tells the sound of a word's last letter. Brackets at the end, signs and emoji are passed over: the word
// before them decides (국립국어원).
func ending(word string) sound {
	word = unbracketed(word)
	word = strings.TrimRightFunc(word, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '%' && unitSigns[r] == ""
	})
	r, _ := utf8.DecodeLastRuneInString(word)
	if s := unitSigns[r]; s != "" { // ㎏ is said 킬로그램
		r, _ = utf8.DecodeLastRuneInString(s)
	}
	if h := hanja[r]; h != 0 {
		r = h
	}
	switch {
	case r >= 0xAC00 && r <= 0xD7A3:
		return syllable(r)
	case r >= '0' && r <= '9': // 영 일 이 삼 사 오 육 칠 팔 구; zeros are 십, 백, 천, 만
		return [...]sound{consonant, liquid, vowel, consonant, vowel, vowel, consonant, liquid, liquid, vowel}[r-'0']
	}
	last := lastWord(word)
	if before, _ := utf8.DecodeLastRuneInString(strings.TrimSuffix(word, last)); unicode.IsDigit(before) {
		if said := units[strings.ToLower(last)]; said != "" {
			r, _ = utf8.DecodeLastRuneInString(said)
			return syllable(r)
		}
	}
	return latin(last)
}

func syllable(r rune) sound {
	switch (r - 0xAC00) % 28 {
	case 0:
		return vowel
	case 8:
		return liquid
	}
	return consonant
}

// unbracketed is a word without the pairs of brackets at its end, unless nothing else is left.
func unbracketed(word string) string {
	for {
		word = strings.TrimRightFunc(word, unicode.IsSpace)
		deep, open := 0, -1
		for i := len(word); i > 0 && open < 0; {
			r, n := utf8.DecodeLastRuneInString(word[:i])
			i -= n
			switch {
			case strings.ContainsRune(")]}」", r):
				deep++
			case strings.ContainsRune("([{「", r):
				if deep--; deep == 0 {
					open = i
				}
			}
			if deep <= 0 && open < 0 {
				return word // doesn't end in a bracket, or in one that nothing opens
			}
		}
		if open < 0 || strings.TrimSpace(word[:open]) == "" {
			return word
		}
		word = word[:open]
	}
}

func lastWord(word string) string {
	i := strings.LastIndexFunc(word, func(r rune) bool { return r >= utf8.RuneSelf || !unicode.IsLetter(r) })
	if i < 0 {
		return word
	}
	_, n := utf8.DecodeRuneInString(word[i:])
	return word[i+n:]
}

// latin tells how a Latin word ends as Koreans say it. Short capitals without a vowel are read letter by letter.
func latin(word string) sound {
	if word == "" {
		return vowel
	}
	w := strings.ToLower(word)
	if s, ok := spoken()[w]; ok {
		return s
	}
	last := word[len(word)-1]
	if word == strings.ToUpper(word) && len(word) <= 4 && (len(word) == 1 || !strings.ContainsAny(word, "AEIOU")) {
		switch last {
		case 'L', 'R':
			return liquid
		case 'M', 'N':
			return consonant
		}
		return vowel
	}
	switch {
	case hasAnySuffix(w, "l", "le"):
		return liquid
	case hasAnySuffix(
		w, "m", "n", "ng", "ne", "me", "ck", "op", "ap", "ip", "up", "ot", "ab", "ub", "ic", "ok", "uk", "aek",
	):
		return consonant
	}
	return vowel
}

func hasAnySuffix(w string, ends ...string) bool {
	for _, e := range ends {
		if strings.HasSuffix(w, e) {
			return true
		}
	}
	return false
}
