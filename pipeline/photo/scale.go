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

// tapsOf mixes to samples of those that lie between two places of a line, which may be in the middle of one.
func tapsOf(from, until float64, to int) taps {
	step := (until - from) / float64(to)
	least, most := int(math.Floor(from)), int(math.Ceil(until))
	wide := max(step, 1) // when a line is reduced, the kernel covers as much more of it
	t := taps{n: min(2*int(math.Ceil(2*wide)), most-least)}
	t.first, t.weight = make([]int, to), make([]int32, to*t.n)
	w := make([]float64, t.n)
	for x := range to {
		middle := from + (float64(x)+0.5)*step - 0.5
		first := min(max(int(math.Floor(middle))-t.n/2+1, least), most-t.n)
		sum := 0.
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

// scale fills dst with a part of src; both are of planesOf.
func scale(dst, src *image.YCbCr, part image.Rectangle) {
	w, h := dst.Rect.Dx(), dst.Rect.Dy()
	x0, y0, x1, y1 := float64(part.Min.X), float64(part.Min.Y), float64(part.Max.X), float64(part.Max.Y)
	scalePlane(dst.Y, dst.YStride, src.Y, src.YStride, tapsOf(x0, x1, w), tapsOf(y0, y1, h))
	across, down := tapsOf(x0/2, x1/2, w/2), tapsOf(y0/2, y1/2, h/2)
	scalePlane(dst.Cb, dst.CStride, src.Cb, src.CStride, across, down)
	scalePlane(dst.Cr, dst.CStride, src.Cr, src.CStride, across, down)
}

// scalePlane keeps, of the lines that were scaled across, only those that a line of dst is mixed of.
func scalePlane(dst []byte, stride int, src []byte, from int, across, down taps) {
	w := len(across.first)
	kept := make([]int16, down.n*w) // in 64ths; line y of src is the y-th, modulo their number
	row := func(y int) []int16 { return kept[y%down.n*w:][:w] }
	sums := make([]int32, w)
	next := 0 // line of src to be scaled across
	for y, first := range down.first {
		out, weights := dst[y*stride:][:w], down.weight[y*down.n:][:down.n]
		for next = max(next, first); next < first+down.n; next++ {
			across.line(row(next), src[next*from:])
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
		for x, s := range sums {
			out[x] = level(s)
		}
	}
}

// mix4 makes samples of four lines, as an enlarged picture has them.
func mix4(out []byte, rows [4][]int16, weights [4]int32) {
	a, b, c, d := rows[0][:len(out)], rows[1][:len(out)], rows[2][:len(out)], rows[3][:len(out)]
	wa, wb, wc, wd := weights[0], weights[1], weights[2], weights[3]
	for x := range out {
		out[x] = level(wa*int32(a[x]) + wb*int32(b[x]) + wc*int32(c[x]) + wd*int32(d[x]))
	}
}

// line scales the samples of one line.
func (t taps) line(out []int16, pix []byte) {
	if t.n == 4 {
		t.line4(out, pix)
		return
	}
	for x, first := range t.first {
		sum, p := int32(0), pix[first:][:t.n]
		for i, weight := range t.weight[x*t.n:][:len(p)] {
			sum += weight * int32(p[i])
		}
		out[x] = int16(sum >> 6)
	}
}

// line4 is line of samples that are mixed of four.
func (t taps) line4(out []int16, pix []byte) {
	weight, out := t.weight, out[:len(t.first)]
	for x, first := range t.first {
		p, w := pix[first:][:4:4], weight[4*x:][:4:4]
		out[x] = int16((w[0]*int32(p[0]) + w[1]*int32(p[1]) + w[2]*int32(p[2]) + w[3]*int32(p[3])) >> 6)
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
