package look

import (
	"strings"
)

// Fine is for courses and wine: serif type in ivory and gold on warm black, and a hairline inside of the photo.
const (
	fineBlack = "#14110E"
	fineRGB   = "12,9,6"
	fineIvory = "#F1E8D8"
	fineGold  = "#DDBB80"
	fineSoft  = "#A79D8B"
	fineHair  = "rgba(241,232,216,0.72)"
)

func fineName(size float64) style {
	return style{face: serif, size: size, colour: fineIvory, align: .5, tracking: .01, lead: 1.22}
}

func fineRow(size float64) rowStyle {
	return rowStyle{
		price: style{face: serif, size: size, colour: fineGold, align: .5, tracking: .01}, tall: 1.3,
		regular: style{face: serif, size: .54, colour: fineSoft},
		sticker: style{face: serif, size: .44, colour: fineGold, tracking: .12}, stickerPad: .5, gap: .34,
	}
}

func fineLabel(s *sheet, name string, r rect) { s.outline(name, r, 2, fineGold) }

// fineWords breathe: they open a little over a second.
func fineWords(s *sheet, in rect, w words, size, price, at float64) {
	name, rs := fineName(size), fineRow(price)
	name.face = name.face.or(w.menu)
	k := stacked(w, name, rs, in, .06, at)
	name.size = k.name.size
	s.text("menu_text_layer", k.box(in), k.name.words, name, moved(grows(97, 1.2, "cubic-out")))
	rs.line(s, k.row, in, k.rowAt, .5, noPlate, fineLabel)
}

func fineSign(s *sheet, in rect, w words, size, at float64) {
	in = w.endLogo(s, in, min(96, .36*in.h), .5)
	w.price = strings.Replace(w.price, "  ", " — ", 1)
	name, line := fineName(size), style{
		face: serif.or(w.price), size: .46 * size, colour: fineGold, align: .5, tracking: .01,
	}
	name.face = name.face.or(w.menu)
	signs(w, name, line, in, at).draw(s, name, line, moved(grows(98, .25, "cubic-out")))
}

func fineFrame(s *sheet, r rect) {
	s.outline("hairline", r, 2, fineHair, moved(grows(98.5, 1.2, "cubic-out")))
}

func fineMark(size float64) style {
	return style{face: regular, size: size, colour: "#E9E0D0"}
}

// fineShop stands between two hairlines.
func fineShop(s *sheet, o brief, y float64) {
	name := truncateEms(o.shop, serif.em, 18)
	if name == "" {
		return
	}
	defer o.untilSign(s)()
	st := style{face: serif.or(name), size: 46, colour: fineIvory, align: .5, tracking: .16}
	half := min(st.face.width(name, st.tracking)*st.size/2+60, 420)
	s.text("shop_text_layer", rect{540 - half, y - 40, 2 * half, 80}, name, st)
	for i, x := range []float64{90, 540 + half} {
		s.box([]string{"shop_line_left", "shop_line_right"}[i], rect{x, y - 1, 450 - half, 2}, "rgba(221,187,128,0.7)")
	}
}

// fineHead names the shop, in at most so many ems.
func fineHead(s *sheet, o brief, r rect, ems float64, st style) {
	if name := truncateEms(o.shop, serif.em, ems); name != "" {
		st.face = serif.or(name)
		defer o.untilSign(s)()
		s.text("shop_text_layer", r, name, st)
	}
}

func fineSquare(s *sheet, o brief) {
	s.film(o.CutRequest, rect{0, 226, 1080, 1080})
	s.box("ground_top", rect{0, 0, 1080, 226}, fineBlack)
	s.box("ground_bottom", rect{0, 1306, 1080, 614}, fineBlack)
	fineFrame(s, rect{28, 254, 1024, 1024})
	o.mark(s, rect{1014 - 240, 160, 240, 48}, fineMark(28).aligned(1))
	in := rect{66, 1322, 948, 230}
	o.sign(s, func(w words) { fineWords(s, in, w, 122, 78, .5) }, func(w words) { fineSign(s, in, w, 116, .5) })
	fineShop(s, o, 1672)
}

func fineTall(s *sheet, o brief) {
	s.film(o.CutRequest, rect{0, 560, 1080, 1400})
	s.box("ground_top", rect{0, 0, 1080, 560}, fineBlack)
	fineFrame(s, rect{28, 588, 1024, 1420})
	fineHead(s, o, rect{66, 154, 560, 64}, 13, style{face: serif, size: 40, colour: fineIvory, tracking: .1})
	o.mark(s, rect{1014 - 240, 162, 240, 48}, fineMark(28).aligned(1))
	in := rect{66, 232, 948, 304}
	o.sign(s, func(w words) { fineWords(s, in, w, 124, 78, .5) }, func(w words) { fineSign(s, in, w, 116, .5) })
}

func fineFull(s *sheet, o brief) {
	s.film(o.CutRequest, rect{0, 0, 1080, 1920})
	s.fade("top_shade", rect{0, 0, 1080, 380}, fineRGB, .66, .52, .2, 0)
	s.fade("shade", rect{0, 860, 1080, 1060}, fineRGB, 0, .3, .66, .84, .86, .88)
	fineFrame(s, rect{36, 150, 1008, 1430})
	fineHead(s, o, rect{150, 180, 780, 72}, 18, style{
		face: serif, size: 44, colour: fineIvory, align: .5, tracking: .16,
	})
	o.mark(s, rect{420, 1500, 240, 44}, fineMark(28).aligned(.5))
	in := rect{150, 1090, 780, 400}
	o.sign(s, func(w words) { fineWords(s, in, w, 138, 80, 1) }, func(w words) { fineSign(s, in, w, 124, 1) })
}

func finePost() post {
	return post{
		paint: func(s *sheet, name string, r rect) { s.box(name, r, fineBlack) },
		edge:  func(*sheet, rect, bool) {},
		strip: func(s *sheet, in rect, w words) { fineWords(s, in, w, 100, 62, .5) },
		sign:  func(s *sheet, in rect, w words) { fineSign(s, in, w, 92, .5) },
		shop:  style{face: serif, size: 42, colour: fineIvory, tracking: .06},
		small: fineMark(28),
	}
}
