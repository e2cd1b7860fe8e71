package look

// Clean is for cafés and lunch: black type on warm paper, one accent, the photo below an accent line.
const (
	cleanPaper  = "#FBF9F5"
	cleanInk    = "#17140F"
	cleanAccent = "#E8401C"
	cleanSoft   = "#6E675E"
	cleanDark   = "10,6,2"
)

func cleanName(size float64, colour string) style {
	return style{face: bold, size: size, colour: colour, tracking: -.04, lead: 1.1}
}

func cleanRow(size float64) rowStyle {
	return rowStyle{
		price: style{face: bold, size: size, colour: cleanAccent, tracking: -.03}, tall: 1.14,
		regular: style{face: regular, size: .46, colour: cleanSoft},
		sticker: style{face: bold, size: .36, colour: "#FFFFFF", tracking: -.01}, stickerPad: .5, gap: .2,
	}
}

// cleanPill is the price over a photo.
func cleanPill(size float64) rowStyle {
	r := cleanRow(size)
	r.pad, r.tall, r.gap = .34, 1.42, .26
	r.regular.colour = "#F3EEE6"
	return r
}

func cleanLabel(s *sheet, name string, r rect) {
	s.box(name, r, cleanAccent, el{"border_radius": cents(.24 * r.h)})
}

func cleanPlate(s *sheet, name string, r rect) {
	s.box(name, r, "#FFFFFF", el{"border_radius": cents(.2 * r.h)})
}

func noPlate(*sheet, string, rect) {}

// cleanWords settles: the words rise a little from where they can be read already.
func cleanWords(s *sheet, in rect, w words, name style, rs rowStyle, plate ground, at float64) stack {
	k := stacked(w, name, rs, in, .1, at)
	name.size, name.face = k.name.size, name.face.or(k.name.words)
	s.rise = 18
	s.text("menu_text_layer", k.box(in), k.name.words, name)
	rs.line(s, k.row, in, k.rowAt, 0, plate, cleanLabel)
	s.rise = 0
	return k
}

func cleanSign(s *sheet, in rect, w words, size float64, colour, line string, at float64) {
	in = w.endLogo(s, in, 150, 0)
	name, below := cleanName(size, colour), style{face: bold, size: .46 * size, colour: line, tracking: -.03}
	s.rise = 16
	signs(w, name, below, in, at).draw(s, name, below)
	s.rise = 0
}

// cleanLine draws itself along a photo's edge, over a paler one that is there from the first frame.
func cleanLine(s *sheet, r rect) {
	s.box("line_ground", r, "#F4BBAB")
	s.box("line", r, cleanAccent, moved(draws(30, .7)))
}

func cleanHead(s *sheet, o brief, y float64) {
	o.shopRow(s, 66, y, 520, 60, style{face: bold, size: 42, colour: cleanInk, tracking: -.03})
	o.mark(s, rect{1014 - 240, y - 24, 240, 48}, style{face: regular, size: 28, colour: cleanSoft, align: 1})
}

func cleanSquare(s *sheet, o brief) {
	cleanWindow(s, o, rect{0, 650, 1080, 1080}, 186, rect{66, 236, 948, 362}, 156, 108, 150)
}

func cleanTall(s *sheet, o brief) {
	cleanWindow(s, o, rect{0, 560, 1080, 1400}, 176, rect{66, 222, 948, 292}, 144, 96, 132)
}

// cleanWindow shows the picture in a window, whose lower end may be the sheet's own; above it the head's middle is at
// a height, and below the head are the words, whose sizes are those of the name, the price, and the shop at the end.
func cleanWindow(s *sheet, o brief, window rect, head float64, in rect, name, price, shop float64) {
	s.film(o.CutRequest, window)
	s.box("ground_top", rect{0, 0, s.w, window.y - 5}, cleanPaper)
	if rest := s.h - window.bottom(); rest > 0 {
		s.box("ground_bottom", rect{0, window.bottom(), s.w, rest}, cleanPaper)
	}
	cleanLine(s, rect{0, window.y - 10, s.w, 10})
	cleanHead(s, o, head)
	o.sign(s, func(w words) { cleanWords(s, in, w, cleanName(name, cleanInk), cleanRow(price), noPlate, 1) },
		func(w words) { cleanSign(s, in, w, shop, cleanInk, cleanAccent, 1) })
}

func cleanFull(s *sheet, o brief) {
	s.film(o.CutRequest, rect{0, 0, 1080, 1920})
	s.fade("top_shade", rect{0, 0, 1080, 360}, cleanDark, .62, .5, .2, 0)
	s.fade("shade", rect{0, 900, 1080, 1020}, cleanDark, 0, .28, .62, .8, .82, .84)
	o.shopRow(s, 66, 210, 560, 60, style{face: bold, size: 42, colour: "#FFFFFF", tracking: -.03})
	o.mark(s, rect{66, 1504, 240, 44}, style{face: regular, size: 28, colour: "#FFFFFF"})
	in := rect{66, 1080, 864, 396}
	bar := func(k stack) {
		s.box("bar", rect{66, k.top - 40, 100, 12}, cleanAccent, moved(draws(30, .6)))
	}
	o.sign(s, func(w words) { bar(cleanWords(s, in, w, cleanName(156, "#FFFFFF"), cleanPill(84), cleanPlate, 1)) },
		func(w words) { cleanSign(s, in, w, 150, "#FFFFFF", "#FFFFFF", 1) })
}

func cleanPost() post {
	return post{
		above: true,
		paint: func(s *sheet, name string, r rect) { s.box(name, r, cleanPaper) },
		edge: func(s *sheet, r rect, across bool) {
			if across {
				cleanLine(s, rect{0, r.bottom() - 8, r.w, 10})
			} else {
				s.box("side_line", rect{r.right() - 8, r.y, 10, r.h}, cleanAccent)
			}
		},
		strip: func(s *sheet, in rect, w words) {
			cleanWords(s, in, w, cleanName(112, cleanInk), cleanRow(76), noPlate, .5)
		},
		sign:  func(s *sheet, in rect, w words) { cleanSign(s, in, w, 104, cleanInk, cleanAccent, .5) },
		shop:  style{face: bold, size: 44, colour: cleanInk, tracking: -.03},
		small: style{face: regular, size: 28, colour: cleanSoft},
	}
}
