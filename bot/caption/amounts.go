package caption

// Reader finds amounts of money in a caption's letters.
type Reader struct {
	*Text
	particle int // behind 만 that is no number: 포장만|팔천원
}

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
	since   bool // 18,000원부터
	vague   bool // may be read otherwise
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
	crumb = iota
	cafe
	bare
	said
)

// amounts finds everything that may be a price, from left to right.
func (t *Reader) amounts() []amount {
	var as []amount
	for i := 0; i < len(t.Read) && len(as) < maxPrices; {
		if a, ok := t.amount(i); ok {
			a.extra = t.letter(i-1) == '+'
			a.struck = t.letter(i-1) == '~' && t.letter(a.end) == '~'
			as = append(as, a)
			i = a.end
			continue
		}
		if isDigit(t.Read[i]) {
			i = t.digits(i).end
			continue
		}
		i++
	}
	return as
}

func (t *Reader) amount(i int) (amount, bool) {
	r := t.Read[i]
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
func (t *Reader) afterSign(i, j int, foreign bool) (amount, bool) {
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
func (t *Reader) inDigits(i, j int) (amount, bool) {
	n := t.number(j)
	a := amount{i: i, raw: n.end, won: n.milli / 1000, plain: !n.comma && !n.units && !n.decimal}
	if end, foreign, ok := t.currency(n.end); ok {
		a.raw, a.foreign, a.sure = end, foreign, said
		return t.finish(a, n), true
	}
	if end := t.mistyped(n.end); end > n.end && !n.odd && (n.units || n.milli >= 1_000_000) {
		a.raw, a.sure = end, said
		return t.finish(a, n), true
	}
	if n.odd && n.end-j > 4 && !t.counted(n.end, false) { // 1,8000
		a.sure = bare
		return t.finish(a, n), true
	}
	if n.odd || n.long > 1 && t.Read[j] == '0' || t.counted(n.end, n.milli < 1_000_000) && !t.between(i, n) ||
		t.lettered(j, n) {
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
	case n.milli >= 1_000_000 && !n.decimal, n.milli >= 100_000 && a.plain && t.letter(i-1) == '+': // 포장 +500
		a.sure = bare
	case !n.decimal && n.milli < 100_000 && !isWord(t.letter(i-1)):
		a.won, a.sure = n.milli, crumb
	default:
		return a, false
	}
	a = t.finish(a, n)
	if a.glued && (n.units || n.decimal) { // 왕3만두, 4.5인치
		return a, false
	}
	return a, true
}

// between tells a decimal between two variants, which is the first one's price: 잔 7.0 병 35.0.
func (t *Reader) between(i int, n number) bool {
	j := n.end + 1
	if !n.decimal || t.letter(n.end) != ' ' || !t.afterOption(i) {
		return false
	}
	for isWord(t.letter(j)) && !isDigit(t.letter(j)) {
		j++
	}
	return is("option", t.key(n.end+1, j)) && t.letter(j) == ' ' && isDigit(t.letter(j+1))
}

// lettered tells a number that is glued to Latin letters: A5, No.1, 7up. Latin words may run into a price.
func (t *Reader) lettered(i int, n number) bool {
	if isLatin(t.letter(n.end)) && t.letter(n.end) != 'k' {
		return !n.comma
	}
	latin := 0
	for isLatin(t.letter(i - 1 - latin)) {
		latin++
	}
	if latin == 1 && (n.comma || n.decimal) && is("option", t.key(i-1, i)) && !isWord(t.letter(i-2)) { // R4.5
		return false
	}
	return latin > 0 && (latin < 3 || n.milli < 1_000_000 || n.milli%100_000 != 0)
}

// inHangul reads 만팔천원 at letter i. Without 원 it must be a whole word that ends a line.
func (t *Reader) inHangul(i int) (amount, bool) {
	glued := isHangul(t.letter(i - 1))
	if glued && t.Read[i] == '이' && is("ee", t.key(i-1, i+1)) { // 떡볶이 만원, not 이만원
		return amount{}, false
	}
	n := t.number(i)
	// 평일만, 탕수육만
	if at := i + 1; glued && numeral(t.Read[i]) > 0 && unit(t.letter(at)) >= 1000 && t.isParticle(at, n.end) {
		if !isWhen(t.wordBefore(at)) {
			t.Unsure = true
		}
		t.particle = at + 1
		return amount{}, false
	}
	if glued && unit(t.Read[i]) > 0 && i != t.particle {
		if t.isParticle(i, n.end) {
			t.particle = i + 1
			return amount{}, false
		}
		n.vague = true
	}
	if before := t.letter(i - 1); !n.units || i != t.particle &&
		(unit(before) > 0 || isDigit(before) || numeral(before) > 0 && (i < 2 || !is("ee", t.key(i-2, i)))) { // 십팔천원: that isn't said
		return amount{}, false
	}
	a := amount{i: i, raw: n.end, won: n.milli / 1000, sure: said}
	end, foreign, ok := t.currency(n.end)
	if typo := t.mistyped(n.end); !ok && typo > n.end {
		end, ok = typo, true
	}
	if ok && !foreign {
		if t.letter(end) == '의' { // 만원의 행복
			return a, false
		}
		a.raw = end
		a = t.finish(a, n)
		return a, (!a.glued || t.has(a.end, "할인")) && a.won >= minWon && (!glued || a.won >= 1000)
	}
	a = t.finish(a, n)
	a.sure = bare
	alone := !isWord(t.letter(i-1)) && !a.glued && n.end > i+1
	whole := n.end > i+2 && a.won > 10_000 // 만사천 두 마리, not 이천 쌀밥
	return a, alone && a.won >= 1000 && a.won%100 == 0 &&
		(whole || t.lastOfLine(a.end) || i > 0 && isDish(t.wordBefore(i-1)))
}

// isParticle reports whether 만 or 천 behind a Hangul word is the particle or the word's own letter: what follows is
// parted from it by a space (포장만 8,000원) or the word says when or for whom (학생만5천원).
func (t *Reader) isParticle(i, end int) bool {
	if end > i+1 && t.letter(i+1) == ' ' {
		return true
	}
	if t.letter(i+1) == '원' {
		return false
	}
	return isWhen(t.wordBefore(i))
}

// wordBefore gives the Hangul that ends at letter i.
func (t *Reader) wordBefore(i int) string {
	j := i
	for isHangul(t.letter(j-1)) && i-j < 12 {
		j--
	}
	return t.key(j, i)
}

// since reports whether what sticks to a price says that it is the lowest one.
func (t *Reader) since(i, end int) bool {
	for ; i < end; i++ {
		if t.has(i, "부터") || t.has(i, "부텀") {
			return true
		}
	}
	return false
}

// roughly reports whether an ending says that an amount isn't exact: 5만원대, 만원 정도.
func (t *Reader) roughly(i, end int) bool {
	for ; i < end; i++ {
		if t.has(i, "대") || t.has(i, "선") || t.has(i, "정도") {
			return true
		}
	}
	return false
}

// postAt reports whether a word follows that says what becomes of an amount: 1000원할인, 500원추가.
func (t *Reader) postAt(i int) bool {
	j := i
	for isHangul(t.letter(j)) && j-i < longestWord {
		j++
	}
	w := t.key(i, j)
	return is("post", w) || w == "추가"
}

// finish reads the endings behind an amount and judges it.
func (t *Reader) finish(a amount, n number) amount {
	a.end, a.from = t.endings(a.raw)
	a.ended = a.end > a.raw
	a.since = t.since(a.raw, a.end)
	a.vague = n.vague || t.roughly(a.raw, a.end)
	a.glued = isWord(t.letter(a.end)) && !isDigit(t.letter(a.end)) && !t.postAt(a.end)
	a.bad = a.foreign || n.odd || a.won < minWon || a.won > maxWon
	return a
}

// marketPrice reads 시가.
func (t *Reader) marketPrice(i int) (amount, bool) {
	for w := range section("market") {
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
