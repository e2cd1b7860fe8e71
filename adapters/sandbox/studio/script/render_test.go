package script

import (
	"bytes"
	"context"
	"errors"
	"image/color"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"github.com/sajangpick/sajangpick/adapters/sandbox/creatomate"
	"github.com/sajangpick/sajangpick/pipeline"
)

// studio is a directory with everything a short is made of.
type studio struct {
	tool            ffmpeg.Tool
	dir             string
	clip, logo, bgm string
}

var food = color.NRGBA{R: 200, G: 120, B: 60, A: 255}

// newStudio makes a clip of one colour that turns brighter from frame to frame.
func newStudio(t testing.TB, w, h int, seconds float64) studio {
	t.Helper()
	tool, err := ffmpeg.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := studio{tool: tool, dir: t.TempDir()}
	s.clip, s.logo, s.bgm = filepath.Join(s.dir, "clip.mp4"), filepath.Join(s.dir, "logo.png"),
		filepath.Join(s.dir, "bgm.mp3")
	music, _ := look.Music("bright")
	if err := errors.Join(
		os.WriteFile(s.logo, look.DefaultLogo(), 0o600), os.WriteFile(s.bgm, music, 0o600),
	); err != nil {
		t.Fatal(err)
	}
	enc, err := tool.Encode(t.Context(), ffmpeg.EncodeOptions{Path: s.clip, W: w, H: h, FPS: 30, Preset: "ultrafast"})
	if err != nil {
		t.Fatal(err)
	}
	defer enc.Abort()
	f := ffmpeg.NewFrame(w, h)
	for i := range int(seconds * 30) {
		flood(f, food)
		for k := range f.Y {
			f.Y[k] += byte(i / 10)
		}
		if err := enc.Write(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := enc.Close(); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s studio) assets(_ context.Context, url string) (string, error) {
	switch url {
	case "https://files.example/clip":
		return s.clip, nil
	case "https://files.example/logo":
		return s.logo, nil
	case "https://files.example/bgm":
		return s.bgm, nil
	}
	return "", errors.New("no such file")
}

func (s studio) short(t testing.TB, words pipeline.Words) Composition {
	t.Helper()
	doc, err := look.Document(pipeline.CutRequest{Words: words, Seconds: 5,
		Clip: "https://files.example/clip", Logo: "https://files.example/logo", Music: "https://files.example/bgm"})
	if err != nil {
		t.Fatal(err)
	}
	c, warnings, err := Parse(doc)
	if err != nil || len(warnings) > 0 {
		t.Fatalf("%v, %q", err, warnings)
	}
	return c
}

var words = pipeline.Words{Menu: "새우 파스타", Price: "18,000원", Won: 18000, Shop: "사장픽 식당"}

// frames decodes a whole video.
func (s studio) frames(t testing.TB, path string, w, h int) (out []*ffmpeg.Frame) {
	t.Helper()
	dec, err := s.tool.Decode(t.Context(), path, w, h, 30)
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	for {
		f := ffmpeg.NewFrame(w, h)
		if err := dec.Read(f); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		out = append(out, f)
	}
}

func TestRender_ShortShowsFoodAndWordsFromFirstFrameToLast(t *testing.T) {
	s := newStudio(t, 144, 256, 5)
	out, last, told := filepath.Join(s.dir, "short.mp4"), 0.0, 0
	of := Options{Out: out, Scale: .2, Preset: "ultrafast", Comment: "AI로 만든 영상"}
	of.Progress = func(p float64) {
		if told++; p != float64(told)/147 {
			t.Errorf("after %d frames of 147 the progress is %g", told, p)
		}
		last = p
	}
	err := Render(t.Context(), s.tool, s.short(t, words), s.assets, of)
	if err != nil {
		t.Fatal(err)
	}
	in, err := s.tool.Probe(t.Context(), out)
	if err != nil || in.W != 216 || in.H != 384 || math.Abs(in.Seconds-4.9) > .05 || !in.HasAudio ||
		in.Comment != "AI로 만든 영상" || last != 1 {
		t.Errorf("%+v, %v, progress %g", in, err, last)
	}
	frames := s.frames(t, out, 216, 384)
	if len(frames) != 147 {
		t.Fatalf("%d frames", len(frames))
	}
	for _, n := range []int{0, 66, 146} {
		grown := uint8(n / 10)
		near(t, "the dish stays free", frames[n], 108, 120, color.RGBA{200 + grown, 120 + grown, 60 + grown, 255}, 14)
		if l := brightest(frames[n], 14, 216, 186, 296); l < 230 {
			t.Errorf("frame %d: no white name: %d", n, l)
		}
		if a, b := mean(frames[0]), mean(frames[n]); b < a*.8 {
			t.Errorf("frame %d has brightness %.0f after %.0f: the dish has gone", n, b, a)
		}
	}
	near(t, "price", frames[0], 17, 288, color.RGBA{255, 255, 255, 255}, 40)
	pcm, err := s.tool.Audio(t.Context(), out, sampleRate)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := level(pcm, 1, 2), level(pcm, 4.8, 4.9); a < .05 || b > a/3 {
		t.Errorf("sound is %.3f in the middle and %.3f at the end", a, b)
	}
}

func mean(f *ffmpeg.Frame) float64 {
	sum := 0
	for _, v := range f.Y {
		sum += int(v)
	}
	return float64(sum) / float64(len(f.Y))
}

func brightest(f *ffmpeg.Frame, x0, y0, x1, y1 int) (top byte) {
	for y := y0; y < y1; y++ {
		for _, v := range f.Y[y*f.W+x0 : y*f.W+x1] {
			top = max(top, v)
		}
	}
	return top
}

func level(pcm []float32, from, to float64) float64 {
	part, sum := pcm[2*int(from*sampleRate):min(2*int(to*sampleRate), len(pcm))], 0.0
	for _, v := range part {
		sum += float64(v * v)
	}
	return math.Sqrt(sum / float64(max(len(part), 1)))
}

func TestRender_APlainTemplateIsRendered(t *testing.T) {
	s := newStudio(t, 144, 256, 3)
	text, err := os.ReadFile("testdata/template.json")
	if err != nil {
		t.Fatal(err)
	}
	doc := read(t, string(text))
	creatomate.Apply(doc, map[string]any{"main_video_layer": "https://files.example/clip", "menu_text_layer": "비빔밥",
		"price_text_layer": "9,000원",
		"logo_image_layer": "https://files.example/logo", "bgm_track": "https://files.example/bgm"})
	c, _, err := Parse(doc)
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(s.dir, "short.mp4")
	if err := Render(t.Context(), s.tool, c, s.assets, Options{Out: out, Scale: .1, Preset: "ultrafast"}); err != nil {
		t.Fatal(err)
	}
	frames := s.frames(t, out, 108, 192)
	if len(frames) != 210 {
		t.Fatalf("%d frames", len(frames))
	}
	near(t, "the clip starts again after 3 s", frames[92], 54, 60, color.RGBA{200, 120, 60, 255}, 10)
}

func TestRender_AClipStaysOrLoopsAtItsEnd(t *testing.T) {
	s := newStudio(t, 64, 64, 1)
	for name, c := range map[string]struct {
		media string
		want  int // brightening of the frame at 1.5 s, in steps of the clip
	}{"stays": {`"duration":2`, 2}, "loops": {`"duration":2,"loop":true`, 1}} {
		doc := parse(
			t,
			`{"width":64,"height":64,"elements":[{"type":"video","track":1,"source":"https://files.example/clip","volume":0,`+c.media+`}]}`,
		)
		out := filepath.Join(s.dir, "out.mp4")
		if err := Render(t.Context(), s.tool, doc, s.assets, Options{Out: out}); err != nil {
			t.Fatal(err)
		}
		frames := s.frames(t, out, 64, 64)
		if got := int(math.Round(mean(frames[45]) - mean(frames[0]))); got != c.want {
			t.Errorf("a clip that %s is %d steps brighter", name, got)
		}
	}
}

func TestRender_ThatIsStoppedLeavesNothing(t *testing.T) {
	s := newStudio(t, 144, 256, 1)
	ctx, stop := context.WithCancel(t.Context())
	of := Options{Out: filepath.Join(s.dir, "out.mp4"), Scale: .1}
	of.Progress = func(p float64) {
		if p > .2 {
			stop()
		}
	}
	err := Render(ctx, s.tool, s.short(t, words), s.assets, of)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	left, err := os.ReadDir(s.dir)
	if err != nil || len(left) != 3 {
		t.Errorf("%v, %v", left, err)
	}
}

func TestRender_ABrokenFileIsNamedByItsElementOnly(t *testing.T) {
	s := newStudio(t, 64, 64, 1)
	if err := os.WriteFile(s.logo, bytes.Repeat([]byte("<html>"), 100), 0o600); err != nil {
		t.Fatal(err)
	}
	err := Render(t.Context(), s.tool, s.short(t, words), s.assets, Options{
		Out: filepath.Join(s.dir, "out.mp4"), Scale: .1,
	})
	if err == nil || !strings.Contains(err.Error(), "logo_image_layer") ||
		strings.Contains(err.Error(), "files.example") {
		t.Errorf("got %v", err)
	}
}

func TestMixDown_SoundsLoopFadeAndStayBelowFullScale(t *testing.T) {
	one := make([]float32, 2*sampleRate) // one second
	for i := range one {
		one[i] = .8
	}
	out := mixDown([]track{
		{Media{Volume: 1, Loop: true, FadeIn: .5, FadeOut: .5}, turn{0, 3}, one},
		{Media{Volume: .5}, turn{1, 3}, one},
	}, 3)
	for at, want := range map[float64]float32{0: 0, .25: .4, .9: .8, 2: .8, 2.75: .4} {
		if got := out[2*int(at*sampleRate)]; math.Abs(float64(got-want)) > .01 {
			t.Errorf("%g s: %.3f, want %.3f", at, got, want)
		}
	}
	if v := out[2*int(1.2*sampleRate)]; v <= .9 || v >= 1 {
		t.Errorf("two loud sounds together: %.3f", v)
	}
}
