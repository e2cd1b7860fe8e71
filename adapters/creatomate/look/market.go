package look

import (
	"fmt"
	"math"
	"strings"
)

// Market is for snack bars: a red and cream awning, yellow block letters on stripes, the price on a torn card.
const (
	marketRed    = "#C9170F"
	marketDeep   = "#BE130C"
	marketShade  = "#8E0F09"
	marketAwning = "#D81E1E"
	marketCream  = "#FFF6E0"
	marketYellow = "#FFDD2D"
	marketInk    = "#5A0503"
)

const awningHigh, awningRound = 124.0, 40.0

// marketAwningOver draws nine bands with round ends.
func marketAwningOver(s *sheet) {
	high := awningHigh * s.w / 1080
	paths := [2]strings.Builder{}
	for i := range 9 {
		x, w := 100*float64(i)/9, 100./9
		straight := 100 * (1 - awningRound/awningHigh)
		fmt.Fprintf(&paths[i%2], "M %g 0 L %g 0 L %g %g C %g %g %g 100 %g 100 C %g 100 %g %g %g %g Z ", cents(x),
			cents(x+w),
			cents(x+w), cents(straight), cents(x+w), cents(straight+.55*(100-straight)), cents(x+.78*w), cents(x+w/2),
			cents(x+.22*w), cents(x), cents(straight+.55*(100-straight)), cents(x), cents(straight))
	}
	r := rect{0, 0, s.w, high}
	s.path("awning_red", r, paths[0].String(), marketAwning, shadow("rgba(40,4,0,0.45)", 0, 5, 14))
	s.path("awning_cream", r, paths[1].String(), marketCream, shadow("rgba(40,4,0,0.45)", 0, 5, 14))
}

// marketStripes paints a ground with stripes at 115 degrees, 46 wide.
func marketStripes(s *sheet, name string, r rect) {
	s.box(name, r, marketRed)
	const wide = 46
	lean := r.h * math.Tan(25*math.Pi/180) // how far a stripe goes aside from top to bottom
	across := wide / math.Cos(25*math.Pi/180)
	var b strings.Builder
	for x := across / 2; x < r.w+lean; x += 2 * across {
		marketStripe(&b, r, x, x+across, lean)
	}
	s.path(name+"_stripes", r, b.String(), marketDeep)
}

// marketStripe writes one stripe, cut at the sides of its ground.
func marketStripe(b *strings.Builder, r rect, from, to, lean float64) {
	at := func(x, y float64) string { return fmt.Sprintf("%g %g", cents(100*x/r.w), cents(100*y/r.h)) }
	edge := func(x0 float64, up bool) []string {
		// The line from (x0, 0) to (x0-lean, r.h), between the left and the right side.
		down := func(x float64) float64 { return (x0 - x) / lean * r.h }
		top, low := [2]float64{x0, 0}, [2]float64{x0 - lean, r.h}
		if x0 > r.w {
			top = [2]float64{r.w, min(down(r.w), r.h)}
		}
		if x0-lean < 0 {
			low = [2]float64{0, min(max(down(0), 0), r.h)}
		}
		points := []string{at(top[0], top[1]), at(low[0], low[1])}
		if up {
			points[0], points[1] = points[1], points[0]
		}
		return points
	}
	right, left := edge(to, false), edge(from, true)
	points := right
	if to-lean > 0 && from-lean < 0 { // it ends at the lower left corner
		points = append(points, at(0, r.h))
	}
	points = append(points, left...)
	if from < r.w && to > r.w { // it begins at the upper right corner
		points = append(points, at(r.w, 0))
	}
	b.WriteString("M " + strings.Join(points, " L ") + " Z ")
}

func marketName(size float64) style {
	return style{face: block, size: size, colour: marketYellow, lead: 1.08}
}

func marketRow(size float64) rowStyle {
	return rowStyle{
		price: style{face: block, size: size, colour: marketRed}, pad: .42, tall: 1.4,
		regular: style{face: regular, size: .46, colour: marketCream},
		sticker: style{face: block, size: .4, colour: marketInk}, stickerPad: .55, gap: .32,
	}
}

// marketCard is cream paper with zigzag ends.
func marketCard(s *sheet, name string, r rect) {
	const teeth = 5
	d := 100 * .09 * r.h / r.w
	var right, left []string
	for i := range 2*teeth + 1 {
		y, in := 100*float64(i)/(2*teeth), d*float64(i%2)
		right = append(right, fmt.Sprintf("%g %g", cents(100-in), cents(y)))
		left = append([]string{fmt.Sprintf("%g %g", cents(in), cents(y))}, left...)
	}
	s.path(name, r, "M "+strings.Join(append(right, left...), " L ")+" Z", marketCream,
		shadow("rgba(60,4,0,0.5)", 0, 6, 10), moved(grows(105, .45, "back-out")))
}

func marketLabel(s *sheet, name string, r rect) {
	s.box(name, r, marketYellow, el{"border_radius": cents(.14 * r.h)}, shadow("rgba(60,4,0,0.45)", 0, 4, 6))
}

// stamped brings letters down to their size from their left end, where they are in line with what is below them.
func stamped(seconds float64) el {
	return moved(with(grows(106, seconds, "back-out"), []el{{"x_anchor": "0%"}}))
}

// marketWords is stamped on: what can be read from the first frame comes down to its size.
func marketWords(s *sheet, in rect, w words, size, price, at, degrees float64) {
	name, rs := marketName(size), marketRow(price)
	name.face = name.face.or(w.menu)
	k := stacked(w, name, rs, in, .16, at)
	name.size = k.name.size
	s.turn = &tilt{in.midX(), in.midY(), degrees}
	s.text("menu_text_layer", k.box(in), k.name.words, name, shadow(marketInk, 5, 6, 0), stamped(.35))
	rs.line(s, k.row, in, k.rowAt, 0, marketCard, marketLabel)
	s.turn = nil
}

func marketSign(s *sheet, in rect, w words, size, at, degrees float64) {
	s.turn = &tilt{in.midX(), in.midY(), degrees}
	in = w.endLogo(s, in, 150, 0)
	name, line := marketName(size), style{face: bold, size: .42 * size, colour: marketCream, tracking: -.02}
	name.face = name.face.or(w.menu)
	signs(w, name, line, in, at).draw(s, name, line, shadow(marketInk, 5, 6, 0), stamped(.25))
	s.turn = nil
}

func marketSquare(s *sheet, o brief) {
	// The awning may hang over the table, not over the dish.
	top := awningHigh
	if f := o.Framing; f.Sure > 0 && f.Dish.Top*1080 > awningRound+24 {
		top -= awningRound
	}
	end := top + 1080
	s.film(o.CutRequest, rect{0, top, 1080, 1080})
	s.box("ground_top", rect{0, 0, 1080, top}, marketShade)
	marketStripes(s, "ground_bottom", rect{0, end, 1080, 1920 - end})
	s.box("line", rect{0, end - 6, 1080, 14}, marketYellow)
	marketAwningOver(s)
	in := rect{66, end + 28, 880, 1490 - end - 28}
	o.sign(s, func(w words) { marketWords(s, in, w, 176, 90, .5, -1.2) }, func(w words) {
		marketSign(s, in, w, 168, .5, -1.2)
	})
	o.mark(s, rect{690, 1504, 240, 44}, style{face: regular, size: 28, colour: marketCream, align: 1})
	o.shopRow(s, 540, 1676, 900, 104, style{face: block, size: 88, colour: marketCream, align: .5})
}

func marketTall(s *sheet, o brief) {
	s.film(o.CutRequest, rect{0, 574, 1080, 1390})
	marketStripes(s, "ground_top", rect{0, 0, 1080, 570})
	s.box("line", rect{0, 566, 1080, 14}, marketYellow)
	marketAwningOver(s)
	o.shopRow(s, 66, 184, 560, 58, style{face: block, size: 44, colour: marketCream})
	o.mark(s, rect{1014 - 240, 160, 240, 48}, style{face: regular, size: 28, colour: marketCream, align: 1})
	in := rect{66, 236, 948, 300}
	o.sign(s, func(w words) { marketWords(s, in, w, 150, 92, .5, -1.6) }, func(w words) {
		marketSign(s, in, w, 140, .5, -1.6)
	})
}

func marketFull(s *sheet, o brief) {
	s.film(o.CutRequest, rect{0, 0, 1080, 1920})
	s.fade("top_shade", rect{0, 0, 1080, 360}, "40,4,0", .6, .5, .2, 0)
	marketAwningOver(s)
	o.shopRow(s, 66, 196, 620, 60, style{face: block, size: 46, colour: "#FFFFFF"})
	band := rect{-60, 1146, 1200, 440}
	s.turn = &tilt{540, band.midY(), -2}
	marketStripes(s, "band", band)
	s.box("band_top", rect{band.x, band.y - 7, band.w, 14}, marketYellow)
	s.box("band_end", rect{band.x, band.bottom() - 7, band.w, 14}, marketYellow)
	s.turn = nil
	in := rect{66, 1180, 864, 304}
	o.sign(s, func(w words) { marketWords(s, in, w, 168, 96, .5, -2) }, func(w words) {
		marketSign(s, in, w, 160, .5, -2)
	})
	s.turn = &tilt{540, band.midY(), -2}
	o.mark(s, rect{66, 1494, 240, 44}, style{face: regular, size: 28, colour: marketCream})
	s.turn = nil
}

func marketPost() post {
	return post{
		paint: marketStripes,
		edge: func(s *sheet, r rect, across bool) {
			if across {
				s.box("line", rect{0, r.y - 5, r.w, 12}, marketYellow)
			} else {
				s.box("side_line", rect{r.right() - 6, r.y, 12, r.h}, marketYellow)
			}
		},
		strip: func(s *sheet, in rect, w words) { marketWords(s, in, w, 108, 64, .5, -1) },
		sign:  func(s *sheet, in rect, w words) { marketSign(s, in, w, 108, .5, -1) },
		shop:  style{face: block, size: 46, colour: marketCream},
		small: style{face: regular, size: 28, colour: marketCream},
	}
}
