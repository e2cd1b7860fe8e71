package photo

import (
	"image"
	"math"
)

// code says by numbers what a picture's colours are (ITU-T H.273): its primaries and its tone curve.
type code struct{ primaries, transfer uint16 }

const (
	bt2020    = 9
	smpte431  = 11 // P3 under the white of cinemas, to which eyes adapt
	smpte432  = 12 // Display P3
	gamma22   = 4
	gamma28   = 5
	linear    = 8
	pq        = 16
	hlg       = 18
	paper     = 203.  // nits of white paper in HDR (ITU-R BT.2408)
	brightest = 1000. // nits of the brightest light that is kept apart from white
)

// colorants are light of primaries as XYZ under D50, by row.
var colorants = map[uint16][3][3]float64{
	bt2020:   {{0.673459, 0.165661, 0.125100}, {0.279033, 0.675338, 0.0456288}, {-0.00193139, 0.0299794, 0.797162}},
	smpte431: displayP3,
	smpte432: displayP3,
}

var displayP3 = [3][3]float64{
	{0.515102, 0.291965, 0.157153}, {0.241182, 0.692236, 0.066582}, {-0.001050, 0.041882, 0.784378},
}

// profile is nil for the numbers of sRGB, and for those that aren't known. The curves of television are taken for that
// of sRGB, as everything that shows photos does.
func (c code) profile() *profile {
	from, wide := colorants[c.primaries]
	curve, known := tones[c.transfer]
	switch {
	case !wide && !known:
		return nil
	case !known:
		curve = lightOf
	}
	matrix := [3][3]float32{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}
	if wide {
		matrix = mixing(from)
	}
	return profileOf(curve, matrix)
}

// tones are the curves that differ from sRGB's.
var tones = map[uint16]func(float64) float64{
	gamma22: func(v float64) float64 { return math.Pow(v, 2.2) },
	gamma28: func(v float64) float64 { return math.Pow(v, 2.8) },
	linear:  func(v float64) float64 { return v },
	pq:      func(v float64) float64 { return dimmed(10000 * perceptual(v) / paper) },
	hlg:     func(v float64) float64 { return dimmed(1000 * math.Pow(hybrid(v), 1.2) / paper) },
}

// perceptual is the light of a number, of the brightest there is (SMPTE ST 2084).
func perceptual(v float64) float64 {
	const m1, m2, c1, c2, c3 = 2610. / 16384, 2523. / 32, 3424. / 4096, 2413. / 128, 2392. / 128
	p := math.Pow(v, 1/m2)
	return math.Pow(max(p-c1, 0)/(c2-c3*p), 1/m1)
}

// hybrid is the light of a scene that a number stands for (ARIB STD-B67).
func hybrid(v float64) float64 {
	const a, b, c = 0.17883277, 0.28466892, 0.55991073
	if v <= 0.5 {
		return v * v / 3
	}
	return (math.Exp((v-c)/a) + b) / 12
}

// dimmed brings what is brighter than white paper, which is 1, into what a screen can show.
func dimmed(light float64) float64 {
	const knee = 0.8
	if light <= knee {
		return light
	}
	x := (min(light, brightest/paper) - knee) / (1 - knee)
	most := (brightest/paper - knee) / (1 - knee)
	return knee + (1-knee)*(1-math.Exp(-x))/(1-math.Exp(-most))
}

// shares are those of red and blue in brightness, by the number of a mix.
var shares = map[uint16][2]float64{1: {0.2126, 0.0722}, 9: {0.2627, 0.0593}}

// asJPEG mixes brightness and colours anew, in place, as they are in a JPEG.
func (m marks) asJPEG(p *image.YCbCr) {
	if m.limited {
		widenRange(p)
	}
	s, ok := shares[m.mixed]
	if !ok {
		return
	}
	kr, kb, kg := s[0], s[1], 1-s[0]-s[1]
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
