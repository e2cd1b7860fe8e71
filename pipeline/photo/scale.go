package photo

import (
	"image"
	"math"
)

// taps are the samples that each sample of a scaled line is mixed of, the same number for each.
type taps struct {
	n      int
	first  []int   // by sample: the first one that it takes
	weight []int32 // n for each sample; they sum up to one
}

const one = 1 << 12 // of the weights

// catmullRom is the kernel that keeps photos sharp when they are enlarged a little.
func catmullRom(x float64) float64 {
	switch x = math.Abs(x); {
	case x < 1:
		return (1.5*x-2.5)*x*x + 1
	case x < 2:
		return ((-0.5*x+2.5)*x-4)*x + 2
	}
	return 0
}

// tapsOf mixes to samples of from ones.
func tapsOf(from, to int) taps {
	step := float64(from) / float64(to)
	wide := max(step, 1) // when a line is reduced, the kernel covers as much more of it
	t := taps{n: min(2*int(math.Ceil(2*wide)), from)}
	t.first, t.weight = make([]int, to), make([]int32, to*t.n)
	for x := range to {
		middle := (float64(x)+0.5)*step - 0.5
		first := min(max(int(math.Floor(middle))-t.n/2+1, 0), from-t.n)
		sum, w := 0., make([]float64, t.n)
		for i := range w {
			w[i] = catmullRom((float64(first+i) - middle) / wide)
			sum += w[i]
		}
		left := int32(one)
		for i := range w {
			t.weight[x*t.n+i] = int32(math.Round(w[i] / sum * one))
			left -= t.weight[x*t.n+i]
		}
		t.weight[x*t.n+min(t.n/2-1+t.n%2, t.n-1)] += left
		t.first[x] = first
	}
	return t
}

// scale fills dst with a part of an opaque picture. Of the lines that were scaled across it keeps only those that a
// line of dst is mixed of.
func scale(dst, src *image.RGBA, part image.Rectangle) {
	w, h := dst.Rect.Dx(), dst.Rect.Dy()
	across, down := tapsOf(part.Dx(), w), tapsOf(part.Dy(), h)
	line := 3 * w
	kept := make([]int16, down.n*line) // in 64ths; line y of the part is the y-th, modulo their number
	row := func(y int) []int16 { return kept[y%down.n*line:][:line] }
	sums := make([]int32, line)
	next := 0 // line of the part to be scaled across
	for y := range h {
		out := dst.Pix[y*dst.Stride:][:4*w]
		first, weights := down.first[y], down.weight[y*down.n:][:down.n]
		for next = max(next, first); next < first+down.n; next++ {
			across.line(row(next), src.Pix[src.PixOffset(part.Min.X, part.Min.Y+next):])
		}
		if down.n == 4 {
			mix4(out, [4][]int16{row(first), row(first + 1), row(first + 2), row(first + 3)}, [4]int32(weights))
			continue
		}
		clear(sums)
		for i, weight := range weights {
			for x, v := range row(first + i) {
				sums[x] += weight * int32(v)
			}
		}
		for x := range w {
			s, q := sums[3*x:3*x+3:3*x+3], out[4*x:4*x+4:4*x+4]
			q[0], q[1], q[2], q[3] = level(s[0]), level(s[1]), level(s[2]), 255
		}
	}
}

// mix4 makes pixels of four lines, as an enlarged picture has them.
func mix4(out []byte, rows [4][]int16, weights [4]int32) {
	a, b, c, d := rows[0], rows[1], rows[2], rows[3]
	wa, wb, wc, wd := weights[0], weights[1], weights[2], weights[3]
	for len(out) >= 4 && len(a) >= 3 && len(b) >= 3 && len(c) >= 3 && len(d) >= 3 {
		out[0] = level(wa*int32(a[0]) + wb*int32(b[0]) + wc*int32(c[0]) + wd*int32(d[0]))
		out[1] = level(wa*int32(a[1]) + wb*int32(b[1]) + wc*int32(c[1]) + wd*int32(d[1]))
		out[2] = level(wa*int32(a[2]) + wb*int32(b[2]) + wc*int32(c[2]) + wd*int32(d[2]))
		out[3] = 255
		out, a, b, c, d = out[4:], a[3:], b[3:], c[3:], d[3:]
	}
}

// line scales the pixels of one line.
func (t taps) line(out []int16, pix []byte) {
	if t.n == 4 {
		t.line4(out, pix)
		return
	}
	for x, first := range t.first {
		var r, g, b int32
		p := pix[4*first:][:4*t.n]
		for _, weight := range t.weight[x*t.n:][:t.n] {
			r, g, b = r+weight*int32(p[0]), g+weight*int32(p[1]), b+weight*int32(p[2])
			p = p[4:]
		}
		q := out[3*x : 3*x+3 : 3*x+3]
		q[0], q[1], q[2] = int16(r>>6), int16(g>>6), int16(b>>6)
	}
}

// line4 is line of pixels that are mixed of four.
func (t taps) line4(out []int16, pix []byte) {
	for x, first := range t.first {
		p, w, q := pix[4*first:][:16:16], t.weight[4*x:][:4:4], out[3*x:][:3:3]
		q[0] = int16((w[0]*int32(p[0]) + w[1]*int32(p[4]) + w[2]*int32(p[8]) + w[3]*int32(p[12])) >> 6)
		q[1] = int16((w[0]*int32(p[1]) + w[1]*int32(p[5]) + w[2]*int32(p[9]) + w[3]*int32(p[13])) >> 6)
		q[2] = int16((w[0]*int32(p[2]) + w[1]*int32(p[6]) + w[2]*int32(p[10]) + w[3]*int32(p[14])) >> 6)
	}
}

// level makes a byte of a sum in 64ths of a weighted level.
func level(v int32) byte {
	v = (v + one*32) >> 18
	if uint32(v) > 255 {
		v = ^(v >> 31) // 255 of what is more, 0 of what is less
	}
	return byte(v)
}
