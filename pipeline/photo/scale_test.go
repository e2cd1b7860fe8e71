package photo

import (
	"image"
	"testing"

	"golang.org/x/image/draw"
)

func TestScale_IsAsGoodAsTheStandardOne(t *testing.T) {
	src := planesOf(table(320, 240, 160, 120, 90))
	bright := &image.Gray{Pix: src.Y, Stride: src.YStride, Rect: src.Rect}
	for _, part := range []image.Rectangle{src.Rect, image.Rect(40, 10, 280, 230), image.Rect(0, 0, 3, 2)} {
		for _, size := range [][2]int{{480, 300}, {100, 70}, {320, 240}, {7, 500}} {
			got, want := image.NewGray(image.Rect(0, 0, size[0], size[1])), image.NewGray(
				image.Rect(0, 0, size[0], size[1]),
			)
			scalePlane(
				got.Pix, got.Stride, src.Y, src.YStride, tapsOf(float64(part.Min.X), float64(part.Max.X), size[0]),
				tapsOf(float64(part.Min.Y), float64(part.Max.Y), size[1]),
			)
			draw.CatmullRom.Scale(want, want.Rect, bright, part, draw.Src, nil)
			for i := range got.Pix {
				if d := int(got.Pix[i]) - int(want.Pix[i]); d < -3 || d > 3 {
					t.Fatalf("%v to %v: %d at %d, want %d", part, size, got.Pix[i], i, want.Pix[i])
				}
			}
		}
	}
}

// TestTaps_WeighOneWholeSample: what is even stays as it is.
func TestTaps_WeighOneWholeSample(t *testing.T) {
	for _, x := range []struct {
		from, until float64
		to          int
	}{{0, 100, 37}, {0, 100, 100}, {0, 10, 64}, {2.5, 7, 3}, {0, 1, 5}, {0, 3, 2}} {
		taps := tapsOf(x.from, x.until, x.to)
		for i := range x.to {
			sum := int32(0)
			for _, w := range taps.weight[i*taps.n:][:taps.n] {
				sum += w
			}
			if sum != one || float64(taps.first[i]) < x.from-1 || float64(taps.first[i]+taps.n) > x.until+1 {
				t.Errorf("%+v: sample %d weighs %d of %d, from %d on", x, i, sum, one, taps.first[i])
			}
		}
	}
}
