package caption

// weigh keeps the amounts that count as prices. bad ones are no prices, but no part of the menu either.
func (t *Reader) weigh(found []amount) (good, bad []amount) {
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
func (t *Reader) afterOption(i int) bool {
	j := i
	for j > 0 && (t.Read[j-1] == ' ' || t.Read[j-1] == ':' || t.Read[j-1] == ')') {
		j--
	}
	k := j
	for k > 0 && isWord(t.Read[k-1]) {
		k--
	}
	return is("option", t.key(k, j))
}
