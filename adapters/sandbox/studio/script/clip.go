package script

import (
	"context"
	"fmt"
	"math"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
)

// clipActor is a video element. Its picture is laid straight into the frame.
type clipActor struct {
	r      *render
	e      Element
	turn   turn
	frame  frame
	player *player
	// where the picture's top left pixel stands in the frame, and which part of it shows
	x, y   int
	window clip
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
	a.player = newPlayer(a.r.tool, a.r.files[a.e.Media.Source], a.e.Media, w, h, a.r.c.FPS)
	return nil
}

func roundEven(v float64) int { return 2 * int(math.Round(v/2)) }

func (a *clipActor) covers(t float64) bool {
	w := a.window
	return w.x0 <= 0 && w.y0 <= 0 && w.x1 >= a.r.work.W && w.y1 >= a.r.work.H &&
		a.r.pose(a.e, a.frame, a.turn, t).opacity >= 1
}

func (a *clipActor) leave() {
	if a.player != nil {
		a.player.close()
	}
}

func (a *clipActor) draw(ctx context.Context, f *ffmpeg.Frame, t float64) error {
	if err := a.player.seek(ctx, int((t-a.turn.start)*float64(a.r.c.FPS)+.5)); err != nil {
		return err
	}
	a.lay(f, a.player.cur, a.r.pose(a.e, a.frame, a.turn, t).opacity)
	return nil
}

// lay copies or cross-fades the window of the picture into the frame.
func (a *clipActor) lay(f, src *ffmpeg.Frame, opacity float64) {
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
