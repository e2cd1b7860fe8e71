package clipcheck

import (
	"math"
	"slices"
)

// grading is what was done to a whole frame: its light, by a factor, its colours, by a shift, and its contrast.
type grading struct{ light, cb, cr, contrast float32 }

const (
	haze  = 0.65 // of what is there, steam may hide
	shade = 0.45 // of the light may go
	glow  = 0.4  // of it may come
)

// score fills bad: how far each pixel of the photo is from what the frame shows there.
func (c *comparison) score() {
	f := c.flows[0]
	y, cb, cr := c.scratch(1, c.photo.y), c.scratch(2, c.photo.y), c.scratch(3, c.photo.y)
	for i, x := range f.x.v {
		v := f.y.v[i]
		y.v[i], cb.v[i], cr.v[i] = c.frame.y.at(x, v), c.frame.cb.at(x, v), c.frame.cr.at(x, v)
	}
	both := c.scratch(4, c.photo.y)
	for i, v := range y.v {
		both.v[i] = v * c.photo.y.v[i]
	}
	c.means.of(both, both, window)
	spread := c.scratch(5, c.photo.y)
	c.variance(spread, y, y)
	c.means.of(cb, cb, window)
	c.means.of(cr, cr, window)
	g := c.gradingOf(y, cb, cr, spread)
	for i, my := range y.v {
		if !in(c.frame.y, f.x.v[i], f.y.v[i]) {
			c.bad.v[i] = -1
			continue
		}
		mp, vp, vf := c.mean.v[i], c.spread.v[i], spread.v[i]
		a := alikeness{
			c: (both.v[i] - mp*my + c.noise) / sqrt((vp+c.noise)*(vf+c.noise)), vp: vp, vf: vf,
			light: my, was: min((mp+16)*g.light-16, 255),
			cb: cb.v[i], cr: cr.v[i], wasCb: c.cb.v[i] + g.cb, wasCr: c.cr.v[i] + g.cr,
		}
		c.bad.v[i] = 1 - a.value(c.noise, g.contrast)
	}
}

func sqrt(v float32) float32 { return float32(math.Sqrt(float64(v))) }

// alikeness is what photo and frame have around a pixel.
type alikeness struct {
	c, vp, vf            float32 // how brightness goes along in both, -1 to 1, and its variances
	light, was           float32 // brightness, and what the photo lets expect
	cb, cr, wasCb, wasCr float32
}

// value is 0 to 1. Steam lifts brightness towards white and takes contrast and colour in the same measure, light that
// comes or goes changes all three by one factor: what either explains isn't held against the frame.
func (a alikeness) value(noise, contrast float32) float32 {
	texture := a.vp / (a.vp + 4*noise)
	slope := max(a.c, 0) * sqrt((a.vf+noise)/(a.vp+noise)) / contrast
	k := min(max((a.light+16)/(a.was+16), 1-shade), 1+glow)
	v := a.explained(texture, slope, k, a.light+16-k*(a.was+16))
	if a.light > a.was {
		h := min((a.light-a.was)/max(250-a.was, 5), haze)
		h = min(h, 1.3-texture*min(slope, 1.3))
		v = max(v, a.explained(texture, slope, 1-h, a.light-a.was-h*max(250-a.was, 0)))
	}
	return v
}

// explained is the value if so much of contrast and colour is left, and so much brightness unexplained.
func (a alikeness) explained(texture, slope, left, off float32) float32 {
	structure := max(a.c, 0)
	if lack := slope / (0.5 * left); lack < 1 {
		structure *= 1 - texture*(1-lack)
	}
	tint := sqrt(sq(a.cb-left*a.wasCb) + sq(a.cr-left*a.wasCr))
	tint /= 8 + 0.25*sqrt(sq(a.wasCb)+sq(a.wasCr)) + 0.02*a.was
	off /= 20 + 0.15*a.was
	return structure * float32(math.Exp(-float64(off*off+tint*tint)))
}

func sq(v float32) float32 { return v * v }

// gradingOf tells how a frame was graded, as far as that is taste.
func (c *comparison) gradingOf(y, cb, cr, spread plane) grading {
	var light, b, r, contrast []float32
	weight := c.levels[0].weight
	for i := 0; i < len(y.v); i += 11 {
		if weight.v[i] < 0.5 || !in(c.frame.y, c.flows[0].x.v[i], c.flows[0].y.v[i]) {
			continue
		}
		light = append(light, (y.v[i]+16)/(c.mean.v[i]+16))
		b, r = append(b, cb.v[i]-c.cb.v[i]), append(r, cr.v[i]-c.cr.v[i])
		if c.spread.v[i] > 4*c.noise {
			contrast = append(contrast, sqrt((spread.v[i]+c.noise)/(c.spread.v[i]+c.noise)))
		}
	}
	middle := func(v []float32, least, most float32) float32 {
		if len(v) == 0 {
			return (least + most) / 2
		}
		slices.Sort(v)
		return min(max(v[len(v)/2], least), most)
	}
	return grading{middle(light, 0.6, 1.6), middle(b, -12, 12), middle(r, -12, 12), middle(contrast, 0.6, 1.4)}
}
