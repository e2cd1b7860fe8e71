package amounts

import (
	"github.com/sajangpick/sajangpick/bot/caption/letters"
	"github.com/sajangpick/sajangpick/bot/caption/words"
)

func (t *Reader) lastOfLine(i int) bool {
	for ; i < len(t.Read) && t.Read[i] != '\n'; i++ {
		if letters.IsWord(t.Read[i]) {
			return false
		}
	}
	return true
}

// currency reads 원 and the like behind a number.
func (t *Reader) currency(i int) (end int, foreign, ok bool) {
	j := i
	if t.Letter(j) == ' ' {
		j++
	}
	if t.Letter(j) == '원' {
		end, _ := t.Endings(j + 1)
		if j == i || !letters.IsWord(t.Letter(end)) {
			return j + 1, false, true
		}
		return 0, false, false
	}
	for _, c := range [...]struct {
		word    string
		foreign bool
	}{{"won", false}, {"krw", false}, {"₩", false}, {"w", false}, {"$", true}, {"€", true}, {"¥", true}, {"£", true},
		{"달러", true}, {"불", true}, {"유로", true}, {"엔", true}, {"위안", true}, {"円", true}, {"元", true}, {"파운드", true},
		{"바트", true}, {"동", true},
		{"dollars", true}, {"dollar", true}, {"usd", true}, {"euros", true}, {"euro", true}, {"eur", true},
		{"yen", true}, {"jpy", true}, {"cny", true}, {"yuan", true}} {
		if !t.Has(j, c.word) {
			continue
		}
		k := j + len([]rune(c.word))
		if end, _ := t.Endings(k); !letters.IsWord(t.Letter(end)) {
			return k, c.foreign, true
		}
	}
	return 0, false, false
}

// mistyped reads 원 with one slip of the finger, right behind a number, and 냥, which is said in jest; 0 is
// nothing of the kind.
func (t *Reader) mistyped(i int) int {
	end := i
	switch {
	case t.Has(i, "우너"):
		end = i + 2
	case letters.Contains("언웜운온훤윈웡웬워냥", t.Letter(i)):
		end = i + 1
	default:
		return 0
	}
	if after, _ := t.Endings(end); letters.IsWord(t.Letter(after)) {
		return 0
	}
	return end
}

// isTalk tells what a verb sticks to a price in any dialect: 만원이우다, 만오천원잉께.
func (t *Reader) isTalk(i int) (end int, ok bool) {
	if !letters.Contains("원냥", t.Letter(i-1)) || !letters.Contains("이잉인임입라랑예유여네", t.Letter(i)) {
		return 0, false
	}
	end = t.hangul(i)
	return end, end-i < 8 && !letters.IsWord(t.Letter(end))
}

// Endings gives the end of what sticks to a price (18,000원|짜리예요), if a word or a request ends there;
// from reports whether another price follows (18,000원에서).
func (t *Reader) Endings(i int) (end int, from bool) {
	j := i
	for range 5 {
		w := t.ending(j)
		if w == "" {
			break
		}
		from = from || words.Is("from", w)
		j += len(w) / len("가")
		if !letters.IsWord(t.Letter(j)) || letters.IsDigit(t.Letter(j)) && !words.Is("option", w) {
			end = j
		}
	}
	if end > 0 {
		return end, from
	}
	if end, ok := t.isTalk(i); ok {
		return end, false
	}
	if t.asksAt(j) {
		return j, from
	}
	return i, false
}

func (t *Reader) ending(i int) string {
	if !letters.IsHangul(t.Letter(i)) {
		return ""
	}
	for _, w := range words.EndingsFrom(t.Read[i]) {
		if t.Has(i, w) {
			return w
		}
	}
	return ""
}

// hangul gives the end of a word's Hangul.
func (t *Reader) hangul(i int) int {
	j := i
	for letters.IsHangul(t.Letter(j)) && j-i < words.LongestWord {
		j++
	}
	return j
}

// asksAt reports whether a request follows without a space: 18,000원으로|만들어주세요.
func (t *Reader) asksAt(i int) bool {
	w := t.Key(i, t.hangul(i))
	return words.Is("tail", w) || words.Ends("request", w) != "" || words.Ends("predicate", w) != ""
}

// counted reports whether a counting or measuring word follows at letter i. A small number may be
// followed by a longer word (7첩반상), a large one only by the word itself (1000ml, not 18000차돌).
func (t *Reader) counted(i int, small bool) bool {
	j := i
	if t.Letter(j) == ' ' {
		j++
	}
	if t.Letter(j) == '%' || t.Letter(i) == '+' {
		return true
	}
	if end, _ := t.Endings(i); end > i {
		small = false
	}
	for _, w := range words.CountersFrom(t.Letter(j)) {
		if !t.Has(j, w) {
			continue
		}
		next := t.Letter(j + len([]rune(w)))
		if letters.IsLatin(t.Letter(j)) {
			if !letters.IsLatin(next) && !letters.IsDigit(next) && (j == i || len(w) > 1) {
				return true
			}
			continue
		}
		if (!letters.IsWord(next) || isNounEnd(next)) && (small || j == i) || small && j == i {
			return true
		}
	}
	return false
}

// isNounEnd tells letters that follow a counting word without making another word of it: 1000일산, 2000년산, 100g당.
func isNounEnd(r rune) bool {
	return r == '산' || r == '당' || r == '에' || r == '씩' || r == '짜'
}
