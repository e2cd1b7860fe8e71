package script

import (
	"context"
	"fmt"
	"image/color"
	"math"

	"github.com/sajangpick/sajangpick/pipeline/video"
)

// clipActor is a video element. Its picture is laid straight into the frame where it can be; with
// corners, turns or scaling it goes through a layer, which is slower.
type clipActor struct {
	r      *render
	e      Element
	turn   turn
	frame  frame
	player *player
	soft   *soft // when it is blurred
	// where the picture's top left pixel stands in the frame, and which part of it shows
	x, y   int
	window clip
	shape  *layer // the corners' alpha, for the slow way
}

func (a *clipActor) enter(context.Context) error {
	c, info := a.r.canvas, a.r.info[a.e.Media.Source]
	a.frame = c.place(a.e.Box, 0, 0)
	in := c.inside(a.e, a.frame, float64(info.W), float64(info.H))
	w, h := roundEven(in.w), roundEven(in.h)
	a.x, a.y = roundEven(in.x), roundEven(in.y)
	if w*h > 4*maxPixels || w < 2 || h < 2 {
		return fmt.Errorf("a picture of %d x %d pixels", w, h)
	}
	a.window = clip{max(roundEven(a.frame.x), a.x), max(roundEven(a.frame.y), a.y),
		min(roundEven(a.frame.x+a.frame.w), a.x+w), min(roundEven(a.frame.y+a.frame.h), a.y+h)}
	dw, dh := w, h
	if sigma := c.sigma(a.e.Blur); sigma >= 1 {
		k := softness(sigma, w, h)
		dw, dh = max(roundEven(float64(w)/float64(k)), 4), max(roundEven(float64(h)/float64(k)), 4)
		a.soft = newSoft(w, h, dw, dh, sigma, a.e.Overlay, a.r.noise)
	}
	a.player = newPlayer(a.r.tool, a.r.files[a.e.Media.Source], a.e.Media, dw, dh, a.r.c.FPS)
	if a.slow() {
		p := c.newPicture(a.frame.x-2, a.frame.y-2, a.frame.x+a.frame.w+2, a.frame.y+a.frame.h+2)
		m := p.mask()
		roundRect(m, a.frame.x-float64(p.X), a.frame.y-float64(p.Y), a.frame.w, a.frame.h, c.px(a.e.Radius, min(a.frame.w, a.frame.h)))
		p.tint(m, color.NRGBA{255, 255, 255, 255}, 0, 0)
		a.shape = newLayer(p)
	}
	return nil
}

func roundEven(v float64) int { return 2 * int(math.Round(v/2)) }

// slow tells whether the element ever needs more than its picture copied to a place.
func (a *clipActor) slow() bool {
	moves := a.e.Rotation != 0 || a.e.ScaleX != 1 || a.e.ScaleY != 1 || a.r.px(a.e.Radius, a.frame.w) > 0
	for _, an := range a.e.Animations {
		moves = moves || an.Type != "fade" && an.Type != "wipe"
	}
	return moves
}

func (a *clipActor) box() frame { return a.frame }

func (a *clipActor) covers(t float64) bool {
	w := a.window
	return a.shape == nil && w.x0 <= 0 && w.y0 <= 0 && w.x1 >= a.r.work.W && w.y1 >= a.r.work.H &&
		a.r.pose(a.e, a.frame, a.turn, t).opacity >= 1
}

func (a *clipActor) leave() {
	if a.player != nil {
		a.player.close()
	}
}

func (a *clipActor) draw(ctx context.Context, f *video.Frame, t float64) error {
	if err := a.player.seek(ctx, int((t-a.turn.start)*float64(a.r.c.FPS)+.5)); err != nil {
		return err
	}
	picture := a.player.cur
	if a.soft != nil {
		a.soft.draw(picture)
		picture = a.soft.out
	}
	p := a.r.pose(a.e, a.frame, a.turn, t)
	if a.shape != nil {
		a.cut(picture).draw(f, p, a.frame.px, a.frame.py, whole(f))
		return nil
	}
	a.lay(f, picture, p.opacity)
	if a.soft == nil && a.e.Overlay.A > 0 {
		tint(f, a.window, a.e.Overlay, p.opacity, a.r.noise)
	}
	return nil
}

// lay copies or cross-fades the window of the picture into the frame.
func (a *clipActor) lay(f, src *video.Frame, opacity float64) {
	c := whole(f)
	c = clip{max(c.x0, a.window.x0), max(c.y0, a.window.y0), min(c.x1, a.window.x1), min(c.y1, a.window.y1)}
	if c.x0 >= c.x1 {
		return
	}
	k := int32(min(opacity, 1)*256 + .5)
	planes := [...]struct {
		dst, src []byte
		half     int
	}{{f.Y, src.Y, 1}, {f.U, src.U, 2}, {f.V, src.V, 2}}
	for _, p := range planes {
		fw, sw := f.W/p.half, src.W/p.half
		for y := c.y0 / p.half; y < c.y1/p.half; y++ {
			d := p.dst[y*fw+c.x0/p.half : y*fw+c.x1/p.half]
			s := p.src[(y-a.y/p.half)*sw+(c.x0-a.x)/p.half:][:len(d)]
			if k >= 256 {
				copy(d, s)
				continue
			}
			for i, v := range s {
				d[i] = uint8((int32(d[i])*(256-k) + int32(v)*k + 128) >> 8)
			}
		}
	}
}

// tint lays a colour over a window of the frame.
func tint(f *video.Frame, c clip, col color.NRGBA, opacity float64, n *noise) {
	y, u, v, alpha := yccOf(col)
	c = clip{max(0, c.x0), max(0, c.y0), min(f.W, c.x1), min(f.H, c.y1)}
	if c.x0 >= c.x1 {
		return
	}
	for r := c.y0; r < c.y1; r++ {
		n.mix(f.Y[r*f.W+c.x0:r*f.W+c.x1], alpha*opacity, y*opacity, r)
		if r%2 == 0 {
			o := r / 2 * (f.W / 2)
			n.mix(f.U[o+c.x0/2:o+c.x1/2], alpha*opacity, u*opacity, r/2)
			n.mix(f.V[o+c.x0/2:o+c.x1/2], alpha*opacity, v*opacity, r/2)
		}
	}
}

// cut makes a layer of the picture with the element's corners.
func (a *clipActor) cut(src *video.Frame) *layer {
	l := a.shape
	oy, ou, ov, oa := yccOf(a.e.Overlay)
	if a.soft != nil {
		oa, oy, ou, ov = 0, 0, 0, 0 // it has the overlay already
	}
	for y := range l.h {
		for x := range l.w {
			i := y*l.w + x
			alpha := float64(l.A[i]) / 255
			sx, sy := l.x+x-a.x, l.y+y-a.y
			if alpha == 0 {
				continue
			}
			sx, sy = min(max(sx, 0), src.W-1), min(max(sy, 0), src.H-1)
			c := sy/2*(src.W/2) + sx/2
			mix := func(v byte, o float64) uint8 { return uint8((float64(v)*(1-oa)+o)*alpha + .5) }
			l.Y[i], l.U[i], l.V[i] = mix(src.Y[sy*src.W+sx], oy), mix(src.U[c], ou), mix(src.V[c], ov)
		}
	}
	l.finish()
	return l
}
