package clipcheck

import "math"

// plane is one channel of a small picture.
type plane struct {
	w, h int
	v    []float32
}

func newPlane(w, h int) plane { return plane{w, h, make([]float32, w*h)} }

// half fills dst with p at half its size. The sides of p are even.
func (p plane) half(dst plane) {
	for y := range dst.h {
		a, b := p.v[2*y*p.w:][:p.w], p.v[(2*y+1)*p.w:][:p.w]
		out := dst.v[y*dst.w:][:dst.w]
		for x := range out {
			out[x] = (a[2*x] + a[2*x+1] + b[2*x] + b[2*x+1]) / 4
		}
	}
}

// means averages over squares. It has its own memory, and is for one goroutine.
type means struct {
	across plane
	sums   []float32
	share  []float32
}

func newMeans(w, h int) *means {
	return &means{across: newPlane(w, h), sums: make([]float32, w), share: make([]float32, max(w, h)+1)}
}

// of fills dst with the mean of src over the square of radius r around each pixel, as far as it lies in the
// picture. dst may be src.
func (m *means) of(dst, src plane, r int) {
	w, h := src.w, src.h
	for n := 1; n <= min(2*r+1, max(w, h)); n++ {
		m.share[n] = 1 / float32(n)
	}
	for y := range h {
		row, out := src.v[y*w:][:w], m.across.v[y*w:][:w]
		var run float32
		for _, v := range row[:min(r, w)] {
			run += v
		}
		for x := range out {
			if x+r < w {
				run += row[x+r]
			}
			if x > r {
				run -= row[x-r-1]
			}
			out[x] = run * m.share[min(x+r, w-1)-max(x-r, 0)+1]
		}
	}
	sums := m.sums[:w]
	clear(sums)
	add := func(y int, sign float32) {
		for x, v := range m.across.v[y*w:][:w] {
			sums[x] += sign * v
		}
	}
	for y := range min(r, h) {
		add(y, 1)
	}
	for y := range h {
		if y+r < h {
			add(y+r, 1)
		}
		if y > r {
			add(y-r-1, -1)
		}
		k, out := m.share[min(y+r, h-1)-max(y-r, 0)+1], dst.v[y*w:][:w]
		for x, v := range sums {
			out[x] = v * k
		}
	}
}

// relief frees brightness from light and grading: each pixel of dst is that of src without its neighbourhood's
// mean, in units of its spread. What spreads less than grain is noise. tmp is for the work.
func (m *means) relief(dst, src, tmp plane, r int, grain float32) {
	for i, v := range src.v {
		tmp.v[i] = v * v
	}
	m.of(tmp, tmp, r)
	m.of(dst, src, r)
	for i, mean := range dst.v {
		spread := float32(math.Sqrt(float64(max(tmp.v[i]-mean*mean, 0))))
		dst.v[i] = (src.v[i] - mean) / (spread + grain)
	}
}

// slopes fills gx and gy with how p changes across and down.
func (p plane) slopes(gx, gy plane) {
	for y := range p.h {
		up, down := max(y-1, 0)*p.w, min(y+1, p.h-1)*p.w
		row := p.v[y*p.w:][:p.w]
		for x := range row {
			gx.v[y*p.w+x] = (row[min(x+1, p.w-1)] - row[max(x-1, 0)]) / 2
			gy.v[y*p.w+x] = (p.v[down+x] - p.v[up+x]) / 2
		}
	}
}

// at reads between pixels. Beside the picture its edge goes on.
func (p plane) at(x, y float32) float32 {
	x, y = min(max(x, 0), float32(p.w-1)), min(max(y, 0), float32(p.h-1))
	i, j := min(int(x), p.w-2), min(int(y), p.h-2)
	fx, fy := x-float32(i), y-float32(j)
	a, b := p.v[j*p.w+i:][:2], p.v[(j+1)*p.w+i:][:2]
	top := a[0] + (a[1]-a[0])*fx
	low := b[0] + (b[1]-b[0])*fx
	return top + (low-top)*fy
}
