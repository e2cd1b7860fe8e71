package script

import (
	"context"
	"image"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"golang.org/x/image/draw"
)

// photoActor is an image element. One that is opaque and has square corners, such as the photo of a short
// without a clip, is kept as planes and sampled between their pixels: much faster than a layer, and fine
// enough for the slowest zoom. Any other is a still.
type photoActor struct {
	still
	plate *ffmpeg.Frame
	area  frame // what the plate shows, at rest
}

// sharpest is how much finer than the output a plate is at most, to stay sharp when it grows.
const sharpest = 1.25

func (a *photoActor) enter(context.Context) error {
	im, err := loadImage(a.r.files[a.e.Media.Source])
	if err != nil {
		return err
	}
	c := a.r.canvas
	a.frame = c.place(a.e.Box, 0, 0)
	in := c.inside(a.e, a.frame, float64(im.Bounds().Dx()), float64(im.Bounds().Dy()))
	a.area = in.within(a.frame)
	if a.plain(im) {
		sharp := min(a.grows(), sharpest)
		a.plate = a.scaled(im, in, roundEven(a.area.w*sharp), roundEven(a.area.h*sharp))
	} else {
		a.layer = newLayer(c.image(a.e, a.frame, im))
	}
	return nil
}

// within is the part of a frame that lies in another one.
func (f frame) within(o frame) frame {
	x0, y0 := max(f.x, o.x), max(f.y, o.y)
	x1, y1 := min(f.x+f.w, o.x+o.w), min(f.y+f.h, o.y+o.h)
	return frame{x: x0, y: y0, w: max(x1-x0, 0), h: max(y1-y0, 0), px: o.px, py: o.py}
}

// plain reports whether a plate can show the element.
func (a *photoActor) plain(im image.Image) bool {
	size := a.area.w * a.area.h
	solid, ok := im.(interface{ Opaque() bool })
	return ok && solid.Opaque() && a.r.px(a.e.Radius, a.frame.w) == 0 && a.area.w >= 4 && a.area.h >= 4 &&
		size <= 2*maxPixels
}

// grows is how large the element's animations make it at most.
func (a *photoActor) grows() float64 {
	most := 1.0
	for _, an := range a.e.Animations {
		if an.Type == "scale" {
			most = max(most, an.From, an.To)
		}
	}
	return most
}

// scaled draws the area w x h pixels large.
func (a *photoActor) scaled(im image.Image, in frame, w, h int) *ffmpeg.Frame {
	kx, ky := float64(w)/a.area.w, float64(h)/a.area.h
	b := im.Bounds()
	sx, sy := in.w*kx/float64(b.Dx()), in.h*ky/float64(b.Dy())
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	matrix := [6]float64{
		sx, 0, (in.x-a.area.x)*kx - sx*float64(b.Min.X), 0, sy, (in.y-a.area.y)*ky - sy*float64(b.Min.Y),
	}
	draw.CatmullRom.Transform(out, matrix, im, b, draw.Src, nil)
	f := ffmpeg.NewFrame(w, h)
	ffmpeg.FromRGBA(f, out)
	return f
}

// posed is where the area stands in a pose.
func (a *photoActor) posed(p pose) frame {
	f := a.area
	return frame{x: f.px + p.dx + (f.x-f.px)*p.sx, y: f.py + p.dy + (f.y-f.py)*p.sy, w: f.w * p.sx, h: f.h * p.sy}
}

func (a *photoActor) covers(t float64) bool {
	const slack = 1e-6
	p := a.r.pose(a.e, a.frame, a.turn, t)
	f := a.posed(p)
	return a.plate != nil && p.opacity >= 1 && f.x <= slack && f.y <= slack && f.x+f.w >= a.r.w-slack &&
		f.y+f.h >= a.r.h-slack
}

func (a *photoActor) leave() {
	a.still.leave()
	a.plate = nil
}

func (a *photoActor) draw(ctx context.Context, f *ffmpeg.Frame, t float64) error {
	if a.plate == nil {
		return a.still.draw(ctx, f, t)
	}
	p := a.r.pose(a.e, a.frame, a.turn, t)
	at, k := a.posed(p), int32(min(p.opacity, 1)*256+.5)
	if k == 0 || at.w < 1 || at.h < 1 {
		return nil
	}
	half := frame{x: at.x / 2, y: at.y / 2, w: at.w / 2, h: at.h / 2}
	w, h := a.plate.W, a.plate.H
	plane{f.Y, f.W, f.H}.stretch(plane{a.plate.Y, w, h}, at, k, a.r.noise)
	plane{f.U, f.W / 2, f.H / 2}.stretch(plane{a.plate.U, w / 2, h / 2}, half, k, a.r.noise)
	plane{f.V, f.W / 2, f.H / 2}.stretch(plane{a.plate.V, w / 2, h / 2}, half, k, a.r.noise)
	return nil
}
