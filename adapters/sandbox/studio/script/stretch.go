package script

import "math"

// plane is one plane of a frame.
type plane struct {
	p    []byte
	w, h int
}

// fine is the number of bits of a weight between two pixels: with fewer a slow zoom jitters visibly.
const fine = 10

// tap says what a pixel of one axis shows: it lies between two pixels of the source, and is covered so
// far, in 256ths.
type tap struct{ at, weight, cover int32 }

// taps are those of the pixels, from first on, that a source of size pixels touches when it is laid from
// start over extent of n.
func taps(start, extent float64, n, size int) (first int, out []tap) {
	first = max(int(math.Floor(start)), 0)
	last := min(int(math.Ceil(start+extent)), n)
	for i := first; i < last; i++ {
		p := (float64(i)+.5-start)/extent*float64(size) - .5
		p = min(max(p, 0), float64(size)-1-1e-6)
		whole := math.Floor(p)
		cover := min(float64(i+1), start+extent) - max(float64(i), start)
		out = append(out, tap{int32(whole), int32((p-whole)*(1<<fine) + .5), int32(cover*256 + .5)})
	}
	return first, out
}

// stretch lays src over the part v of the plane, k/256 of it, with noise below the last bit.
func (d plane) stretch(src plane, v frame, k int32, n *noise) {
	left, columns := taps(v.x, v.w, d.w, src.w)
	top, rows := taps(v.y, v.h, d.h, src.h)
	if len(columns) == 0 {
		return
	}
	line := make([]int32, src.w+1)
	for i, r := range rows {
		y := top + i
		upper := src.p[int(r.at)*src.w:][:src.w]
		lower := src.p[min(int(r.at)+1, src.h-1)*src.w:][:src.w]
		for i, p := range upper {
			line[i] = int32(p)<<fine + (int32(lower[i])-int32(p))*r.weight
		}
		line[src.w] = line[src.w-1]
		out, grain := d.p[y*d.w+left:][:len(columns)], &n[y&63]
		ky := k * r.cover
		for x, c := range columns {
			a, b := line[c.at], line[c.at+1]
			v := (a<<fine + (b-a)*c.weight + grain[x&63]<<(2*fine-8)) >> (2 * fine)
			if k := ky * c.cover >> 16; k < 256 {
				v = (int32(out[x])*(256-k) + v*k + 128) >> 8
			}
			out[x] = byte(v)
		}
	}
}
