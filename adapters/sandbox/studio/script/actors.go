package script

import (
	"context"
	"image/color"
	"math"
	"slices"

	"github.com/sajangpick/sajangpick/pipeline/video"
)

// flood fills a frame with one colour.
func flood(f *video.Frame, c color.NRGBA) {
	c.A = 255
	y, u, v, _ := yccOf(c)
	for i, p := range [...][]byte{f.Y, f.U, f.V} {
		b := byte8([...]float64{y, u, v}[i])
		for k := range p {
			p[k] = b
		}
	}
}

// still is an element that is drawn once and then only moved: text, shape, image.
type still struct {
	r     *render
	e     Element
	turn  turn
	frame frame
	layer *layer
	lines []*layer // of a text whose lines slide in
	block block
	wash  *wash
	rest  *layer // the layer as it stands when nothing moves
}

func (s *still) enter(context.Context) error {
	c := s.r.canvas
	switch s.e.Kind {
	case KindShape:
		path, ok := parsePath(s.e.Path)
		if !ok {
			path, _ = parsePath("M 0 0 L 100 0 L 100 100 L 0 100 Z")
		}
		s.frame = c.place(s.e.Box, 0, 0)
		if w, ok := c.asWash(s.e, s.frame, path); ok {
			s.wash = &w
			return nil
		}
		s.layer = newLayer(c.shape(s.e, s.frame, path))
	case KindText:
		s.block = c.set(s.e, s.r.fonts)
		s.frame = s.block.frame
		s.layer = newLayer(c.text(s.e, s.block, s.r.fonts, 0, len(s.block.Lines)))
		if slices.ContainsFunc(s.e.Animations, func(a Animation) bool { return a.Type == "text-slide" }) {
			for i := range s.block.Lines {
				s.lines = append(s.lines, newLayer(c.text(s.e, s.block, s.r.fonts, i, i+1)))
			}
		}
	case KindImage:
		im, err := loadImage(s.r.files[s.e.Media.Source])
		if err != nil {
			return err
		}
		s.frame = c.place(s.e.Box, 0, 0)
		s.layer = newLayer(c.image(s.e, s.frame, im))
	}
	return nil
}

func (s *still) covers(float64) bool { return false }

func (s *still) leave() { s.layer, s.lines, s.rest, s.wash = nil, nil, nil, nil }

func (s *still) draw(_ context.Context, f *video.Frame, t float64) error {
	p := s.r.pose(s.e, s.frame, s.turn, t)
	if s.wash != nil {
		s.wash.draw(f, p.opacity, s.r.noise)
		return nil
	}
	for _, a := range s.e.Animations {
		if a.Type == "text-slide" && a.progress(t, s.turn) != 1 {
			s.slide(f, a, p, t)
			return nil
		}
	}
	at := p
	at.opacity = s.e.rest().opacity
	if at != s.e.rest() {
		s.layer.draw(f, p, s.frame.px, s.frame.py, whole(f))
		return nil
	}
	switch {
	case s.rest != nil:
	case p.rot == 0 && p.sx == 1 && p.sy == 1:
		s.rest = s.layer
	case s.layer.fits(at, s.frame, f):
		s.rest = s.layer.baked(at, s.frame.px, s.frame.py)
	default:
		s.layer.draw(f, p, s.frame.px, s.frame.py, whole(f))
		return nil
	}
	s.rest.blit(f, 0, 0, p.opacity, whole(f))
	return nil
}

// slide draws a text's lines on their way to their places, each a little after the one before. With
// a clip they come out of their own edge.
func (s *still) slide(f *video.Frame, a Animation, p pose, t float64) {
	n := float64(len(s.lines))
	if !a.ByLine {
		n = 1
	}
	d := a.Duration
	if d == 0 {
		d = s.turn.end - s.turn.start
	}
	one := a
	one.Duration = d / (1 + (n-1)/2) // half of each line's time overlaps with the next
	sin, cos := math.Sincos(a.Direction)
	for i, l := range s.lines {
		if a.ByLine {
			one.At = a.At + float64(i)*one.Duration/2
		}
		u := one.progress(t, s.turn)
		q := p
		if a.Fade {
			q.opacity *= min(max(u, 0), 1)
		}
		away := (1 - u) * s.r.px(a.Distance, s.block.pitch)
		if math.Abs(cos) > math.Abs(sin) {
			away = (1 - u) * s.r.px(a.Distance, s.block.widths[i])
		}
		q.dx -= cos * away
		q.dy += sin * away
		c := whole(f)
		if a.Clip && u < 1 {
			c.y0 = max(c.y0, even(s.block.top+float64(i)*s.block.pitch-.08*s.block.Size))
			c.y1 = min(c.y1, even(s.block.top+float64(i+1)*s.block.pitch+.04*s.block.Size))
		}
		if t >= s.turn.start+one.At {
			l.draw(f, q, s.frame.px, s.frame.py, c)
		}
	}
}
