package clipcheck

import "math"

// pose is where a frame stands in front of the photo: a point at x, y from the photo's middle is seen at
// a*x + b*y + tx, c*x + d*y + ty from the frame's, in pixels of the small photo.
type pose struct{ a, b, c, d, tx, ty float64 }

var still = pose{a: 1, d: 1}

// zoom is how much nearer the camera has come.
func (p pose) zoom() float64 { return math.Sqrt(math.Abs(p.a*p.d - p.b*p.c)) }

func (p pose) plausible() bool {
	z := p.zoom()
	return z > 0.5 && z < 3 && p.a*p.d > p.b*p.c && math.Abs(p.a-p.d)+math.Abs(p.b+p.c) < 0.8*z
}

const (
	depth     = 3   // sizes of a picture that are looked at, each half of the one before
	around    = 5   // radius of what is local, in pixels of each size
	lostBelow = 0.5 // a frame that falls together less is looked for anew
)

// level is a photo at one size.
type level struct {
	relief, gx, gy plane
	xx, xy, yy     plane // the inverse of the slopes' products around each pixel
	weight         plane // how much of the dish is here
}

// seen is a frame at one size.
type seen struct{ y, relief, tmp plane }

// lens maps pixels of the photo to pixels of a frame, at one size.
type lens struct{ x0, y0, a, b, c, d float32 }

func (p pose) lens(photo, frame plane, size int) lens {
	k := 1 / float64(int(1)<<size)
	px, py := float64(photo.w-1)/2, float64(photo.h-1)/2
	fx, fy := float64(frame.w-1)/2, float64(frame.h-1)/2
	return lens{
		x0: float32(fx + p.tx*k - p.a*px - p.b*py), y0: float32(fy + p.ty*k - p.c*px - p.d*py),
		a: float32(p.a), b: float32(p.b), c: float32(p.c), d: float32(p.d),
	}
}

func (l lens) at(x, y int) (float32, float32) {
	return l.x0 + l.a*float32(x) + l.b*float32(y), l.y0 + l.c*float32(x) + l.d*float32(y)
}

func in(p plane, x, y float32) bool {
	return x >= 0 && y >= 0 && x <= float32(p.w-1) && y <= float32(p.h-1)
}

// fit is how well the reliefs of photo and frame fall together in a pose: -1 to 1. One that shows little of the dish
// proves little. Of each step pixels across and down one is looked at.
func (l *level) fit(f plane, p pose, size, step int) float64 {
	m := p.lens(l.relief, f, size)
	var ab, aa, bb, all, shown float32
	for y := 0; y < l.relief.h; y += step {
		for x := y / step % 2 * (step / 2); x < l.relief.w; x += step {
			i := y*l.relief.w + x
			k := l.weight.v[i]
			all += k
			fx, fy := m.at(x, y)
			if !in(f, fx, fy) {
				continue
			}
			a, b := l.relief.v[i], f.at(fx, fy)
			ab, aa, bb, shown = ab+k*a*b, aa+k*a*a, bb+k*b*b, shown+k
		}
	}
	if aa <= 0 || bb <= 0 {
		return 0
	}
	return float64(ab) / math.Sqrt(float64(aa)*float64(bb)) * math.Sqrt(min(float64(shown/all), 1))
}

// closer improves a pose by Gauss and Newton's method; pixels that don't fit at all hardly count.
func (l *level) closer(f plane, p pose, size, times int) pose {
	k := float64(int(1) << size)
	cx, cy := float32(l.relief.w-1)/2, float32(l.relief.h-1)/2
	for range times {
		m := p.lens(l.relief, f, size)
		var h [6][6]float64
		var g [6]float64
		for y := range l.relief.h {
			for x := range l.relief.w {
				fx, fy := m.at(x, y)
				if !in(f, fx, fy) {
					continue
				}
				i := y*l.relief.w + x
				r := l.relief.v[i] - f.at(fx, fy)
				w := (0.2 + l.weight.v[i]) / (1 + r*r)
				dx, dy, gx, gy := float32(x)-cx, float32(y)-cy, l.gx.v[i], l.gy.v[i]
				j := [6]float32{gx * dx, gx * dy, gx, gy * dx, gy * dy, gy}
				for a := range j {
					wj := w * j[a]
					g[a] += float64(wj * r)
					for b := a; b < len(j); b++ {
						h[a][b] += float64(wj * j[b])
					}
				}
			}
		}
		d, ok := solve(h, g)
		if !ok {
			return p
		}
		next := p
		next.a, next.b, next.tx = p.a+d[0], p.b+d[1], p.tx+d[2]*k
		next.c, next.d, next.ty = p.c+d[3], p.d+d[4], p.ty+d[5]*k
		if !next.plausible() {
			return p
		}
		p = next
		if math.Abs(d[2])+math.Abs(d[5])+
			float64(cx+cy)*(math.Abs(d[0])+math.Abs(d[1])+math.Abs(d[3])+math.Abs(d[4])) < 0.05 {
			break
		}
	}
	return p
}

// solve solves h x = g for a symmetric h, of which the upper half is given.
func solve(h [6][6]float64, g [6]float64) (x [6]float64, ok bool) {
	for i := range h {
		for j := range i {
			h[i][j] = h[j][i]
		}
		h[i][i] *= 1.001
	}
	for i := range h {
		if h[i][i] < 1e-9 {
			return x, false
		}
		for j := i + 1; j < len(h); j++ {
			k := h[j][i] / h[i][i]
			for c := i; c < len(h); c++ {
				h[j][c] -= k * h[i][c]
			}
			g[j] -= k * g[i]
		}
	}
	for i := len(h) - 1; i >= 0; i-- {
		x[i] = g[i]
		for c := i + 1; c < len(h); c++ {
			x[i] -= h[i][c] * x[c]
		}
		x[i] /= h[i][i]
	}
	return x, true
}

// The search for a frame that was lost: how near the camera may have come or gone back, how far it may have turned
// (radians), gone aside (parts of the photo's width).
var (
	zooms  = [...]float64{0.88, 1, 1.13, 1.28, 1.45}
	turns  = [...]float64{-0.1, 0, 0.1}
	asides = [...]float64{-0.16, -0.12, -0.08, -0.04, 0, 0.04, 0.08, 0.12, 0.16}
)

// search finds the best of many poses, at the smallest size.
func (l *level) search(f plane, size int) pose {
	best, most := still, -1.0
	width := float64(l.relief.w) * float64(int(1)<<size)
	for _, z := range zooms {
		for _, t := range turns {
			sin, cos := math.Sincos(t)
			for _, dx := range asides {
				for _, dy := range asides {
					p := pose{z * cos, -z * sin, z * sin, z * cos, dx * width, dy * width}
					if v := l.fit(f, p, size, 2); v > most {
						best, most = p, v
					}
				}
			}
		}
	}
	return best
}
