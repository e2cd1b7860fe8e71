package photo

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/photo/colour/colourtest"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
	"golang.org/x/image/draw"
)

// benchPhotos names the folder with the photos of benchmarks; empty: it is our own sample.
const benchPhotos = "BENCH_PHOTOS"

// originals are the files of the folder, or our own sample as a phone with wide colours would write it.
func originals(b *testing.B) map[string][]byte {
	dir := os.Getenv(benchPhotos)
	if dir == "" {
		return map[string][]byte{"the sample": inJPEG(sample.Photo, colourtest.Spaces()["Display P3"].ICC())}
	}
	files := map[string][]byte{}
	names, err := filepath.Glob(filepath.Join(dir, "*.*"))
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range names {
		if files[name], err = os.ReadFile(name); err != nil {
			b.Fatal(err)
		}
	}
	return files
}

// benchmark is one file of a benchmark.
type benchmark struct {
	file []byte
	kind kind
	wide bool // its colours have to be converted
}

// benchmarks are photos as a chat sends them or a phone makes them: of 4:3, long pixels wide or high. What isn't of
// nearly that size is made so, as a JPEG with the photo's own profile; what is much smaller isn't taken.
func benchmarks(b *testing.B, long int) (all []benchmark) {
	from := originals(b)
	for name, file := range from {
		src, err := measure(file, minSide)
		if err != nil {
			b.Logf("%s: %v", name, err)
			continue
		}
		im, err := src.decode(file)
		if err != nil {
			b.Fatal(err)
		}
		if p, ok := im.(*image.YCbCr); ok {
			src.AsJPEG(p)
		}
		r := im.Bounds()
		size := image.Pt(long, long*3/4)
		if r.Dy() > r.Dx() {
			size = image.Pt(size.Y, size.X)
		}
		switch most := max(r.Dx(), r.Dy()); {
		case most*10 > long*9 && most*9 < long*10: // as it was sent
		case len(from) > 1 && most < long*9/10:
			continue // it would be enlarged: smooth, as no camera makes it
		default:
			file, src.kind = resized(b, im, size, src.ICC), kindJPEG
		}
		all = append(all, benchmark{file, src.kind, converted(src)})
	}
	return all
}

// converted reports whether a red of the file becomes another one in sRGB.
func converted(src source) bool {
	im := image.NewRGBA(image.Rect(0, 0, 1, 1))
	im.SetRGBA(0, 0, red)
	src.Apply(im, false)
	return im.RGBAAt(0, 0) != red
}

// resized is the middle of a picture, as a JPEG of a size.
func resized(b *testing.B, im image.Image, size image.Point, icc []byte) []byte {
	r := im.Bounds()
	part := image.Pt(min(r.Dx(), r.Dy()*size.X/size.Y), min(r.Dy(), r.Dx()*size.Y/size.X))
	at := r.Min.Add(r.Size().Sub(part).Div(2))
	out := image.NewRGBA(image.Rectangle{Max: size})
	draw.CatmullRom.Scale(out, out.Rect, im, image.Rectangle{Min: at, Max: at.Add(part)}, draw.Src, nil)
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, out, &jpeg.Options{Quality: 87}); err != nil {
		b.Fatal(err)
	}
	if len(icc) == 0 {
		return buf.Bytes()
	}
	return inJPEG(buf.Bytes(), icc)
}

// BenchmarkPrepare_OnOneCore reports what a photo takes of one core in a worker, which a busy machine doesn't change as
// it does the time: one from a chat, and one of 12 megapixels by what it is. BENCH_PHOTOS names a folder with real
// ones.
func BenchmarkPrepare_OnOneCore(b *testing.B) {
	small, large := benchmarks(b, 1280), benchmarks(b, 4000)
	for _, x := range []struct {
		name string
		from []benchmark
		is   func(benchmark) bool
	}{
		{"1280x960", small, func(p benchmark) bool { return p.kind == kindJPEG }},
		{"4000x3000", large, func(p benchmark) bool { return p.kind == kindJPEG && !p.wide }},
		{"4000x3000,wide", large, func(p benchmark) bool { return p.kind == kindJPEG && p.wide }},
		{"4000x3000,HEIC", large, func(p benchmark) bool { return p.kind == kindHEIC }},
	} {
		var files [][]byte
		for _, p := range x.from {
			if x.is(p) {
				files = append(files, p.file)
			}
		}
		if len(files) == 0 {
			continue // the folder has none
		}
		b.Run(x.name, func(b *testing.B) {
			p := New(1)
			prepare := func(file []byte) {
				a, err := p.Prepare(b.Context(), bytes.NewReader(file), nil)
				if err != nil || len(a.JPEG) == 0 {
					b.Fatal(err)
				}
			}
			prepare(files[0]) // a worker's first photo may have a decoder compiled
			before, n := spent(b, p), 0
			for b.Loop() {
				prepare(files[n%len(files)])
				n++
			}
			took := spent(b, p) - before
			if took < 0 {
				b.Fatal("the worker was worn and another one took its place: run fewer")
			}
			b.ReportMetric(float64(took.Microseconds())/1000/float64(n), "cpu-ms/op")
			b.ReportMetric(float64(len(files)), "photos")
		})
	}
}

// askSpent is the job that has a worker of these tests say what processor time it has taken so far.
const askSpent = "spent"

// workOrSpent is Work, and answers askSpent.
func workOrSpent(job []byte) []byte {
	if string(job) != askSpent {
		return Work(job)
	}
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return binary.BigEndian.AppendUint64(nil, uint64(u.Utime.Nano()+u.Stime.Nano()))
}

// spent is the processor time that the one worker of p has taken so far.
func spent(b *testing.B, p *Preparer) time.Duration {
	reply, err := p.workers.Do(b.Context(), []byte(askSpent), nil)
	if err != nil {
		b.Fatal(err)
	}
	return time.Duration(binary.BigEndian.Uint64(reply))
}
