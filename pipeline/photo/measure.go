package photo

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/webp"
)

const (
	minSide   = 200
	maxSide   = 12000
	maxPixels = 64 << 20
	maxMemory = 256 << 20 // of the decoded pixels, and of what a decoder must hold besides
)

// source is what is known about a file before it is decoded.
type source struct {
	kind kind
	marks
}

// measure recognises a file and refuses the ones that aren't worth decoding, with a side of less than
// least pixels, or would fill the memory.
func measure(b []byte, least int) (source, error) {
	k, err := sniff(b)
	if err != nil {
		return source{}, err
	}
	src := source{kind: k}
	var c image.Config
	each := 4
	switch k {
	case kindJPEG:
		var head jpegHead
		if head, err = scanJPEG(b); errors.Is(err, ErrCostly) {
			return source{}, err
		}
		each = max(head.each, 1)
		c.Width, c.Height = head.w, head.h
	case kindPNG:
		c, err = png.DecodeConfig(bytes.NewReader(b))
		if c.ColorModel == color.NRGBA64Model || c.ColorModel == color.RGBA64Model {
			each = 8
		}
	case kindWebP:
		c, err = webp.DecodeConfig(bytes.NewReader(b))
	case kindHEIC, kindAVIF:
		each = 5
		c.Width, c.Height, err = sizeHEIC(b)
	}
	if err != nil {
		return source{}, unreadable(err)
	}
	src.marks = marksOf(b, k)
	return src, checkSize(c.Width, c.Height, least, each)
}

// checkSize judges a picture of w x h whose decoding takes so many bytes for each pixel.
func checkSize(w, h, least, each int) error {
	if w < least || h < least {
		return fmt.Errorf("%w: %dx%d", ErrSmall, w, h)
	}
	if w > maxSide || h > maxSide || w*h > maxPixels || w*h*each > maxMemory {
		return fmt.Errorf("%w: %dx%d", ErrLarge, w, h)
	}
	return nil
}

// unreadable sorts a decoder's error: damage, or a feature that it lacks.
func unreadable(err error) error {
	var j jpeg.UnsupportedError
	var p png.UnsupportedError
	if errors.As(err, &j) || errors.As(err, &p) {
		return fmt.Errorf("%w: %w", ErrKind, err)
	}
	return fmt.Errorf("%w: %w", ErrBroken, err)
}
