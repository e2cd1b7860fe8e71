package service_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
	"golang.org/x/image/draw"
)

// chatPhoto is a photo as a chat sends it: a JPEG of 1280 x 960. BENCH_PHOTOS names a folder with real ones, of which
// the largest file is taken; without it it is our own sample.
func chatPhoto(b *testing.B) []byte {
	b.Helper()
	file := sample.Photo
	if dir := os.Getenv("BENCH_PHOTOS"); dir != "" {
		names, err := filepath.Glob(filepath.Join(dir, "*.jp*g"))
		if err != nil || len(names) == 0 {
			b.Fatalf("no JPEG in %s: %v", dir, err)
		}
		file = nil
		for _, name := range names {
			f, err := os.ReadFile(name)
			if err != nil {
				b.Fatal(err)
			}
			if len(f) > len(file) {
				file = f
			}
		}
	}
	im, err := jpeg.Decode(bytes.NewReader(file))
	if err != nil {
		b.Fatal(err)
	}
	r := im.Bounds()
	w := min(r.Dx(), r.Dy()*4/3)
	at := image.Pt(r.Min.X+(r.Dx()-w)/2, r.Min.Y+(r.Dy()-w*3/4)/2)
	out := image.NewRGBA(image.Rect(0, 0, 1280, 960))
	draw.CatmullRom.Scale(out, out.Rect, im, image.Rectangle{Min: at, Max: at.Add(image.Pt(w, w*3/4))}, draw.Src, nil)
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, out, &jpeg.Options{Quality: 87}); err != nil {
		b.Fatal(err)
	}
	return buf.Bytes()
}

// BenchmarkOrdersWithPhotos is how many orders a second come through that begin with a photo of 1280 x 960 in a chat:
// it is fetched from the messenger, prepared in a worker, and the short is delivered there. Providers answer at once,
// and what they make is as small as can be: no clip is compared, no film drawn.
func BenchmarkOrdersWithPhotos(b *testing.B) {
	file := chatPhoto(b)
	for _, name := range []string{"postgres", "sqlite"} {
		b.Run(name, func(b *testing.B) {
			w := apptest.NewWorld(b, apptest.Databases()[name](b)).WithTelegram()
			w.Prepare = photo.PreparePhoto(photo.New(runtime.NumCPU()))
			p := w.Start(pipeline.DefaultTimes(), nil)
			defer p.Stop()
			room := make(chan struct{}, 40) // of an owner each, whose orders come one after the other
			var people sync.WaitGroup
			b.ResetTimer()
			people.Go(func() {
				for range b.N {
					if o := <-p.Engine.Ends; o.Status != pipeline.Delivered {
						b.Errorf("order %d: %s %s", o.ID, o.Status, o.Detail)
					}
					<-room
				}
			})
			for range b.N {
				room <- struct{}{}
				people.Go(func() { w.People.Person("김사장", "ko").Private().SendPhoto(file, apptest.Pasta) })
			}
			people.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "orders/s")
		})
	}
}
