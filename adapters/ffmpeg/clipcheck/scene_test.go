package clipcheck

import (
	"image"
	"math"
	"math/rand/v2"

	"golang.org/x/image/draw"
)

// oval is where a dish, or a part of it, is: fractions of a picture's width and height.
type oval struct{ x, y, rx, ry float64 }

// far is how far a pixel is from an oval's middle: 1 at its edge.
func (o oval) far(b image.Rectangle, x, y int) float64 {
	ux := ((float64(x)+.5)/float64(b.Dx()) - o.x) / o.rx
	uy := ((float64(y)+.5)/float64(b.Dy()) - o.y) / o.ry
	return math.Sqrt(ux*ux + uy*uy)
}

// much is 1 inside an oval, 0 outside, and soft between.
func (o oval) much(b image.Rectangle, x, y int) float64 {
	return min(max((1.06-o.far(b, x, y))/0.12, 0), 1)
}

// piece is a random part of an oval that has so much of its area.
func (o oval) piece(rnd *rand.Rand, part float64) oval {
	if part >= 1 {
		return o
	}
	lean := math.Exp(0.5 * (rnd.Float64() - 0.5))
	k := math.Sqrt(part)
	p := oval{rx: o.rx * k * lean, ry: o.ry * k / lean}
	room, turn := max(0.9-k, 0)*math.Sqrt(rnd.Float64()), rnd.Float64()*2*math.Pi
	p.x, p.y = o.x+o.rx*room*math.Cos(turn), o.y+o.ry*room*math.Sin(turn)
	return p
}

// eye is where a camera stands: how near, turned (radians), aside (fractions of the width), and how much further what
// is high moves.
type eye struct{ zoom, turn, dx, dy, arc, tilt float64 }

// look is what an eye sees of a picture, w x h pixels of it.
func (e eye) look(im *image.RGBA, dish oval, w, h int) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	sin, cos := math.Sincos(e.turn)
	k := float64(im.Rect.Dx()) / float64(w) / e.zoom
	cx, cy := float64(w-1)/2, float64(h-1)/2
	mx, my := (0.5+e.dx)*float64(im.Rect.Dx())-0.5, 0.5*float64(im.Rect.Dy())+e.dy*float64(im.Rect.Dx())-0.5
	for y := range h {
		for x := range w {
			ux, uy := (float64(x)-cx)*k, (float64(y)-cy)*k
			if e.tilt != 0 {
				p := 1 + e.tilt*uy/float64(im.Rect.Dy())
				ux, uy = ux/p, uy/p
			}
			sx, sy := mx+ux*cos-uy*sin, my+ux*sin+uy*cos
			if e.arc != 0 {
				d := dish.far(im.Rect, int(sx), int(sy))
				sx += e.arc * float64(im.Rect.Dx()) * (0.35 + 0.65*math.Exp(-d*d))
			}
			readAt(im, sx, sy, out.Pix[out.PixOffset(x, y):])
		}
	}
	return out
}

// readAt reads between pixels; the edge goes on.
func readAt(im *image.RGBA, x, y float64, to []byte) {
	x, y = min(max(x, 0), float64(im.Rect.Dx()-1)-1e-6), min(max(y, 0), float64(im.Rect.Dy()-1)-1e-6)
	i, j := int(x), int(y)
	fx, fy := int((x-float64(i))*256), int((y-float64(j))*256)
	a := im.Pix[j*im.Stride+4*i:][:8]
	b := im.Pix[(j+1)*im.Stride+4*i:][:8]
	for c := range 3 {
		top, low := int(a[c])*(256-fx)+int(a[c+4])*fx, int(b[c])*(256-fx)+int(b[c+4])*fx
		to[c] = byte((top*(256-fy) + low*fy) >> 16)
	}
	to[3] = 255
}

// each changes every pixel.
func each(im *image.RGBA, change func(x, y int, p [3]float64) [3]float64) *image.RGBA {
	out := image.NewRGBA(im.Rect)
	for y := range im.Rect.Dy() {
		for x := range im.Rect.Dx() {
			i := im.PixOffset(x, y)
			p := change(x, y, [3]float64{float64(im.Pix[i]), float64(im.Pix[i+1]), float64(im.Pix[i+2])})
			for c, v := range p {
				out.Pix[i+c] = byte(min(max(v+0.5, 0), 255))
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

func evenly(k float64) func(int, int) float64 { return func(int, int) float64 { return k } }

func resized(im image.Image, w, h int) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.BiLinear.Scale(out, out.Rect, im, im.Bounds(), draw.Src, nil)
	return out
}

// blurred is a picture without detail of less than so many pixels.
func blurred(im *image.RGBA, size int) *image.RGBA {
	small := resized(im, max(im.Rect.Dx()/size, 2), max(im.Rect.Dy()/size, 2))
	out := image.NewRGBA(im.Rect)
	draw.CatmullRom.Scale(out, out.Rect, small, small.Rect, draw.Src, nil)
	return out
}

// differ is how much two pictures differ where a part is, in levels, but for fine detail: what a person sees.
func differ(a, b *image.RGBA, part oval) float64 {
	a, b = blurred(a, 4), blurred(b, 4)
	sum, n := 0., 0.
	for y := range a.Rect.Dy() {
		for x := range a.Rect.Dx() {
			if k := part.much(a.Rect, x, y); k > 0 {
				i := a.PixOffset(x, y)
				most := 0.
				for c := range 3 {
					most = max(most, math.Abs(float64(a.Pix[i+c])-float64(b.Pix[i+c])))
				}
				sum, n = sum+k*most, n+k
			}
		}
	}
	return sum / max(n, 1)
}
