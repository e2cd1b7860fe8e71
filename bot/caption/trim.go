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
		deep := 0
		for _, o := range ts[max(0, i-farthest) : i+1] {
			if t.is(o, opening) {
				deep++
			} else if t.is(o, closing) {
				deep--
			}
		}
		return deep < 0 || i == 0 || t.is(ts[i-1], opening)
	}
	return t.is(k, parting+"^&+%#@₩\\") && !(t.is(k, ">") && t.lessBefore(ts, i))
}

// lessBefore tells whether < stands between the first token and the one at i: it may be HTML.
func (t *text) lessBefore(ts []token, i int) bool {
	at, _ := slices.BinarySearch(t.less, ts[0].i)
	return at < len(t.less) && t.less[at] < ts[i].i
}
