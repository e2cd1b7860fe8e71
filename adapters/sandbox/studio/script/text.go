package script

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/sajangpick/sajangpick/adapters/sandbox/studio/lettering"
)

// Text is what a text element says and how it is set
// (creatomate.com/docs/api/render-script/text-element).
type Text struct {
	Words      string
	Family     string
	Weight     int
	Size       Length // unset: as large as fits
	Min, Max   Length
	Tracking   float64 // in em
	LineHeight float64 // in em
	Wrap       bool
}

func text(f *fields) Text {
	t := Text{
		Words: f.text("text", ""), Family: f.text("font_family", ""), Weight: weight(f),
		Size: f.size("font_size", Length{}), Min: f.size("font_size_minimum", Length{1, VMin}),
		Max:        f.size("font_size_maximum", Length{100, VMin}),
		Tracking:   within(f.number("letter_spacing", 0), -.5, 3),
		LineHeight: within(f.number("line_height", 1.15), .1, 5),
		Wrap:       f.flag("text_wrap", true),
	}
	if !lettering.Known(t.Family) {
		f.p.warn("%s: font_family %q isn't known; its Hangul shows as boxes", f.name, t.Family)
	}
	f.choice("font_style", "normal")
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
	sp := lettering.Space{
		W: fr.w, H: fr.h, Min: c.px(t.Min, c.w), Max: c.px(t.Max, c.w), Family: t.Family, Weight: t.Weight,
		Tracking: t.Tracking, LineHeight: t.LineHeight, Wrap: t.Wrap,
	}
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

// text draws a block.
func (c canvas) text(e Element, b block, fonts *lettering.Fonts) picture {
	stroke := c.stroke(e)
	x0, x1 := math.Inf(1), math.Inf(-1)
	for i, left := range b.lefts {
		x0, x1 = min(x0, left), max(x1, left+b.widths[i])
	}
	pad := e.Shadow.reach(c) + stroke + .3*b.Size
	p := c.newPicture(x0-pad, b.top-pad, x1+pad, b.top+float64(len(b.Lines))*b.pitch+pad)
	ink := p.mask()
	for i, words := range b.Lines {
		y := b.top + float64(i)*b.pitch - float64(p.Y)
		fonts.Draw(ink, words, b.style, b.lefts[i]-float64(p.X), y+(b.pitch-b.ascent-b.descent)/2+b.ascent)
	}
	wide := ink
	if stroke > 0 {
		wide = lettering.Grow(ink, stroke/2)
	}
	p.shade(wide, e.Shadow, c)
	if stroke > 0 {
		p.tint(wide, e.Stroke.Color, 0, 0)
	}
	p.paint(ink, e.Fill, c, b.frame)
	return p
}
