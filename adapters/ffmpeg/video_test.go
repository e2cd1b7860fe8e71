package ffmpeg

import (
	"encoding/binary"
	"image"
	"image/color"
	"math"
	"os"
	"os/exec"
	"strings"
	"testing"
)

func tool(t testing.TB) Tool {
	t.Helper()
	tool, err := Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return tool
}

// card is a picture of one colour per quarter.

func card(w, h int, c ...color.RGBA) *image.RGBA {
	im := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			im.SetRGBA(x, y, c[(x*2/w+y*2/h*2)%len(c)])
		}
	}
	return im
}

var (
	red    = color.RGBA{220, 30, 40, 255}
	green  = color.RGBA{20, 170, 60, 255}
	blue   = color.RGBA{30, 50, 210, 255}
	yellow = color.RGBA{250, 220, 80, 255}
	white  = color.RGBA{255, 255, 255, 255}
	black  = color.RGBA{0, 0, 0, 255}
)

func near(t *testing.T, what string, got, want color.Color, by int) {
	t.Helper()
	r, g, b, _ := got.RGBA()
	R, G, B, _ := want.RGBA()
	for _, d := range [3]int{int(r>>8) - int(R>>8), int(g>>8) - int(G>>8), int(b>>8) - int(B>>8)} {
		if max(d, -d) > by {
			t.Fatalf("%s: %v, want %v within %d", what, got, want, by)
		}
	}
}

// encode writes n frames; each is brighter than the one before.

func encode(t testing.TB, tool Tool, o EncodeOptions, n int) {
	t.Helper()
	e, err := tool.Encode(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Abort()
	f := NewFrame(o.W, o.H)
	FromRGBA(f, card(o.W, o.H, red, green, blue, yellow))
	for range n {
		if err := e.Write(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
}

func writeTone(t *testing.T, path string, seconds int) {
	t.Helper()
	const rate = 48000
	n := rate * seconds * 4
	b := append([]byte("RIFF\x00\x00\x00\x00WAVEfmt "), 16, 0, 0, 0, 1, 0, 2, 0)
	b = binary.LittleEndian.AppendUint32(b, rate)
	b = binary.LittleEndian.AppendUint32(b, rate*4)
	b = append(b, 4, 0, 16, 0)
	b = binary.LittleEndian.AppendUint32(append(b, "data"...), uint32(n))
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-8+n))
	for i := range rate * seconds {
		v := uint16(int16(0.5 * 32767 * math.Sin(2*math.Pi*440*float64(i)/rate)))
		b = binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(b, v), v)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func rms(pcm []float32) float64 {
	s := 0.0
	for _, v := range pcm {
		s += float64(v) * float64(v)
	}
	return math.Sqrt(s / float64(len(pcm)))
}

func onlyHolds(t *testing.T, dir string, names ...string) {
	t.Helper()
	es, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range es {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(names, " ") {
		t.Fatalf("the folder holds %q, want %q", got, names)
	}
}

// noChild checks that the child has ended and was waited for.

func noChild(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if cmd.ProcessState == nil {
		t.Fatal("nobody waited for the child: it stays as a zombie")
	}
}
