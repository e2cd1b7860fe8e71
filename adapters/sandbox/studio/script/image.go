package script

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // registers the formats that an image element may have
	_ "image/png"
	"io"
	"os"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"
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

// image draws an image element: scaled into its box and cut to its corners.
func (c canvas) image(e Element, fr frame, im image.Image) picture {
	p := c.newPicture(fr.x-2, fr.y-2, fr.x+fr.w+2, fr.y+fr.h+2)
	in := c.inside(e, fr, float64(im.Bounds().Dx()), float64(im.Bounds().Dy()))
	box := p.mask()
	roundRect(box, fr.x-float64(p.X), fr.y-float64(p.Y), fr.w, fr.h, c.px(e.Radius, min(fr.w, fr.h)))
	content := image.NewRGBA(p.Rect)
	sx, sy := in.w/float64(im.Bounds().Dx()), in.h/float64(im.Bounds().Dy())
	b := im.Bounds()
	matrix := [6]float64{
		sx, 0, in.x - float64(p.X) - sx*float64(b.Min.X), 0, sy, in.y - float64(p.Y) - sy*float64(b.Min.Y),
	}
	draw.CatmullRom.Transform(content, matrix, im, b, draw.Src, nil)
	draw.DrawMask(p.RGBA, p.Rect, content, image.Point{}, box, image.Point{}, draw.Over)
	return p
}
