package script

import "math"

// pose is how an element stands in one frame, against the way it was drawn.
type pose struct {
	dx, dy  float64 // moved, in pixels
	sx, sy  float64 // scaled about the pivot
	rot     float64 // turned about the pivot, radians clockwise
	opacity float64
}

// frame is where an element stands at rest, in pixels of the output.
type frame struct {
	x, y, w, h float64 // of its box, before rotation
	px, py     float64 // pivot: the anchor's place
}

// place finds an element's frame; w and h are the content's size, for a box without its own.
func (c canvas) place(b Box, w, h float64) frame {
	if b.W.Unit != Unset {
		w = c.px(b.W, c.w)
	}
	if b.H.Unit != Unset {
		h = c.px(b.H, c.h)
	}
	f := frame{w: c.near(max(w, 0)), h: c.near(max(h, 0)), px: c.near(c.px(b.X, c.w)), py: c.near(c.px(b.Y, c.h))}
	f.x = c.near(f.px - c.px(b.XAnchor, f.w))
	f.y = c.near(f.py - c.px(b.YAnchor, f.h))
	return f
}

// near keeps a place within a few pictures' distance, where all arithmetic is sound.
func (c canvas) near(v float64) float64 {
	far := 4 * (c.w + c.h)
	return min(max(v, -far), far)
}

func (e Element) rest() pose {
	return pose{sx: 1, sy: 1, rot: e.Rotation, opacity: e.Opacity}
}

// pose is the element's pose at t, within its turn.
func (c canvas) pose(e Element, f frame, turn turn, t float64) pose {
	p := e.rest()
	for _, a := range e.Animations {
		u := a.progress(t, turn)
		if a.Fade || a.Type == "fade" {
			p.opacity *= min(max(u, 0), 1)
		}
		switch a.Type {
		case "slide":
			dx, dy := c.slid(a, f)
			p.dx += dx * (1 - u)
			p.dy += dy * (1 - u)
		case "scale":
			c.scaled(a, f, a.From+(a.To-a.From)*u, &p)
		}
	}
	return p
}

// slid is how far from its place a slide starts.
func (c canvas) slid(a Animation, f frame) (dx, dy float64) {
	w, h := f.w, f.h
	if a.Wide {
		w, h = c.w, c.h
	}
	sin, cos := math.Sincos(a.Direction)
	return -cos * c.px(a.Distance, w), sin * c.px(a.Distance, h)
}

func (c canvas) scaled(a Animation, f frame, s float64, p *pose) {
	s = max(s, 0)
	ax, ay := f.px, f.py
	if a.XAnchor.Unit != Unset {
		ax = f.x + c.px(a.XAnchor, f.w)
	}
	if a.YAnchor.Unit != Unset {
		ay = f.y + c.px(a.YAnchor, f.h)
	}
	if a.Axis != "y" {
		p.sx *= s
		p.dx += (ax - f.px) * (1 - s)
	}
	if a.Axis != "x" {
		p.sy *= s
		p.dy += (ay - f.py) * (1 - s)
	}
}
