package letters

import (
	"github.com/sajangpick/sajangpick/bot/caption/words"
)

// longestStreet is how many words an address has before its number: 경기도 성남시 분당구 정자동 정자일로 8번길.
const longestStreet = 6

// street gives the end of an address that starts at letter i, or 0: 서울시 마포구 연남동 223-14, 군산시 대학로 12.
// A district or town must stand in front, unless the number has two parts.
func (t *Text) street(i int) int {
	town := false
	for n, j := 0, i; n < longestStreet; n++ {
		k := j
		for IsHangul(t.Letter(k)) || IsDigit(t.Letter(k)) && k > i {
			k++
		}
		last := t.Letter(k - 1)
		region := n == 0 && words.Is("region", t.Key(j, k))
		if k-j < 2 || !region && !Contains("도시군구읍면동리가로길", last) ||
			n == 0 && !region && (k-j < 3 || last == '가' || words.IsDish(t.Key(j, k))) {
			return 0
		}
		town = town || region || k-j > 2 && Contains("도시군구", last)
		at := t.blank(k)
		if end, parts := t.houseNumber(at); parts == 2 && Contains("동리로길", last) ||
			parts == 1 && town && Contains("로길", last) {
			return t.floor(end)
		}
		if at == k {
			return 0
		}
		j = at
	}
	return 0
}

// houseNumber reads 12 or 223-14, and of how many parts it is.
func (t *Text) houseNumber(i int) (end, parts int) {
	for j := i; parts < 2; j++ {
		if end, _ = t.digits(j); end == j || end-j > 4 {
			return 0, 0
		}
		j = end
		parts++
		if t.Letter(j) != '-' {
			break
		}
	}
	if next := t.Letter(end); IsWord(next) || next == '-' || t.Letter(i) == '0' ||
		Contains(",.", next) && IsDigit(t.Letter(end+1)) {
		return 0, 0
	}
	return end, parts
}

// floor takes in where in the house it is: 2층, 101호.
func (t *Text) floor(i int) int {
	j, _ := t.digits(t.blank(i))
	if j > t.blank(i) && Contains("층호", t.Letter(j)) && !IsWord(t.Letter(j+1)) {
		return j + 1
	}
	return i
}
