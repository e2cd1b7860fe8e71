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
	"golang.org/x/image/math/f64"
)

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
	"stew":  {rgb(70, 50, 36), rgb(40, 36, 36), rgb(176, 50, 22), []color.RGBA{rgb(240, 235, 220), rgb(60, 120, 50), rgb(215, 90, 40)}, 15, 34, 1},
	"rice":  {rgb(150, 118, 84), rgb(235, 232, 225), rgb(240, 238, 230), []color.RGBA{rgb(230, 120, 40), rgb(70, 130, 50), rgb(110, 60, 40), rgb(245, 205, 60)}, 22, 22, 2},
	"salad": {rgb(222, 220, 215), rgb(250, 250, 250), rgb(90, 140, 50), []color.RGBA{rgb(120, 180, 60), rgb(50, 110, 40), rgb(210, 40, 40), rgb(240, 235, 200)}, 18, 60, 3},
	"ice":   {rgb(90, 100, 120), rgb(200, 215, 230), rgb(245, 246, 250), []color.RGBA{rgb(120, 40, 45), rgb(220, 60, 80), rgb(235, 220, 200)}, 13, 26, 4},
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
			c := shade(r.table, grainy-0.06*float64(y-h/2))
			switch d := math.Hypot(float64(x)-cx, (float64(y)-cy)*1.12); {
			case d < 92:
				c = shade(r.sauce, 14*math.Sin(float64(x)/7+knots[2])*math.Sin(float64(y)/8+knots[3]))
			case d < 114:
				c = shade(r.plate, 26-(d-92)*1.6-0.2*(float64(x)-cx))
			case d < 128:
				c = shade(c, -40+2.6*(d-114))
			}
			im.SetRGBA(x, y, c)
		}
	}
	for range r.many {
		a, d := rnd.Float64()*2*math.Pi, 84*math.Sqrt(rnd.Float64())
		bit(im, cx+d*math.Cos(a), cy+d*math.Sin(a)/1.12, r.size*(0.5+rnd.Float64()), rnd.Float64()*math.Pi, r.bits[rnd.IntN(len(r.bits))])
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
				im.SetRGBA(x, y, shade(c, 34*(1-d)-30*d*d-14*dy/size))
			}
		}
	}
}

func shade(c color.RGBA, by float64) color.RGBA {
	s := func(v byte) byte { return byte(min(max(float64(v)+by, 0), 255)) }
	return color.RGBA{s(c.R), s(c.G), s(c.B), 255}
}

// camera shows what a camera shows that has come nearer, turned (radians) and gone aside (parts of the width).
func camera(im *image.RGBA, zoom, turn, dx, dy float64) *image.RGBA {
	out := image.NewRGBA(im.Rect)
	sin, cos := math.Sincos(turn)
	cx, cy := float64(w)/2, float64(h)/2
	m := f64.Aff3{zoom * cos, -zoom * sin, 0, zoom * sin, zoom * cos, 0}
	m[2], m[5] = cx-m[0]*(cx+dx*w)-m[1]*(cy+dy*w), cy-m[3]*(cx+dx*w)-m[4]*(cy+dy*w)
	draw.CatmullRom.Transform(out, m, im, im.Rect, draw.Src, nil)
	return out
}

// each changes every pixel.
func each(im *image.RGBA, change func(x, y int, p [3]float64) [3]float64) *image.RGBA {
	out := image.NewRGBA(im.Rect)
	for y := range h {
		for x := range w {
			i := im.PixOffset(x, y)
			p := change(x, y, [3]float64{float64(im.Pix[i]), float64(im.Pix[i+1]), float64(im.Pix[i+2])})
			for c, v := range p {
				out.Pix[i+c] = byte(min(max(v, 0), 255))
			}
			out.Pix[i+3] = 255
		}
	}
	return out
}

// mix is a over b where so much of a is seen.
func mix(a, b *image.RGBA, much func(x, y int) float64) *image.RGBA {
	return each(b, func(x, y int, p [3]float64) [3]float64 {
		k, i := much(x, y), a.PixOffset(x, y)
		for c := range p {
			p[c] += k * (float64(a.Pix[i+c]) - p[c])
		}
		return p
	})
}

func graded(im *image.RGBA, gain, gamma, warm float64) *image.RGBA {
	return each(im, func(_, _ int, p [3]float64) [3]float64 {
		for c := range p {
			p[c] = 255 * math.Pow(min(p[c]*gain/255, 1), gamma)
		}
		return [3]float64{p[0] + warm, p[1], p[2] - warm}
	})
}

func saturated(im *image.RGBA, by float64) *image.RGBA {
	return each(im, func(_, _ int, p [3]float64) [3]float64 {
		m := 0.3*p[0] + 0.6*p[1] + 0.1*p[2]
		return [3]float64{m + by*(p[0]-m), m + by*(p[1]-m), m + by*(p[2]-m)}
	})
}

func grainy(im *image.RGBA, by float64) *image.RGBA {
	rnd := rand.New(rand.NewPCG(9, 9))
	return each(im, func(_, _ int, p [3]float64) [3]float64 {
		n := by * rnd.NormFloat64()
		return [3]float64{p[0] + n, p[1] + n, p[2] + n}
	})
}

func squeezed(t testing.TB, im *image.RGBA, quality int) *image.RGBA {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, im, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	got, err := jpeg.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	out := image.NewRGBA(im.Rect)
	draw.Draw(out, out.Rect, got, got.Bounds().Min, draw.Src)
	return out
}

// steaming lets white wisps rise from the dish, up to so dense.
func steaming(im *image.RGBA, dense float64) *image.RGBA {
	return each(im, func(x, y int, p [3]float64) [3]float64 {
		u, v := float64(x)-w/2, float64(y)
		k := dense * math.Exp(-math.Pow((u-22*math.Sin(v/30))/40, 2)) * min(max((h*0.46-v)/60, 0), 1)
		for c := range p {
			p[c] += k * (235 - p[c])
		}
		return p
	})
}

// hand puts an arm and a hand over the dish.
func hand(im *image.RGBA) *image.RGBA {
	return each(im, func(x, y int, p [3]float64) [3]float64 {
		u, v := float64(x), float64(y)
		arm := u > 120 && math.Abs(v-190-0.15*(u-120)) < 46+0.1*(u-120)
		fingers := u > 60 && u <= 120 && math.Mod(v-144+240, 24) < 18 && v > 144 && v < 240
		if arm || fingers {
			s := 18 * math.Sin(v/16)
			return [3]float64{222 + s, 172 + s, 142 + s}
		}
		return p
	})
}

// arc moves what stands higher than the table further, as a camera's arc does.
func arc(im *image.RGBA, by float64) *image.RGBA {
	out := image.NewRGBA(im.Rect)
	for y := range h {
		for x := range w {
			d := math.Hypot(float64(x)-w/2, float64(y)-h*0.40) / 114
			sx := min(max(x+int(by*w*(0.4+0.6*math.Exp(-d*d))), 0), w-1)
			out.SetRGBA(x, y, im.RGBAAt(sx, y))
		}
	}
	return out
}
