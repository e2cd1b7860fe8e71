package ffmpeg

import (
	"bytes"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFirstFrame_HasTheFilmsSizeAndColours(t *testing.T) {
	tool := tool(t)
	path := filepath.Join(t.TempDir(), "a.mp4")
	encode(t, tool, EncodeOptions{Path: path, W: 64, H: 96, FPS: 10}, 5)
	film, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer film.Close()
	still, err := tool.FirstFrame(t.Context(), film)
	if err != nil {
		t.Fatal(err)
	}
	got, err := jpeg.Decode(bytes.NewReader(still))
	if err != nil || got.Bounds().Dx() != 64 || got.Bounds().Dy() != 96 {
		t.Fatalf("%v, %v", got.Bounds(), err)
	}
	want := card(64, 96, red, green, blue, yellow)
	for _, at := range [][2]int{{16, 24}, {48, 24}, {16, 72}, {48, 72}} {
		near(t, "a quarter", got.At(at[0], at[1]), want.At(at[0], at[1]), 10)
	}
	for _, bad := range []string{"", "no film", "\x00\x00\x00\x18ftypisom"} {
		if still, err := tool.FirstFrame(t.Context(), strings.NewReader(bad)); err == nil {
			t.Errorf("%q gives a still of %d bytes", bad, len(still))
		}
	}
}
