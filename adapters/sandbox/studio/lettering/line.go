package lettering

import (
	"strings"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/text/unicode/norm"
)

// Style is how a line is set.
type Style struct {
	Family   string  // as RenderScript names it; "" is Noto Sans KR
	Weight   int     // CSS weight: 100..900; the nearest embedded cut is used
	Size     float64 // pixels per em
	Tracking float64 // extra space between letters, in em
}

const noBreakSpace = '\u00a0'

// Clean makes s drawable in a family's weight: composed (NFC), spaces collapsed, and without
// controls, marks, emoji and anything else that has no outline. Line breaks and no-break spaces stay.
func (f *Fonts) Clean(s, family string, weight int) string {
	want := faceOf(family, weight)
	var b strings.Builder
	for _, r := range norm.NFC.String(s) {
		switch {
		case r == '\n' || r == noBreakSpace:
			b.WriteRune(r)
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.M):
		case f.find(want, r).ok:
			b.WriteRune(r)
		}
	}
	lines := strings.Split(b.String(), "\n")
	for i, l := range lines {
		lines[i] = strings.Join(strings.FieldsFunc(l, func(r rune) bool { return r == ' ' }), " ")
	}
	return strings.Join(lines, "\n")
}

type placed struct {
	glyph
	x, w float64
}

// set puts a line's glyphs side by side from x = 0 and returns its width.
func (f *Fonts) set(line string, st Style) ([]placed, float64) {
	want := faceOf(st.Family, st.Weight)
	out := make([]placed, 0, len(line)/2)
	x, n := 0.0, 0
	var prev glyph
	for _, r := range line {
		g := f.find(want, r)
		if !g.ok {
			continue
		}
		if n > 0 {
			x += f.kern(prev, g, st.Size) + st.Tracking*st.Size
		}
		p := placed{g, x, f.advance(g, st.Size)}
		out = append(out, p)
		x += p.w
		prev = g
		n++
	}
	return out, x
}

// Width is how wide a line will be, in pixels.
func (f *Fonts) Width(line string, st Style) float64 {
	_, w := f.set(line, st)
	return w
}

// Height gives the font's ascent and descent for a style, both positive, in pixels. A line box of
// height h has its baseline at (h - ascent - descent)/2 + ascent.
func (f *Fonts) Height(st Style) (ascent, descent float64) {
	m, err := f.font(faceOf(st.Family, st.Weight).cut).Metrics(&f.buf, ppem(st.Size), font.HintingNone)
	if err != nil {
		return .95 * st.Size, .24 * st.Size
	}
	return float64(m.Ascent) / 64, float64(m.Descent) / 64
}
