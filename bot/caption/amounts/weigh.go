package amounts

import (
	"github.com/sajangpick/sajangpick/bot/caption/letters"
	"github.com/sajangpick/sajangpick/bot/caption/words"
)

// Weigh keeps the amounts that count as prices. bad ones are no prices, but no part of the menu either.
func (t *Reader) Weigh(found []Amount) (good, bad []Amount) {
	best, free := 0, 0
	for _, a := range found {
		if !a.bad && a.Sure > Crumb {
			best = max(best, a.Sure)
			free++
		}
	}
	for _, a := range found {
		year := a.Sure == bare && a.plain && a.Won > 1950 && a.Won < 2100 && a.Won%100 != 0
		switch {
		case a.bad && a.glued, // 10원빵
			a.Sure == Cafe && best > Cafe,
			a.Sure == Crumb && (a.glued || best != Cafe || !t.afterOption(a.Start)),
			year && (free > 1 || a.Won%10 != 0),
			a.Sure == bare && a.glued && best > bare,
			a.glued && a.plain && free > 1 && a.Won <= 10_000 &&
				!(a.Sure == bare && letters.IsHangul(t.Letter(a.Start-1))):
		case a.bad:
			bad = append(bad, a)
		default:
			good = append(good, a)
		}
	}
	return good, bad
}

// afterOption reports whether a size stands right before letter i.
func (t *Reader) afterOption(i int) bool {
	j := i
	for j > 0 && (t.Read[j-1] == ' ' || t.Read[j-1] == ':' || t.Read[j-1] == ')') {
		j--
	}
	k := j
	for k > 0 && letters.IsWord(t.Read[k-1]) {
		k--
	}
	return words.Is("option", t.Key(k, j))
}
