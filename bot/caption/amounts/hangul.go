package amounts

import (
	"github.com/sajangpick/sajangpick/bot/caption/letters"
	"github.com/sajangpick/sajangpick/bot/caption/words"
)

// inHangul reads 만팔천원 at letter i. Without 원 it must be a whole word that ends a line.
func (t *Reader) inHangul(i int) (Amount, bool) {
	glued := letters.IsHangul(t.Letter(i - 1))
	if glued && t.Read[i] == '이' && words.Is("dish_endings_i", t.Key(i-1, i+1)) { // 떡볶이 만원, not 이만원
		return Amount{}, false
	}
	n := t.number(i)
	// 평일만, 탕수육만
	if at := i + 1; glued && numeral(t.Read[i]) > 0 && unit(t.Letter(at)) >= 1000 && t.isParticle(at, n.end) {
		if !words.IsWhen(t.wordBefore(at)) {
			t.Unsure = true
		}
		t.particle = at + 1
		return Amount{}, false
	}
	if glued && unit(t.Read[i]) > 0 && i != t.particle {
		if t.isParticle(i, n.end) {
			t.particle = i + 1
			return Amount{}, false
		}
		n.vague = true
	}
	if before := t.Letter(i - 1); !n.units || i != t.particle &&
		(unit(before) > 0 || letters.IsDigit(before) ||
			numeral(before) > 0 && !words.Is("dish_endings_i", t.Key(max(0, i-2), i))) { // 십팔천원: that isn't said
		return Amount{}, false
	}
	a := Amount{Start: i, Raw: n.end, Won: n.Milli / 1000, Sure: said}
	end, foreign, ok := t.currency(n.end)
	if typo := t.mistyped(n.end); !ok && typo > 0 {
		end, ok = typo, true
	}
	if ok && !foreign {
		if t.Letter(end) == '의' { // 만원의 행복
			return Amount{}, false
		}
		a.Raw = end
		a = t.finish(a, n)
		return a, (!a.glued || t.Has(a.End, "할인")) && a.Won >= minWon && (!glued || a.Won >= 1000)
	}
	a = t.finish(a, n)
	a.Sure = bare
	alone := !letters.IsWord(t.Letter(i-1)) && !a.glued && n.end > i+1
	whole := n.end > i+2 && a.Won > 10_000 // 만사천 두 마리, not 이천 쌀밥
	return a, alone && a.Won >= 1000 && a.Won%100 == 0 &&
		(whole || t.lastOfLine(a.End) || i > 0 && words.IsDish(t.wordBefore(i-1)))
}

// isParticle reports whether 만 or 천 behind a Hangul word is the particle or the word's own letter: what follows is
// parted from it by a space (포장만 8,000원) or the word says when or for whom (학생만5천원).
func (t *Reader) isParticle(i, end int) bool {
	if end > i+1 && t.Letter(i+1) == ' ' {
		return true
	}
	if t.Letter(i+1) == '원' {
		return false
	}
	return words.IsWhen(t.wordBefore(i))
}

// wordBefore gives the Hangul that ends at letter i.
func (t *Reader) wordBefore(i int) string {
	j := i
	for letters.IsHangul(t.Letter(j-1)) && i-j < 12 {
		j--
	}
	return t.Key(j, i)
}
