package caption

import "strings"

// weigh keeps the amounts that count as prices. bad ones are no prices, but no part of the menu either.
func (t *text) weigh(found []amount) (good, bad []amount) {
	best, free := 0, 0
	for _, a := range found {
		if !a.bad && a.sure > crumb {
			best = max(best, a.sure)
			free++
		}
	}
	for _, a := range found {
		year := a.sure == bare && a.plain && a.won > 1950 && a.won < 2100 && a.won%100 != 0
		switch {
		case a.bad && a.glued, // 10원빵
			a.sure == cafe && best > cafe,
			a.sure == crumb && (a.glued || best != cafe || !t.afterOption(a.i)),
			year && (free > 1 || a.won%10 != 0),
			a.sure == bare && a.glued && best > bare,
			a.glued && a.plain && free > 1 && a.won <= 10_000 && !(a.sure == bare && isHangul(t.letter(a.i-1))):
		case a.bad:
			bad = append(bad, a)
		default:
			good = append(good, a)
		}
	}
	return good, bad
}

// afterOption reports whether a size stands right before letter i.
func (t *text) afterOption(i int) bool {
	j := i
	for j > 0 && (t.read[j-1] == ' ' || t.read[j-1] == ':' || t.read[j-1] == ')') {
		j--
	}
	k := j
	for k > 0 && isWord(t.read[k-1]) {
		k--
	}
	return is("option", t.key(k, j))
}

func (a amount) text() string {
	switch {
	case a.market:
		return "시가"
	case a.high > 0:
		return Won(a.won) + "~" + Won(a.high)
	case a.since:
		return Won(a.won) + "부터"
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
