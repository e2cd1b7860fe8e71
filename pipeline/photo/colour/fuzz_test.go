package colour

import (
	"image"
	"image/color"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline/photo/colour/colourtest"
)

// FuzzSpace_AnyProfileGivesAnOpaquePicture checks that whatever a stranger's profile says, a picture comes out of it
// and every pixel is opaque.
func FuzzSpace_AnyProfileGivesAnOpaquePicture(f *testing.F) {
	s := colourtest.Spaces()["Display P3"]
	f.Add(s.ICC())
	for _, table := range [][]byte{s.LUT16(), s.Gridded(), s.Matrixed()} {
		f.Add(colourtest.Tabled("RGB ", "XYZ ", "A2B1", table))
		f.Add(colourtest.Tabled("CMYK", "Lab ", "A2B0", table))
	}
	f.Add(colourtest.Tabled("GRAY", "XYZ ", "kTRC", s.Curve))
	f.Fuzz(func(t *testing.T, profile []byte) {
		said := Space{ICC: profile}
		for _, grey := range []bool{false, true} {
			im := colourtest.Patches(func(c color.RGBA) color.RGBA { return c })
			im = im.SubImage(image.Rect(0, 0, im.Rect.Dx(), 1)).(*image.RGBA)
			im.Pix = im.Pix[:4*im.Rect.Dx()]
			if said.Apply(im, grey); !im.Opaque() {
				t.Fatal("a pixel isn't opaque")
			}
		}
		planes := image.NewYCbCr(image.Rect(0, 0, 15, 15), image.YCbCrSubsampleRatio420)
		for i := range planes.Y {
			planes.Y[i] = byte(i)
		}
		said.ApplyPlanes(planes)
		inks := image.NewCMYK(image.Rect(0, 0, 8, 8))
		for i := range inks.Pix {
			inks.Pix[i] = byte(i * 37)
		}
		if im, ok := said.ReduceInks(inks, 2); ok && !im.Opaque() {
			t.Fatal("ink isn't opaque")
		}
	})
}
