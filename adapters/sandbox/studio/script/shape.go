package script

import (
	"image"
	"math"
	"strconv"
	"strings"

	"golang.org/x/image/vector"

	"github.com/sajangpick/sajangpick/adapters/sandbox/studio/lettering"
)

// segment is one command of an SVG path with its numbers.
type segment struct {
	op byte // M L C Q Z
	n  [6]float64
}

// wholeBox is the path of a shape that has none.
const wholeBox = "M 0 0 L 100 0 L 100 100 L 0 100 Z"

// parsePath reads a path of absolute commands whose numbers are hundredths of the element's box.
func parsePath(s string) ([]segment, bool) {
	var out []segment
	words := pathWords(s)
	count := map[byte]int{'M': 2, 'L': 2, 'H': 1, 'V': 1, 'C': 6, 'Q': 4, 'Z': 0}
	var x, y float64
	for i := 0; i < len(words); {
		op := words[i][0]
		n, known := count[op]
		if !known || len(words[i]) > 1 || i+1+n > len(words) || len(out) > 1000 {
			return nil, false
		}
		seg := segment{op: op}
		for k := range n {
			v, err := strconv.ParseFloat(strings.TrimSuffix(words[i+1+k], "%"), 64)
			if err != nil || !finite(v) {
				return nil, false
			}
			seg.n[k] = v
		}
		switch op {
		case 'H':
			seg = segment{'L', [6]float64{seg.n[0], y}}
		case 'V':
			seg = segment{'L', [6]float64{x, seg.n[0]}}
		}
		if n > 0 {
			k := max(n, 2)
			x, y = seg.n[k-2], seg.n[k-1]
		}
		out = append(out, seg)
		i += 1 + n
	}
	return out, len(out) > 0 && out[0].op == 'M'
}

func pathWords(s string) []string {
	for _, c := range "MLHVCQZ" {
		s = strings.ReplaceAll(s, string(c), " "+string(c)+" ")
	}
	return strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\t' })
}

// rectangular reports whether a path is the whole box.
func rectangular(path []segment) bool {
	corners := map[[2]float64]bool{}
	for _, s := range path {
		switch {
		case s.op == 'Z':
		case s.op != 'M' && s.op != 'L', s.n[0] != 0 && s.n[0] != 100, s.n[1] != 0 && s.n[1] != 100:
			return false
		default:
			corners[[2]float64{s.n[0], s.n[1]}] = true
		}
	}
	return len(corners) == 4
}

// trace draws a path, or a rectangle with round corners, into a mask.
func (p picture) trace(fr frame, path []segment, radius float64) *image.Alpha {
	m := p.mask()
	x, y := fr.x-float64(p.X), fr.y-float64(p.Y)
	if rectangular(path) {
		roundRect(m, x, y, fr.w, fr.h, radius)
		return m
	}
	ras := vector.NewRasterizer(m.Rect.Dx(), m.Rect.Dy())
	at := func(s segment, k int) (float32, float32) {
		return float32(x + s.n[k]/100*fr.w), float32(y + s.n[k+1]/100*fr.h)
	}
	for _, s := range path {
		ax, ay := at(s, 0)
		bx, by := at(s, 2)
		cx, cy := at(s, 4)
		switch s.op {
		case 'M':
			ras.MoveTo(ax, ay)
		case 'L':
			ras.LineTo(ax, ay)
		case 'Q':
			ras.QuadTo(ax, ay, bx, by)
		case 'C':
			ras.CubeTo(ax, ay, bx, by, cx, cy)
		default:
			ras.ClosePath()
		}
	}
	ras.Draw(m, m.Rect, image.Opaque, image.Point{})
	return m
}

// roundRect adds a rectangle whose corners are quarter circles.
func roundRect(m *image.Alpha, x, y, w, h, r float64) {
	const k = 0.5522847498 // how far a cubic's handles stand off on a quarter circle
	r = max(min(r, w/2, h/2), 0)
	ras := vector.NewRasterizer(m.Rect.Dx(), m.Rect.Dy())
	corner := func(x0, y0, x1, y1, cx, cy float64) {
		ras.LineTo(float32(x0), float32(y0))
		ras.CubeTo(
			float32(x0+(cx-x0)*k), float32(y0+(cy-y0)*k), float32(x1+(cx-x1)*k), float32(y1+(cy-y1)*k), float32(x1),
			float32(y1),
		)
	}
	ras.MoveTo(float32(x+r), float32(y))
	corner(x+w-r, y, x+w, y+r, x+w, y)
	corner(x+w, y+h-r, x+w-r, y+h, x+w, y+h)
	corner(x+r, y+h, x, y+h-r, x, y+h)
	corner(x, y+r, x+r, y, x, y)
	ras.ClosePath()
	ras.Draw(m, m.Rect, image.Opaque, image.Point{})
}

// shape draws a shape element.
func (c canvas) shape(e Element, fr frame, path []segment) picture {
	stroke := c.stroke(e)
	out := e.Shadow.reach(c) + stroke + 1
	p := c.newPicture(fr.x-out, fr.y-out, fr.x+fr.w+out, fr.y+fr.h+out)
	m := p.trace(fr, path, c.px(e.Radius, min(fr.w, fr.h)))
	wide := m
	if stroke > 0 {
		wide = lettering.Grow(m, stroke/2)
	}
	p.shade(wide, e.Shadow, c)
	if stroke > 0 {
		p.tint(wide, e.Stroke.Color, 0, 0)
		inner := fr
		inner.x, inner.y = fr.x+stroke/2, fr.y+stroke/2
		inner.w, inner.h = max(fr.w-stroke, 0), max(fr.h-stroke, 0)
		m = p.trace(inner, path, math.Max(c.px(e.Radius, min(fr.w, fr.h))-stroke/2, 0))
	}
	p.paint(m, e.Fill, c, fr)
	return p
}
