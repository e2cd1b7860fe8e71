package script

import (
	"image"
	"image/color"
	"math"

	"github.com/sajangpick/sajangpick/adapters/sandbox/studio/lettering"
)

// Fill is what a shape or a letter is filled with.
type Fill struct {
	Mode           string // solid, linear
	Stops          []Stop
	X0, Y0, X1, Y1 Length
}

// Stop is one colour of a gradient; a solid fill has one.
type Stop struct {
	At    float64 // 0..1
	Color color.NRGBA
}

func fill(f *fields) Fill {
	start, end := Length{0, Percent}, Length{100, Percent}
	out := Fill{
		Mode: f.choice("fill_mode", "solid", "linear"),
		X0:   f.length("fill_x0", start), Y0: f.length("fill_y0", start),
		X1: f.length("fill_x1", end), Y1: f.length("fill_y1", end),
	}
	list, ok := f.raw("fill_color").([]any)
	if !ok || len(list) == 0 {
		out.Mode = "solid"
		out.Stops = []Stop{{0, f.color("fill_color", black)}}
		return out
	}
	for _, raw := range list {
		m, _ := raw.(map[string]any)
		out.Stops = append(out.Stops, stop(f.p.fields(f.name+": fill_color", m, ofStop)))
	}
	if out.Mode == "solid" {
		out.Stops = out.Stops[:1]
	}
	return out
}

func stop(f *fields) Stop {
	defer f.rest()
	return Stop{f.share("offset", 0), f.color("color", black)}
}

// at is the fill's colour at u, premultiplied, in 0..255.
func (f Fill) at(u float64) (r, g, b, a float64) {
	lo, hi := f.Stops[0], f.Stops[len(f.Stops)-1]
	for _, s := range f.Stops {
		if s.At <= u {
			lo = s
		}
	}
	for i := len(f.Stops) - 1; i >= 0; i-- {
		if f.Stops[i].At > u {
			hi = f.Stops[i]
		}
	}
	k := 0.0
	switch {
	case u < f.Stops[0].At:
		hi = lo
	case hi.At <= u:
		hi = lo
	case hi.At > lo.At:
		k = (u - lo.At) / (hi.At - lo.At)
	}
	mix := func(p, q uint8) float64 { return float64(p) + (float64(q)-float64(p))*k }
	a = mix(lo.Color.A, hi.Color.A)
	return mix(lo.Color.R, hi.Color.R) * a / 255, mix(
		lo.Color.G, hi.Color.G,
	) * a / 255, mix(lo.Color.B, hi.Color.B) * a / 255, a
}

// along gives the gradient's place, 0..1, of a pixel of an element with the given frame.
func (f Fill) along(c canvas, fr frame) func(x, y float64) float64 {
	x0, y0 := fr.x+c.px(f.X0, fr.w), fr.y+c.px(f.Y0, fr.h)
	dx, dy := fr.x+c.px(f.X1, fr.w)-x0, fr.y+c.px(f.Y1, fr.h)-y0
	n := max(dx*dx+dy*dy, 1e-6)
	return func(x, y float64) float64 { return min(max(((x-x0)*dx+(y-y0)*dy)/n, 0), 1) }
}

// picture is a drawing in progress: premultiplied RGBA, whose top left pixel stands at (X, Y) of the
// frame. X and Y are even.
type picture struct {
	*image.RGBA
	X, Y int
}

// newPicture covers the given part of the frame, and is no larger than can matter: what lies more
// than half a frame outside isn't drawn.
func (c canvas) newPicture(x0, y0, x1, y1 float64) picture {
	x0, y0 = min(max(x0, -c.w/2), c.w), min(max(y0, -c.h/2), c.h)
	x1, y1 = max(min(x1, 1.5*c.w), x0), max(min(y1, 1.5*c.h), y0)
	X, Y := even(x0), even(y0)
	w, h := int(math.Ceil(x1))-X+1, int(math.Ceil(y1))-Y+1
	return picture{image.NewRGBA(image.Rect(0, 0, w+w&1, h+h&1)), X, Y}
}

// even is the largest even whole number that is at most v.
func even(v float64) int { return 2 * int(math.Floor(v/2)) }

func (p picture) mask() *image.Alpha { return image.NewAlpha(p.Rect) }

// paint lays a fill over the picture where the mask is.
func (p picture) paint(m *image.Alpha, f Fill, c canvas, fr frame) {
	if f.Mode == "solid" {
		p.tint(m, f.Stops[0].Color, 0, 0)
		return
	}
	along := f.along(c, fr)
	for y := range p.Rect.Dy() {
		for x := range p.Rect.Dx() {
			if cover := m.Pix[y*m.Stride+x]; cover > 0 {
				r, g, b, a := f.at(along(float64(p.X+x)+.5, float64(p.Y+y)+.5))
				p.over(x, y, r, g, b, a, float64(cover)/255)
			}
		}
	}
}

// tint lays one colour over the picture where the mask, moved by (dx, dy), is.
func (p picture) tint(m *image.Alpha, col color.NRGBA, dx, dy int) {
	a := float64(col.A)
	r, g, b := float64(col.R)*a/255, float64(col.G)*a/255, float64(col.B)*a/255
	w, h := p.Rect.Dx(), p.Rect.Dy()
	for y := max(0, dy); y < min(h, h+dy); y++ {
		for x := max(0, dx); x < min(w, w+dx); x++ {
			if cover := m.Pix[(y-dy)*m.Stride+x-dx]; cover > 0 {
				p.over(x, y, r, g, b, a, float64(cover)/255)
			}
		}
	}
}

// over composes one premultiplied colour over a pixel.
func (p picture) over(x, y int, r, g, b, a, cover float64) {
	d := p.Pix[y*p.Stride+4*x:][:4]
	k := 1 - a*cover/255
	for i, v := range [...]float64{r, g, b, a} {
		d[i] = uint8(min(v*cover+float64(d[i])*k+.5, 255))
	}
}

// shade lays an element's shadow under what will be painted on the mask.
func (p picture) shade(m *image.Alpha, s Shadow, c canvas) {
	if s.Color.A == 0 {
		return
	}
	soft := p.mask()
	copy(soft.Pix, m.Pix)
	lettering.Blur(soft, c.sigma(s.Blur))
	p.tint(soft, s.Color, int(math.Round(c.near(c.px(s.X, c.w)))), int(math.Round(c.near(c.px(s.Y, c.h)))))
}

// sigma is the standard deviation of a blur of the given radius, as a canvas has it: half of it.
func (c canvas) sigma(l Length) float64 {
	return min(max(c.px(l, c.w)/2, 0), min(c.w, c.h)/4)
}

// stroke is the width of an element's outline in pixels, at most a twentieth of the picture.
func (c canvas) stroke(e Element) float64 {
	if e.Stroke.Color.A == 0 {
		return 0
	}
	return min(max(c.px(e.Stroke.Width, c.w), 0), c.w/20)
}

// reach is how far a shadow goes beyond its element.
func (s Shadow) reach(c canvas) float64 {
	if s.Color.A == 0 {
		return 0
	}
	return 3.2*c.sigma(s.Blur) + c.near(max(math.Abs(c.px(s.X, c.w)), math.Abs(c.px(s.Y, c.h)))) + 2
}
