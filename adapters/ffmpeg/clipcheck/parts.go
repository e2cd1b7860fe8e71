package clipcheck

import "math"

// size is one of the sizes of a connected part of the dish that are looked at.
type size struct {
	part   float64 // of the dish
	frames int     // in a row that are averaged: what passes is steam, a glint, a hand
	least  float64 // similarity that it must have
}

// sizes were chosen on half of the photos and films of docs/clipcheck.md, and tried on the other half.
var sizes = [...]size{{1, 1, 0.5}, {0.35, 3, 0.5}, {0.09, 5, 0.53}}

// finding is the worst part of a size.
type finding struct {
	Similarity float64 // 0 to 1
	At         float64 // seconds
	X, Y       float64 // its middle, as fractions of the photo
}

// parts keeps the worst part of each size over the frames that were seen.
type parts struct {
	dish   plane
	worst  [len(sizes)]finding
	shown  float64   // least share of the dish that was in the picture
	recent []plane   // bad of the last frames, the newest last
	sums   []float64 // of weight and badness, up to each corner
	weight []float64
	area   float64
}

func newParts(dish plane) parts {
	p := parts{dish: dish, shown: 1}
	p.sums, p.weight = make([]float64, (dish.w+1)*(dish.h+1)), make([]float64, (dish.w+1)*(dish.h+1))
	for _, v := range dish.v {
		p.area += float64(v)
	}
	for i := range p.worst {
		p.worst[i].Similarity = 1
	}
	return p
}

func (p *parts) see(bad plane, at float64) {
	const most = 5
	if len(p.recent) < most {
		p.recent = append(p.recent, newPlane(bad.w, bad.h))
	} else {
		p.recent = append(p.recent[1:], p.recent[0])
	}
	copy(p.recent[len(p.recent)-1].v, bad.v)
	for i, s := range sizes {
		n := min(s.frames, len(p.recent))
		if n < s.frames {
			continue
		}
		p.sum(p.recent[len(p.recent)-n:])
		f := p.look(s.part)
		if f.At = at; f.Similarity < p.worst[i].Similarity {
			p.worst[i] = f
		}
	}
}

// sum adds up, from the corner, the weight of what is seen and its badness in the mean of some frames.
func (p *parts) sum(of []plane) {
	w := p.dish.w + 1
	for y := range p.dish.h {
		var run, weight float64
		for x := range p.dish.w {
			i := y*p.dish.w + x
			var bad, n float32
			for _, f := range of {
				if f.v[i] >= 0 {
					bad, n = bad+f.v[i], n+1
				}
			}
			if n > 0 {
				run += float64(p.dish.v[i] * bad / n)
				weight += float64(p.dish.v[i])
			}
			k := (y+1)*w + x + 1
			p.sums[k], p.weight[k] = p.sums[k-w]+run, p.weight[k-w]+weight
		}
	}
}

// look finds the worst part of a size: a square that is mostly dish.
func (p *parts) look(part float64) finding {
	w, h := p.dish.w, p.dish.h
	if part >= 1 {
		end := len(p.sums) - 1
		p.shown = min(p.shown, p.weight[end]/p.area)
		return finding{Similarity: 1 - p.sums[end]/max(p.weight[end], 1), X: .5, Y: .5}
	}
	side := max(int(math.Sqrt(part*p.area)+0.5), 3)
	best := finding{Similarity: 1}
	if side > min(w, h) {
		side = min(w, h)
	}
	least := 0.6 * float64(side*side)
	box := func(s []float64, x, y int) float64 {
		return s[(y+side)*(w+1)+x+side] - s[y*(w+1)+x+side] - s[(y+side)*(w+1)+x] + s[y*(w+1)+x]
	}
	for y := 0; y+side <= h; y += 2 {
		for x := 0; x+side <= w; x += 2 {
			k := box(p.weight, x, y)
			if k < least {
				continue
			}
			if a := 1 - box(p.sums, x, y)/k; a < best.Similarity {
				best = finding{
					Similarity: a, X: (float64(x) + float64(side)/2) / float64(w),
					Y: (float64(y) + float64(side)/2) / float64(h),
				}
			}
		}
	}
	return best
}
