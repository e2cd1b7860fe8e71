package caption

import (
	"strings"

	"github.com/sajangpick/sajangpick/bot/caption/letters"
	"github.com/sajangpick/sajangpick/bot/caption/words"
)

// dish is a name with its prices.
type dish struct {
	name    []token
	told    []token
	entries []entry
}

// gather puts the rows' prices and names together into dishes, from top to bottom.
type gather struct {
	t      *text
	dishes []dish
	head   []token // the line above that only names something and waits for a price
	first  []token // of such lines the first, or the first that names a dish
	told   []token
}

func (t *text) dishes(rows []row) []dish {
	g := gather{t: t}
	for _, r := range rows {
		if len(r.prices) == 0 {
			g.names(r.gaps[0])
			continue
		}
		es, loose := t.entries(r)
		for _, e := range es {
			g.place(e)
		}
		// not LUNCH SET A
		if d := g.last(); len(d.name) == 0 && (len(d.entries) > 1 || count(d.entries[0].option) < 3) {
			d.name = loose
		}
		if len(g.told) == 0 {
			g.told = r.gaps[len(r.gaps)-1].told
		}
	}
	if len(g.dishes) == 0 {
		return []dish{{name: g.first, told: g.told}}
	}
	return g.tidy()
}

func (g *gather) last() *dish {
	if len(g.dishes) == 0 {
		return nil
	}
	return &g.dishes[len(g.dishes)-1]
}

// names takes a line without a price.
func (g *gather) names(line gap) {
	if len(g.told) == 0 {
		g.told = line.told
	}
	if len(line.name) == 0 {
		return
	}
	d := g.last()
	if d != nil && len(d.name) == 0 && len(g.head) == 0 {
		d.name = line.name
		return
	}
	if d != nil || len(g.head) > 0 && g.t.describes(line.name) {
		g.pass(line.name)
	}
	if len(g.head) > 0 && g.t.describes(line.name) {
		return
	}
	g.pass(g.head)
	if len(g.first) == 0 || !words.IsDish(g.t.name(g.first)) && words.IsDish(g.t.name(line.name)) {
		g.first = line.name
	}
	g.head = line.name
}

// pass lets go of a line that tells about the shop or the dish. One that names another dish is a matter of doubt.
func (g *gather) pass(line []token) {
	if len(line) == 0 {
		return
	}
	if name := g.t.name(line); !words.IsDish(name) || words.Ends("shop", name) != "" || g.t.describes(line) {
		g.t.use(line)
	}
}

// longLine is how many words make a line under a name a description of it.
const longLine = 4

// describes tells a line that tells about the dish named above it.
func (t *text) describes(name []token) bool {
	return count(name) >= longLine || letters.Contains(opening, t.Letter(name[0].i-1))
}

// place adds a price to the dish it belongs to.
func (g *gather) place(e entry) {
	d := g.last()
	if d != nil && len(g.head) == 0 && g.t.settle(d, e) {
		return
	}
	if len(e.name) == 0 && len(g.head) == 0 && d != nil {
		d.entries = append(d.entries, e)
		return
	}
	if len(e.name) == 0 {
		e.name = g.head
	} else {
		g.pass(g.head)
	}
	g.head = nil
	if d != nil && g.t.name(d.name) == g.t.name(e.name) {
		d.entries = append(d.entries, e)
		return
	}
	g.dishes = append(g.dishes, dish{name: e.name, told: e.told, entries: []entry{e}})
}

// settle makes one price of two that belong together: a discount or a range.
func (t *text) settle(d *dish, e entry) bool {
	last := &d.entries[len(d.entries)-1]
	switch {
	case e.before.correct:
		last.price, last.regular, last.after = e.price, 0, e.after
		return true
	case e.before.later && len(e.name) == 0:
		return true
	}
	names := len(e.name) == 0 || len(d.name) == 0 && len(d.entries) == 1
	between := len(last.option) == 0 && len(d.entries) == 1 && (e.before.sale || e.before.arrow) // a size stands there
	if !names || len(e.option) > 0 && len(d.name) > 0 && !between || last.price.Market || e.price.Market {
		return false
	}
	old, now := last.price.Won, e.price.Won
	if e.before.condition && e.after.off && len(d.name) == 0 { // 3,300원 아메리카노 텀블러 가져오시면 300원 할인
		d.name = e.name
		return true
	}
	if e.before.condition && (now >= old || e.after.off) && len(d.name) > 0 { // 배달만 8,000원, 첫주문 1,000원 할인
		return true
	}
	if now*4 < old && !e.after.off && !e.before.off { // no sale goes so far
		return false
	}
	arrow := e.before.arrow || last.price.From || e.before.from || last.price.Struck
	marked := last.before.regular || e.before.sale || e.before.off
	switch {
	case e.before.reach && !last.price.Struck && !marked && now > old:
		last.price.High = now
	case e.before.regular && !last.before.regular:
		if old < now {
			last.regular = now
		} // else the price was raised: 7,000원 (원래 6,000원)
	case (!arrow || last.price.From) && !marked && e.after.off && now*2 <= old:
		last.regular, last.price.Won = old, old-now
		t.doubt |= DoubtPrice // the amount that is shown wasn't written
	case !arrow && e.before.off && old*2 <= now: // 500원 할인 17,500원
		last.price = e.price
	case arrow || marked || e.after.off:
		if len(e.option) > 0 && len(d.name) > 0 && e.before.arrow {
			t.doubt |= DoubtPrice // 11,500 → 1인용 8,000
		}
		if now > old && !arrow {
			return false
		}
		if e.before.bound { // not everyone pays it
			t.doubt |= DoubtPrice
		}
		if now < old {
			last.regular = max(last.regular, old)
		} else {
			last.regular = 0
		}
		last.price = e.price
	default:
		return false
	}
	last.after = e.after
	if len(d.name) == 0 {
		d.name, last.option = e.name, e.option
	}
	return true
}

// tidy drops what costs something but isn't a dish, and gives nameless prices to the only name.
func (g *gather) tidy() []dish {
	ds := g.dishes
	kept := ds[:0:0]
	most := 0
	for _, d := range ds {
		for _, e := range d.entries {
			most = max(most, e.price.Won)
		}
	}
	for _, d := range ds {
		d.entries = g.t.withoutExtras(d, most)
		if len(d.entries) > 0 {
			kept = append(kept, d)
		}
	}
	if len(kept) == 0 {
		kept = ds
	}
	if n := len(kept); n == 2 && len(kept[0].name) == 0 {
		kept[1].entries = append(kept[0].entries, kept[1].entries...)
		kept = kept[1:]
	}
	if d := &kept[0]; len(kept) == 1 && len(d.name) == 0 {
		d.name = g.head
		if len(d.name) == 0 && len(d.told) == 0 {
			d.told = g.told
		}
	}
	return kept
}

// withoutExtras drops prices of additions, and what is taken off the highest price.
func (t *text) withoutExtras(d dish, most int) []entry {
	var es []entry
	named := len(d.name) > 0 && d.name[0].kind == word && t.isExtra(d.name)
	for i, e := range d.entries {
		least := e.after.least || e.price.Since
		if e.price.Extra || e.after.extra || named {
			t.use(e.name)
			t.use(e.option)
		}
		if e.before.sale && len(e.name) > 0 && e.price.Won*5 <= most && !e.price.Extra {
			t.doubt |= DoubtPrice
		}
		if least && t.isDelivery(e) || e.before.sale && len(e.name) > 0 && e.price.Won*5 <= most || e.price.Extra ||
			e.after.extra || named && i == 0 || e.after.off && e.regular == 0 && e.price.Won*2 <= most {
			e.price.Extra = true
			continue
		}
		es = append(es, e)
	}
	return es
}

func (t *text) isExtra(name []token) bool {
	last := t.word(name[len(name)-1])
	return words.IsNoun("extra", t.word(name[0])) || strings.HasSuffix(last, "추가") || strings.HasSuffix(last, "사리")
}

// isDelivery tells a price that is the least to order: 배달 15,000원 이상.
func (t *text) isDelivery(e entry) bool {
	for _, ts := range [...][]token{e.name, e.option} {
		if len(ts) > 0 && ts[len(ts)-1].kind == word && words.Is("delivery", t.word(ts[len(ts)-1])) {
			return true
		}
	}
	return false
}

// join puts the words of two lines behind each other.
func (t *text) join(a, b []token) []token {
	return append(a[:len(a):len(a)], b...)
}
