package apptest

import (
	"bytes"
	"image"
	"image/jpeg"
	"slices"
	"sync"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"github.com/sajangpick/sajangpick/adapters/film/filmtest"
	"github.com/sajangpick/sajangpick/adapters/sandbox"
)

// tiny is a file that passes for an MP4: the providers of these tests are instant.
var tiny = []byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom")

// Canned is what passes for a cut, as it was ordered and of at least so many bytes.
func Canned(j sandbox.CutJob, size int) []byte {
	n := func(name string) float64 { v, _ := j.Source[name].(float64); return v }
	w, h := int(n("width")*j.Scale), int(n("height")*j.Scale)
	if j.Format == "jpg" {
		return Picture(w, h)
	}
	return filmtest.Short(w, h, n("duration"), size)
}

// TinyClip is what the providers of these tests give for a clip.
func TinyClip() []byte { return tiny }

// TinyPhoto is the smallest picture that is taken without a question.
func TinyPhoto() []byte { return Picture(480, 640) }

// BlackPhoto is one that is asked about.
func BlackPhoto() []byte { return grey(480, 640, func(int, int) byte { return 0 }) }

// Picture is a JPEG of grey squares. It is drawn once for each size.
func Picture(w, h int) []byte {
	size := image.Rect(0, 0, w, h)
	if b, ok := greys.Load(size); ok {
		return b.([]byte)
	}
	one, _ := greys.LoadOrStore(size, grey(w, h, func(x, y int) byte { return byte(40 + (x/32*7+y/32*11)%5*48) }))
	return one.([]byte)
}

// grey is a JPEG of so many pixels, each of which has its level.
func grey(w, h int, level func(x, y int) byte) []byte {
	im := image.NewGray(image.Rect(0, 0, w, h))
	for i := range im.Pix {
		im.Pix[i] = level(i%w, i/w)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, im, nil); err != nil {
		panic(err)
	}
	return slices.Clip(b.Bytes())
}

var greys sync.Map

// Ffmpeg is the one of this machine.
func Ffmpeg(t testing.TB) ffmpeg.Tool {
	t.Helper()
	tool, err := ffmpeg.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return tool
}

// DishName is the n-th of 48 names of dishes about which there is no doubt.
func DishName(n int) string {
	kinds := []string{"파스타", "리조또", "볶음밥", "덮밥", "우동", "피자"}
	with := []string{"새우", "김치", "크림", "매운", "불고기", "버섯", "치즈", "해물"}
	return with[n/len(kinds)%len(with)] + " " + kinds[n%len(kinds)]
}

const (
	StartClip = "POST /v1/image_to_video"
	CheckClip = "GET /v1/tasks/{id}"
	StartCut  = "POST /v2/renders"
	CheckCut  = "GET /v2/renders/{id}"
)
