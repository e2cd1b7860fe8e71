package photo

import (
	"bytes"
	"image"

	"golang.org/x/image/webp"
)

// decodeWebP opens a WebP. A lossy one keeps its colours in the limited range of films, which the package hands out
// as if it were a JPEG's (golang.org/issue/40173).
func decodeWebP(b []byte) (image.Image, error) {
	im, err := webp.Decode(bytes.NewReader(b))
	switch p := im.(type) {
	case *image.YCbCr:
		widenRange(p)
	case *image.NYCbCrA:
		widenRange(&p.YCbCr)
	}
	return im, err
}

func widenRange(p *image.YCbCr) {
	for i, v := range p.Y {
		p.Y[i] = wideLuma[v]
	}
	for _, plane := range [][]byte{p.Cb, p.Cr} {
		for i, v := range plane {
			plane[i] = wideChroma[v]
		}
	}
}

var wideLuma, wideChroma = func() (y, c [256]byte) {
	for v := range 256 {
		y[v] = byte(min(max((float64(v)-16)*255/219+0.5, 0), 255))
		c[v] = byte(min(max((float64(v)-128)*255/224+128.5, 0), 255))
	}
	return y, c
}()
