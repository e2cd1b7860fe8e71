package photo

import (
	"image"
	"image/color"
	"testing"
)

func TestQuarterTurnsGoTheRightWay(t *testing.T) {
	// Exif 2.3, 4.6.4: with 6 the first row is the right side, with 8 the left side.
	src := image.NewRGBA(image.Rect(0, 0, 2, 1))
	src.SetRGBA(0, 0, red)
	src.SetRGBA(1, 0, green)
	for turn, want := range map[int][2]color.RGBA{6: {red, green}, 8: {green, red}, 5: {red, green}, 7: {green, red}} {
		im := turned(src, turn)
		if im.RGBAAt(0, 0) != want[0] || im.RGBAAt(0, 1) != want[1] {
			t.Errorf("orientation %d gives %v over %v", turn, im.RGBAAt(0, 0), im.RGBAAt(0, 1))
		}
	}
}

func TestShrinkingKeepsColoursInEverySubsampling(t *testing.T) {
	for _, ratio := range []image.YCbCrSubsampleRatio{image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420,
		image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410} {
		for _, size := range [][2]int{{67, 45}, {64, 48}, {33, 97}} {
			src := image.NewYCbCr(image.Rect(0, 0, size[0], size[1]), ratio)
			flat := quarters(size[0], size[1])
			for y := range size[1] {
				for x := range size[0] {
					c := color.YCbCrModel.Convert(flat.At(x, y)).(color.YCbCr)
					src.Y[src.YOffset(x, y)], src.Cb[src.COffset(x, y)], src.Cr[src.COffset(x, y)] = c.Y, c.Cb, c.Cr
				}
			}
			for k := 1; k <= 5; k++ {
				got := shrink(src, k, image.White)
				if want := image.Rect(0, 0, size[0]/k, size[1]/k); got.Rect != want {
					t.Fatalf("%v by %d is %v", size, k, got.Rect)
				}
				for i, c := range []color.RGBA{red, green, blue, yellow} {
					x, y := got.Rect.Dx()/6+i%2*got.Rect.Dx()*4/6, got.Rect.Dy()/6+i/2*got.Rect.Dy()*4/6
					a := got.RGBAAt(x, y)
					if d := max(int(a.R)-int(c.R), int(c.R)-int(a.R), int(a.B)-int(c.B), int(c.B)-int(a.B)); d > 3 {
						t.Fatalf("%v %v by %d at %d,%d: %v, want %v", ratio, size, k, x, y, a, c)
					}
				}
			}
		}
	}
}
