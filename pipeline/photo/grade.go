package photo

import (
	"image"
	"math"
)

// grade helps a dull photo a little, in place: blacks are black, whites are white, slightly warmer and
// fuller. The result must still be the owner's dish: everything stronger belongs to a look.
func grade(im *image.YCbCr) {
	lo, hi := tails(im)
	black := float64(min(lo, 16))
	gain := min(max(250/max(float64(hi)-black, 1), 1), 1.15)
	light, blue, red := mixes(func(r, g, b float64) (float64, float64, float64) {
		const fuller = 15. / 256
		r, g, b = (r-black)*gain*1.012, (g-black)*gain, (b-black)*gain*0.985
		l := (54*r + 183*g + 19*b) / 256
		return r + (r-l)*fuller, g + (g-l)*fuller, b + (b-l)*fuller
	})
	w, h := im.Rect.Dx()/2, im.Rect.Dy()/2
	for y := range h {
		u, v := im.Cb[y*im.CStride:][:w], im.Cr[y*im.CStride:][:w]
		above, below := im.Y[2*y*im.YStride:][:2*w], im.Y[(2*y+1)*im.YStride:][:2*w]
		for x := range u {
			cb, cr := int32(u[x])-128, int32(v[x])-128
			a, b := above[2*x:][:2:2], below[2*x:][:2:2]
			mean := (int32(a[0]) + int32(a[1]) + int32(b[0]) + int32(b[1]) + 2) / 4
			plus := light.of(0, cb, cr)
			a[0], a[1] = nearest(plus+light.l*int32(a[0])), nearest(plus+light.l*int32(a[1]))
			b[0], b[1] = nearest(plus+light.l*int32(b[0])), nearest(plus+light.l*int32(b[1]))
			// What is brighter than white or darker than black loses its colours by as much.
			lost := (plus + light.l*mean) >> 16
			lost = max(lost-255, -lost, 0) / 2
			u[x], v[x] = paler(blue.of(mean, cb, cr), lost), paler(red.of(mean, cb, cr), lost)
		}
	}
}

// mix is how much of brightness and colours there is in one of them, in 65536ths; colours are around 0.
type mix struct{ l, cb, cr, plus int32 }

func (m mix) of(l, cb, cr int32) int32 { return m.l*l + m.cb*cb + m.cr*cr + m.plus }

// mixes are a linear change of red, green and blue, as one of brightness and colours.
func mixes(change func(r, g, b float64) (float64, float64, float64)) (light, blue, red mix) {
	of := func(l, cb, cr float64) [3]float64 {
		r, g, b := change(l+1.402*cr, l-0.344136*cb-0.714136*cr, l+1.772*cb)
		l = 0.299*r + 0.587*g + 0.114*b
		return [3]float64{l, (b - l) / 1.772, (r - l) / 1.402}
	}
	plus, l, cb, cr := of(0, 0, 0), of(1, 0, 0), of(0, 1, 0), of(0, 0, 1)
	fix := func(v float64) int32 { return int32(math.Round(v * 65536)) }
	var m [3]mix
	for i := range m {
		m[i] = mix{fix(l[i] - plus[i]), fix(cb[i] - plus[i]), fix(cr[i] - plus[i]), fix(plus[i])}
	}
	return m[0], m[1], m[2]
}

// nearest is the byte that is nearest to a number of 65536ths.
func nearest(v int32) byte { return above(v + 1<<15) }

// paler is the byte of a colour that is nearer to grey.
func paler(v, by int32) byte {
	v = (v + 1<<15) >> 16
	return byte(min(max(v-min(max(v, -by), by)+128, 0), 255))
}

// tails are the brightnesses under and over which only half a percent of the picture lies.
func tails(im *image.YCbCr) (lo, hi int) {
	var count [256]int
	n := 0
	x := 0
	for y := range im.Rect.Dy() {
		u, v := im.Cb[y/2*im.CStride:], im.Cr[y/2*im.CStride:]
		row := im.Y[y*im.YStride:][:im.Rect.Dx()]
		for ; x < len(row); x += 7 {
			// brightness as screens weigh it: less red and blue than a JPEG's
			l := int(row[x]) - (29*(int(u[x/2])-128)+55*(int(v[x/2])-128))>>8
			count[min(max(l, 0), 255)]++
			n++
		}
		x -= len(row)
	}
	for sum := count[0]; sum <= n/200; sum += count[lo] {
		lo++
	}
	hi = 255
	for sum := count[255]; sum <= n/200; sum += count[hi] {
		hi--
	}
	return lo, hi
}
