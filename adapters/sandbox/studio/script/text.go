package script

import (
	"image"
	"image/color"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/adapters/sandbox/studio/lettering"
)

// Text is what a text element says and how it is set
// (creatomate.com/docs/api/render-script/text-element).
type Text struct {
	Words       string
	Family      string
	Weight      int
	Size        Length // unset: as large as fits
	Min, Max    Length
	Tracking    float64 // in em
	LineHeight  float64 // in em
	Wrap        bool
	Plate       color.NRGBA // behind each line; none if clear
	PlateX      float64     // padding, in em
	PlateY      float64
	PlateRadius Length
}

func text(f *fields) Text {
	t := Text{
		Words: f.text("text", ""), Family: f.text("font_family", ""), Weight: weight(f),
		Size: f.size("font_size", Length{}), Min: f.size("font_size_minimum", Length{1, VMin}), Max: f.size("font_size_maximum", Length{100, VMin}),
		Tracking: within(f.number("letter_spacing", 0), -.5, 3), LineHeight: within(f.number("line_height", 1.15), .1, 5),
		Wrap:  f.flag("text_wrap", true),
		Plate: f.color("background_color", transparent), PlateX: within(f.number("background_x_padding", .25), 0, 5), PlateY: within(f.number("background_y_padding", .25), 0, 5),
		PlateRadius: f.length("background_border_radius", Length{}),
	}
	if !lettering.Known(t.Family) {
		f.p.warn("%s: font_family %q isn't known; its Hangul shows as boxes", f.name, t.Family)
	}
	f.known("background_align_threshold")
	if s := f.text("font_style", "normal"); s != "normal" {
		f.p.warn("%s: font_style %q is drawn upright", f.name, s)
	}
	switch f.choice("text_transform", "none", "uppercase", "lowercase") {
	case "uppercase":
		t.Words = strings.ToUpper(t.Words)
	case "lowercase":
		t.Words = strings.ToLower(t.Words)
	}
	if strings.ContainsAny(t.Words, "[]") || strings.Contains(t.Words, "{{") {
		f.p.warn("%s: inline styles and substitutions are shown as they are written", f.name)
	}
	if utf8.RuneCountInString(t.Words) > maxText {
		t.Words = string([]rune(t.Words)[:maxText])
		f.p.warn("%s: the text is cut off after %d characters", f.name, maxText)
	}
	return t
}

func within(v, least, most float64) float64 { return min(max(v, least), most) }

func weight(f *fields) int {
	switch f.text("font_weight", "400") {
	case "normal":
		f.known("font_weight")
		return 400
	case "bold":
		return 700
	}
	return int(f.number("font_weight", 400))
}

// block is a text that has been set: lines in a frame.
type block struct {
	lettering.Setting
	style   lettering.Style
	pitch   float64 // from line to line
	frame   frame
	lefts   []float64 // where each line starts
	widths  []float64
	top     float64 // of the first line's box
	ascent  float64
	descent float64
}

// set fits a text into its element's box.
func (c canvas) set(e Element, fonts *lettering.Fonts) block {
	t := e.Text
	fr := c.place(e.Box, 0, 0)
	sp := lettering.Space{W: fr.w, H: fr.h, Min: c.px(t.Min, c.w), Max: c.px(t.Max, c.w), Family: t.Family, Weight: t.Weight, Tracking: t.Tracking, LineHeight: t.LineHeight, Wrap: t.Wrap}
	if t.Size.Unit != Unset {
		sp.Min, sp.H = c.px(t.Size, c.w), 0
		sp.Max = sp.Min
	} else if fr.w == 0 && fr.h == 0 {
		sp.W, sp.H = c.w, c.h
	}
	sp.Min = min(max(sp.Min, 1), 2*c.h)
	sp.Max = min(max(sp.Max, sp.Min), 2*c.h)
	b := block{Setting: fonts.Fit(fonts.Clean(t.Words, t.Family, t.Weight), sp)}
	b.style = lettering.Style{Family: t.Family, Weight: t.Weight, Size: b.Size, Tracking: t.Tracking}
	b.pitch = b.Size * t.LineHeight
	b.ascent, b.descent = fonts.Height(b.style)
	widest := 0.0
	for _, l := range b.Lines {
		w := fonts.Width(l, b.style)
		b.widths = append(b.widths, w)
		widest = max(widest, w)
	}
	height := b.pitch * float64(len(b.Lines))
	b.frame = c.place(e.Box, widest, height)
	b.top = c.near(b.frame.y + c.px(e.Box.YAlign, b.frame.h-height))
	for _, w := range b.widths {
		b.lefts = append(b.lefts, c.near(b.frame.x+c.px(e.Box.XAlign, b.frame.w-w)))
	}
	return b
}

// piece is a part of a block that is drawn by itself: a line, or what stands in one.
type piece struct {
	words string
	line  int
	x, w  float64 // in pixels of the output
}

// pieces cuts a block into its lines, words or letters.
func (b block) pieces(fonts *lettering.Fonts, split string) []piece {
	var out []piece
	for i, l := range b.Lines {
		if split == "line" {
			out = append(out, piece{l, i, b.lefts[i], b.widths[i]})
			continue
		}
		for _, p := range fonts.Pieces(l, b.style, split == "letter") {
			out = append(out, piece{p.Text, i, b.lefts[i] + p.X, p.W})
		}
	}
	return out
}

// coats are what a text is made of; those below of all pieces lie below those above of any.
type coats int

const (
	plates   coats = 1 << iota // and their shadows
	outlines                   // strokes, or where there are none, the shadows of the letters
	inks
)

// text draws pieces of a block.
func (c canvas) text(e Element, b block, fonts *lettering.Fonts, pieces []piece, what coats) picture {
	stroke := c.stroke(e)
	x0, x1, first, last := math.Inf(1), math.Inf(-1), len(b.Lines), 0
	for _, p := range pieces {
		x0, x1 = min(x0, p.x), max(x1, p.x+p.w)
		first, last = min(first, p.line), max(last, p.line+1)
	}
	pad := e.Shadow.reach(c) + stroke + .3*b.Size
	padX, padY := pad, pad
	if e.Text.Plate.A > 0 {
		padX, padY = pad+e.Text.PlateX*b.Size, pad+e.Text.PlateY*b.Size
	}
	p := c.newPicture(x0-padX, b.top+float64(first)*b.pitch-padY, x1+padX, b.top+float64(last)*b.pitch+padY)
	if e.Text.Plate.A > 0 && what&plates != 0 {
		plate := p.mask()
		for _, q := range pieces {
			c.plate(plate, p, e, b, q)
		}
		p.shade(plate, e.Shadow, c)
		p.tint(plate, e.Text.Plate, 0, 0)
	}
	if what&(outlines|inks) == 0 {
		return p
	}
	ink := p.mask()
	for _, q := range pieces {
		y := b.top + float64(q.line)*b.pitch - float64(p.Y)
		fonts.Draw(ink, q.words, b.style, q.x-float64(p.X), y+(b.pitch-b.ascent-b.descent)/2+b.ascent)
	}
	switch {
	case what&outlines == 0:
	case stroke > 0:
		wide := lettering.Grow(ink, stroke/2)
		p.shade(wide, e.Shadow, c)
		p.tint(wide, e.Stroke.Color, 0, 0)
	case e.Text.Plate.A == 0:
		p.shade(ink, e.Shadow, c)
	}
	if what&inks != 0 {
		p.paint(ink, e.Fill, c, b.frame)
	}
	return p
}

// plate adds what stands behind a piece to a mask.
func (c canvas) plate(m *image.Alpha, p picture, e Element, b block, q piece) {
	if q.words == "" {
		return
	}
	dx, dy := e.Text.PlateX*b.Size, e.Text.PlateY*b.Size
	h := b.pitch + 2*dy
	roundRect(m, q.x-float64(p.X)-dx, b.top+float64(q.line)*b.pitch-float64(p.Y)-dy, q.w+2*dx, h, c.px(e.Text.PlateRadius, h))
}
