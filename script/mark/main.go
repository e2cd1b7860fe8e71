// Command mark draws the service's own logo, which shops without one get. Run it from the module's
// root after it has changed: go run ./script/mark
package main

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"

	"github.com/sajangpick/sajangpick/adapters/sandbox/studio/lettering"
)

const side = 512

func main() {
	if err := write("adapters/creatomate/look/logo.png"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := png.Encode(f, draw()); err != nil {
		return err
	}
	return f.Close()
}

// draw sets the letter in white on a gradient from orange to red, its ink in the middle.
func draw() image.Image {
	fonts := lettering.New()
	st := lettering.Style{Weight: 900, Size: side * .6}
	ink := image.NewAlpha(image.Rect(0, 0, side, side))
	fonts.Draw(ink, "픽", st, 100, 380)
	box := extent(ink)
	clear(ink.Pix)
	fonts.Draw(ink, "픽", st, 100+side/2-float64(box.Min.X+box.Max.X)/2, 380+side/2-float64(box.Min.Y+box.Max.Y)/2)
	im := image.NewNRGBA(ink.Bounds())
	for y := range side {
		for x := range side {
			k, a := float64(y)/(side-1), float64(ink.AlphaAt(x, y).A)/255
			mix := func(top, bottom float64) uint8 {
				c := top + (bottom-top)*k
				return uint8(c + (255-c)*a + .5)
			}
			im.SetNRGBA(x, y, color.NRGBA{R: mix(255, 236), G: mix(110, 52), B: mix(50, 32), A: 255})
		}
	}
	return im
}

func extent(m *image.Alpha) image.Rectangle {
	var r image.Rectangle
	for y := range side {
		for x := range side {
			if m.AlphaAt(x, y).A > 0 {
				r = r.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return r
}
