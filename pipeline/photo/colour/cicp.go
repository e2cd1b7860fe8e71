package colour

import "math"

// Code says by numbers what a picture's colours are (ITU-T H.273).
type Code struct {
	Primaries uint16
	Transfer  uint16 // its tone curve
}

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
func (c Code) profile() *profile {
	from, wide := colorants[c.Primaries]
	curve, known := tones[c.Transfer]
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
