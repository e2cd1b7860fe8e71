package caption

import (
	"github.com/sajangpick/sajangpick/bot/caption/amounts"
	"github.com/sajangpick/sajangpick/bot/caption/letters"
	"github.com/sajangpick/sajangpick/bot/caption/words"
)

// entry is one price with what belongs to it.
type entry struct {
	name, option []token
	told         []token
	price        *amounts.Amount
	regular      int
	before       gap // as it stands before the price
	after        gap // as it stands behind
}

// entries gives the prices of a line their words. loose is what belongs to none of them.
func (t *text) entries(r row) (es []entry, loose []token) {
	n := len(r.prices)
	es = make([]entry, 0, n)
	for i, p := range r.prices {
		p.Since = p.Since || r.gaps[i+1].since
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
	for i, g := range r.gaps[1:] {
		name, option := t.splitOption(g.name)
		if (len(option) == 0 || len(name) > 0) && (len(es) < 2 || !t.bracketed(g.name, r.prices[i])) {
			return false
		}
	}
	for i := range es {
		es[i].option = r.gaps[i+1].name
	}
	es[0].name, es[0].told = head, r.gaps[0].told
	return true
}

// bracketed tells one word in brackets right behind a price, which says what that price is for: 9,000원(서리태).
func (t *text) bracketed(name []token, price *amounts.Amount) bool {
	return len(name) == 1 && name[0].i == price.End+1 && letters.Contains(opening, t.Letter(price.End)) &&
		letters.Contains(closing, t.Letter(name[0].j))
}

// zip reads 소/중/대 25,000/35,000/45,000: as many sizes in a row as there are prices in a row.
func (t *text) zip(es []entry, ws []token, r row) (rest []token, ok bool) {
	n := len(es)
	if n < 2 || len(ws) < n {
		return nil, false
	}
	for _, g := range r.gaps[1:n] {
		if len(g.name) > 0 {
			return nil, false
		}
	}
	found, i := n, len(ws)
	for i > 0 && found > 0 {
		k := ws[i-1]
		if k.kind == word {
			if !t.isOption(k) {
				return nil, false
			}
			found--
			es[found].option = ws[i-1 : i]
		}
		i--
	}
	if found > 0 || i > 0 && ws[i-1].kind == word && t.isOption(ws[i-1]) {
		for k := range es {
			es[k].option = nil
		}
		return nil, false
	}
	return t.trim(ws[:i]), true
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
		deep++
	}
	if deep < 0 {
		return ts, nil
	}
	return t.trim(ts[:i]), t.trim(ts[i:])
}

func (t *text) isOption(k token) bool {
	w := t.word(k)
	return words.Is("option", w) || words.IsCount(w) ||
		k.j-k.i > 1 && words.Is("option", t.Key(k.i, k.j-1)) && words.IsNoun("option", w)
}
