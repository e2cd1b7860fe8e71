package script

import (
	"context"
	"image"
	"math"

	"golang.org/x/image/draw"

	"github.com/sajangpick/sajangpick/pipeline/video"
)

// photoActor is an image element. One that is opaque and fills the frame, such as the photo of a short
// without a clip, is kept as planes and sampled between their pixels: much faster than a layer, and fine
// enough for the slowest zoom. Any other is a still.
type photoActor struct {
	still
	plate *video.Frame // the element's box, in pixels of the output times sharp
	sharp float64
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
	if a.fills(im, in) {
		a.develop(im, in)
	} else {
		a.layer = newLayer(c.image(a.e, a.frame, im))
	}
	return nil
}

// fills tells whether the picture is opaque and covers the frame at rest, with nothing around it.
func (a *photoActor) fills(im image.Image, in frame) bool {
	c, fr := a.r.canvas, a.frame
	solid, ok := im.(interface{ Opaque() bool })
	whole := in.x <= fr.x+.5 && in.y <= fr.y+.5 && in.x+in.w >= fr.x+fr.w-.5 && in.y+in.h >= fr.y+fr.h-.5
	plain := a.e.Rotation == 0 && a.e.Shadow.Color.A == 0 && c.px(a.e.Radius, fr.w) == 0
	return ok && solid.Opaque() && whole && plain && fr.w*fr.h <= 2*maxPixels && a.shown(a.e.rest()).in(fr)
}

// develop makes the plate.
func (a *photoActor) develop(im image.Image, in frame) {
	a.sharp = min(max(a.grows(), 1), sharpest)
	sigma := a.r.sigma(a.e.Blur)
	if sigma >= 1 {
		a.sharp = 1
	}
	w, h := roundEven(a.frame.w*a.sharp), roundEven(a.frame.h*a.sharp)
	if sigma < 1 {
		a.plate = a.scaled(im, in, w, h)
		if a.e.Overlay.A > 0 {
			tint(a.plate, whole(a.plate), a.e.Overlay, 1, a.r.noise)
		}
		return
	}
	k := softness(sigma, w, h)
	small := a.scaled(im, in, max(roundEven(float64(w)/float64(k)), 4), max(roundEven(float64(h)/float64(k)), 4))
	s := newSoft(w, h, small.W, small.H, sigma, a.e.Overlay, a.r.noise)
	s.draw(small)
	a.plate = s.out
}

// grows is how large the element's animations make it at most.
func (a *photoActor) grows() float64 {
	most := max(a.e.ScaleX, a.e.ScaleY)
	for _, an := range a.e.Animations {
		if an.Type == "scale" {
			most = max(most, max(an.From, an.To)*max(a.e.ScaleX, a.e.ScaleY))
		}
	}
	return most
}

// scaled draws the element's box w x h pixels large.
func (a *photoActor) scaled(im image.Image, in frame, w, h int) *video.Frame {
	kx, ky := float64(w)/a.frame.w, float64(h)/a.frame.h
	b := im.Bounds()
	sx, sy := in.w*kx/float64(b.Dx()), in.h*ky/float64(b.Dy())
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	matrix := [6]float64{sx, 0, (in.x-a.frame.x)*kx - sx*float64(b.Min.X), 0, sy, (in.y-a.frame.y)*ky - sy*float64(b.Min.Y)}
	draw.CatmullRom.Transform(out, matrix, im, b, draw.Src, nil)
	f := video.NewFrame(w, h)
	video.FromRGBA(f, out)
	return f
}

// shown is the part of the resting picture that the frame shows in a pose.
func (a *photoActor) shown(p pose) frame {
	c := a.r.canvas
	x, y := a.frame.px-(a.frame.px+p.dx)/p.sx, a.frame.py-(a.frame.py+p.dy)/p.sy
	return frame{x: x, y: y, w: c.w / p.sx, h: c.h / p.sy}
}

// in tells whether a frame lies within another one.
func (f frame) in(o frame) bool {
	const slack = 1e-6
	return f.x >= o.x-slack && f.y >= o.y-slack && f.x+f.w <= o.x+o.w+slack && f.y+f.h <= o.y+o.h+slack
}

// filling tells whether the plate covers the whole frame in a pose.
func (a *photoActor) filling(p pose) bool {
	return a.plate != nil && p.sx > 0 && p.sy > 0 && a.shown(p).in(a.frame)
}

func (a *photoActor) covers(t float64) bool {
	p := a.r.pose(a.e, a.frame, a.turn, t)
	return p.opacity >= 1 && a.filling(p)
}

func (a *photoActor) leave() {
	a.still.leave()
	a.plate = nil
}

func (a *photoActor) draw(ctx context.Context, f *video.Frame, t float64) error {
	p := a.r.pose(a.e, a.frame, a.turn, t)
	switch {
	case a.filling(p):
		a.sample(f, p)
	case a.layer == nil: // an animation moves the picture off the frame's edge
		im, err := loadImage(a.r.files[a.e.Media.Source])
		if err != nil {
			return err
		}
		a.layer = newLayer(a.r.image(a.e, a.frame, im))
		fallthrough
	default:
		return a.still.draw(ctx, f, t)
	}
	return nil
}

// sample draws the plate in a pose, to a fraction of a pixel: anything coarser jitters visibly when it is slow.
func (a *photoActor) sample(f *video.Frame, p pose) {
	v := a.shown(p)
	kx, ky := float64(a.plate.W)/a.frame.w, float64(a.plate.H)/a.frame.h
	v = frame{x: (v.x - a.frame.x) * kx, y: (v.y - a.frame.y) * ky, w: v.w * kx, h: v.h * ky}
	half := frame{x: v.x / 2, y: v.y / 2, w: v.w / 2, h: v.h / 2}
	k := int32(min(p.opacity, 1)*256 + .5)
	if k == 0 {
		return
	}
	w, h := a.plate.W, a.plate.H
	plane{f.Y, f.W, f.H}.stretch(plane{a.plate.Y, w, h}, v, k, a.r.noise)
	plane{f.U, f.W / 2, f.H / 2}.stretch(plane{a.plate.U, w / 2, h / 2}, half, k, a.r.noise)
	plane{f.V, f.W / 2, f.H / 2}.stretch(plane{a.plate.V, w / 2, h / 2}, half, k, a.r.noise)
}

// plane is one plane of a frame.
type plane struct {
	p    []byte
	w, h int
}

// fine is the number of bits of a weight between two pixels.
const fine = 10

// stretch lays the part v of src over the plane, k/256 of it, with noise below the last bit.
func (d plane) stretch(src plane, v frame, k int32, n *noise) {
	index, weight := make([]int32, d.w), make([]int32, d.w)
	for x := range index {
		index[x], weight[x] = between(v.x, v.w, x, d.w, src.w)
	}
	line := make([]int32, src.w+1)
	for y := range d.h {
		at, wy := between(v.y, v.h, y, d.h, src.h)
		upper := src.p[int(at)*src.w:][:src.w]
		lower := src.p[min(int(at)+1, src.h-1)*src.w:][:src.w]
		for i, p := range upper {
			line[i] = int32(p)<<fine + (int32(lower[i])-int32(p))*wy
		}
		line[src.w] = line[src.w-1]
		out, grain := d.p[y*d.w:][:d.w], &n[y&63]
		for x, i := range index {
			a, b := line[i], line[i+1]
			c := (a<<fine + (b-a)*weight[x] + grain[x&63]<<(2*fine-8)) >> (2 * fine)
			if k < 256 {
				c = (int32(out[x])*(256-k) + c*k + 128) >> 8
			}
			out[x] = byte(c)
		}
	}
}

// between finds where the middle of the i-th of n pixels lies on an axis of size pixels, from start on over extent.
func between(start, extent float64, i, n, size int) (at, weight int32) {
	p := start + (float64(i)+.5)*extent/float64(n) - .5
	p = min(max(p, 0), float64(size)-1-1e-6)
	whole := math.Floor(p)
	return int32(whole), int32((p-whole)*(1<<fine) + .5)
}
