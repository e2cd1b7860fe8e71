package amounts

import (
	"math"

	"github.com/sajangpick/sajangpick/bot/caption/letters"
	"github.com/sajangpick/sajangpick/bot/caption/words"
)

// Number is a number as written, without a currency.
type Number struct {
	Milli   int // thousandths
	end     int
	comma   bool // 18,000
	decimal bool // 4.5
	Odd     bool // 18,00: a slip of the finger, and it can't be known which
	vague   bool // 5 500원: may be two numbers
	units   bool // holds 만, 천, 백 …
	long    int  // digits before the first sign
}

// tooMuch is where numbers stop growing: far above any price.
const tooMuch = 1_000_000_000_000

// Digits reads a number in digits at letter i.
func (t *Reader) Digits(i int) Number {
	n := Number{end: i}
	whole := 0
	for ; letters.IsDigit(t.Letter(n.end)); n.end++ {
		whole = min(whole*10+int(t.Read[n.end]-'0'), tooMuch)
	}
	n.long = n.end - i
groups:
	for !n.decimal {
		sign, at := t.groupSign(n)
		if sign == 0 {
			break
		}
		value, size := t.group(at)
		switch {
		case size == 3 && n.long <= 3:
			whole = min(whole*1000+value, tooMuch)
			n.vague = n.vague || sign == ' ' && value > 0
			n.comma = n.comma || sign != '.'
		case sign == '.' && size < 3 && t.Letter(at+size) != '.':
			n.decimal = true
			for range 3 - size {
				value *= 10
			}
			n.Milli = value
		case sign == ',' && size == 1 && n.long <= 2 && !n.comma && t.Letter(at+1) != ',': // 9,9
			n.decimal, n.vague = true, true
			n.Milli = value * 100
		case sign == ',':
			n.Odd = true
		default:
			break groups
		}
		n.end = at + size
	}
	n.Milli += whole * 1000
	return n
}

// groupSign gives the sign that joins the next digits to n and where these begin, or 0.
// A space may stand before the comma, and behind it or in its place if that can't be misread.
func (t *Reader) groupSign(n Number) (rune, int) {
	j := n.end
	sign := t.Letter(j)
	switch {
	case letters.Contains(",.'", sign) && letters.IsDigit(t.Letter(j+1)):
		return sign, j + 1
	case n.long > 3:
	case (t.Has(j, " ,") || t.Has(j, ",,")) && letters.IsDigit(t.Letter(j+2)): // 23,,000
		return ',', j + 2
	case n.comma:
	case t.Has(j, " , ") && t.lonelyHundreds(j+3):
		return ',', j + 3
	case t.Has(j, ", ") && t.lonelyHundreds(j+2):
		return ',', j + 2
	case t.Has(j, " 000원"), sign == ' ' && n.long <= 2 && t.threeDigits(j+1):
		return ' ', j + 1
	}
	return 0, 0
}

// threeDigits tells three digits with 원 behind them: 5|500원.
func (t *Reader) threeDigits(i int) bool {
	_, size := t.group(i)
	return size == 3 && t.Letter(i+3) == '원'
}

func (t *Reader) lonelyHundreds(i int) bool {
	value, size := t.group(i)
	return size == 3 && value%100 == 0 && (!letters.IsWord(t.Letter(i+3)) || t.Letter(i+3) == '원')
}

// group reads the digits after a sign; value is of use if these are few.
func (t *Reader) group(i int) (value, size int) {
	for ; letters.IsDigit(t.Letter(i + size)); size++ {
		value = value*10 + int(t.Read[i+size]-'0')
	}
	return value, size
}

// Numerals in Hangul and Hanja. Digits of one, then units within ten thousand, then the large ones.
func numeral(r rune) int {
	switch r {
	case '일', '一':
		return 1
	case '이', '二':
		return 2
	case '삼', '三':
		return 3
	case '사', '四':
		return 4
	case '오', '五':
		return 5
	case '육', '六':
		return 6
	case '칠', '七':
		return 7
	case '팔', '八':
		return 8
	case '구', '九':
		return 9
	}
	return 0
}

func unit(r rune) int {
	switch r {
	case '십', '十':
		return 10
	case '백', '百':
		return 100
	case '천', '쳔', '千':
		return 1000
	case '만', '먄', '萬', '万':
		return 10_000
	case '억':
		return 100_000_000
	}
	return 0
}

// counting adds up a number like 1만8천5백, part by part.
type counting struct {
	total, section int // finished large units; what is below the next one
	part           int // thousandths of what waits for its unit
	open           bool
	last, large    int // the units that were seen last; they only fall
}

// number reads digits, Hangul numerals or both mixed at letter i; end is i if there is none.
func (t *Reader) number(i int) Number {
	n := Number{end: i}
	c := counting{last: math.MaxInt, large: math.MaxInt}
	for {
		j := n.end
		if t.Letter(j) == ' ' && (n.units || c.open && t.unitStands(j+1)) {
			j++
		}
		r := t.Letter(j)
		if u := unit(r); u > 0 && c.close(u) {
			n.units, n.end = true, j+1
			continue
		}
		if c.open {
			break
		}
		if v := numeral(r); v > 0 && (unit(t.Letter(j+1)) > 0 || n.units && t.Letter(j+1) == '원') {
			c.part, c.open, n.end = v*1000, true, j+1
			continue
		}
		if !letters.IsDigit(r) {
			break
		}
		d := t.Digits(j)
		if n.units && !t.belongs(d, &c) {
			break
		}
		c.part, c.open = d.Milli, true
		d.units = n.units
		n = d
	}
	n.Milli = min((c.total+c.section), tooMuch)*1000 + c.part
	return n
}

// unitStands reports whether a unit that stands alone belongs to the number before it: 2 만원, not 2 만두.
func (t *Reader) unitStands(i int) bool {
	next := t.Letter(i + 1)
	if next == ' ' { // 1 만 8 천원
		next = t.Letter(i + 2)
	}
	return unit(t.Letter(i)) > 0 && (next == '원' || letters.IsDigit(next) || unit(next) > 0 || numeral(next) > 0)
}

// belongs reports whether digits go on a number with units: 1만8000, 1만 5천, not 2만 3인.
func (t *Reader) belongs(d Number, c *counting) bool {
	if unit(t.Letter(d.end)) > 0 || t.Letter(d.end) == ' ' && t.unitStands(d.end+1) {
		return true
	}
	if d.decimal || d.Odd || t.counted(d.end, true) {
		return false
	}
	return d.Milli >= 100_000 && d.Milli/1000 < min(c.last, 10_000)
}

// close puts a unit under the open part; false if the unit can't stand there.
func (c *counting) close(u int) bool {
	part := c.part
	if !c.open {
		part = 1000
	}
	if u >= 10_000 {
		if u >= c.large {
			return false
		}
		if !c.open && c.section > 0 {
			part = 0
		}
		c.total = min(c.total+min(c.section*1000+part, tooMuch/u)*u/1000, tooMuch)
		c.section, c.large, c.last = 0, u, math.MaxInt
	} else {
		if u >= c.last {
			return false
		}
		c.section = min(c.section+min(part, tooMuch/u)*u/1000, tooMuch)
		c.last = u
	}
	c.part, c.open = 0, false
	return true
}

// IsAmount tells words that are numbers in Hangul: 만사천.
func IsAmount(w string) bool {
	t := Reader{Text: letters.New(w)}
	t.Seal()
	n := t.number(0)
	return n.units && n.end == len(t.Read) && (n.end > 2 || n.end == 2 && !words.Is("noun", w))
}
