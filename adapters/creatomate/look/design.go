package look

import (
	"strings"

	"github.com/sajangpick/sajangpick/pipeline"
)

// design is what a look draws. Each of its functions gets a sheet that has nothing on it yet.
type design struct {
	ground string // colour behind everything

	// The three framings of a tall short: the picture fills it, or stands in a window of 3:4 or 1:1.
	full, tall, square func(s *sheet, o brief)

	post // other sizes
}

// brief is what a document is made for.
type brief struct {
	pipeline.CutRequest
	words
	total float64 // seconds; of a still 0
}

// marked reports whether AI has made anything of what is shown.
func (o brief) marked() bool { return o.Clip != "" }

// ends reports whether the sign changes at the end: there is a shop to name.
func (o brief) ends() bool { return o.total > 0 && (o.shop != "" || o.ownLogo) }

// signFor is how long the shop stands on the sign, at the end.
const signFor = 1.2

// sign draws the menu and its price, and for the end, if there is something to say, the shop. The shop's words are
// a name and a line too: its own name, and below it menu and price.
func (o brief) sign(s *sheet, menu, shop func(w words)) {
	shown := o.untilSign(s)
	menu(o.words)
	shown()
	if !o.ends() {
		return
	}
	s.from = o.total - signFor
	shop(words{
		menu: truncateEms(o.shop, bold.em, 32), logo: o.logo, ownLogo: o.ownLogo,
		price: strings.TrimSpace(truncateEms(o.menu, bold.em, 20) + "  " + o.price),
	})
	s.from = 0
}

// untilSign lets what is added be seen until the sign names the shop, and ends that when its result is called: the
// shop's name, menu and price never stand there twice.
func (o brief) untilSign(s *sheet) (shown func()) {
	if o.ends() {
		s.to = o.total - signFor
	}
	return func() { s.to = 0 }
}

func (t typeface) em(s string) float64 { return t.width(s, 0) }

const aiMark = "AI로 만든 영상"

// mark says that AI has made the film: from the first frame to the last, and without moving.
func (o brief) mark(s *sheet, r rect, st style) {
	if !o.marked() {
		return
	}
	from, to, turn := s.from, s.to, s.turn
	s.from, s.to = 0, 0
	s.text("ai_text_layer", r, aiMark, st)
	s.from, s.to, s.turn = from, to, turn
}

// shopRow draws logo and shop in one line, whose left end or middle is at x.
func (o brief) shopRow(s *sheet, x, y, most, high float64, st style) {
	defer o.untilSign(s)()
	name := truncateEms(o.shop, st.face.em, most/st.size/.9)
	face := st.face.or(name)
	wide := min(face.width(name, st.tracking)*st.size+8, most)
	if name == "" {
		wide = 0
	}
	logo, gap := 0.0, 0.0
	if o.logo != "" {
		logo, gap = high, .3*high
	}
	left := x - st.align*(logo+gap+wide)
	if o.logo != "" {
		s.roundLogo("logo_image_layer", o.logo, rect{left, y - high/2, high, high})
	}
	if name != "" {
		st.face, st.align = face, 0
		s.text("shop_text_layer", rect{left + logo + gap, y - high/2, wide, high}, name, st)
	}
}

// roundLogo cuts a logo to a circle on white.
func (s *sheet) roundLogo(name, source string, r rect, more ...el) {
	s.box(
		strings.TrimSuffix(name, "_image_layer")+"_backing", r.inset(1), "#FFFFFF",
		append([]el{{"border_radius": cents(r.w / 2)}}, more...)...,
	)
	s.image(name, source, r, append([]el{{"border_radius": cents(r.w / 2)}}, more...)...)
}

// endLogo draws a shop's own logo beside or above what stands at the end, and returns what is left of the part.
func (w words) endLogo(s *sheet, in rect, high, align float64, more ...el) rect {
	if !w.ownLogo {
		return in
	}
	if align == 0 {
		s.roundLogo("end_logo_image_layer", w.logo, rect{in.x, in.bottom() - high - 10, high, high}, more...)
		return rect{in.x + high + 30, in.y, in.w - high - 30, in.h}
	}
	s.roundLogo("end_logo_image_layer", w.logo, rect{in.midX() - high/2, in.y, high, high}, more...)
	return rect{in.x, in.y + high + 10, in.w, in.h - high - 10}
}

// post is how a look draws the sizes for feeds: the picture, and strips or a column of ground with the words.
type post struct {
	above bool // the strip stands above the picture
	paint func(s *sheet, name string, r rect)
	edge  func(s *sheet, r rect, across bool) // along the picture: the strip's or the column's edge
	strip func(s *sheet, in rect, w words)    // name and price
	sign  func(s *sheet, in rect, w words)    // shop, menu and price
	shop  style
	small style // of the mark
}

const feedEdge = 60 // nothing covers a post in a feed, so words may come so near to its edges

// draw lays a post out by the shape of what it shows. Where words can't stand above or below without cutting the
// dish, they get a column beside it.
func (p post) draw(s *sheet, o brief) {
	shape := shapeOf(o.CutRequest)
	const strip = 270
	high := s.h - strip // of a picture that is as wide as the post
	dish := 1.0
	if o.Framing.Sure > 0 {
		dish = (o.Framing.Dish.Bottom - o.Framing.Dish.Top) * 1.04
	}
	needs := dish * s.w / min(shape, s.w/high) // height of the dish when all of the width is shown
	switch {
	case needs <= high+1:
		p.wide(s, o, strip, 0)
	case s.h > s.w || shape > .88:
		p.wide(s, o, strip, max(s.w-high*max(shape, .75), strip))
	default:
		p.column(s, o, s.w-min(s.h*max(shape, .56), 720))
	}
}

// wide puts the words into a strip; a picture that isn't as wide as the post has a column of ground at its left.
func (p post) wide(s *sheet, o brief, strip, column float64) {
	picture := rect{column, 0, s.w - column, s.h - strip}
	band := rect{0, s.h - strip, s.w, strip}
	if p.above {
		picture.y, band.y = strip, 0
	}
	s.film(o.CutRequest, picture)
	p.paint(s, "ground_strip", band)
	if column > 0 {
		side := rect{0, picture.y, column, picture.h}
		p.paint(s, "ground_side", side)
		p.edge(s, side, false)
		p.beside(s, o, side)
	} else {
		o.mark(s, rect{s.w - feedEdge - 240, band.y + 20, 240, 36}, p.small.aligned(1))
	}
	p.edge(s, band, true)
	in := rect{feedEdge, band.y + 28, s.w - 2*feedEdge, strip - 68}
	if column == 0 && o.marked() {
		in.y, in.h = in.y+20, in.h-20
	}
	o.sign(s, func(w words) { p.strip(s, in, w) }, func(w words) { p.sign(s, in, w) })
}

// beside fills a column of ground with the shop's name, and at its end the mark.
func (p post) beside(s *sheet, o brief, side rect) {
	in := rect{side.x + feedEdge*.75, side.y + feedEdge, side.w - feedEdge*1.2, 200}
	shown := o.untilSign(s)
	if name := truncateEms(o.shop, bold.em, 24); name != "" {
		st := p.shop
		st.face = st.face.or(name)
		t := fitted(name, st, in.w, in.h)
		st.size = t.size
		s.text("shop_text_layer", rect{in.x, in.y, in.w, t.high(st)}, t.words, st)
	}
	shown()
	o.mark(s, rect{in.x, side.bottom() - 84, 220, 40}, p.small.aligned(0))
}

// column puts the words beside the picture, from top to bottom.
func (p post) column(s *sheet, o brief, width float64) {
	side := rect{0, 0, width, s.h}
	s.film(o.CutRequest, rect{width, 0, s.w - width, s.h})
	p.paint(s, "ground_side", side)
	p.edge(s, side, false)
	p.beside(s, o, side)
	in := rect{feedEdge * .75, 250, width - feedEdge*1.2, s.h - 450}
	o.sign(s, func(w words) { p.strip(s, in, w) }, func(w words) { p.sign(s, in, w) })
}

func (st style) aligned(a float64) style {
	st.align = a
	return st
}
