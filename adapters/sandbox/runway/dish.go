package runway

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
)

// otherDish is a bowl of beetroot soup with an egg: what a model may make of anything on demand.
func otherDish() ([]byte, error) {
	const w, h = 540, 960
	im := image.NewRGBA(image.Rect(0, 0, w, h))
	disc := func(x, y int, cx, cy, r float64) bool { return math.Hypot(float64(x)-cx, float64(y)-cy) < r }
	for y := range h {
		for x := range w {
			c := color.RGBA{60, 92, 84, 255}
			if (x/27+y/27)%2 == 0 {
				c = color.RGBA{214, 208, 190, 255}
			}
			switch {
			case disc(x, y, 330, 330, 26):
				c = color.RGBA{240, 176, 40, 255}
			case disc(x, y, 322, 338, 62):
				c = color.RGBA{250, 247, 240, 255}
			case disc(x, y, 210, 430, 34), disc(x, y, 180, 330, 22), disc(x, y, 260, 480, 18):
				c = color.RGBA{96, 150, 60, 255}
			case disc(x, y, 270, 390, 168):
				c = color.RGBA{128, 20, 62, 255}
			case disc(x, y, 270, 390, 200):
				c = color.RGBA{36, 60, 120, 255}
			}
			im.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	err := jpeg.Encode(&b, im, nil)
	return b.Bytes(), err
}
