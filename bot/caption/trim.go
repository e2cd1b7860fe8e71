package caption

import "slices"

// trim drops signs from both ends: decoration, and brackets that don't close or hold nothing.
func (t *text) trim(ts []token) []token {
	for {
		n := len(ts)
		for len(ts) > 0 && t.loose(ts, 0) {
			ts = ts[1:]
		}
		for len(ts) > 0 && t.loose(ts, len(ts)-1) {
			ts = ts[:len(ts)-1]
		}
		if len(ts) > 1 && t.is(ts[0], opening) && t.close(ts, 0) == len(ts)-1 {
			ts = ts[1 : len(ts)-1]
		}
		if len(ts) == n {
			return ts
		}
	}
}

func (t *text) loose(ts []token, i int) bool {
	k := ts[i]
	switch {
	case k.kind != sign:
		return k.kind != word
	case t.is(k, opening):
		return i > 0 || t.close(ts, i) < 0
	case t.is(k, closing):
		open, ok := t.pairs[k.i]
		return !ok || open < ts[0].i || i == 0 || t.is(ts[i-1], opening)
	}
	if t.is(k, "\"'") && i == len(ts)-1 && t.quoted(ts, i) {
		return false
	}
	return t.is(k, parting+"^&+%#@₩\\") && !(t.is(k, ">") && t.lessBefore(ts, i))
}

// quoted reports whether the quotation mark at i closes a quotation inside of the name.
func (t *text) quoted(ts []token, i int) bool {
	open := 0
	for k := max(0, i-farthest); k < i; k++ {
		if t.is(ts[k], string(t.Read[ts[i].i])) {
			open++
			if k == 0 {
				return false
			}
		}
	}
	return open == 1
}

// lessBefore reports whether < stands between the first token and the one at i: it may be HTML.
func (t *text) lessBefore(ts []token, i int) bool {
	at, _ := slices.BinarySearch(t.Less, ts[0].i)
	return at < len(t.Less) && t.Less[at] < ts[i].i
}
