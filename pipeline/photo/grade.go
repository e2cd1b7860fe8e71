package photo

import "image"

// grade helps a dull photo a little, in place: blacks are black, whites are white, slightly warmer and
// fuller. The result must still be the owner's dish: everything stronger belongs to a look.
func grade(im *image.RGBA) {
	lo, hi := tails(im)
	lo = min(lo, 16)
	gain := min(max(250/float64(max(hi-lo, 1)), 1), 1.15)
	var curve [3][256]int32
	for c, warmth := range [3]float64{1.012, 1, 0.985} {
		for i := range curve[c] {
			curve[c][i] = int32(min(max((float64(i-lo))*gain*warmth+0.5, 0), 255))
		}
	}
	const fuller = 15 // of 256
	for p := im.Pix; len(p) >= 4; p = p[4:] {
		r, g, b := curve[0][p[0]], curve[1][p[1]], curve[2][p[2]]
		l := (54*r + 183*g + 19*b) >> 8
		p[0] = byte(min(max(r+(r-l)*fuller>>8, 0), 255))
		p[1] = byte(min(max(g+(g-l)*fuller>>8, 0), 255))
		p[2] = byte(min(max(b+(b-l)*fuller>>8, 0), 255))
	}
}

// tails are the brightnesses under and over which only half a percent of the picture lies.
func tails(im *image.RGBA) (lo, hi int) {
	var count [256]int
	n := 0
	for i := 0; i+4 <= len(im.Pix); i += 4 * 7 {
		count[(54*int(im.Pix[i])+183*int(im.Pix[i+1])+19*int(im.Pix[i+2]))>>8]++
		n++
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
