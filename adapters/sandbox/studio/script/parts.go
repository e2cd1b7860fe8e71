package script

import (
	"math"

	"github.com/sajangpick/sajangpick/pipeline/video"
)

// maxParts is how many parts of a text move by themselves; of more, larger ones do.
const maxParts = 300

// part is a piece of a text on its way to its place.
type part struct {
	frame        // its line box, with the element's pivot
	under, above *layer
}

// split cuts the text into parts, once.
func (s *still) split(by string) []part {
	if all, ok := s.parts[by]; ok {
		return all
	}
	if s.parts == nil {
		s.parts = map[string][]part{}
	}
	c, fonts := s.r.canvas, s.r.fonts
	pieces := s.block.pieces(fonts, by)
	for _, coarser := range []string{"word", "line"} {
		if by != "none" && len(pieces) > maxParts {
			pieces = s.block.pieces(fonts, coarser)
		}
	}
	var all []part
	if by == "none" {
		all = append(all, part{s.frame, newLayer(c.text(s.e, s.block, fonts, s.block.pieces(fonts, "line"), plates|outlines|inks)), nil})
		pieces = nil
	}
	for _, p := range pieces {
		q := part{frame: frame{p.x, s.block.top + float64(p.line)*s.block.pitch, p.w, s.block.pitch, s.frame.px, s.frame.py}}
		draw := func(what coats) *layer { return newLayer(c.text(s.e, s.block, fonts, []piece{p}, what)) }
		switch by {
		case "line":
			q.under = draw(plates | outlines | inks)
		case "word": // its plate would move against that of its line
			q.under = draw(outlines | inks)
		default: // what a letter casts must not fall on its neighbours
			q.under, q.above = draw(outlines), draw(inks)
		}
		all = append(all, q)
	}
	s.parts[by] = all
	return all
}

// drawParts draws a text whose parts are on their way: u is how far all of them are.
func (s *still) drawParts(f *video.Frame, a Animation, p pose, u float64) {
	all := s.split(a.Split)
	if s.e.Text.Plate.A > 0 && (a.Split == "word" || a.Split == "letter") {
		q := p
		q.opacity *= min(3*u, 1)
		s.backdrop().draw(f, q, s.frame.px, s.frame.py, whole(f))
	}
	for _, above := range []bool{false, true} {
		for i, part := range all {
			l := part.under
			if above {
				l = part.above
			}
			k, on := a.share(u, i, len(all))
			if l == nil || !on {
				continue
			}
			q, c := s.moved(a, part, p, k, whole(f))
			l.draw(f, q, s.frame.px, s.frame.py, c)
		}
	}
}

// backdrop is the plates alone, of a text whose letters move on them.
func (s *still) backdrop() *layer {
	const key = "plates"
	if s.parts[key] == nil {
		c := s.r.canvas
		s.parts[key] = []part{{s.frame, newLayer(c.text(s.e, s.block, s.r.fonts, s.block.pieces(s.r.fonts, "line"), plates)), nil}}
	}
	return s.parts[key][0].under
}

// share is how far the i-th of n parts is, eased, and whether it shows, when u of the animation has passed.
func (a Animation) share(u float64, i, n int) (float64, bool) {
	switch a.Order {
	case "reversed":
		i = n - 1 - i
	case "random":
		i = shuffled(i, n)
	}
	one := 1 / (1 + float64(n-1)*(1-a.Overlap))
	part := (u - float64(i)*(1-a.Overlap)*one) / one
	if a.Type == "text-typewriter" {
		return 1, part > 0
	}
	return ease(a.Easing, min(max(part, 0), 1)), part > 0 || a.From > 0
}

// shuffled is the place of i in an order of n that looks like none and is always the same.
func shuffled(i, n int) int {
	step := int(float64(n)*.618) | 1
	for gcd(step, n) != 1 {
		step += 2
	}
	return (i*step + n/3) % n
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// moved is the pose of a part that is k on its way, and where it may be seen.
func (s *still) moved(a Animation, p part, q pose, k float64, c clip) (pose, clip) {
	if a.Fade {
		q.opacity *= min(max(k, 0), 1)
	}
	switch a.Type {
	case "text-slide":
		dx, dy := s.r.slid(a, p.frame)
		q.dx += dx * (1 - k)
		q.dy += dy * (1 - k)
		if a.Clip && k < 1 && q.rot == 0 {
			c = s.edge(a, p, c)
		}
	case "text-scale":
		s.r.scaled(a, p.frame, k, &q)
	case "text-appear":
		q.opacity *= a.From + (1-a.From)*min(max(k, 0), 1)
	case "text-reveal":
		if share := a.From + (1-a.From)*k; share < 1 && q.rot == 0 {
			c = s.uncovered(a, p, share, c)
		}
	}
	return q, c
}

// edge is the line box that a sliding part comes out of, with room for what stands out of it.
func (s *still) edge(a Animation, p part, c clip) clip {
	if sin, cos := math.Sincos(a.Direction); math.Abs(cos) > math.Abs(sin) {
		return clip{max(c.x0, even(p.x-.08*s.block.Size)), c.y0, min(c.x1, even(p.x+p.w+.08*s.block.Size)), c.y1}
	}
	return clip{c.x0, max(c.y0, even(p.y-.08*s.block.Size)), c.x1, min(c.y1, even(p.y+p.h+.04*s.block.Size))}
}

// uncovered is the share of a part, and of all that belongs to it, which is seen about its anchor.
func (s *still) uncovered(a Animation, p part, share float64, c clip) clip {
	ax, ay := p.x+s.r.px(a.XAnchor, p.w), p.y+s.r.px(a.YAnchor, p.h)
	l := p.under
	x0, x1, y0, y1 := float64(l.x), float64(l.x+l.w), float64(l.y), float64(l.y+l.h)
	if a.Axis != "y" {
		c.x0, c.x1 = max(c.x0, even(ax+(x0-ax)*share)), min(c.x1, even(ax+(x1-ax)*share))
	}
	if a.Axis != "x" {
		c.y0, c.y1 = max(c.y0, even(ay+(y0-ay)*share)), min(c.y1, even(ay+(y1-ay)*share))
	}
	return c
}
