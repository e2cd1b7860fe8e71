package clip

import (
	"context"
	"errors"
	"image"
	"image/color"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
)

func TestStudioClip_PlaysAndHasTheLengthThatWasAskedFor(t *testing.T) {
	tool, err := ffmpeg.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r := request(t, hot)
	r.Out, r.Preset = filepath.Join(t.TempDir(), "clip.mp4"), "ultrafast"
	var told []float64
	r.Progress = func(done float64) { told = append(told, done) }
	if err := Render(t.Context(), tool, r); err != nil {
		t.Fatal(err)
	}
	in, err := tool.Probe(t.Context(), r.Out)
	if err != nil {
		t.Fatal(err)
	}
	if want := (ffmpeg.Info{W: 180, H: 320, FPS: 12, Seconds: 2, HasVideo: true, VCodec: "h264"}); in != want {
		t.Fatalf("%+v, want %+v", in, want)
	}
	if len(told) != 24 || told[0] > 0.1 || told[23] != 1 {
		t.Fatalf("progress was %v", told)
	}
	still, err := tool.Still(t.Context(), r.Out, 0)
	if err != nil {
		t.Fatal(err)
	}
	first := frames(t, r, 1)[0].ToRGBA()
	for _, p := range []image.Point{{20, 20}, {90, 130}, {90, 300}} {
		a, _, _, _ := still.At(p.X, p.Y).RGBA()
		b, _, _, _ := first.At(p.X, p.Y).RGBA()
		if d := int(a>>8) - int(b>>8); max(d, -d) > 16 {
			t.Fatalf("at %v the file shows %v, the frame was %v", p, still.At(p.X, p.Y), first.At(p.X, p.Y))
		}
	}
}

func TestStudioClip_ACancelledOneLeavesNothing(t *testing.T) {
	tool, err := ffmpeg.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	r := request(t, calm)
	r.Out, r.Seconds = filepath.Join(dir, "clip.mp4"), 600
	r.Progress = func(float64) { cancel() }
	if err := Render(ctx, tool, r); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Fatalf("%v is left", left)
	}
}

func TestStudioClip_WhatCannotBeMadeIsAnError(t *testing.T) {
	good := request(t, calm)
	for name, change := range map[string]func(*Request){
		"no photo":      func(r *Request) { r.Photo = nil },
		"no picture":    func(r *Request) { r.Photo = []byte("<html>sign in</html>") },
		"half a photo":  func(r *Request) { r.Photo = r.Photo[:len(r.Photo)/2] },
		"an odd width":  func(r *Request) { r.W = 181 },
		"no length":     func(r *Request) { r.Seconds = 0 },
		"no frame rate": func(r *Request) { r.FPS = 0 },
	} {
		r := good
		change(&r)
		r.Out = filepath.Join(t.TempDir(), "clip.mp4")
		if err := Render(t.Context(), ffmpeg.Tool{FFmpeg: "/nonexistent"}, r); err == nil ||
			errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStudioClip_TheFirstFrameIsTheFood(t *testing.T) {
	for _, prompt := range []string{hot, cold, grill, calm} {
		im := frames(t, request(t, prompt), 1)[0].ToRGBA()
		want := dish(180, 320)
		// Coarsely, so that steam and light may differ: the mean of each tenth, compared over the picture.
		var a, b []float64
		for y := 0; y < 320; y += 32 {
			for x := 0; x < 180; x += 18 {
				var p, q float64
				for j := range 32 {
					for i := range 18 {
						p, q = p+float64(im.RGBAAt(x+i, y+j).R), q+float64(want.RGBAAt(x+i, y+j).R)
					}
				}
				a, b = append(a, p), append(b, q)
			}
		}
		if c := correlation(a, b); c < 0.97 {
			t.Errorf("%q: the first frame is like the photo by %.3f", prompt, c)
		}
	}
}

func correlation(a, b []float64) float64 {
	var ma, mb, ab, aa, bb float64
	for i := range a {
		ma, mb = ma+a[i]/float64(len(a)), mb+b[i]/float64(len(b))
	}
	for i := range a {
		ab += (a[i] - ma) * (b[i] - mb)
		aa += (a[i] - ma) * (a[i] - ma)
		bb += (b[i] - mb) * (b[i] - mb)
	}
	return ab / math.Sqrt(aa*bb)
}

func TestPlate_AWidePhotoIsCroppedAroundItsMiddle(t *testing.T) {
	wide := image.NewRGBA(image.Rect(0, 0, 900, 320))
	for y := range 320 {
		for x := range 900 {
			c := color.RGBA{200, 30, 30, 255}
			if x >= 360 && x < 540 {
				c = color.RGBA{30, 180, 60, 255}
			}
			wide.SetRGBA(x, y, c)
		}
	}
	r := request(t, calm)
	for name, file := range map[string][]byte{"JPEG": asJPEG(t, wide), "PNG": asPNG(t, wide)} {
		r.Photo = file
		im := frames(t, r, 1)[0].ToRGBA()
		for _, x := range []int{4, 90, 175} {
			if c := im.RGBAAt(x, 150); c.R > c.G {
				t.Errorf("%s: at %d the frame shows the photo's side: %v", name, x, c)
			}
		}
	}
}

func TestStudioClip_TheSameRequestGivesTheSameFrames(t *testing.T) {
	for _, prompt := range []string{hot, cold, grill, calm} {
		a := frames(t, request(t, prompt), 6)
		cores := runtime.GOMAXPROCS(3) // which share the rows among them
		b := frames(t, request(t, prompt), 6)
		runtime.GOMAXPROCS(cores)
		for i := range a {
			if !same(a[i], b[i]) {
				t.Errorf("%q: frame %d differs", prompt, i)
			}
		}
	}
	other := request(t, hot)
	other.Seed++
	if same(frames(t, request(t, hot), 1)[0], frames(t, other, 1)[0]) {
		t.Error("another seed gives the same steam")
	}
}

func BenchmarkStudioClip_Frame(b *testing.B) {
	for name, prompt := range map[string]string{"calm": calm, "steam": hot, "sizzle": grill, "glints": cold} {
		r := Request{Photo: asJPEG(b, dish(1080, 1920)), Prompt: prompt, W: 720, H: 1280, Seconds: 5, FPS: 30}
		b.Run(name, func(b *testing.B) {
			f, err := newFilm(r)
			if err != nil {
				b.Fatal(err)
			}
			frame, n := ffmpeg.NewFrame(r.W, r.H), 0
			for b.Loop() {
				f.draw(frame, n%150)
				n++
			}
		})
	}
}

func BenchmarkStudioClip_Plate(b *testing.B) {
	r := Request{Photo: asJPEG(b, dish(1080, 1920)), W: 720, H: 1280, Seconds: 5, FPS: 30}
	for b.Loop() {
		if _, err := newFilm(r); err != nil {
			b.Fatal(err)
		}
	}
}
