package clipcheck

import (
	"cmp"
	"image"
	"math"
	"slices"
)

const (
	block   = 8    // side, in pixels of the fine plane
	reach   = 2    // a block is compared with this much around it
	stray   = 3    // and may have moved by so much, as things do that stand nearer than others
	texture = 40.  // variance of brightness from which structure says more than colour
	allowed = 0.08 // of the votes may be bad
	worse   = 0.40 // of the votes are looked at
)

// similarity tells how much a frame shows what the photo shows.
func (p *plate) similarity(frame image.Image) float64 {
	small, f := newPlane(frame, coarse), newPlane(frame, fine)
	l := p.align(small, f).lens(p.fine, f)
	graded := p.gradingOf(l, f)
	var all []vote
	for y := 0; y+block <= f.h; y += block {
		for x := 0; x+block <= f.w; x += block {
			if v, ok := p.vote(l, f, x, y, graded); ok {
				all = append(all, v)
			}
		}
	}
	return tally(all)
}

// vote is what one block says: alike by 0 to 1, and how much that counts.
type vote struct{ alike, weight float64 }

// tally is how alike the worse part of a picture is: a dish is another one even if its plate and the table
// aren't. The very worst of the votes don't count: they may be steam.
func tally(all []vote) float64 {
	slices.SortFunc(all, func(a, b vote) int { return cmp.Compare(a.alike, b.alike) })
	var whole float64
	for _, v := range all {
		whole += v.weight
	}
	var at, sum, counted float64
	for _, v := range all {
		in := max(min(at+v.weight, worse*whole)-max(at, allowed*whole), 0)
		at, sum, counted = at+v.weight, sum+in*v.alike, counted+in
	}
	if counted == 0 {
		return 0
	}
	return sum / counted
}

// vote compares one block of a frame with what the photo has there.
func (p *plate) vote(l lens, f *plane, x, y int, graded grading) (vote, bool) {
	mx, my := l.at(float64(x)+block/2., float64(y)+block/2.)
	if mx < 0 || my < 0 || mx > float64(p.fine.w-1) || my > float64(p.fine.h-1) {
		return vote{}, false
	}
	best, rough := -1.0, 0.0
	for dy := -stray; dy <= stray; dy++ {
		for dx := -stray; dx <= stray; dx++ {
			s, v, ok := p.structure(l, f, x, y, float64(dx), float64(dy))
			if ok && s > best {
				best, rough = s, v
			}
		}
	}
	if best == -1 {
		return vote{}, false
	}
	t := rough / (rough + texture)
	ux, uy := (mx/float64(p.fine.w)-p.fx)/0.32, (my/float64(p.fine.h)-p.fy)/0.22
	at := math.Exp(-(ux*ux + uy*uy) / 2)
	alike := (t*max(best, 0) + 1 - t) * p.colour(l, f, x, y, graded)
	return vote{alike, (0.05 + at) * (0.2 + t)}, true
}

// structure is how brightness goes along in a block of a frame and in the photo, shifted by dx, dy there: -1..1.
// rough is the greater variance of the two.
func (p *plate) structure(l lens, f *plane, x, y int, dx, dy float64) (alike, rough float64, ok bool) {
	var a, b, aa, bb, ab, n float64
	for j := max(y-reach, 0); j < min(y+block+reach, f.h); j++ {
		for i := max(x-reach, 0); i < min(x+block+reach, f.w); i++ {
			px, py := l.at(float64(i), float64(j))
			u, in := p.fine.at(p.fine.y, px+dx, py+dy)
			if !in {
				continue
			}
			v := float64(f.y[j*f.w+i])
			a, b, aa, bb, ab, n = a+u, b+v, aa+u*u, bb+v*v, ab+u*v, n+1
		}
	}
	if n < block*block/2 {
		return 0, 0, false
	}
	va, vb := max(aa/n-a*a/n/n, 0), max(bb/n-b*b/n/n, 0)
	const noise = 9
	return (ab/n - a*b/n/n) / math.Sqrt((va+noise)*(vb+noise)), max(va, vb), true
}

// grading is what was done to the whole frame: its light, by a factor, and its colours, by a shift.
type grading struct{ light, cb, cr float64 }

// gradingOf tells how a frame was graded, as far as that is taste.
func (p *plate) gradingOf(l lens, f *plane) grading {
	var light, cb, cr []float64
	for y := range f.h {
		for x := range f.w {
			if a, b, ok := p.pair(l, f, x, y); ok {
				light = append(light, (b[0]+16)/(a[0]+16))
				cb, cr = append(cb, b[1]-a[1]), append(cr, b[2]-a[2])
			}
		}
	}
	middle := func(v []float64, least, most float64) float64 {
		if len(v) == 0 {
			return (least + most) / 2
		}
		slices.Sort(v)
		return min(max(v[len(v)/2], least), most)
	}
	return grading{middle(light, 0.6, 1.6), middle(cb, -12, 12), middle(cr, -12, 12)}
}

// colour is how alike the mean colours of a block are, but for the grading: 0..1.
func (p *plate) colour(l lens, f *plane, x, y int, g grading) float64 {
	var light, cb, cr, n float64
	for j := y; j < y+block; j++ {
		for i := x; i < x+block; i++ {
			if a, b, ok := p.pair(l, f, i, j); ok {
				light += b[0] - min((a[0]+16)*g.light-16, 255)
				cb, cr, n = cb+b[1]-a[1]-g.cb, cr+b[2]-a[2]-g.cr, n+1
			}
		}
	}
	if n == 0 {
		return 1
	}
	light, tint := light/n/90, math.Hypot(cb, cr)/n/26
	return math.Exp(-light*light - tint*tint)
}

// pair is what photo and frame have at a pixel of the frame: brightness and both colours.
func (p *plate) pair(l lens, f *plane, x, y int) (a, b [3]float64, ok bool) {
	px, py := l.at(float64(x), float64(y))
	k := y*f.w + x
	for c, v := range [3][2][]float32{{p.fine.y, f.y}, {p.fine.cb, f.cb}, {p.fine.cr, f.cr}} {
		if a[c], ok = p.fine.at(v[0], px, py); !ok {
			return a, b, false
		}
		b[c] = float64(v[1][k])
	}
	return a, b, true
}
