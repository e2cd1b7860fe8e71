package look

import (
	"fmt"
	"math"
	"strings"

	"github.com/sajangpick/sajangpick/pipeline"
)

// setting is a text broken into lines between its words, as large as it may be in its box.
type setting struct {
	words string // with line breaks
	lines int
	size  float64
}

// high is the height of a setting's lines in its style.
func (t setting) high(st style) float64 { return st.leading() * t.size * float64(t.lines) }

const legible = 46 // pixels of a name's type, at the least, if there is room at all

// fitted breaks a text into one to three lines, or in a narrow box more, whichever can be set largest, up to a size.
// Only a word that no line can hold in a legible size is parted.
func fitted(text string, st style, w, h float64) setting {
	text = breakable(text, func(s string) float64 { return st.face.width(s, st.tracking) }, w/legible)
	best := setting{}
	for n := 1; n <= 3 || n <= 8 && best.size < legible; n++ {
		lines := split(text, n, st)
		widest := 0.0
		for _, l := range lines {
			widest = max(widest, st.face.width(l, st.tracking))
		}
		size := min(st.size, w/max(widest, .1), h/(st.leading()*float64(len(lines))))
		if size > best.size*1.12 { // another line must be worth it
			best = setting{strings.Join(lines, "\n"), len(lines), size}
		}
	}
	return best
}

// split breaks a text between its words into so many lines, or fewer if it has not enough, of lengths as even as can
// be. A text that has breaks of its own keeps them.
func split(text string, n int, st style) []string {
	fields := strings.Fields(text)
	if strings.Contains(text, "\n") {
		return strings.Split(text, "\n")
	}
	if n = min(n, len(fields)); n < 2 {
		return []string{text}
	}
	var best []string
	least := math.Inf(1)
	var try func(from int, lines []string, widest float64)
	try = func(from int, lines []string, widest float64) {
		last := len(lines) == n-1
		for to := from + 1; to <= len(fields); to++ {
			if last {
				to = len(fields)
			}
			l := strings.Join(fields[from:to], " ")
			w := max(widest, st.face.width(l, st.tracking))
			all := append(lines[:len(lines):len(lines)], l)
			if w >= least {
				break // longer lines won't do either
			}
			if last {
				best, least = all, w
			} else if to < len(fields) {
				try(to, all, w)
			}
		}
	}
	try(0, nil, 0)
	return best
}

// words are what stands on a short, made harmless, and what they need of their look.
type words struct {
	menu, price, regular, sticker, shop string
	options                             []pipeline.Option
	logo                                string // address; the shop's own, or beside a shop's name the service's
	ownLogo                             bool
}

// maxOptions is how many options stand side by side; of more only the lowest price is shown.
const maxOptions = 3

func wordsOf(r pipeline.CutRequest) words {
	w := words{
		menu: safeText(r.Words.Menu), price: priceText(r.Words), sticker: safeText(r.Words.Sticker),
		shop:    safeText(r.Words.Shop),
		ownLogo: r.Words.Logo != "" && r.Logo != "",
	}
	if r.Words.Regular > 0 && w.price != "" {
		w.regular = won(r.Words.Regular)
	}
	if n := len(r.Words.Options); n > 1 && n <= maxOptions {
		for _, o := range r.Words.Options {
			w.options = append(w.options, pipeline.Option{Name: safeText(o.Name), Won: o.Won})
		}
		w.regular = ""
	}
	if w.shop != "" || w.ownLogo {
		w.logo = r.Logo
	}
	return w
}

// amount is what an option costs.
func amount(o pipeline.Option) string {
	if o.Won == 0 {
		return "시가"
	}
	return won(o.Won)
}

// rowStyle is how a look sets its price line.
type rowStyle struct {
	price      style
	pad        float64 // of the price on its plate, in ems; 0: no plate
	tall       float64 // height of the plate or line, in ems
	regular    style   // its size is of the price's
	sticker    style   // the same
	stickerPad float64 // in ems of the sticker's type
	gap        float64 // in ems of the price's type
}

// item is a part of the price line: the price, an option, the crossed-out price or the sticker.
type item struct {
	kind, text, label string
	w, h              float64 // at a size of 1
}

// items are the parts of a line, from left to right.
func (rs rowStyle) items(w words) []item {
	var all []item
	price := func(text string) float64 { return rs.price.face.or(text).width(text, rs.price.tracking) }
	for _, o := range w.options {
		text := amount(o)
		wide := max(optionSize*price(text), labelSize*bold.width(o.Name, 0))
		all = append(all, item{"option", text, o.Name, wide + 1.4*rs.pad, .5 + rs.tall*optionSize})
	}
	if len(w.options) == 0 && w.price != "" {
		all = append(all, item{"price", w.price, "", price(w.price) + 2*rs.pad, rs.tall})
	}
	if w.regular != "" {
		all = append(all, item{
			"regular", w.regular, "", rs.regular.size * (rs.regular.face.or(w.regular).width(w.regular, 0) + .1),
			1.3 * rs.regular.size,
		})
	}
	if w.sticker != "" {
		wide := rs.sticker.face.or(w.sticker).width(w.sticker, rs.sticker.tracking) + 2*rs.stickerPad
		all = append(all, item{"sticker", w.sticker, "", rs.sticker.size * wide, 1.6 * rs.sticker.size})
	}
	return all
}

// Of a row of options, in ems of the price's type.
const (
	optionSize = .74 // of the amounts
	labelSize  = .46
	optionGap  = .34 // between their plates; without plates the amounts need more to be told apart
	amountGap  = .8
)

// row is a price line that is fitted into a width: side by side, or in a narrow part below each other.
type row struct {
	items  []item
	size   float64 // of the price's type
	width  float64
	height float64
	narrow bool
}

// narrowest is the width from which on the parts of a line stand side by side.
const narrowest = 480

// measure fits the line into a width.
func (rs rowStyle) measure(w words, width float64) row {
	r := row{items: rs.items(w), narrow: width < narrowest}
	for i, it := range r.items {
		if r.narrow {
			r.width, r.height = max(r.width, it.w), r.height+it.h+.12
			continue
		}
		r.width, r.height = r.width+it.w, max(r.height, it.h)
		if i > 0 {
			r.width += rs.before(it)
		}
	}
	r.size = min(rs.price.size, width/max(r.width, .1))
	r.width, r.height = r.width*r.size, r.height*r.size
	return r
}

// before is the space in front of a part, in ems.
func (rs rowStyle) before(it item) float64 {
	switch {
	case it.kind == "option" && rs.pad == 0:
		return amountGap
	case it.kind == "option":
		return optionGap
	}
	return rs.gap
}

// ground draws what is behind a part of the price line: a plate, or nothing. It is called before its words.
type ground func(s *sheet, name string, r rect)

// line draws the price line with its middle at y, in a part of the picture, at its left end, middle or right end.
func (rs rowStyle) line(s *sheet, r row, in rect, y, align float64, plate, label ground) {
	x, top := in.x+align*(in.w-r.width), y-r.height/2
	options := 0
	for i, it := range r.items {
		if it.kind == "option" {
			options++
		}
		if r.narrow {
			c := rect{in.x + align*(in.w-it.w*r.size), top, it.w * r.size, it.h * r.size}
			rs.part(s, it, options, c, r.size, align, plate, label)
			top += (it.h + .12) * r.size
			continue
		}
		if i > 0 {
			x += rs.before(it) * r.size
		}
		high := it.h * r.size
		c := rect{x, y - high/2, it.w * r.size, high}
		if it.kind == "regular" {
			c.y += .1 * r.size // nearer to the price's foot
		}
		rs.part(s, it, options, c, r.size, align, plate, label)
		x += it.w * r.size
	}
}

// part draws one part of the line into its box.
func (rs rowStyle) part(s *sheet, it item, n int, c rect, size, align float64, plate, label ground) {
	const slack = 6 // widths are estimates
	st := rs.price
	st.face, st.align = st.face.or(it.text), align
	if rs.pad > 0 {
		st.align = .5
	}
	switch it.kind {
	case "price":
		plate(s, "price_plate", c)
		st.size = size
		s.text(
			"price_text_layer", rect{c.x + rs.pad*size - slack, c.y, c.w - 2*rs.pad*size + 2*slack, c.h}, it.text, st,
		)
	case "option":
		name := fmt.Sprintf("option_%d", n)
		plate(s, name+"_plate", c)
		inner := rect{c.x + .7*rs.pad*size - slack, c.y, c.w - 1.4*rs.pad*size + 2*slack, c.h}
		sl := style{face: regular, size: labelSize * size, colour: rs.price.colour, align: st.align}
		st.size = optionSize * size
		s.text(name+"_label", rect{inner.x, inner.y + .06*size, inner.w, .5 * size}, it.label, sl)
		s.text(name+"_price", rect{inner.x, inner.y + .48*size, inner.w, inner.h - .5*size}, it.text, st)
	case "regular":
		st := rs.regular
		st.face, st.size, st.align = st.face.or(it.text), st.size*size, .5
		s.text("regular_text_layer", c, it.text, st)
		s.box("regular_strike", rect{c.x, c.midY() - st.size*.045, c.w, st.size * .09}, st.colour)
	case "sticker":
		st := rs.sticker
		st.face, st.size, st.align = st.face.or(it.text), st.size*size, .5
		label(s, "sticker_plate", c)
		s.text("sticker_text_layer", c, it.text, st)
	}
}

// stack is a name with its price line below, worked out for a part of the picture.
type stack struct {
	name           setting
	row            row
	nameTop, rowAt float64 // y of the name's box, and of the line's middle
	nameHigh       float64
	top            float64
}

// stacked works out a name and its price line in a part of the picture; at says where what is left stands: 0 below,
// 1 above, .5 both.
func stacked(w words, name style, rs rowStyle, in rect, between, at float64) stack {
	r := rs.measure(w, in.w)
	space := between * r.size
	if len(r.items) == 0 {
		space, r.height = 0, 0
	}
	st := fitted(w.menu, name, in.w, in.h-r.height-space)
	if st.size < legible && rs.price.size > 1.2*legible {
		rs.price.size *= .8 // the line below makes room for it
		return stacked(w, name, rs, in, between, at)
	}
	k := stack{name: st, row: r, nameHigh: st.high(name)}
	k.top = in.y + at*max(in.h-k.nameHigh-space-r.height, 0)
	k.nameTop = k.top
	k.rowAt = k.top + k.nameHigh + space + r.height/2
	return k
}

// box is where the name stands.
func (k stack) box(in rect) rect { return rect{in.x, k.nameTop, in.w, k.nameHigh} }

// signed is a shop's name with one line below it, worked out for a part of the picture.
type signed struct {
	name, line       setting
	nameBox, lineBox rect
}

// signs works out what stands on the sign at the end; at is as in stacked.
func signs(w words, name, line style, in rect, at float64) signed {
	g := signed{line: fitted(w.price, line, in.w, .42*in.h)}
	low := g.line.high(line)
	gap := .1 * name.size
	if w.menu == "" {
		gap = 0
	} else {
		g.name = fitted(w.menu, name, in.w, in.h-low-gap)
	}
	high := g.name.high(name)
	top := in.y + at*max(in.h-high-gap-low, 0)
	g.nameBox, g.lineBox = rect{in.x, top, in.w, high}, rect{in.x, top + high + gap, in.w, low}
	return g
}

// draw adds the sign's words, which move as shown.
func (g signed) draw(s *sheet, name, line style, more ...el) {
	if g.name.words != "" {
		name.size = g.name.size
		s.text("end_shop_text_layer", g.nameBox, g.name.words, name, more...)
	}
	line.size = g.line.size
	s.text("end_menu_text_layer", g.lineBox, g.line.words, line)
}
