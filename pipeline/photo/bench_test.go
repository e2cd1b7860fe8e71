package photo

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
	"golang.org/x/image/draw"
)

// benchPhotos names the folder with the photos of benchmarks; empty: it is our own sample.
const benchPhotos = "BENCH_PHOTOS"

// chatPhotos are photos as a chat sends them or a phone makes them: JPEGs of 4:3, long pixels wide or high. Of a
// folder, those are taken that have so many.
func chatPhotos(b *testing.B, long int) (files [][]byte) {
	originals := map[string][]byte{"the sample": sample.Photo}
	if dir := os.Getenv(benchPhotos); dir != "" {
		clear(originals)
		names, err := filepath.Glob(filepath.Join(dir, "*.*"))
		if err != nil {
			b.Fatal(err)
		}
		for _, name := range names {
			file, err := os.ReadFile(name)
			if err != nil {
				b.Fatal(err)
			}
			originals[name] = file
		}
	}
	for name, file := range originals {
		src, err := measure(file, minSide)
		if err != nil {
			b.Logf("%s: %v", name, err)
			continue
		}
		im, err := src.decode(file)
		if err != nil {
			b.Fatal(err)
		}
		r := im.Bounds()
		if len(originals) > 1 && max(r.Dx(), r.Dy()) < long*9/10 {
			continue // it would be enlarged: smooth, as no camera makes it
		}
		size := image.Pt(long, long*3/4)
		if r.Dy() > r.Dx() {
			size = image.Pt(size.Y, size.X)
		}
		part := image.Pt(min(r.Dx(), r.Dy()*size.X/size.Y), min(r.Dy(), r.Dx()*size.Y/size.X))
		at := r.Min.Add(r.Size().Sub(part).Div(2))
		out := image.NewRGBA(image.Rectangle{Max: size})
		draw.CatmullRom.Scale(out, out.Rect, im, image.Rectangle{Min: at, Max: at.Add(part)}, draw.Src, nil)
		var buf bytes.Buffer
		if err := jpeg.Encode(&buf, out, &jpeg.Options{Quality: 87}); err != nil {
			b.Fatal(err)
		}
		files = append(files, buf.Bytes())
	}
	if len(files) == 0 {
		b.Fatalf("%s has no photo of %d pixels", os.Getenv(benchPhotos), long)
	}
	return files
}

// BenchmarkPrepare reports what a photo takes of one core, which a busy machine doesn't change as it does the time:
// one from a chat, and one of 12 megapixels. BENCH_PHOTOS names a folder with real ones.
func BenchmarkPrepare(b *testing.B) {
	for _, long := range []int{1280, 4000} {
		b.Run(fmt.Sprintf("%dx%d", long, long*3/4), func(b *testing.B) {
			files := chatPhotos(b, long)
			before, n := spent(b), 0
			for b.Loop() {
				a, err := readAnswer(Work(append([]byte{toPrepare}, files[n%len(files)]...)))
				if err != nil || len(a.Prepared.JPEG) == 0 {
					b.Fatal(err)
				}
				n++
			}
			b.ReportMetric(float64((spent(b)-before).Microseconds())/1000/float64(n), "cpu-ms/op")
			b.ReportMetric(float64(len(files)), "photos")
		})
	}
}

// spent is the processor time of this process so far.
func spent(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
