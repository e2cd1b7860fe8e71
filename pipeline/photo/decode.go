package photo

import (
	"bytes"
	"image"
	"image/png"
	"io"

	"github.com/gen2brain/avif"
	"github.com/gen2brain/heic"
)

// decoders are what opens each kind.
var decoders = map[kind]func([]byte) (image.Image, error){
	kindJPEG: decodeJPEG, kindPNG: from(png.Decode), kindWebP: decodeWebP, kindHEIC: from(heic.Decode),
	kindAVIF: from(avif.Decode),
}

func from(read func(io.Reader) (image.Image, error)) func([]byte) (image.Image, error) {
	return func(b []byte) (image.Image, error) { return read(bytes.NewReader(b)) }
}

func decode(b []byte, k kind) (image.Image, error) {
	im, err := decoders[k](b)
	if err != nil {
		return nil, unreadable(err)
	}
	return eightBits(im), nil
}

// decode opens a measured file, with how opaque it is where a HEIC says that in a picture of its own.
func (src source) decode(b []byte) (image.Image, error) {
	im, err := decode(b, src.kind)
	if p, ok := im.(*image.YCbCr); ok && src.alpha > 0 {
		if a := opacity(b, src.alpha); a != nil && a.Rect == p.Rect {
			return &image.NYCbCrA{YCbCr: *p, A: a.Pix, AStride: a.Stride}, nil
		}
	}
	return im, err
}

// turned applies an EXIF orientation: what the camera's top row and left column show.
func turned(src *image.RGBA, turn int) *image.RGBA {
	if turn == 1 {
		return src
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	// The pixel at x, y goes to byte at + x*right + y*down.
	var at, right, down int
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	if turn >= 5 {
		dst = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	s := dst.Stride
	switch turn {
	case 2:
		at, right, down = 4*(w-1), -4, s
	case 3:
		at, right, down = 4*(w-1)+s*(h-1), -4, -s
	case 4:
		at, right, down = s*(h-1), 4, -s
	case 5:
		at, right, down = 0, s, 4
	case 6:
		at, right, down = 4*(h-1), s, -4
	case 7:
		at, right, down = 4*(h-1)+s*(w-1), -s, -4
	case 8:
		at, right, down = s*(w-1), -s, 4
	}
	for y := range h {
		row, to := src.Pix[y*src.Stride:][:4*w], at+y*down
		for x := range w {
			copy(dst.Pix[to+x*right:][:4], row[4*x:4*x+4])
		}
	}
	return dst
}
