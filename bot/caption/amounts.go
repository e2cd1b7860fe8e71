package caption

import "strings"

// amount is a sum of money that was found.
type amount struct {
	i, end  int // with currency and endings
	raw     int // end without endings
	won     int
	high    int // 18,000~20,000: the upper end
	sure    int // see below
	glued   bool
	plain   bool // digits only, without comma
	bad     bool // can't be meant: 18원
	foreign bool
	market  bool // 시가
	from    bool // 18,000원에서: another follows
	ended   bool // 18,000원이에요
	extra   bool // +2,000원
	struck  bool // ~~18,000원~~
}

// How sure it is that an amount is a price: said so, a bare number from 1,000 up, café style (4.5).
const (
	cafe = iota + 1
	bare
	said
)

// amounts finds everything that may be a price, from left to right.
func (t *text) amounts() []amount {
	var as []amount
	for i := 0; i < len(t.read); {
		if a, ok := t.amount(i); ok {
			a.extra = t.letter(i-1) == '+'
			a.struck = t.letter(i-1) == '~' && t.letter(a.end) == '~'
			as = append(as, a)
			i = a.end
			continue
		}
		for isDigit(t.letter(i)) && isDigit(t.letter(i+1)) {
			i++
		}
		i++
	}
	return as
}

func (t *text) amount(i int) (amount, bool) {
	r := t.read[i]
	switch {
	case isDigit(r):
		return t.inDigits(i, i)
	case numeral(r) > 0 || unit(r) > 0:
		return t.inHangul(i)
	case r == '₩' || r == '\\':
		return t.afterSign(i, i+1, false)
	case contains("$€¥£", r):
		return t.afterSign(i, i+1, true)
	case isWord(t.letter(i - 1)):
		return amount{}, false
	case r == '시' || r == '싯' || r == 'm':
		return t.marketPrice(i)
	case isLatin(r):
		for _, sign := range []string{"krw", "won", "w"} {
			if t.has(i, sign) {
				return t.afterSign(i, i+len(sign), false)
			}
		}
		for _, sign := range []string{"us$", "usd", "eur", "jpy", "cny"} {
			if t.has(i, sign) {
				return t.afterSign(i, i+len(sign), true)
			}
		}
	}
	return amount{}, false
}

// afterSign reads the number behind a currency's sign.
func (t *text) afterSign(i, j int, foreign bool) (amount, bool) {
	if t.letter(j) == '.' || t.letter(j) == ':' {
		j++
	}
	if t.letter(j) == ' ' {
		j++
	}
	if !isDigit(t.letter(j)) {
		return amount{}, false
	}
	n := t.number(j)
	a := amount{i: i, raw: n.end, won: n.milli / 1000, sure: said, foreign: foreign}
	if t.has(a.raw, "원") && !foreign {
		a.raw++
	}
	return t.finish(a, n), true
}

// inDigits reads a number that starts with a digit; i is where the amount starts.
func (t *text) inDigits(i, j int) (amount, bool) {
	n := t.number(j)
	a := amount{i: i, raw: n.end, won: n.milli / 1000, plain: !n.comma && !n.units && !n.decimal}
	if end, foreign, ok := t.currency(n.end); ok {
		a.raw, a.foreign, a.sure = end, foreign, said
		return t.finish(a, n), true
	}
	if n.odd || n.long > 1 && t.read[j] == '0' || t.counted(n.end, n.milli < 1_000_000) || t.lettered(j, n) {
		return a, false
	}
	if t.letter(n.end) == 'k' && !isWord(t.letter(n.end+1)) && !n.comma && n.milli < 1_000_000 {
		a.raw, a.won, a.sure = n.end+1, n.milli, said
		return t.finish(a, n), true
	}
	switch {
	case n.units || n.comma:
		a.sure = said
	case n.decimal && n.milli < 100_000:
		a.won, a.sure = n.milli, cafe
	case n.milli >= 1_000_000 && !n.decimal:
		a.sure = bare
	default:
		return a, false
	}
	a = t.finish(a, n)
	if a.glued && (n.units || n.decimal) { // 왕3만두, 4.5인치
		return a, false
	}
	return a, true
}

// lettered tells a number that is glued to Latin letters: A5, No.1, 7up. Latin words may run into a price.
func (t *text) lettered(i int, n number) bool {
	if isLatin(t.letter(n.end)) && t.letter(n.end) != 'k' {
		return !n.comma
	}
	letters := 0
	for isLatin(t.letter(i - 1 - letters)) {
		letters++
	}
	return letters > 0 && (letters < 3 || n.milli < 1_000_000 || n.milli%100_000 != 0)
}

// inHangul reads 만팔천원 at letter i. Without 원 it must be a whole word that ends a line.
func (t *text) inHangul(i int) (amount, bool) {
	glued := isHangul(t.letter(i - 1))
	if glued && t.read[i] == '이' && is("ee", t.key(i-1, i+1)) { // 떡볶이 만원, not 이만원
		return amount{}, false
	}
	n := t.number(i)
	if !n.units {
		return amount{}, false
	}
	a := amount{i: i, raw: n.end, won: n.milli / 1000, sure: said}
	end, foreign, ok := t.currency(n.end)
	if ok && !foreign {
		if t.letter(end) == '의' { // 만원의 행복
			return a, false
		}
		a.raw = end
		a = t.finish(a, n)
		return a, !a.glued && a.won >= minWon && (!glued || a.won >= 1000)
	}
	a = t.finish(a, n)
	a.sure = bare
	alone := !isWord(t.letter(i-1)) && !a.glued && n.end > i+1
	return a, alone && a.won >= 1000 && a.won%100 == 0 && t.lastOfLine(a.end)
}

func (t *text) lastOfLine(i int) bool {
	for ; i < len(t.read) && t.read[i] != '\n'; i++ {
		if isWord(t.read[i]) {
			return false
		}
	}
	return true
}

// currency reads 원 and the like behind a number.
func (t *text) currency(i int) (end int, foreign, ok bool) {
	j := i
	if t.letter(j) == ' ' {
		j++
	}
	if t.letter(j) == '원' {
		end, _ := t.endings(j + 1)
		if j == i || !isWord(t.letter(end)) {
			return j + 1, false, true
		}
		return i, false, false
	}
	for _, c := range [...]struct {
		word    string
		foreign bool
	}{{"won", false}, {"krw", false}, {"₩", false}, {"w", false}, {"$", true}, {"€", true}, {"¥", true}, {"£", true},
		{"달러", true}, {"불", true}, {"유로", true}, {"엔", true}, {"위안", true}, {"파운드", true}, {"바트", true}, {"동", true},
		{"dollars", true}, {"dollar", true}, {"usd", true}, {"euros", true}, {"euro", true}, {"eur", true}, {"yen", true}, {"jpy", true}, {"cny", true}, {"yuan", true}} {
		if !t.has(j, c.word) {
			continue
		}
		k := j + len([]rune(c.word))
		if end, _ := t.endings(k); !isWord(t.letter(end)) {
			return k, c.foreign, true
		}
	}
	return i, false, false
}

// finish reads the endings behind an amount and judges it.
func (t *text) finish(a amount, n number) amount {
	a.end, a.from = t.endings(a.raw)
	a.ended = a.end > a.raw
	a.glued = isWord(t.letter(a.end)) && !isDigit(t.letter(a.end))
	a.bad = a.foreign || n.odd || a.won < minWon || a.won > maxWon
	return a
}

// endings gives the end of what sticks to a price (18,000원|짜리예요), if a word or a request ends there;
// from tells that another price follows (18,000원에서).
func (t *text) endings(i int) (end int, from bool) {
	j := i
	for range 5 {
		w := t.ending(j)
		if w == "" {
			break
		}
		from = from || is("from", w)
		j += len(w) / len("가")
		if !isWord(t.letter(j)) || isDigit(t.letter(j)) {
			end = j
		}
	}
	if end > 0 {
		return end, from
	}
	if j > i && t.asksAt(j) {
		return j, from
	}
	return i, false
}

func (t *text) ending(i int) string {
	if !isHangul(t.letter(i)) {
		return ""
	}
	for _, w := range words().endings[t.read[i]] {
		if t.has(i, w) {
			return w
		}
	}
	return ""
}

// asksAt tells whether a request follows without a space: 18,000원으로|만들어주세요.
func (t *text) asksAt(i int) bool {
	j := i
	for isHangul(t.letter(j)) {
		j++
	}
	w := t.key(i, j)
	return is("tail", w) || ends("request", w) != "" || ends("predicate", w) != ""
}

// counted tells whether a counting or measuring word follows at letter i. A small number may be
// followed by a longer word (7첩반상), a large one only by the word itself (1000ml, not 18000차돌).
func (t *text) counted(i int, small bool) bool {
	j := i
	if t.letter(j) == ' ' {
		j++
	}
	if t.letter(j) == '%' || t.letter(i) == '+' {
		return true
	}
	if end, _ := t.endings(i); end > i {
		small = false
	}
	for _, w := range words().units[t.letter(j)] {
		if !t.has(j, w) {
			continue
		}
		next := t.letter(j + len([]rune(w)))
		if isLatin(t.letter(j)) {
			if !isLatin(next) && !isDigit(next) && (j == i || len(w) > 1) {
				return true
			}
			continue
		}
		if (!isWord(next) || isNounEnd(next)) && (small || j == i) || small && j == i {
			return true
		}
	}
	return false
}

// isNounEnd tells letters that follow a counting word without making another word of it: 1000일산, 2000년산, 100g당.
func isNounEnd(r rune) bool {
	return r == '산' || r == '당' || r == '에' || r == '씩' || r == '짜'
}

// marketPrice reads 시가.
func (t *text) marketPrice(i int) (amount, bool) {
	for w := range words().lists["market"] {
		if !t.has(i, w) {
			continue
		}
		a := amount{i: i, raw: i + len([]rune(w)), sure: said, market: true}
		a.end, _ = t.endings(a.raw)
		if !isWord(t.letter(a.end)) {
			return a, true
		}
	}
	return amount{}, false
}

// weigh keeps the amounts that count as prices. bad ones are no prices, but no part of the menu either.
func (t *text) weigh(found []amount) (good, bad []amount) {
	best, free := 0, 0
	for _, a := range found {
		if !a.bad {
			best = max(best, a.sure)
			free++
		}
	}
	for _, a := range found {
		year := a.sure == bare && a.plain && a.won > 1950 && a.won < 2100 && a.won%100 != 0
		switch {
		case a.bad && a.glued, // 10원빵
			a.sure == cafe && best > cafe,
			year && (free > 1 || a.won%10 != 0),
			a.sure == bare && a.glued && best > bare,
			a.glued && a.plain && free > 1 && a.won <= 10_000:
		case a.bad:
			bad = append(bad, a)
		default:
			good = append(good, a)
		}
	}
	return good, bad
}

func (a amount) text() string {
	switch {
	case a.market:
		return "시가"
	case a.high > 0:
		return Won(a.won) + "~" + Won(a.high)
	}
	return Won(a.won)
}

// Won writes an amount the way it stands on a short: 18,000원.
func Won(won int) string {
	var digits [20]byte
	i := len(digits)
	for n := 0; n == 0 || won > 0; n++ {
		if n > 0 && n%3 == 0 {
			i--
			digits[i] = ','
		}
		i--
		digits[i] = byte('0' + won%10)
		won /= 10
	}
	var b strings.Builder
	b.Write(digits[i:])
	b.WriteString("원")
	return b.String()
}
