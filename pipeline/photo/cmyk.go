package photo

import (
	"encoding/binary"
	"errors"
	"image"
)

// inks turns the four inks of a printer's picture into colours, by the table of its profile.
type inks struct {
	curves [4][]float32 // by ink, 0 to 1
	grid   int          // points of the table along each ink
	table  []float32    // L, a and b of each point, 0 to 1
	out    [3][]float32 // curves behind the table
	wide   bool         // Lab is of 16 bits, of which 65280 is 100
}

// readInks reads a profile of CMYK that has a table of 8 or 16 bits (lut8Type, lut16Type) into Lab. For the media's
// own white, the relative colorimetric table is taken where there is one.
func readInks(b []byte) (*inks, error) {
	tags, err := profileTags(b)
	if err != nil {
		return nil, err
	}
	if string(b[16:20]) != "CMYK" || string(b[20:24]) != "Lab " {
		return nil, errors.New("no profile of CMYK")
	}
	t := tags["A2B1"]
	if t == nil {
		t = tags["A2B0"]
	}
	if len(t) < 52 || t[8] != 4 || t[9] != 3 || t[10] < 2 {
		return nil, errors.New("no table from four inks")
	}
	p := &inks{grid: int(t[10])}
	points := p.grid * p.grid * p.grid * p.grid
	entries, ends, size := 256, 256, 1
	switch string(t[:4]) {
	case "mft1":
		t = t[48:]
	case "mft2":
		entries, ends = int(binary.BigEndian.Uint16(t[48:])), int(binary.BigEndian.Uint16(t[50:]))
		size, p.wide, t = 2, true, t[52:]
	default:
		return nil, errors.New("a table of an unknown kind")
	}
	if entries < 2 || ends < 2 || len(t) < size*(4*entries+3*points+3*ends) {
		return nil, errors.New("a table that is cut off")
	}
	next := func(n int) []float32 {
		line := make([]float32, n)
		for i := range line {
			if size == 1 {
				line[i] = float32(t[i]) / 255
			} else {
				line[i] = float32(binary.BigEndian.Uint16(t[2*i:])) / 65535
			}
		}
		t = t[size*n:]
		return line
	}
	for i := range p.curves {
		p.curves[i] = next(entries)
	}
	p.table = next(3 * points)
	for i := range p.out {
		p.out[i] = next(ends)
	}
	return p, nil
}

// along reads a curve between its points.
func along(curve []float32, x float32) float32 {
	at := min(max(x, 0), 1) * float32(len(curve)-1)
	i := min(int(at), len(curve)-2)
	return curve[i] + (curve[i+1]-curve[i])*(at-float32(i))
}

// of is the colour of four inks: the table is read between its sixteen nearest points.
func (p *inks) of(ink [4]byte) (to [3]byte) {
	var at [4]int
	var part [4]float32
	for i, v := range ink {
		x := along(p.curves[i], float32(v)/255) * float32(p.grid-1)
		at[i] = min(int(x), p.grid-2)
		part[i] = x - float32(at[i])
	}
	var lab [3]float32
	for corner := range 16 {
		weight, place := float32(1), 0
		for i := range 4 {
			step := corner >> i & 1
			if step == 1 {
				weight *= part[i]
			} else {
				weight *= 1 - part[i]
			}
			place = place*p.grid + at[i] + step
		}
		if weight == 0 {
			continue
		}
		for i, v := range p.table[3*place:][:3] {
			lab[i] += weight * v
		}
	}
	for i := range lab {
		lab[i] = along(p.out[i], lab[i])
	}
	return p.colour(lab)
}

// colour makes sRGB of an encoded Lab.
func (p *inks) colour(v [3]float32) (to [3]byte) {
	scale := float32(255)
	if p.wide {
		scale = 65535. / 256
	}
	l, a, b := v[0]*100*scale/255, v[1]*scale-128, v[2]*scale-128
	fy := (l + 16) / 116
	light := func(f, white float32) float32 {
		if f > 6./29 {
			return white * f * f * f
		}
		return white * 3 * (6. / 29) * (6. / 29) * (f - 4./29)
	}
	x, y, z := light(fy+a/500, 0.9642), light(fy, 1), light(fy-b/200, 0.8249)
	for i, m := range fromD50 {
		s := float32(m[0])*x + float32(m[1])*y + float32(m[2])*z
		to[i] = numberNear(s)
	}
	return to
}

// shrink reduces a picture of inks as shrink does, and makes colours of what is left.
func (p *inks) shrink(src *image.CMYK, k int) *image.RGBA {
	b := src.Bounds()
	dst := image.NewRGBA(image.Rect(0, 0, b.Dx()/k, b.Dy()/k))
	last, colour := [4]byte{}, p.of([4]byte{})
	for y := range dst.Rect.Dy() {
		row := dst.Pix[y*dst.Stride:][:4*dst.Rect.Dx()]
		for x := range dst.Rect.Dx() {
			var sum [4]int
			for j := range k {
				for q := src.Pix[src.PixOffset(b.Min.X+x*k, b.Min.Y+y*k+j):][:4*k]; len(q) > 0; q = q[4:] {
					for i := range sum {
						sum[i] += int(q[i])
					}
				}
			}
			var ink [4]byte
			for i, s := range sum {
				ink[i] = byte((s + k*k/2) / (k * k))
			}
			if ink != last {
				last, colour = ink, p.of(ink)
			}
			copy(row[4*x:], []byte{colour[0], colour[1], colour[2], 255})
		}
	}
	return dst
}
