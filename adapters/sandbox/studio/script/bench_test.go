//go:build unix

package script

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/image/draw"

	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
	"github.com/sajangpick/sajangpick/pipeline/video"
)

// BenchmarkShort reports the CPU time of a whole short of 1080 x 1920, ffmpeg's included, against
// that of ffmpeg encoding the same frames and nothing else.
func BenchmarkShort(b *testing.B) {
	s := newStage(b, 64, 64, .1)
	s.film(b)
	c, out := s.short(b, words), filepath.Join(s.dir, "short.mp4")
	var render, plain float64
	for b.Loop() {
		t0 := cpu(b)
		if err := Render(b.Context(), s.tool, c, s.assets, Options{Out: out}); err != nil {
			b.Fatal(err)
		}
		t1 := cpu(b)
		s.copy(b, out, false)
		t2 := cpu(b)
		s.copy(b, out, true)
		render += t1 - t0
		plain += cpu(b) - t2 - (t2 - t1)
	}
	b.ReportMetric(render/float64(b.N), "cpu-s/short")
	b.ReportMetric(render/plain, "x-plain-encode")
}

// film makes a clip of five seconds of the sample photo, with a slow pan.
func (s stage) film(b *testing.B) {
	im, err := jpeg.Decode(bytes.NewReader(sample.Photo))
	if err != nil {
		b.Fatal(err)
	}
	wide := image.NewRGBA(image.Rect(0, 0, 1020, 1360))
	draw.ApproxBiLinear.Scale(wide, wide.Rect, im, im.Bounds(), draw.Src, nil)
	enc, err := s.tool.Encode(b.Context(), video.EncodeOptions{Path: s.clip, W: 720, H: 1280, FPS: 30})
	if err != nil {
		b.Fatal(err)
	}
	defer enc.Abort()
	f, view := video.NewFrame(720, 1280), image.NewRGBA(image.Rect(0, 0, 720, 1280))
	for i := range 150 {
		draw.Draw(view, view.Rect, wide, image.Pt(150+i/3, 40+i/4), draw.Src)
		video.FromRGBA(f, view)
		if err := enc.Write(f); err != nil {
			b.Fatal(err)
		}
	}
	if err := enc.Close(); err != nil {
		b.Fatal(err)
	}
}

// copy decodes a short and, if asked, encodes its frames again.
func (s stage) copy(b *testing.B, short string, encode bool) {
	dec, err := s.tool.Decode(b.Context(), short, 1080, 1920, 30)
	if err != nil {
		b.Fatal(err)
	}
	defer dec.Close()
	var enc *video.Encoder
	if encode {
		if enc, err = s.tool.Encode(b.Context(), video.EncodeOptions{Path: filepath.Join(s.dir, "plain.mp4"), W: 1080, H: 1920, FPS: 30, Audio: s.bgm, Seconds: 6.9}); err != nil {
			b.Fatal(err)
		}
		defer enc.Abort()
	}
	f := video.NewFrame(1080, 1920)
	for {
		err := dec.Read(f)
		if err == nil && encode {
			err = enc.Write(f)
		}
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			b.Fatal(err)
		}
	}
	if encode {
		if err := enc.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// cpu is the time that this process and its finished children have used, in seconds.
func cpu(b *testing.B) float64 {
	sum := 0.0
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if err := syscall.Getrusage(who, &u); err != nil {
			b.Fatal(err)
		}
		sum += float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
	}
	return sum
}
