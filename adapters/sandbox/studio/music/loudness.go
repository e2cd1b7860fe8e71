package music

import "math"

// wanted is the loudness that apps play at, in LUFS: what is louder they turn down.
const wanted = -14.0

// loudness is the ungated loudness of ITU-R BS.1770 in LUFS: two shelves, then the mean square.
func loudness(s Sound) float64 {
	sum := 0.0
	for _, x := range [][]float64{s.L, s.R} {
		x = biquad(x, 1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, .73248077421585)
		x = biquad(x, 1, -2, 1, -1.99004745483398, .99007225036621)
		for _, v := range x {
			sum += v * v
		}
	}
	return -.691 + 10*math.Log10(sum/float64(len(s.L)))
}

func biquad(x []float64, b0, b1, b2, a1, a2 float64) []float64 {
	out := make([]float64, len(x))
	var x1, x2, y1, y2 float64
	for i, v := range x {
		y := b0*v + b1*x1 + b2*x2 - a1*y1 - a2*y2
		x1, x2, y1, y2 = v, x1, y, y1
		out[i] = y
	}
	return out
}

// part is the sound between two times.
func (s Sound) part(from, to float64) Sound {
	a, b := int(from*Rate), min(int(to*Rate), len(s.L))
	return Sound{s.L[a:b], s.R[a:b]}
}
