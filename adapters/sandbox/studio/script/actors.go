package script

import (
	"context"
	"image/color"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
)

// flood fills a frame with one colour.
func flood(f *ffmpeg.Frame, c color.NRGBA) {
	c.A = 255
	y, u, v, _ := yccOf(c)
	for i, p := range [...][]byte{f.Y, f.U, f.V} {
		b := byte8([...]float64{y, u, v}[i])
		for k := range p {
			p[k] = b
		}
	}
}

// still is an element that is drawn once and then only moved.
type still struct {
	r     *render
	e     Element
	turn  turn
	frame frame
	layer *layer
	wash  *wash
	rest  *layer // the layer as it stands when nothing moves
}

func (s *still) enter(context.Context) error {
	c := s.r.canvas
	switch s.e.Kind {
	case KindShape:
		path, _ := parsePath(s.e.Path) // Parse has seen to it
		s.frame = c.place(s.e.Box, 0, 0)
		if w, ok := c.asWash(s.e, s.frame, path); ok {
			s.wash = &w
			return nil
		}
		s.layer = newLayer(c.shape(s.e, s.frame, path))
	case KindText:
		b := c.set(s.e, s.r.fonts)
		s.frame = b.frame
		s.layer = newLayer(c.text(s.e, b, s.r.fonts))
	}
	return nil
}

func (s *still) covers(float64) bool { return false }

func (s *still) leave() { s.layer, s.rest, s.wash = nil, nil, nil }

func (s *still) draw(_ context.Context, f *ffmpeg.Frame, t float64) error {
	p := s.r.pose(s.e, s.frame, s.turn, t)
	if s.wash != nil {
		s.wash.draw(f, p.opacity, s.r.noise)
		return nil
	}
	at := p
	at.opacity = s.e.rest().opacity
	if at != s.e.rest() {
		s.layer.draw(f, p, s.frame.px, s.frame.py)
		return nil
	}
	switch {
	case s.rest != nil:
	case p.rot == 0 && p.sx == 1 && p.sy == 1:
		s.rest = s.layer
	case s.layer.fits(at, s.frame, f):
		s.rest = s.layer.baked(at, s.frame.px, s.frame.py)
	default:
		s.layer.draw(f, p, s.frame.px, s.frame.py)
		return nil
	}
	s.rest.blit(f, 0, 0, p.opacity)
	return nil
}
