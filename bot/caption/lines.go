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
	if len(ts) > 2 && ts[0].kind == word && strings.Trim(t.word(ts[0]), "0123456789") == "" && t.is(ts[1], ".)") {
		ts = ts[2:] // 1. 2) … of a list
	}
	asks := false
	for _, k := range ts {
		asks = asks || k.kind == word && (ends("request", t.word(k)) != "" || is("tail", t.word(k)))
	}
	for i, k := range ts {
		if k.kind == money {
			r.gaps = append(r.gaps, t.gap(ts[start:i], start > 0, &good[k.n], asks))
			r.prices = append(r.prices, &good[k.n])
			start = i + 1
		}
	}
	r.gaps = append(r.gaps, t.gap(ts[start:], start > 0, nil, asks))
	return r
}

// gap reads what stands behind a price, before the next, or both; asks tells that the line holds a request.
func (t *text) gap(ts []token, behind bool, next *amount, asks bool) gap {
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
			t.cutParticle(last, next.ended || asks)
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
		case t.is(k, closing) && !t.saysPrice(ts):
			return ts
		case t.is(k, ">") && t.holds(ts, "<"):
			return ts
		case t.is(k, "→>"):
			g.arrow = true
		}
		ts = ts[:len(ts)-1]
	}
	return ts
}

// saysPrice tells a closing bracket behind a label or nothing: [가격], 가격), ().
func (t *text) saysPrice(ts []token) bool {
	n := len(ts)
	if n < 2 || t.is(ts[n-2], opening) {
		return true
	}
	w := t.word(ts[n-2])
	return ts[n-2].kind == word && (isNoun("price", w) || isNoun("sale", w) || isNoun("regular", w))
}
