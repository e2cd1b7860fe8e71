package colour

import (
	"math"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline/photo/colour/colourtest"
)

// TestMix_ACurveThatEndsInInfinityIsCutOff: between infinity and a number there is no number.
func TestMix_ACurveThatEndsInInfinityIsCutOff(t *testing.T) {
	endless := []float32{float32(math.Inf(1)), 1}
	for number, s := range stepsOf(endless, 17) {
		if at := float32(s.point) + s.part; !(at >= 0 && at <= 16) || s.point > 15 {
			t.Fatalf("number %d lies at %d and %v of 17 points", number, s.point, s.part)
		}
	}
	for _, xyz := range []bool{false, true} {
		p := &lut{last: [][]float32{endless, endless, endless}, xyz: xyz, scale: 255}
		for number := range 256 {
			p.of([3]byte{byte(number), 0, 255}) // it doesn't panic
		}
		if got := p.of([3]byte{255, 255, 255}); xyz && got != [3]byte{255, 255, 255} {
			t.Errorf("all light there is gives %v", got)
		}
	}
	// By a matrix: what is endless is as bright as can be.
	s := colourtest.Spaces()["Display P3"]
	s.Curve = append([]byte("para\x00\x00\x00\x00\x00\x00\x00\x00"), 0xff, 0xff, 0, 0) // a gamma of -1
	p, err := readProfile(s.ICC())
	if err != nil {
		t.Fatal(err)
	}
	if got := p.of([3]byte{0, 0, 0}); got != [3]byte{255, 255, 255} {
		t.Errorf("black, which is endless, is %v", got)
	}
}
