package colour

import (
	"math"
	"testing"
)

// TestTones_AreThoseOfTheStandards compares light with what the standards say of some numbers: 100 and 203 nits of PQ
// (ST 2084, BT.2408), the knee and the end of HLG (STD-B67), and what isn't brighter than paper stays.
func TestTones_AreThoseOfTheStandards(t *testing.T) {
	for name, x := range map[string]struct{ got, want float64 }{
		"PQ of 0 nits": {perceptual(0), 0}, "PQ of 100 nits": {perceptual(0.508078421517399), 0.01},
		"PQ of 203 nits": {perceptual(0.5806888810416109), 0.0203}, "PQ of 10,000 nits": {perceptual(1), 1},
		"HLG's half": {hybrid(0.5), 1. / 12}, "HLG behind it": {hybrid(math.Nextafter(0.5, 1)), 1. / 12},
		"HLG's end":     {hybrid(1), 1},
		"HLG's quarter": {hybrid(0.25), 1. / 48},
		"half of paper": {dimmed(0.5), 0.5}, "the knee": {dimmed(0.8), 0.8},
		"the brightest": {dimmed(brightest / paper), 1},
		"brighter":      {dimmed(1e6), 1}, "a gamma": {tones[gamma22](0.5), 0.217638},
		"another": {tones[gamma28](0.5), 0.143587},
		"linear":  {tones[linear](0.5), 0.5}, "paper in PQ": {tones[pq](0.5806888810416109), dimmed(1)},
		"above paper": {dimmed(1), 0.8 + 0.2*(1-math.Exp(-1))/(1-math.Exp(-(brightest/paper-0.8)/0.2))},
		"HLG's light": {tones[hlg](0.25), 1000 * math.Pow(1./48, 1.2) / 203},
	} {
		if math.Abs(x.got-x.want) > 1e-5 {
			t.Errorf("%s: %v, want %v", name, x.got, x.want)
		}
	}
}
