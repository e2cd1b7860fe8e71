package clip

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
)

const (
	hot   = "Gentle steam rising from the hot food, slow zoom in."
	cold  = "Cold drink with condensation on the glass and glints of ice."
	grill = "Thin steam over the sizzling plate."
	calm  = "Slow zoom in. The food stays at rest: no steam, no smoke."
)

// dish is a dark table with a round dish that has small highlights, in w x h.
func dish(w, h int) *image.RGBA {
	im := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{60, 42, 30, 255}
			dx, dy := float64(x-w/2), float64(y)-0.42*float64(h)
			if math.Hypot(dx, dy) < 0.35*float64(w) {
				c = color.RGBA{200, 110, 50, 255}
				if x/9%8 == 3 && y/9%8 == 5 {
					c = color.RGBA{250, 245, 240, 255}
				}
			}
			im.SetRGBA(x, y, c)
		}
	}
	return im
}

func asPNG(t testing.TB, im image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, im); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asJPEG(t testing.TB, im image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, im, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func request(t testing.TB, prompt string) Request {
	return Request{Photo: asJPEG(t, dish(360, 640)), Prompt: prompt, W: 180, H: 320, Seconds: 2, FPS: 12, Seed: 7}
}

// frames draws the first n frames of a request.
func frames(t testing.TB, r Request, n int) []*ffmpeg.Frame {
	t.Helper()
	f, err := newFilm(r)
	if err != nil {
		t.Fatal(err)
	}
	all := make([]*ffmpeg.Frame, n)
	for i := range all {
		all[i] = ffmpeg.NewFrame(r.W, r.H)
		f.draw(all[i], i)
	}
	return all
}

func same(a, b *ffmpeg.Frame) bool {
	return bytes.Equal(a.Y, b.Y) && bytes.Equal(a.U, b.U) && bytes.Equal(a.V, b.V)
}
