package service_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
	"golang.org/x/image/draw"
)

// chatPhoto is a photo as a chat sends it: a JPEG of 1280 x 960. BENCH_PHOTOS names a folder with real ones, of which
// the largest file is taken, with its colour profile; without it it is our own sample.
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
	return slices.Concat(buf.Bytes()[:2], profileOf(file), buf.Bytes()[2:])
}

// profileOf are the segments of a JPEG that hold its colour profile.
func profileOf(file []byte) (segments []byte) {
	for i := 2; i+4 <= len(file) && file[i] == 0xff && file[i+1] != 0xda; {
		end := min(i+2+int(binary.BigEndian.Uint16(file[i+2:])), len(file))
		if file[i+1] == 0xe2 && bytes.HasPrefix(file[i+4:end], []byte("ICC_PROFILE\x00")) {
			segments = append(segments, file[i:end]...)
		}
		i = end
	}
	return segments
}

// chat is a Telegram whose people send a photo of 1280 x 960 each, to a process that has everything on but limits: it
// is fetched from the messenger, prepared in a worker, and the short is delivered there. Providers answer at once, and
// what they make is as small as can be: no clip is compared, no film drawn.
type chat struct {
	*apptest.Process
	w    *apptest.World
	file []byte
}

// byChat runs a benchmark on both databases, each with a process of its own that has done an order already.
func byChat(b *testing.B, f func(b *testing.B, c chat)) {
	file := chatPhoto(b)
	for _, name := range []string{"postgres", "sqlite"} {
		b.Run(name, func(b *testing.B) {
			w := apptest.NewWorld(b, apptest.Databases()[name](b)).WithTelegram()
			w.Prepare = photo.PreparePhoto(photo.New(runtime.NumCPU()))
			p := w.Start(pipeline.DefaultTimes(), nil)
			defer p.Stop()
			c := chat{p, w, file}
			c.flood(b, 2*runtime.NumCPU())
			p.Accepted()
			b.ResetTimer()
			f(b, c)
		})
	}
}

// send sends the photo and what it shows, as somebody who was never there.
func (c chat) send() { c.w.People.Person("김사장", "ko").Private().SendPhoto(c.file, apptest.Pasta) }

// end waits for an order to be delivered.
func (c chat) end(b *testing.B) {
	if o := <-c.Engine.Ends; o.Status != pipeline.Delivered {
		b.Errorf("order %d: %s %s", o.ID, o.Status, o.Detail)
	}
}

// flood sends n photos, with 40 of them under way at most, and waits for their shorts.
func (c chat) flood(b *testing.B, n int) {
	room := make(chan struct{}, 40)
	var people sync.WaitGroup
	people.Go(func() {
		for range n {
			c.end(b)
			<-room
		}
	})
	for range n {
		room <- struct{}{}
		people.Go(c.send)
	}
	people.Wait()
}

// BenchmarkService_OrdersWithPhotos is how many orders a second come through, of 150.
func BenchmarkService_OrdersWithPhotos(b *testing.B) {
	const batch = 150
	byChat(b, func(b *testing.B, c chat) {
		before := busy(b)
		for range b.N {
			c.flood(b, batch)
		}
		b.ReportMetric(float64(b.N*batch)/b.Elapsed().Seconds(), "orders/s")
		b.ReportMetric(float64((busy(b)-before).Milliseconds())/float64(b.N*batch), "cpu-ms/order")
		b.ReportMetric(0, "ns/op")
	})
}

// BenchmarkService_OneOrderWithPhoto is what the house adds to the providers' time for an order that is alone, of 100:
// from the photo's sending to the short's delivery.
func BenchmarkService_OneOrderWithPhoto(b *testing.B) {
	byChat(b, func(b *testing.B, c chat) {
		var took []time.Duration
		for range 100 * b.N {
			start := time.Now()
			c.send()
			c.end(b)
			took = append(took, time.Since(start))
		}
		percentiles(b, took)
	})
}

// BenchmarkService_TwoHundredWithPhotosAtOnce is how long an order takes when 200 photos come in the same moment, and
// how many times what the throughput says, which is taken before, the slowest ones need.
func BenchmarkService_TwoHundredWithPhotosAtOnce(b *testing.B) {
	const crowd = 200
	byChat(b, func(b *testing.B, c chat) {
		start := time.Now()
		c.flood(b, crowd)
		steady := time.Since(start)
		var took []time.Duration
		for range b.N {
			var people sync.WaitGroup
			start := time.Now()
			for range crowd {
				people.Go(c.send)
			}
			for range crowd {
				c.end(b)
				took = append(took, time.Since(start))
			}
			people.Wait()
		}
		percentiles(b, took)
		p99 := took[len(took)*99/100] // percentiles has sorted them
		b.ReportMetric(p99.Seconds()/steady.Seconds(), "p99/steady")
	})
}

// BenchmarkService_AcceptWithPhotos is how long Telegram waits for an update's answer, which comes once the order is
// kept, while 20 photos a second arrive for ten seconds.
func BenchmarkService_AcceptWithPhotos(b *testing.B) {
	const perSecond, seconds = 20, 10
	byChat(b, func(b *testing.B, c chat) {
		n := perSecond * seconds * b.N
		var people sync.WaitGroup
		people.Go(func() {
			for range n {
				c.end(b)
			}
		})
		tick := time.NewTicker(time.Second / perSecond)
		defer tick.Stop()
		for range n {
			<-tick.C
			people.Go(c.send)
		}
		people.Wait()
		took := c.Accepted()
		if len(took) < n {
			b.Fatalf("%d updates were answered, %d sent", len(took), n)
		}
		percentiles(b, took)
	})
}
