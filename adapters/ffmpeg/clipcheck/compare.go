package clipcheck

import (
	"image"
	"math"
	"slices"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"github.com/sajangpick/sajangpick/pipeline/photo"
)

// comparison compares the frames of a clip with its photo, one after the other. It is for one goroutine.
type comparison struct {
	photo  picture
	levels [depth]level
	means  *means
	rest   [6]plane // for the work, as large as the photo

	// Of the photo: brightness around each pixel, how much it varies, both colours.
	mean, spread, cb, cr plane
	noise                float32 // variance of brightness that says nothing, measured by the photo's own

	frame  picture
	seen   [depth]seen
	pose   pose // of the frame before
	lost   int  // frames that were looked for anew
	frames int  // that were seen
	flows  [2]flow
	last   lens  // of the half size, in the frame before
	known  bool  // flows are those of the frame before
	bad    plane // how much each pixel of the photo isn't as the photo has it, 0 to 1; less than 0: it isn't seen

	parts parts
}

// newComparison is for frames of w x h. What it holds doesn't depend on their number.
func newComparison(im image.Image, w, h int) *comparison {
	c := &comparison{photo: pictureOf(im), pose: still}
	pw, ph := c.photo.y.w, c.photo.y.h
	c.means = newMeans(pw, ph)
	for i := range c.rest {
		c.rest[i] = newPlane(pw, ph)
	}
	dish := dishOf(c.photo)
	c.mean, c.spread, c.cb, c.cr = newPlane(pw, ph), newPlane(pw, ph), newPlane(pw, ph), newPlane(pw, ph)
	c.means.of(c.photo.y, c.photo.y, 1)
	c.variance(c.spread, c.mean, c.photo.y)
	c.means.of(c.cb, c.photo.cb, window)
	c.means.of(c.cr, c.photo.cr, window)
	c.noise = c.usual(dish)

	w, h = shown(pw, ph, w, h)
	c.frame = newPicture(w, h)
	y, fy := c.photo.y, c.frame.y
	for i := range c.levels {
		l, s := &c.levels[i], &c.seen[i]
		for _, p := range []*plane{&l.relief, &l.gx, &l.gy, &l.xx, &l.xy, &l.yy, &l.weight} {
			*p = newPlane(pw>>i, ph>>i)
		}
		*s = seen{y: newPlane(w>>i, h>>i), relief: newPlane(w>>i, h>>i), tmp: newPlane(w>>i, h>>i)}
		if i > 0 {
			half := newPlane(pw>>i, ph>>i)
			y.half(half)
			c.levels[i-1].weight.half(l.weight)
			y, fy = half, s.y
		} else {
			l.weight, s.y = dish, fy
		}
		c.means.relief(l.relief, y, c.scratch(0, y), around, c.grain())
		l.slope(c.means)
	}
	c.flows = [2]flow{newFlow(pw, ph), newFlow(pw>>1, ph>>1)}
	c.bad = newPlane(pw, ph)
	c.parts = newParts(dish)
	return c
}

// grain is the contrast that is noise, by the photo's own.
func (c *comparison) grain() float32 { return float32(math.Sqrt(float64(c.noise))) }

// scratch is memory for a plane of the size of p.
func (c *comparison) scratch(n int, p plane) plane {
	return plane{p.w, p.h, c.rest[n].v[:len(p.v)]}
}

// dishOf is how much of the dish is at each pixel: 1 where it is for sure, little at the edges.
func dishOf(p picture) plane {
	x, y, rx, ry := photo.Dish(p.rgba())
	w := newPlane(p.y.w, p.y.h)
	for j := range w.h {
		for i := range w.w {
			ux, uy := ((float64(i)+.5)/float64(w.w)-x)/rx, ((float64(j)+.5)/float64(w.h)-y)/ry
			d := math.Sqrt(ux*ux + uy*uy)
			w.v[j*w.w+i] = float32(min(max((1.25-d)/0.3, 0.02), 1))
		}
	}
	return w
}

// variance fills spread and mean with those of v around each pixel.
func (c *comparison) variance(spread, mean, v plane) {
	t := c.scratch(0, v)
	for i, a := range v.v {
		t.v[i] = a * a
	}
	c.means.of(spread, t, window)
	c.means.of(mean, v, window)
	for i, m := range mean.v {
		spread.v[i] = max(spread.v[i]-m*m, 0)
	}
}

// usual is what part of the dish's usual variance says nothing.
func (c *comparison) usual(dish plane) float32 {
	var all []float32
	for i := 0; i < len(dish.v); i += 7 {
		if dish.v[i] > 0.5 {
			all = append(all, c.spread.v[i])
		}
	}
	if len(all) == 0 {
		return least
	}
	slices.Sort(all)
	return max(least, quiet*all[len(all)/2])
}

const (
	window = 4   // radius of what is compared around a pixel
	least  = 2.5 // variance of brightness that a clip's encoder makes
	quiet  = 0.1 // of the dish's usual variance says nothing
)

// see compares the next frame.
func (c *comparison) see(f *ffmpeg.Frame, at float64) {
	c.frames++
	c.frame.fill(f)
	c.means.of(c.frame.y, c.frame.y, 1)
	for i := range c.seen {
		s := &c.seen[i]
		if i > 0 {
			c.seen[i-1].y.half(s.y)
		}
		c.means.relief(s.relief, s.y, s.tmp, around, c.grain())
	}
	c.align()
	c.score()
	c.parts.see(c.bad, at)
}

// maxLost is how many frames of a clip are looked for anew: it takes a hundred times what following one does.
const maxLost = 6

// align finds where the photo is in the frame.
func (c *comparison) align() {
	last, mid := depth-1, depth-2
	try := func(p pose) (pose, float64) {
		p = c.levels[last].closer(c.seen[last].relief, p, last, 6)
		p = c.levels[mid].closer(c.seen[mid].relief, p, mid, 4)
		return p, c.levels[mid].fit(c.seen[mid].relief, p, mid, 1)
	}
	p, fit := try(c.pose)
	if fit < lostBelow && c.lost < maxLost {
		c.lost++
		if q, f := try(c.levels[last].search(c.seen[last].relief, last)); f > fit {
			p, fit = q, f
		}
	}
	if fit > lostBelow/2 {
		c.pose = p
	}
	// A lens goes by the middles of its two pictures: those of half the size have their own.
	fine := p.lens(c.levels[0].relief, c.seen[0].relief, 0)
	half := p.lens(c.levels[1].relief, c.seen[1].relief, 1)
	if fit < lostBelow/2 {
		c.known = false
	}
	c.flows[1].resume(c.flows[0], half, c.last, c.known)
	c.last, c.known = half, true
	c.closer(c.flows[1], &c.levels[1], c.seen[1], half, 3)
	c.flows[0].enlarge(c.flows[1])
	c.closer(c.flows[0], &c.levels[0], c.seen[0], fine, 2)
}
