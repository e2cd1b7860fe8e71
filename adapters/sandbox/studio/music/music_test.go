package music

import (
	"bytes"
	"math"
	"slices"
	"sync"
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

func TestLoudnessIsCountedAsBroadcastersDo(t *testing.T) {
	s := silence(2)
	s.add(0, shape(2, func(t float64) float64 { return math.Sin(2 * math.Pi * 997 * t) }), 1, -1)
	if l := loudness(s); math.Abs(l+3.01) > .05 { // the calibration that BS.1770 itself gives
		t.Errorf("a full tone on one side has %.2f LUFS, not -3.01", l)
	}
}

// played are the pieces as they are shipped: synthesising one takes a while.
var played = sync.OnceValue(func() map[string]Sound {
	all := map[string]Sound{}
	for name, play := range Pieces() {
		all[name] = play(8)
	}
	return all
})

func inEachPiece(t *testing.T, try func(t *testing.T, s Sound)) {
	for name, s := range played() {
		t.Run(name, func(t *testing.T) { try(t, s) })
	}
}

func TestThePiecesAreAsLoudAsAppsWantThem(t *testing.T) {
	inEachPiece(t, func(t *testing.T, s Sound) {
		if l := loudness(s.part(0, closing)); l < -15 || l > -13.5 {
			t.Errorf("%.1f LUFS", l)
		}
		for k := range 6 {
			if l := loudness(s.part(float64(k), float64(k+1))); l < -18 || l > -11 {
				t.Errorf("second %d: %.1f LUFS", k, l)
			}
		}
	})
}

func TestThePiecesNeitherClipNorCrack(t *testing.T) {
	inEachPiece(t, func(t *testing.T, s Sound) {
		top := 0.0
		for _, x := range [][]float64{s.L, s.R} {
			for _, v := range x {
				top = max(top, math.Abs(v))
			}
			if math.Abs(x[0]) > .001 || math.Abs(x[len(x)-1]) > .001 {
				t.Error("starts or ends with a crack")
			}
		}
		if top > .8 {
			t.Errorf("peak %.3f", top)
		}
	})
}

func TestThePiecesRingOutBeforeTheyEnd(t *testing.T) {
	inEachPiece(t, func(t *testing.T, s Sound) {
		if l := loudness(s.part(7.75, 8)); l > -28 {
			t.Errorf("the last quarter of a second still has %.1f LUFS", l)
		}
	})
}

func TestAPieceIsTheSameEachTime(t *testing.T) {
	for name, play := range Pieces() {
		var a, b bytes.Buffer
		if err := played()[name].WriteWAV(&a); err != nil {
			t.Fatal(err)
		}
		if err := play(8).WriteWAV(&b); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a.Bytes(), b.Bytes()) || a.Len() != 44+8*Rate*4 {
			t.Errorf("%s: %d and %d bytes", name, a.Len(), b.Len())
		}
	}
}
