package clipcheck

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
	"golang.org/x/image/draw"
)

// The size of the pictures that are painted here.
const w, h = 270, 480

// samplePhoto is the picture that ships with the program, in the shape of a prepared photo.
func samplePhoto(t testing.TB) *image.RGBA {
	t.Helper()
	im, err := jpeg.Decode(bytes.NewReader(sample.Photo))
	if err != nil {
		t.Fatal(err)
	}
	b := im.Bounds()
	if tall := b.Dx() * h / w; tall < b.Dy() {
		b.Max.Y = b.Min.Y + tall
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.CatmullRom.Scale(out, out.Rect, im, b, draw.Src, nil)
	return out
}

// recipe is a painted dish.
type recipe struct {
	table, plate, sauce color.RGBA
	bits                []color.RGBA // what lies in it
	size                float64      // of a bit
	many                int
	seed                uint64
}

var menu = map[string]recipe{
	"stew": {
		rgb(70, 50, 36), rgb(40, 36, 36), rgb(176, 50, 22),
		[]color.RGBA{rgb(240, 235, 220), rgb(60, 120, 50), rgb(215, 90, 40)}, 15, 34, 1,
	},
	"rice": {
		rgb(150, 118, 84), rgb(235, 232, 225), rgb(240, 238, 230),
		[]color.RGBA{rgb(230, 120, 40), rgb(70, 130, 50), rgb(110, 60, 40), rgb(245, 205, 60)}, 22, 22, 2,
	},
	"salad": {
		rgb(222, 220, 215), rgb(250, 250, 250), rgb(90, 140, 50),
		[]color.RGBA{rgb(120, 180, 60), rgb(50, 110, 40), rgb(210, 40, 40), rgb(240, 235, 200)}, 18, 60, 3,
	},
	"ice": {
		rgb(90, 100, 120), rgb(200, 215, 230), rgb(245, 246, 250),
		[]color.RGBA{rgb(120, 40, 45), rgb(220, 60, 80), rgb(235, 220, 200)}, 13, 26, 4,
	},
}

func rgb(r, g, b byte) color.RGBA { return color.RGBA{r, g, b, 255} }

// paint draws a recipe as a camera from above sees it, the dish where prepared photos have it.
func paint(r recipe) *image.RGBA {
	im := image.NewRGBA(image.Rect(0, 0, w, h))
	rnd := rand.New(rand.NewPCG(r.seed, 7))
	knots := [6]float64{}
	for i := range knots {
		knots[i] = rnd.Float64() * 6
	}
	const cx, cy = w / 2, h * 0.40
	for y := range h {
		for x := range w {
			grainy := 12 * math.Sin(float64(x)/9+knots[0]+2*math.Sin(float64(y)/60+knots[1]))
			c := tinted(r.table, grainy-0.06*float64(y-h/2))
			switch d := math.Hypot(float64(x)-cx, (float64(y)-cy)*1.12); {
			case d < 92:
				c = tinted(r.sauce, 14*math.Sin(float64(x)/7+knots[2])*math.Sin(float64(y)/8+knots[3]))
			case d < 114:
				c = tinted(r.plate, 26-(d-92)*1.6-0.2*(float64(x)-cx))
			case d < 128:
				c = tinted(c, -40+2.6*(d-114))
			}
			im.SetRGBA(x, y, c)
		}
	}
	for range r.many {
		a, d := rnd.Float64()*2*math.Pi, 84*math.Sqrt(rnd.Float64())
		bit(
			im, cx+d*math.Cos(a), cy+d*math.Sin(a)/1.12, r.size*(0.5+rnd.Float64()), rnd.Float64()*math.Pi,
			r.bits[rnd.IntN(len(r.bits))],
		)
	}
	return im
}

// bit is a longish piece of food with light on it and a shadow below.
func bit(im *image.RGBA, cx, cy, size, turn float64, c color.RGBA) {
	for y := int(cy - size); y <= int(cy+size); y++ {
		for x := int(cx - size); x <= int(cx+size); x++ {
			dx, dy := float64(x)-cx, float64(y)-cy
			u, v := (dx*math.Cos(turn)+dy*math.Sin(turn))/size, (dy*math.Cos(turn)-dx*math.Sin(turn))/size*2
			if d := u*u + v*v; d < 1 && image.Pt(x, y).In(im.Rect) {
				im.SetRGBA(x, y, tinted(c, 34*(1-d)-30*d*d-14*dy/size))
			}
		}
	}
}

func tinted(c color.RGBA, by float64) color.RGBA {
	s := func(v byte) byte { return byte(min(max(float64(v)+by, 0), 255)) }
	return color.RGBA{s(c.R), s(c.G), s(c.B), 255}
}
