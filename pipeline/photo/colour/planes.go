package colour

import (
	"image"
	"math"
)

// shares are those of red and blue in brightness, by the number of a mix.
var shares = map[uint16][2]float64{1: {0.2126, 0.0722}, 9: {0.2627, 0.0593}}

// AsJPEG mixes brightness and colours anew, in place, as they are in a JPEG. To do it twice is wrong.
func (s Space) AsJPEG(p *image.YCbCr) {
	if s.Limited {
		widenRange(p)
	}
	share, ok := shares[s.Mixed]
	if !ok {
		return
	}
	kr, kb, kg := share[0], share[1], 1-share[0]-share[1]
	// What a step of each colour is in red, green and blue, and those in a JPEG's brightness and colours.
	jpeg := func(r, g, b float64) (y, cb, cr int32) {
		l := 0.299*r + 0.587*g + 0.114*b
		fix := func(v float64) int32 { return int32(math.Round(v * 65536)) }
		return fix(l), fix((b - l) / 1.772), fix((r - l) / 1.402)
	}
	yb, bb, rb := jpeg(0, -2*kb*(1-kb)/kg, 2*(1-kb))
	yr, br, rr := jpeg(2*(1-kr), -2*kr*(1-kr)/kg, 0)
	level := func(v int32) byte { return byte(min(max((v+32768)>>16, 0), 255)) }
	for y := p.Rect.Min.Y; y < p.Rect.Max.Y; y++ {
		for x := p.Rect.Min.X; x < p.Rect.Max.X; x++ {
			i, c := p.YOffset(x, y), p.COffset(x, y)
			p.Y[i] = level(int32(p.Y[i])<<16 + yb*(int32(p.Cb[c])-128) + yr*(int32(p.Cr[c])-128))
		}
	}
	for i := range p.Cb {
		cb, cr := int32(p.Cb[i])-128, int32(p.Cr[i])-128
		p.Cb[i], p.Cr[i] = level(128<<16+bb*cb+br*cr), level(128<<16+rb*cb+rr*cr)
	}
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
