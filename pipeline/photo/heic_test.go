package photo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline/photo/colour/colourtest"
)

var left, right = color.RGBA{0xd2, 0x28, 0x28, 255}, color.RGBA{0x1e, 0xa0, 0x3c, 255}

// TestMarks_BrightnessAndColoursAreMixedAsANumberSays mixes colours as television does, whole or in the range of films.
func TestMarks_BrightnessAndColoursAreMixedAsANumberSays(t *testing.T) {
	for number, share := range map[uint16][2]float64{1: {0.2126, 0.0722}, 6: {0.299, 0.114}, 9: {0.2627, 0.0593}} {
		for _, limited := range []bool{false, true} {
			im := image.NewYCbCr(image.Rect(0, 0, 2*len(colourtest.Chart), 2), image.YCbCrSubsampleRatio420)
			for i, c := range colourtest.Chart {
				r, g, b := float64(c.R), float64(c.G), float64(c.B)
				y := share[0]*r + (1-share[0]-share[1])*g + share[1]*b
				u, v := (b-y)/2/(1-share[1]), (r-y)/2/(1-share[0])
				if limited {
					y, u, v = 16+y*219/255, u*224/255, v*224/255
				}
				for k := range 4 {
					im.Y[im.YOffset(2*i+k%2, k/2)] = byte(y + 0.5)
				}
				im.Cb[i], im.Cr[i] = byte(min(u+128.5, 255)), byte(min(v+128.5, 255))
			}
			ipco := append([]byte("\x00\x00\x00\x13colrnclx"), 0, 1, 0, 13, 0, byte(number), 0x80)
			if limited {
				ipco[18] = 0
			}
			var m marks
			m.properties(ipco, nil)
			opaque := &image.NYCbCrA{YCbCr: *im, A: bytes.Repeat([]byte{255}, len(im.Y)), AStride: im.YStride}
			opaque.Y, opaque.Cb, opaque.Cr = bytes.Clone(im.Y), bytes.Clone(im.Cb), bytes.Clone(im.Cr)
			for _, im := range []image.Image{im, opaque} {
				got := m.reduce(im, 1, image.White)
				for i, c := range colourtest.Chart {
					colourtest.Near(t, fmt.Sprintf("%T %d %t", im, number, limited), got.RGBAAt(2*i, 1), c)
				}
			}
		}
	}
}

func TestAllBoxes_TakeLengthsOf64BitsAndTheLastToTheEnd(t *testing.T) {
	wide := "\x00\x00\x00\x01meta\x00\x00\x00\x00\x00\x00\x00"
	for file, want := range map[string]string{
		"\x00\x00\x00\x0bftypmif" + wide + "\x13abc" + "\x00\x00\x00\x00mdatrest": "ftyp mif,meta abc,mdat rest,",
		"\x00\x00\x00\x08free" + wide + "\x10":                                    "free ,meta ,",
		wide + "\x0f" + "abc":                                                     "", // smaller than its head
		wide + "\x14" + "abc":                                                     "", // beyond the end
		wide[:15]:                                                                 "",
	} {
		got := ""
		for kind, box := range allBoxes([]byte(file)) {
			got += kind + " " + string(box) + ","
		}
		if got != want {
			t.Errorf("%q holds %q, want %q", file, got, want)
		}
	}
}

func TestOpen_WhatIsTransparentInAHEICTurnsWhite(t *testing.T) {
	file, err := os.ReadFile("testdata/alpha.heic") // made by heif-enc: its lower half is transparent
	if err != nil {
		t.Fatal(err)
	}
	im := opened(t, file)
	colourtest.Near(t, "left", im.RGBAAt(80, 60), left)
	colourtest.Near(t, "right", im.RGBAAt(240, 60), right)
	colourtest.Near(t, "below", im.RGBAAt(80, 200), color.RGBA{255, 255, 255, 255})
	whole, err := logo(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, a := pngOf(t, whole).At(80, 200).RGBA(); a > 0x200 {
		t.Errorf("of a logo's ground %d of 65535 is left", a)
	}
}

func pngOf(t *testing.T, file []byte) image.Image {
	t.Helper()
	im, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return im
}
