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

// scale fills dst with a part of an opaque picture.
func scale(dst, src *image.RGBA, part image.Rectangle) {
	w, h := dst.Rect.Dx(), dst.Rect.Dy()
	across, down := tapsOf(part.Dx(), w), tapsOf(part.Dy(), h)
	line := 3 * w
	rows := make([]int16, part.Dy()*line) // scaled across, in 64ths
	for y := range part.Dy() {
		across.line(rows[y*line:][:line], src.Pix[src.PixOffset(part.Min.X, part.Min.Y+y):])
	}
	sums := make([]int32, line)
	for y := range h {
		clear(sums)
		for i, weight := range down.weight[y*down.n:][:down.n] {
			if weight == 0 {
				continue
			}
			row := rows[(down.first[y]+i)*line:][:line]
			for x, v := range row {
				sums[x] += weight * int32(v)
			}
		}
		out := dst.Pix[y*dst.Stride:][:4*w]
		for x := range w {
			s, q := sums[3*x:3*x+3:3*x+3], out[4*x:4*x+4:4*x+4]
			q[0], q[1], q[2], q[3] = level(s[0]), level(s[1]), level(s[2]), 255
		}
	}
}

// line scales the pixels of one line.
func (t taps) line(out []int16, pix []byte) {
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

// level makes a byte of a sum in 64ths of a weighted level.
func level(v int32) byte { return byte(min(max((v+one*32)/(one*64), 0), 255)) }
