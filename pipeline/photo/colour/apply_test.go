package colour

import (
	"image"
	"image/color"
	"math/rand/v2"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline/photo/colour/colourtest"
)

// TestRecolour_EachPixelIsItsOwnColour has more colours than are remembered, in pictures of odd sizes.
func TestRecolour_EachPixelIsItsOwnColour(t *testing.T) {
	p, err := readProfile(colourtest.Spaces()["Display P3"].ICC())
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	for _, size := range [][2]int{{1, 1}, {2, 3}, {7, 2}, {701, 699}} {
		w, h := size[0], size[1]
		im := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
		for _, plane := range [][]byte{im.Y, im.Cb, im.Cr} {
			for i := range plane {
				plane[i] = byte(r.Uint32())
			}
		}
		want := image.NewYCbCr(im.Rect, im.SubsampleRatio)
		for y := 0; y < h; y += 2 {
			for x := 0; x < w; x += 2 {
				var cb, cr, n int
				for i := range 4 {
					if x+i%2 >= w || y+i/2 >= h {
						continue
					}
					at := im.YOffset(x+i%2, y+i/2)
					c := im.YCbCrAt(x+i%2, y+i/2)
					red, green, blue := color.YCbCrToRGB(c.Y, c.Cb, c.Cr)
					to := p.of([3]byte{red, green, blue})
					l, u, v := color.RGBToYCbCr(to[0], to[1], to[2])
					want.Y[at], cb, cr, n = l, cb+int(u), cr+int(v), n+1
				}
				at := want.COffset(x, y)
				want.Cb[at], want.Cr[at] = byte((cb+n/2)/n), byte((cr+n/2)/n)
			}
		}
		recolourPlanes(im, p)
		for name, planes := range map[string][2][]byte{
			"Y": {im.Y, want.Y}, "Cb": {im.Cb, want.Cb}, "Cr": {im.Cr, want.Cr},
		} {
			for i, v := range planes[1] {
				if planes[0][i] != v {
					t.Fatalf("%v, %s %d is %d, want %d", size, name, i, planes[0][i], v)
				}
			}
		}
	}
	im, was := image.NewRGBA(image.Rect(0, 0, 700, 700)), image.NewRGBA(image.Rect(0, 0, 700, 700))
	for i := range was.Pix {
		was.Pix[i] = byte(r.Uint32()) | byte(i%4/3*255)
	}
	copy(im.Pix, was.Pix)
	recolour(im, p)
	for i := 0; i < len(im.Pix); i += 4 {
		want := p.of([3]byte(was.Pix[i:]))
		if got := [3]byte(im.Pix[i:]); got != want || im.Pix[i+3] != 255 {
			t.Fatalf("%v is %v, want %v", was.Pix[i:i+4], im.Pix[i:i+4], want)
		}
	}
}

func TestConverter_AProfileOfSRGBChangesNothing(t *testing.T) {
	for name, s := range colourtest.Spaces() {
		if c := (Space{ICC: s.ICC()}).converter(false); (c == nil) != (name == "sRGB by a table") {
			t.Errorf("%s: %v", name, c)
		}
	}
}
