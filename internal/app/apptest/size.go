package apptest

import (
	"image"
	"math"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
)

// Eighth is how large shorts are rendered in these tests.
const Eighth = .125

// Sees waits for the n-th picture.
func (k *Talk) Sees(n int) people.Message {
	k.T.Helper()
	var still people.Message
	_, err := k.Wait(Patience, func(all []people.Message) bool {
		i := 0
		for _, m := range all {
			if m.Ours && m.Kind == "photo" {
				i++
				still = m
			}
		}
		return i >= n
	})
	if err != nil {
		k.T.Fatalf("picture %d doesn't come: %v", n, err)
	}
	return still
}

// IsA checks the shape of what came, rendered from so many pixels.
func (k *Talk) IsA(m people.Message, w, h float64) {
	k.T.Helper()
	if want := image.Pt(
		int(math.Round(w*Eighth/2))*2, int(math.Round(h*Eighth/2))*2,
	); image.Pt(m.File.W, m.File.H) != want {
		k.T.Errorf("a %s of %d×%d, want %v", m.Kind, m.File.W, m.File.H, want)
	}
}
