package caption

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/bot/caption/amounts"
	"github.com/sajangpick/sajangpick/bot/caption/letters"
	"github.com/sajangpick/sajangpick/bot/caption/words"
	"github.com/sajangpick/sajangpick/pipeline"
)

func (t *text) result(ds []dish, ts []token, good, bad []amounts.Amount) Result {
	d := ds[0]
	if len(d.entries) == 0 {
		return t.withoutPrice(d, bad)
	}
	var cs []Choice
	for _, d := range ds {
		cs = append(cs, t.choices(d)...)
	}
	if c := cs[0]; len(cs) == 1 && t.percent > 0 && c.Menu != "" && c.Won > 0 && c.Regular == 0 && len(c.Options) == 0 {
		cs = reductions(c, t.percent)
	}
	if len(cs) > 1 {
		if cs[0].Menu == "" {
			return Result{Outcome: NeedMenu}
		}
		return Result{Outcome: Choose, Choices: cs}
	}
	r := Result{
		Outcome: OK, Menu: cs[0].Menu, Won: cs[0].Won, PriceText: cs[0].PriceText, Regular: cs[0].Regular,
		Options: cs[0].Options,
	}
	if r.Menu == "" {
		r.Outcome = NeedMenu
		return r
	}
	r.Doubt = t.judge(r, ts, good, bad)
	return r
}

// withoutPrice says what was read where a price should stand, so that a slip of the finger is seen.
func (t *text) withoutPrice(d dish, bad []amounts.Amount) Result {
	r := Result{Outcome: NeedPrice}
	ts := d.name[:len(d.name):len(d.name)]
	if len(bad) > 0 {
		r.Read, r.Foreign = string(t.Show[bad[0].Start:bad[0].Raw]), bad[0].Foreign
	}
	for i := len(ts) - 1; i >= 0 && r.Read == ""; i-- {
		w := t.word(ts[i])
		if ts[i].kind == word && (words.Is("free", w) || i == len(ts)-1 && i > 0 && t.isSmall(ts[i-1], w)) {
			r.Read = string(t.Show[ts[i].i:ts[i].j])
			ts = append(ts[:i:i], ts[i+1:]...)
			for i > 0 && i == len(ts) && ts[i-1].kind == word && words.IsNoun("price", t.word(ts[i-1])) {
				i--
				ts = ts[:i]
			}
		}
	}
	r.Menu = t.dishName(dish{name: t.trim(ts), told: d.told})
	// talk that names no dish
	if !words.IsDish(r.Menu) && (len(ts) == 0 || len(strings.Fields(r.Menu)) > 1 && words.Ends("talk", r.Menu) != "") {
		r.Menu = ""
	}
	if r.Menu == "" {
		r.Outcome = NeedBoth
	}
	return r
}

// isSmall tells a bare number at the end that may be meant as a price: 파스타 18.
func (t *text) isSmall(before token, w string) bool {
	return len(w) >= 2 && strings.Trim(w, "0123456789") == "" && before.kind == word &&
		utf8.RuneCountInString(t.word(before)) > 1 &&
		!words.Is("option", t.word(before))
}

// choices gives a dish with its one price or sizes, or each of several prices that don't fit together.
func (t *text) choices(d dish) []Choice {
	t.moveSurplus(&d)
	es := t.distinct(withoutMarket(d.entries))
	for _, e := range es {
		t.use(e.option)
	}
	if len(es) == 1 {
		t.dishName(d) // for what it notes as read: widening the name below takes an option's words away
		e := es[0]
		if e.after.least {
			t.doubt |= DoubtPrice // 18,000원 이상
		}
		d.name = t.join(t.withoutTypo(d.name, e.price), t.widen(e.option))
		return []Choice{{Menu: t.dishName(d), Won: e.price.Won, PriceText: priceText(e.price), Regular: e.regular}}
	}
	if options, ok := t.options(es); ok {
		d.name = t.withoutSize(d.name, options)
		return []Choice{sized(t.dishName(d), options, es)}
	}
	var cs []Choice
	for _, e := range es {
		c := d
		c.name = t.join(d.name, t.widen(e.option))
		cs = append(cs, Choice{
			Menu: t.dishName(c), Won: e.price.Won, PriceText: priceText(e.price), Regular: e.regular,
		})
	}
	return cs
}

// withoutMarket drops 시가 where an amount is said as well.
func withoutMarket(es []entry) []entry {
	var kept []entry
	for _, e := range es {
		if !e.price.Market {
			kept = append(kept, e)
		}
	}
	if len(kept) == 0 || len(kept) == len(es) || len(es[0].option) > 0 && len(es[1].option) > 0 {
		return es
	}
	return kept
}

// reductions are the two meanings of a price with a percentage off: it is what remains, or what is reduced.
func reductions(c Choice, percent int) []Choice {
	off := c
	off.Regular = c.Won
	off.Won = (c.Won*(100-percent) + 500) / 1000 * 10
	off.PriceText = Won(off.Won)
	return []Choice{c, off}
}

// withoutTypo drops what stood for the price before it was asked for: 파스타 18, then 18,000원.
func (t *text) withoutTypo(ts []token, price *amounts.Amount) []token {
	n := len(ts)
	if n < 2 || !slices.Contains(t.Read[ts[n-1].j:max(ts[n-1].j, price.Start)], '\n') {
		return ts
	}
	w, whole := t.word(ts[n-1]), strconv.Itoa(price.Won)
	if words.Is("free", w) {
		return ts[:n-1]
	}
	if t.isSmall(ts[n-2], w) && len(w) == 2 && len(w) < len(whole) && strings.Trim(whole[len(w):], "0") == "" &&
		strings.HasPrefix(whole, w) {
		return ts[:n-1]
	}
	return ts
}

func sized(menu string, options []pipeline.Option, es []entry) Choice {
	c := Choice{Menu: menu, Options: options}
	var texts []string
	for i, o := range options {
		text := Won(o.Won)
		if es[i].price.Market {
			text = "시가"
		}
		texts = append(texts, o.Name+" "+text)
		if !es[i].price.Market && (c.Won == 0 || o.Won < c.Won) {
			c.Won, c.Regular = o.Won, es[i].regular
		}
	}
	c.PriceText = strings.Join(texts, " · ")
	return c
}

// options names each price by its size; one that has no name is the plain one.
func (t *text) options(es []entry) ([]pipeline.Option, bool) {
	var os []pipeline.Option
	seen := map[string]bool{}
	plain, other := -1, ""
	for i, e := range es {
		name := t.optionName(e.option)
		if name == "" {
			if plain >= 0 {
				return nil, false
			}
			plain = i
		} else if seen[name] || !t.allSizes(e.option) {
			return nil, false
		} else if other == "" {
			other = name
		}
		seen[name] = true
		os = append(os, pipeline.Option{Name: name, Won: e.price.Won})
	}
	if other == "" {
		return nil, false
	}
	if plain >= 0 {
		name, known := basic(other)
		if !known && len(es) < 3 { // one size alone makes no options
			return nil, false
		}
		if !known {
			t.doubt |= DoubtPrice
		}
		os[plain].Name = name
	}
	return os, true
}

// withoutSize drops a size in front of a name that is one of its options: 런치 of 런치 초밥세트 13,000 디너 18,000.
func (t *text) withoutSize(name []token, options []pipeline.Option) []token {
	if len(name) < 2 || name[0].kind != word || !t.namesDish(near(name[1:])) {
		return name
	}
	size := t.word(name[0])
	if slices.ContainsFunc(options, func(o pipeline.Option) bool { return strings.ToLower(o.Name) == size }) {
		return t.trim(t.drop(name, 1))
	}
	return name
}

// basic is what the plain variant is called beside another.
func basic(other string) (name string, known bool) {
	other = strings.ToLower(other)
	if plain, ok := words.PlainBeside(other); ok {
		return plain, true
	}
	plain, ok := words.PlainBeside(other[strings.LastIndexByte(other, ' ')+1:]) // 평일 런치
	if !ok {
		return "기본", false
	}
	return plain, true
}

func (t *text) optionName(ts []token) string {
	if n := len(ts); n > 0 && ts[n-1].kind == word {
		k := ts[n-1]
		if w := t.word(k); !words.Is("option", w) && !words.IsCount(w) && words.IsNoun("option", w) {
			k.j--
			ts = append(ts[:n-1:n-1], k)
		}
	}
	return t.name(ts)
}

// moveSurplus leaves to the sizes what tells them apart: ICE of 아메리카노 ICE R 4,000 L 4,500 is part of the name.
func (t *text) moveSurplus(d *dish) {
	if len(d.entries) < 2 {
		return
	}
	most := 0
	for _, e := range d.entries[1:] {
		most = max(most, count(e.option))
	}
	first := &d.entries[0]
	for count(first.option) > most && len(d.name) > 0 {
		d.name = t.join(d.name, first.option[:1])
		first.option = t.trim(first.option[1:])
	}
	d.name = t.trim(d.name)
}

func count(ts []token) (n int) {
	for _, k := range ts {
		if k.kind == word {
			n++
		}
	}
	return n
}

// distinct drops prices that are said twice.
func (t *text) distinct(es []entry) []entry {
	var kept []entry
next:
	for _, e := range es {
		for _, k := range kept {
			if k.price.Won == e.price.Won && k.price.Market == e.price.Market && t.name(k.option) == t.name(e.option) {
				continue next
			}
		}
		kept = append(kept, e)
	}
	return kept
}

// widen takes the brackets around a size back in: it is part of the name after all.
func (t *text) widen(ts []token) []token {
	n := len(ts)
	if n == 0 {
		return nil
	}
	first, last := ts[0], ts[n-1]
	if letters.Contains(opening, t.Letter(first.i-1)) && letters.Contains(closing, t.Letter(last.j)) {
		wide := append([]token{{kind: sign, i: first.i - 1, j: first.i}}, ts...)
		return append(wide, token{kind: sign, i: last.j, j: last.j + 1})
	}
	return ts
}
