package photo

import "math"

// ring is the rim of a plate, a bowl or a pan: a circle that is seen from somewhere above. It is measured in pixels.
type ring struct{ x, y, a, b float64 }

const (
	around   = 48   // points of a ring that are looked at
	contrast = 36.0 // at most this much between the two sides counts: a few bright spots are no rim
	minRim   = 0.82 // of it, on average: what isn't a rim has 0.77 at most (tried on photos)
)

// rim looks for the ring around what was found. A plate's rim is plain, so that it doesn't count as food, and
// often wide; but all around it, the table is darker, or all around brighter. The second value says how clear it
// is, minRim to 1; 0: there is none.
func (d dish) rim(luma field) (ring, float64) {
	w, h := float64(luma.w), float64(len(luma.v)/luma.w)
	x0, y0 := (d.left+d.right)/2*w, (d.top+d.bottom)/2*h
	a0, b0 := (d.right-d.left)/2*w, (d.bottom-d.top)/2*h
	var best ring
	score, clear := 0.0, 0.0
	for a := 0.8 * a0; a < min(2*a0, 0.52*w); a += 1.5 {
		for _, lean := range [...]float64{0.4, 0.5, 0.6, 0.68, 0.76, 0.84, 0.92, 1, 1.08} {
			b := a * lean
			if b < 0.75*b0 || b > 2*b0 {
				continue
			}
			for dx := -0.4; dx <= 0.41; dx += 0.1 {
				for dy := -0.4; dy <= 0.41; dy += 0.1 {
					r := ring{x0 + dx*a0, y0 + dy*b0, a, b}
					if s := r.score(luma); s > minRim && s*math.Sqrt(a*b) > score {
						best, score, clear = r, s*math.Sqrt(a*b), s
					}
				}
			}
		}
	}
	return best, clear
}

// score is how much brighter or darker it is outside of a ring than inside, all around: 0 to 1.
func (r ring) score(luma field) float64 {
	w, h := luma.w, len(luma.v)/luma.w
	sum, n := 0.0, 0
	for i, c := range circle {
		// Two pixels to each side, at right angles to the ring.
		nx, ny := c.x*r.b, c.y*r.a
		k := 2 / math.Hypot(nx, ny)
		x, y := r.x+r.a*c.x, r.y+r.b*c.y
		x1, y1, x2, y2 := int(x-k*nx), int(y-k*ny), int(x+k*nx), int(y+k*ny)
		if min(x1, x2, y1, y2) < 0 || max(x1, x2) >= w || max(y1, y2) >= h {
			continue
		}
		v := luma.v[y2*w+x2] - luma.v[y1*w+x1]
		sum += min(max(v, -contrast), contrast)
		n++
		if i == around/4 && math.Abs(sum) < contrast*float64(n)*minRim*0.75 {
			return 0 // hardly any ring gets beyond a quarter
		}
	}
	if n < around*2/3 {
		return 0
	}
	return math.Abs(sum) / contrast / float64(n)
}

// circle has neighbours far from each other, so that its first points tell about all sides.
var circle = func() (c [around]struct{ x, y float64 }) {
	for i := range c {
		c[i].y, c[i].x = math.Sincos(2 * math.Pi * float64(i*19) / around)
	}
	return c
}()
