package letters

import (
	"unicode/utf8"
)

// dayparts stand before an hour: 오후 5시.
var dayparts = [...]string{"오전", "오후", "아침", "새벽", "저녁", "낮", "밤", "am", "pm"}

// timeNoise gives the end of a time that starts at letter i, or 0: 11시30분~14시, 17-19시, 오후 5시부터, 매월 14일, 12/24.
// An hour alone is a name (24시 감자탕) unless a part of the day stands before it or 부터, 까지 behind.
func (t *Text) timeNoise(i int) int {
	if t.Has(i, "매월") || t.Has(i, "매달") {
		return t.after(t.blank(i+2), "일")
	}
	for _, w := range dayparts {
		if t.Has(i, w) {
			end, _ := t.hours(t.blank(i + utf8.RuneCountInString(w)))
			return t.hourEnd(end)
		}
	}
	if end := t.slashDate(i); end > 0 {
		return end
	}
	end, ranged := t.hours(i)
	if after := t.hourEnd(end); ranged || after > end {
		return after
	}
	return 0
}

func (t *Text) blank(i int) int {
	if t.Letter(i) == ' ' {
		return i + 1
	}
	return i
}

// digits reads the digits at letter i; value stops growing far above all that dates and hours have.
func (t *Text) digits(i int) (end, value int) {
	for end = i; IsDigit(t.Letter(end)); end++ {
		value = min(value*10+int(t.Read[end]-'0'), 1000)
	}
	return end, value
}

// hours reads one time of day, or two with 부터, ~ or - between them; end is 0 where there is none.
func (t *Text) hours(i int) (end int, ranged bool) {
	end, said := t.hour(i)
	if end == 0 {
		return 0, false
	}
	j := end
	if t.Has(j, "부터") || t.Has(j, "에서") {
		j, ranged = j+2, true
	}
	j = t.blank(j)
	if Contains("~-", t.Letter(j)) {
		j, ranged = t.blank(j+1), true
	}
	for _, w := range dayparts {
		if t.Has(j, w) {
			j = t.blank(j + utf8.RuneCountInString(w))
		}
	}
	if last, also := t.hour(j); ranged && also {
		return last, true
	}
	if said {
		return end, false
	}
	return 0, false
}

// hour reads 11시, 11시30분, 11시 반, 11:30, or the bare number that may begin a range; said tells them apart.
func (t *Text) hour(i int) (end int, said bool) {
	j, n := t.digits(i)
	if j == i || n > 24 {
		return 0, false
	}
	switch minutes, _ := t.digits(j + 1); {
	case (t.Has(j, "am") || t.Has(j, "pm")) && !IsLatin(t.Letter(j+2)):
		return j + 2, true
	case t.Letter(j) == ':' && minutes == j+3:
		return minutes, true
	case t.Letter(j) == '시' && t.Letter(j+1) != '간':
		j++
		k := t.blank(j)
		if t.Letter(k) == '반' && (!IsWord(t.Letter(k+1)) || t.hourEnd(k+1) > k+1) {
			return k + 1, true
		}
		return max(j, t.after(k, "분")), true
	}
	return j, false
}

// after reads a number with a word behind it; 0 where there is none.
func (t *Text) after(i int, word string) int {
	if j, _ := t.digits(i); j > i && t.Has(j, word) {
		return j + utf8.RuneCountInString(word)
	}
	return 0
}

// hourEnd takes in what says that a time is meant: 5시부터, 11시 이후, 14시까지. There is none at letter 0.
func (t *Text) hourEnd(i int) int {
	j := t.blank(i)
	for _, w := range [...]string{"부터", "까지", "까지만", "이후", "이전", "이내", "경", "쯤"} {
		if end := j + utf8.RuneCountInString(w); i > 0 && t.Has(j, w) && !IsWord(t.Letter(end)) {
			return end
		}
	}
	return i
}

// slashDate reads 12/24; 1/2 is a half.
func (t *Text) slashDate(i int) int {
	slash, month := t.digits(i)
	end, day := t.digits(slash + 1)
	if t.Letter(slash) != '/' || t.Letter(i-1) == '/' || month < 1 || month > 12 || day < 1 || day > 31 ||
		month == 1 && day < 5 || IsWord(t.Letter(end)) || Contains("/,.", t.Letter(end)) {
		return 0
	}
	return end
}
