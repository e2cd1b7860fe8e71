package colour

import "image"

// ReduceInks reduces a picture of inks by a whole number, by averaging blocks of k x k pixels, and makes sRGB of what
// is left. It is false where there is no profile of inks that could be read.
func (s Space) ReduceInks(src *image.CMYK, k int) (*image.RGBA, bool) {
	p, err := readLUT(s.ICC, "CMYK", 4, "A2B1", "A2B0")
	if err != nil {
		return nil, false
	}
	b := src.Bounds()
	dst := image.NewRGBA(image.Rect(0, 0, b.Dx()/k, b.Dy()/k))
	last, colour := [4]byte{}, p.mix(make([]byte, 4))
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
			for i, v := range sum {
				ink[i] = byte((v + k*k/2) / (k * k))
			}
			if ink != last {
				last, colour = ink, p.mix(ink[:])
			}
			copy(row[4*x:], []byte{colour[0], colour[1], colour[2], 255})
		}
	}
	return dst, true
}
