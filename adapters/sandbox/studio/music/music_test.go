package music

import (
	"bytes"
	"math"
	"slices"
	"testing"
)

// frequency finds the period at which a sound is most like itself, near the expected one.
func frequency(x []float64, near float64) float64 {
	like := func(lag int) float64 {
		s := 0.0
		for i := range 12000 {
			s += x[2000+i] * x[2000+i+lag]
		}
		return s
	}
	at := int(Rate / near)
	best := slices.MaxFunc([]int{at - 2, at - 1, at, at + 1, at + 2}, func(a, b int) int {
		return int(math.Copysign(1, like(a)-like(b)))
	})
	a, b, c := like(best-1), like(best), like(best+1)
	return Rate / (float64(best) + (a-c)/(2*(a-2*b+c)))
}

func TestPlucksAreInTune(t *testing.T) {
	v := newVoices()
	for _, note := range []float64{48, 52, 57, 60, 64, 67, 71, 76, 79} {
		got := frequency(v.pluck(note, 1, .5), pitch(note))
		if cents := 1200 * math.Log2(got/pitch(note)); math.Abs(cents) > 6 {
			t.Errorf("note %g is %.1f cents off", note, cents)
		}
	}
}

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

func TestThePieceIsAsLoudAsAppsWantIt(t *testing.T) {
	s := Bright(8)
	body := Sound{s.L[:int(closing*Rate)], s.R[:int(closing*Rate)]}
	if l := loudness(body); l < -15.5 || l > -13 {
		t.Errorf("%.1f LUFS", l)
	}
	for half := 0; half < 6; half++ {
		part := Sound{s.L[half*Rate : (half+1)*Rate], s.R[half*Rate : (half+1)*Rate]}
		if l := loudness(part); l < -18 || l > -11 {
			t.Errorf("second %d: %.1f LUFS", half, l)
		}
	}
}

func TestThePieceNeitherClipsNorCracks(t *testing.T) {
	s := Bright(8)
	top := 0.0
	for _, x := range [][]float64{s.L, s.R} {
		for _, v := range x {
			top = max(top, math.Abs(v))
		}
		if math.Abs(x[0]) > .001 || math.Abs(x[len(x)-1]) > .001 {
			t.Error("starts or ends with a crack")
		}
	}
	if top < .7 || top > .8 {
		t.Errorf("peak %.3f", top)
	}
}

func TestThePieceIsTheSameEachTime(t *testing.T) {
	var a, b bytes.Buffer
	if err := Bright(2).WriteWAV(&a); err != nil {
		t.Fatal(err)
	}
	if err := Bright(2).WriteWAV(&b); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) || a.Len() != 44+2*Rate*4 {
		t.Errorf("%d and %d bytes", a.Len(), b.Len())
	}
}
