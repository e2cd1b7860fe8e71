package photo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"io"

	"golang.org/x/image/draw"
)

const (
	logoSide = 512 // both sides of a logo fit into it
	minLogo  = 48  // pixels a side of what was sent
	minLine  = 16  // pixels of the shorter side that must be left of a long strip
)

// Logo makes a shop's picture into its logo: upright, at most 512 pixels a side, a PNG that keeps what
// is transparent and tells nothing else. It reads, waits and begins as Prepare does, with the same errors.
func (p *Preparer) Logo(ctx context.Context, r io.Reader, begin func() error) ([]byte, error) {
	a, err := p.open(ctx, r, toLogo, begin)
	return a.Logo, err
}

func logo(b []byte) ([]byte, error) {
	src, err := measure(b, minLogo)
	if err != nil {
		return nil, err
	}
	im, err := src.decode(b)
	if err != nil {
		return nil, err
	}
	w, h := im.Bounds().Dx(), im.Bounds().Dy()
	if err := checkSize(w, h, minLogo, 1); err != nil {
		return nil, err
	}
	small := src.reduce(im, max(max(w, h)/(2*logoSide), 1), image.Transparent)
	out, err := fit(turned(small, src.orientation()))
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	if err := png.Encode(&buf, out); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return buf.Bytes(), nil
}

// fit reduces a picture until both sides fit.
func fit(im *image.RGBA) (*image.RGBA, error) {
	w, h := im.Rect.Dx(), im.Rect.Dy()
	long := max(w, h)
	if long <= logoSide {
		return im, nil
	}
	w, h = w*logoSide/long, h*logoSide/long
	if min(w, h) < minLine {
		return nil, fmt.Errorf("%w: a strip of %dx%d", ErrSmall, im.Rect.Dx(), im.Rect.Dy())
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.CatmullRom.Scale(out, out.Rect, im, im.Rect, draw.Src, nil)
	return out, nil
}
