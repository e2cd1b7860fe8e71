package clipcheck

import (
	"testing"
)

// BenchmarkAFrame compares one frame: three of them are a clip.
func BenchmarkAFrame(b *testing.B) {
	im := samplePhoto(b)
	p, frame := newPlate(im), camera(im, 1.15, 0.03, 0, -0.05)
	for b.Loop() {
		p.similarity(frame)
	}
}
