package script

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // registers the formats that an image element may have
	_ "image/png"
	"io"
	"os"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"

	"github.com/sajangpick/sajangpick/adapters/sandbox/studio/lettering"
)

const (
	maxImageBytes  = 20 << 20
	maxImagePixels = 32 << 20
)

// Assets gives the local file of a source address; it may download it. Render asks once for each
// address. Its error ends the render and must not hold the address.
type Assets func(ctx context.Context, url string) (path string, err error)

// loadImage reads a picture within the limits.
func loadImage(path string) (image.Image, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, errors.New("the file can't be opened")
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxImageBytes+1))
	if err != nil || len(data) > maxImageBytes {
		return nil, errors.New("the file can't be read or is larger than 20 MB")
	}
	cfg, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("no JPEG, PNG or WebP: %w", err)
	}
	if cfg.Width < 1 || cfg.Height < 1 || cfg.Width*cfg.Height > maxImagePixels {
		return nil, fmt.Errorf("%d x %d pixels are too many", cfg.Width, cfg.Height)
	}
	im, _, err := image.Decode(bytes.NewReader(data))
	return im, err
}

// inside is where content of size w x h stands in an element: the frame of the whole content, which
// a cover fit lets stick out.
func (c canvas) inside(e Element, fr frame, w, h float64) frame {
	if e.Media.Fit == "fill" || w <= 0 || h <= 0 {
		return fr
	}
	k := max(fr.w/w, fr.h/h)
	if e.Media.Fit == "contain" {
		k = min(fr.w/w, fr.h/h)
	}
	in := frame{w: w * k, h: h * k, px: fr.px, py: fr.py}
	in.x = fr.x + c.px(e.Box.XAlign, fr.w-in.w)
	in.y = fr.y + c.px(e.Box.YAlign, fr.h-in.h)
	return in
}

// image draws an image element: scaled into its box, cut to its corners, with blur, overlay and shadow.
func (c canvas) image(e Element, fr frame, im image.Image) picture {
	out := e.Shadow.reach(c) + 2
	p := c.newPicture(fr.x-out, fr.y-out, fr.x+fr.w+out, fr.y+fr.h+out)
	in := c.inside(e, fr, float64(im.Bounds().Dx()), float64(im.Bounds().Dy()))
	box := p.mask()
	roundRect(box, fr.x-float64(p.X), fr.y-float64(p.Y), fr.w, fr.h, c.px(e.Radius, min(fr.w, fr.h)))
	content := image.NewRGBA(p.Rect)
	m := draw.Options{}
	sx, sy := in.w/float64(im.Bounds().Dx()), in.h/float64(im.Bounds().Dy())
	b := im.Bounds()
	matrix := [6]float64{sx, 0, in.x - float64(p.X) - sx*float64(b.Min.X), 0, sy, in.y - float64(p.Y) - sy*float64(b.Min.Y)}
	draw.CatmullRom.Transform(content, matrix, im, b, draw.Src, &m)
	blurRGBA(content, c.sigma(e.Blur))
	cover(content, e.Overlay)
	if e.Shadow.Color.A > 0 {
		ink := p.mask()
		for i := range ink.Pix {
			ink.Pix[i] = uint8(int(content.Pix[4*i+3]) * int(box.Pix[i]) / 255)
		}
		p.shade(ink, e.Shadow, c)
	}
	draw.DrawMask(p.RGBA, p.Rect, content, image.Point{}, box, image.Point{}, draw.Over)
	return p
}

// cover lays a colour over what is drawn, and only there.
func cover(im *image.RGBA, col color.NRGBA) {
	if col.A == 0 {
		return
	}
	k := int(col.A)
	for i := 0; i < len(im.Pix); i += 4 {
		p := im.Pix[i : i+4 : i+4]
		for j, v := range [...]uint8{col.R, col.G, col.B} {
			p[j] = uint8((int(p[j])*(255-k) + int(v)*k*int(p[3])/255 + 127) / 255)
		}
	}
}

// blurRGBA blurs all four channels.
func blurRGBA(im *image.RGBA, sigma float64) {
	if lettering.BoxRadius(sigma) == 0 {
		return
	}
	one := image.NewAlpha(im.Rect)
	for ch := range 4 {
		for i := range one.Pix {
			one.Pix[i] = im.Pix[4*i+ch]
		}
		lettering.Blur(one, sigma)
		for i, v := range one.Pix {
			im.Pix[4*i+ch] = v
		}
	}
}
