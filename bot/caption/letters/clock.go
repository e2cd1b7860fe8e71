package letters

import (
	"unicode/utf8"
)

// dayparts stand before an hour: 오후 5시.
var dayparts = [...]string{"오전", "오후", "아침", "새벽", "저녁", "낮", "밤", "am", "pm"}

// timeNoise gives the end of a time that starts at letter i: 11시30분~14시, 17-19시, 오후 5시부터, 매월 14일, 12/24.
// An hour alone is a name (24시 감자탕) unless a part of the day stands before it or 부터, 까지 behind.
func (t *Text) timeNoise(i int) int {
	if t.Letter(i) == '매' && (t.Letter(i+1) == '월' || t.Letter(i+1) == '달') {
		at := t.blank(i + 2)
		if end := t.after(at, "일"); end > at {
			return end
		}
		return i
	}
	for _, w := range dayparts {
		if t.Has(i, w) {
			if at := t.blank(i + utf8.RuneCountInString(w)); IsDigit(t.Letter(at)) {
				if end, _ := t.hours(at); end > at {
					return t.hourEnd(end)
				}
			}
			return i
		}
	}
	if !IsDigit(t.Letter(i)) {
		return i
	}
	if end := t.slashDate(i); end > i {
		return end
	}
	end, ranged := t.hours(i)
	if end == i {
		return i
	}
	if after := t.hourEnd(end); ranged || after > end {
		return after
	}
	return i
}

func (t *Text) blank(i int) int {
	if t.Letter(i) == ' ' {
		return i + 1
	}
	return i
}

// hours reads one time of day, or two with ~ or - between them.
func (t *Text) hours(i int) (end int, ranged bool) {
	end, said := t.hour(i)
	if end == i {
		return i, false
	}
	j := end
	if t.Has(j, "부터") || t.Has(j, "에서") {
		j += 2
	}
	j = t.blank(j)
	if Contains("~-", t.Letter(j)) {
		j++
	} else if j < end+2 {
		if said {
			return end, false
		}
		return i, false
	}
	j = t.blank(j)
	for _, w := range dayparts {
		if t.Has(j, w) {
			j = t.blank(j + utf8.RuneCountInString(w))
		}
	}
	last, saidLast := t.hour(j)
	switch {
	case last > j && saidLast:
		return last, true
	case said:
		return end, false
	}
	return i, false
}

// hour reads 11시, 11시30분, 11시 반, 11:30, or the bare number that may begin a range; said tells them apart.
func (t *Text) hour(i int) (end int, said bool) {
	j := i
	for IsDigit(t.Letter(j)) && j-i < 3 {
		j++
	}
	if j == i || j-i > 2 || t.group2(i, j) > 24 {
		return i, false
	}
	switch {
	case (t.Has(j, "am") || t.Has(j, "pm")) && !IsLatin(t.Letter(j+2)):
		return j + 2, true
	case t.Letter(j) == ':' && IsDigit(t.Letter(j+1)) && IsDigit(t.Letter(j+2)) && !IsDigit(t.Letter(j+3)):
		return j + 3, true
	case t.Letter(j) == '시' && t.Letter(j+1) != '간':
		j++
		k := t.blank(j)
		if t.Letter(k) == '반' && (!IsWord(t.Letter(k+1)) || t.hourEnd(k+1) > k+1) {
			return k + 1, true
		}
		if end := t.after(k, "분"); end > k {
			return end, true
		}
		return j, true
	}
	return j, false
}

func (t *Text) group2(i, j int) (n int) {
	for ; i < j; i++ {
		n = n*10 + int(t.Read[i]-'0')
	}
	return n
}

// after reads one or two digits with a word behind them, or gives i.
func (t *Text) after(i int, word string) int {
	j := i
	for IsDigit(t.Letter(j)) && j-i < 2 {
		j++
	}
	if j > i && t.Has(j, word) {
		return j + utf8.RuneCountInString(word)
	}
	return i
}

// hourEnd takes in what says that a time is meant: 5시부터, 11시 이후, 14시까지.
func (t *Text) hourEnd(i int) int {
	j := t.blank(i)
	for _, w := range [...]string{"부터", "까지", "까지만", "이후", "이전", "이내", "경", "쯤"} {
		if t.Has(j, w) && !IsWord(t.Letter(j+utf8.RuneCountInString(w))) {
			return j + utf8.RuneCountInString(w)
		}
	}
	return i
}

// slashDate reads 12/24; 1/2 is a half.
func (t *Text) slashDate(i int) int {
	m := i
	for IsDigit(t.Letter(m)) && m-i < 3 {
		m++
	}
	if m == i || m-i > 2 || t.Letter(m) != '/' || t.Letter(i-1) == '/' {
		return i
	}
	d := m + 1
	for IsDigit(t.Letter(d)) && d-m < 4 {
		d++
	}
	month, day := t.group2(i, m), t.group2(m+1, d)
	if d-m > 3 || month < 1 || month > 12 || day < 1 || day > 31 || month == 1 && day < 5 ||
		IsWord(t.Letter(d)) || Contains("/,.", t.Letter(d)) {
		return i
	}
	return d
}
