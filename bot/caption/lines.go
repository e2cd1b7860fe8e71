package caption

import "strings"

// gap is what stands between two prices of a line, before the first or behind the last.
type gap struct {
	name, told []token
	arrow      bool // → : the next price replaces the last
	reach      bool // nothing but ~ or - : a range
	off        bool // the last price is what is taken off (3,000원 할인)
	from       bool // 에서 behind a price
	regular    bool // 정가 before a price
	sale       bool // 할인가 before a price
	extra      bool // 추가 behind a price
}

// row is one line: gaps[i] stands before prices[i], the last gap behind them all.
type row struct {
	prices []*amount
	gaps   []gap
}

// lines cuts tokens into lines, and lines into prices and gaps.
func (t *text) lines(ts []token, good []amount) []row {
	var rows []row
	for len(ts) > 0 {
		n := 0
		for n < len(ts) && ts[n].kind != line {
			n++
		}
		if n > 0 {
			rows = append(rows, t.row(ts[:n], good))
		}
		ts = ts[min(n+1, len(ts)):]
	}
	return rows
}

func (t *text) row(ts []token, good []amount) row {
	var r row
	start := 0
	for i, k := range ts {
		if k.kind == money {
			r.gaps = append(r.gaps, t.gap(ts[start:i], start > 0, &good[k.n]))
			r.prices = append(r.prices, &good[k.n])
			start = i + 1
		}
	}
	r.gaps = append(r.gaps, t.gap(ts[start:], start > 0, nil))
	return r
}

// gap reads what stands behind a price, before the next, or both.
func (t *text) gap(ts []token, behind bool, next *amount) gap {
	var g gap
	ts = t.withoutPercent(ts)
	if behind {
		g.reach = next != nil && len(ts) > 0 && len(ts) < 3
		for _, k := range ts {
			g.reach = g.reach && t.is(k, "~-")
		}
		ts = t.readBehind(&g, ts)
	}
	if next != nil {
		ts = t.readBefore(&g, ts)
	}
	g.name, g.told = t.strip(ts)
	if next != nil && len(g.name) > 0 {
		if last := &g.name[len(g.name)-1]; last.kind == word {
			t.cutParticle(last, next.ended)
		}
	}
	return g
}

// withoutPercent drops how much a discount is: 20% 할인.
func (t *text) withoutPercent(ts []token) []token {
	for i, k := range ts {
		if k.kind != word || !isDigit(t.read[k.i]) {
			continue
		}
		_, what, percent := strings.Cut(t.word(k), "%")
		n := i + 1
		if percent && what == "" && n < len(ts) && ts[n].kind == word {
			what = t.word(ts[n])
			n++
		}
		if percent && is("off", what) {
			return append(ts[:i:i], ts[n:]...)
		}
	}
	return ts
}

// readBehind takes off what belongs to the price before.
func (t *text) readBehind(g *gap, ts []token) []token {
	for i, k := range ts {
		switch {
		case k.kind == sign && t.is(k, "→>"):
			g.arrow = true
			continue
		case k.kind == sign && !t.is(k, opening):
			continue
		case k.kind == sign && i+1 < len(ts) && ts[i+1].kind == word && is("post", t.word(ts[i+1])):
			continue
		case k.kind == word:
			w := t.word(k)
			if is("post", w) {
				g.off = g.off || is("off", w)
				g.from = g.from || is("from", w)
				g.sale = g.sale || is("sale", w)
				continue
			}
			if t.isOption(k) || is("regular", w) {
				return ts[i:]
			}
			if end, from := t.endings(k.i); end == k.j {
				g.from = g.from || from
				continue
			}
			if w == "추가" || w == "extra" {
				g.extra = true
				continue
			}
		}
		return ts[i:]
	}
	return nil
}

// readBefore takes off what belongs to the price that follows.
func (t *text) readBefore(g *gap, ts []token) []token {
	for len(ts) > 0 {
		k := ts[len(ts)-1]
		switch {
		case k.kind == word:
			w := t.word(k)
			switch {
			case isNoun("regular", w):
				g.regular = true
			case isNoun("sale", w):
				g.sale = true
			case isNoun("price", w):
			default:
				return ts
			}
		case k.kind == sign && t.is(k, closing):
			if len(ts) < 2 || !t.is(ts[len(ts)-2], opening) {
				return ts
			}
			ts = ts[:len(ts)-1]
		case t.is(k, ">") && t.holds(ts, "<"):
			return ts
		case t.is(k, "→>"):
			g.arrow = true
		}
		ts = ts[:len(ts)-1]
	}
	return ts
}

// entry is one price with what belongs to it.
type entry struct {
	name, option []token
	told         []token
	price        *amount
	regular      int
	before       gap // as it stands before the price
	after        gap // as it stands behind
}

// entries gives the prices of a line their words. loose is what belongs to none of them.
func (t *text) entries(r row) (es []entry, loose []token) {
	n := len(r.prices)
	for i, p := range r.prices {
		es = append(es, entry{price: p, before: r.gaps[i], after: r.gaps[i+1]})
	}
	if head, ok := t.zip(es, r.gaps[0].name, r); ok {
		es[0].name = head
		return es, r.gaps[n].name
	}
	if rest, ok := t.zip(es, r.gaps[n].name, r); ok {
		es[0].name = r.gaps[0].name
		return es, rest
	}
	if t.optionsBehind(es, r) {
		return es, nil
	}
	if len(r.gaps[0].name) == 0 && len(r.gaps[n].name) > 0 && n > 0 && !t.sizesBetween(r) {
		for i := range es {
			es[i].name, es[i].option = t.splitOption(r.gaps[i+1].name)
			es[i].told = r.gaps[i+1].told
		}
		return es, nil
	}
	for i := range es {
		es[i].name, es[i].option = t.splitOption(r.gaps[i].name)
		es[i].told = r.gaps[i].told
	}
	return es, r.gaps[n].name
}

// sizesBetween tells a line whose prices but the first have sizes before them.
func (t *text) sizesBetween(r row) bool {
	for _, g := range r.gaps[1 : len(r.gaps)-1] {
		name, option := t.splitOption(g.name)
		if len(name) > 0 || len(option) == 0 {
			return false
		}
	}
	return len(r.gaps) > 2
}

// optionsBehind reads 감자탕 25,000원(소) 35,000원(대).
func (t *text) optionsBehind(es []entry, r row) bool {
	if len(es) == 0 {
		return false
	}
	head := r.gaps[0].name
	if _, option := t.splitOption(head); len(option) > 0 {
		return false
	}
	for _, g := range r.gaps[1:] {
		name, option := t.splitOption(g.name)
		if len(option) == 0 || len(name) > 0 {
			return false
		}
	}
	for i := range es {
		es[i].option = r.gaps[i+1].name
	}
	es[0].name, es[0].told = head, r.gaps[0].told
	return true
}

// zip reads 소/중/대 25,000/35,000/45,000: as many sizes in a row as there are prices in a row.
func (t *text) zip(es []entry, words []token, r row) (rest []token, ok bool) {
	n := len(es)
	if n < 2 || len(words) < n {
		return nil, false
	}
	for _, g := range r.gaps[1:n] {
		if len(g.name) > 0 {
			return nil, false
		}
	}
	found, i := n, len(words)
	for i > 0 && found > 0 {
		k := words[i-1]
		if k.kind == word {
			if !t.isOption(k) {
				return nil, false
			}
			found--
			es[found].option = words[i-1 : i]
		}
		i--
	}
	if found > 0 || i > 0 && words[i-1].kind == word && t.isOption(words[i-1]) {
		for k := range es {
			es[k].option = nil
		}
		return nil, false
	}
	return t.trim(words[:i]), true
}

// splitOption parts sizes and variants at the end of a name from it.
func (t *text) splitOption(ts []token) (name, option []token) {
	i := len(ts)
	for k := len(ts) - 1; k >= 0; k-- {
		if ts[k].kind == word {
			if !t.isOption(ts[k]) {
				break
			}
			i = k
		} else if !t.is(ts[k], opening+closing+"/,·:-~*") {
			break
		}
	}
	deep := 0
	for _, k := range ts[i:] {
		if t.is(k, opening) {
			deep++
		} else if t.is(k, closing) {
			deep--
		}
	}
	if deep < 0 && i > 0 && t.is(ts[i-1], opening) {
		i--
	}
	if deep < -1 {
		return ts, nil
	}
	return t.trim(ts[:i]), t.trim(ts[i:])
}

func (t *text) isOption(k token) bool {
	w := t.word(k)
	return is("option", w) || isCount(w) || k.j-k.i > 1 && is("option", t.key(k.i, k.j-1)) && isNoun("option", w)
}
