package clipcheck

import (
	"cmp"
	"image"
	"math"
	"slices"

	"github.com/sajangpick/sajangpick/pipeline/photo"
)

// plate is a photo, ready to be compared.
type plate struct {
	fine, coarse *plane
	fx, fy       float64 // the middle of the dish, as fractions
}

func newPlate(im image.Image) *plate {
	p := &plate{fine: newPlane(im, fine), coarse: newPlane(im, coarse)}
	p.fx, p.fy = photo.Focus(p.fine.rgba())
	return p
}

// rgba is the plane in grey and colour again.
func (p *plane) rgba() *image.RGBA {
	im := image.NewRGBA(image.Rect(0, 0, p.w, p.h))
	for i := range p.y {
		y, cb, cr := float64(p.y[i]), float64(p.cb[i]), float64(p.cr[i])
		for c, v := range [4]float64{y + 1.5748*cr, y - 0.1873*cb - 0.4681*cr, y + 1.8556*cb, 255} {
			im.Pix[4*i+c] = byte(min(max(v+0.5, 0), 255))
		}
	}
	return im
}

// view is where a frame stands in the photo. Shifts are fractions of the photo's width.
type view struct {
	zoom, turn, dx, dy float64
}

// The search: how near the camera may have come (or gone back), how far it may have turned, gone aside.
var (
	zooms = [...]float64{0.92, 1, 1.08, 1.16, 1.25, 1.35}
	turns = [...]float64{-0.1, 0, 0.1} // radians
)

const (
	aside = 5 // pixels of the coarse plane, each way
	kept  = 3 // of the best views are looked at more closely
)

// lens maps pixels of a frame to pixels of the photo.
type lens struct {
	x0, y0, cos, sin float64
}

func (v view) lens(photo, frame *plane) lens {
	// A frame of another shape than the photo's shows as much of it as it can, as providers crop.
	k := min(float64(photo.w)/float64(frame.w), float64(photo.h)/float64(frame.h)) / v.zoom
	l := lens{cos: k * math.Cos(v.turn), sin: k * math.Sin(v.turn)}
	cx, cy := float64(frame.w-1)/2, float64(frame.h-1)/2
	l.x0 = float64(photo.w-1)/2 + v.dx*float64(photo.w) - l.cos*cx + l.sin*cy
	l.y0 = float64(photo.h-1)/2 + v.dy*float64(photo.w) - l.sin*cx - l.cos*cy
	return l
}

func (l lens) at(x, y float64) (float64, float64) {
	return l.x0 + l.cos*x - l.sin*y, l.y0 + l.sin*x + l.cos*y
}

// fit is how well the structures of a photo and a frame fall together under a view. Every other pixel will do.
func (v view) fit(photo, frame *plane) float64 {
	l := v.lens(photo, frame)
	var ab, aa, bb, n float64
	for y := 0; y < frame.h; y += 2 {
		for x := y / 2 % 2; x < frame.w; x += 2 {
			px, py := l.at(float64(x), float64(y))
			a, ok := photo.at(photo.structure, px, py)
			if !ok {
				continue
			}
			b := float64(frame.structure[y*frame.w+x])
			ab, aa, bb, n = ab+a*b, aa+a*a, bb+b*b, n+1
		}
	}
	if aa <= 0 || bb <= 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb) * math.Sqrt(4*n/float64(len(frame.y))) // a view that shows less of the photo proves less
}

// align finds the view under which frame shows the photo.
func (p *plate) align(small, frame *plane) view {
	type found struct {
		view
		fit float64
	}
	var all []found
	for _, z := range zooms {
		for _, t := range turns {
			best := found{fit: -1}
			for dy := -aside; dy <= aside; dy++ {
				for dx := -aside; dx <= aside; dx++ {
					v := view{z, t, float64(dx) / coarse, float64(dy) / coarse}
					if f := v.fit(p.coarse, small); f > best.fit {
						best = found{v, f}
					}
				}
			}
			all = append(all, best)
		}
	}
	slices.SortStableFunc(all, func(a, b found) int { return cmp.Compare(b.fit, a.fit) })
	best := found{fit: -1}
	for _, f := range all[:kept] {
		if v, fit := f.closer(p.fine, frame); fit > best.fit {
			best = found{v, fit}
		}
	}
	return best.view
}

// closer improves a view by ever smaller steps.
func (v view) closer(photo, frame *plane) (view, float64) {
	best := v.fit(photo, frame)
	for step := 1.0; step > 0.2; step /= 2 {
		for again := true; again; {
			again = false
			for _, d := range [...]view{{zoom: 0.04}, {turn: 0.04}, {dx: 0.5 / coarse}, {dy: 0.5 / coarse}} {
				for _, s := range [...]float64{step, -step} {
					next := view{v.zoom + s*d.zoom, v.turn + s*d.turn, v.dx + s*d.dx, v.dy + s*d.dy}
					if f := next.fit(photo, frame); f > best+1e-4 {
						v, best, again = next, f, true
					}
				}
			}
		}
	}
	return v, best
}
