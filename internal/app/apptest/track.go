package apptest

import (
	"os"
	"path/filepath"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Sound is that of the newest order's n-th short.
func (k *Talk) Sound(n int) []float32 {
	k.T.Helper()
	o := k.Process.Until(k.Orders()[0].ID, func(o pipeline.Order) bool { return Delivered(o) && o.Cut.N == n })
	file := filepath.Join(k.T.TempDir(), "short.mp4")
	if err := os.WriteFile(file, k.World.Kept(k.Process, o.Cut.ShortKey), 0o600); err != nil {
		k.T.Fatal(err)
	}
	tool := Ffmpeg(k.T)
	pcm, err := tool.Audio(k.T.Context(), file, 48000)
	if err != nil {
		k.T.Fatal(err)
	}
	if s := float64(len(pcm)) / 2 / 48000; s < 5.1 {
		k.T.Fatalf("only %.1f s of sound", s)
	}
	return pcm
}
