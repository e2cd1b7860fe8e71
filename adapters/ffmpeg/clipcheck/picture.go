package clipcheck

import (
	"image"
	"math"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"golang.org/x/image/draw"
)

// pixels is about how many a small picture has: enough for a tenth of a dish, and so few that grain and an encoder's
// blur are gone.
const pixels = 16000

// picture is a small picture: brightness and two colours, in levels of 0 to 255.
type picture struct{ y, cb, cr plane }

func newPicture(w, h int) picture { return picture{newPlane(w, h), newPlane(w, h), newPlane(w, h)} }

// sizeOf is the size of a small picture of a shape. Its sides are multiples of 4: it is halved twice.
func sizeOf(w, h int) (int, int) {
	k := math.Sqrt(pixels / float64(w*h))
	side := func(v int) int { return max(int(float64(v)*k/4+0.5)*4, 16) }
	return side(w), side(h)
}

// shown is the size of a frame of w x h at the scale of a small photo of pw x ph: one of another shape shows as
// much of the photo as it can, as providers crop.
func shown(pw, ph, w, h int) (int, int) {
	k := min(float64(pw)/float64(w), float64(ph)/float64(h))
	side := func(v, limit int) int { return min(max(int(float64(v)*k/4+0.5)*4, 16), limit) }
	return side(w, pw), side(h, ph)
}

func pictureOf(im image.Image) picture {
	b := im.Bounds()
	w, h := sizeOf(max(b.Dx(), 1), max(b.Dy(), 1))
	small := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.CatmullRom.Scale(small, small.Rect, im, b, draw.Src, nil)
	p := newPicture(w, h)
	for i := range w * h {
		r, g, b := float32(small.Pix[4*i]), float32(small.Pix[4*i+1]), float32(small.Pix[4*i+2])
		y := 0.2126*r + 0.7152*g + 0.0722*b
		p.y.v[i], p.cb.v[i], p.cr.v[i] = y, (b-y)/1.8556, (r-y)/1.5748
	}
	return p
}

// fill makes a picture of a frame of its size.
func (p picture) fill(f *ffmpeg.Frame) {
	for i, v := range f.Y {
		p.y.v[i] = (float32(v) - 16) * (255. / 219)
	}
	for y := range f.H {
		for x := range f.W {
			c := y/2*(f.W/2) + x/2
			p.cb.v[y*f.W+x] = (float32(f.U[c]) - 128) * (255. / 224)
			p.cr.v[y*f.W+x] = (float32(f.V[c]) - 128) * (255. / 224)
		}
	}
}

// rgba is the picture in red, green and blue again.
func (p picture) rgba() *image.RGBA {
	im := image.NewRGBA(image.Rect(0, 0, p.y.w, p.y.h))
	for i := range p.y.v {
		y, cb, cr := p.y.v[i], p.cb.v[i], p.cr.v[i]
		for c, v := range [4]float32{y + 1.5748*cr, y - 0.1873*cb - 0.4681*cr, y + 1.8556*cb, 255} {
			im.Pix[4*i+c] = byte(min(max(v+0.5, 0), 255))
		}
	}
	return im
}
