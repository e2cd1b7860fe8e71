package lettering

import (
	"image"
	"math"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// Draw adds a line to a mask with its baseline starting at (x, y), which need not be whole pixels.
// What falls outside of the mask is cut off.
func (f *Fonts) Draw(dst *image.Alpha, line string, st Style, x, y float64) {
	glyphs, _ := f.set(line, st)
	b := dst.Bounds()
	ras := vector.NewRasterizer(b.Dx(), b.Dy())
	x -= float64(b.Min.X)
	y -= float64(b.Min.Y)
	for _, g := range glyphs {
		segs, err := f.font(g.cut).LoadGlyph(&f.buf, g.index, ppem(st.Size), nil)
		if err == nil {
			trace(ras, segs, x+g.x, y)
		}
	}
	ras.Draw(dst, b, image.Opaque, image.Point{})
}

func trace(ras *vector.Rasterizer, segs sfnt.Segments, ox, oy float64) {
	at := func(p fixed.Point26_6) (float32, float32) {
		return float32(ox + float64(p.X)/64), float32(oy + float64(p.Y)/64)
	}
	for i, s := range segs {
		x, y := at(s.Args[0])
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			if i > 0 {
				ras.ClosePath()
			}
			ras.MoveTo(x, y)
		case sfnt.SegmentOpLineTo:
			ras.LineTo(x, y)
		case sfnt.SegmentOpQuadTo:
			x1, y1 := at(s.Args[1])
			ras.QuadTo(x, y, x1, y1)
		case sfnt.SegmentOpCubeTo:
			x1, y1 := at(s.Args[1])
			x2, y2 := at(s.Args[2])
			ras.CubeTo(x, y, x1, y1, x2, y2)
		}
	}
	ras.ClosePath()
}

// Grow widens a mask by r pixels all round, with round corners: the outer half of a stroke.
func Grow(m *image.Alpha, r float64) *image.Alpha {
	b := m.Bounds()
	out := image.NewAlpha(b)
	if r <= 0 {
		copy(out.Pix, m.Pix)
		return out
	}
	type tap struct {
		dx, dy int
		w      uint32
	}
	var disc []tap
	n := int(math.Ceil(r))
	for dy := -n; dy <= n; dy++ {
		for dx := -n; dx <= n; dx++ {
			if w := r + 1 - math.Hypot(float64(dx), float64(dy)); w > 0 {
				disc = append(disc, tap{dx, dy, uint32(min(1, w)*256 + .5)})
			}
		}
	}
	w, h := b.Dx(), b.Dy()
	for y := range h {
		for x := range w {
			v := uint32(m.Pix[y*m.Stride+x])
			if v == 0 {
				continue
			}
			for _, t := range disc {
				px, py := x+t.dx, y+t.dy
				if px < 0 || py < 0 || px >= w || py >= h {
					continue
				}
				p := &out.Pix[py*out.Stride+px]
				*p = max(*p, uint8(v*t.w>>8))
			}
		}
	}
	return out
}

// Blur softens a mask in place like a Gaussian of the given standard deviation, in pixels. What
// lies outside of the mask counts as empty.
func Blur(m *image.Alpha, sigma float64) {
	r := BoxRadius(sigma)
	if r <= 0 {
		return
	}
	b := m.Bounds()
	w, h := b.Dx(), b.Dy()
	line := make([]uint8, max(w, h))
	for range 3 {
		for y := range h {
			box(m.Pix[y*m.Stride:], 1, w, r, line)
		}
		for x := range w {
			box(m.Pix[x:], m.Stride, h, r, line)
		}
	}
}

// BoxRadius is the radius of the box that, run three times, blurs like a Gaussian of sigma.
func BoxRadius(sigma float64) int { return int(math.Round((math.Sqrt(4*sigma*sigma+1) - 1) / 2)) }

func box(p []uint8, step, n, r int, line []uint8) {
	at := func(i int) int {
		if i < 0 || i >= n {
			return 0
		}
		return int(p[i*step])
	}
	sum, width := 0, 2*r+1
	for i := -r; i <= r; i++ {
		sum += at(i)
	}
	for i := range n {
		line[i] = uint8((sum + width/2) / width)
		sum += at(i+r+1) - at(i-r)
	}
	for i := range n {
		p[i*step] = line[i]
	}
}
