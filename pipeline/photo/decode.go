package photo

import (
	"bytes"
	"image"
	"image/png"
	"io"

	"github.com/gen2brain/avif"
	"github.com/gen2brain/heic"
	"golang.org/x/image/webp"
)

// decoders are what opens each kind.
var decoders = map[kind]func([]byte) (image.Image, error){
	kindJPEG: decodeJPEG, kindPNG: from(png.Decode), kindWebP: from(webp.Decode), kindHEIC: from(heic.Decode),
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
	dst := image.NewRGBA(turnedSides(w, h, turn))
	turnSamples(dst.Pix, dst.Stride, src.Pix, src.Stride, w, h, 4, turn)
	return dst
}

// turnedPlanes is turned for what planesOf gives.
func turnedPlanes(src *image.YCbCr, turn int) *image.YCbCr {
	if turn == 1 {
		return src
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	dst := image.NewYCbCr(turnedSides(w, h, turn), image.YCbCrSubsampleRatio420)
	turnSamples(dst.Y, dst.YStride, src.Y, src.YStride, w, h, 1, turn)
	turnSamples(dst.Cb, dst.CStride, src.Cb, src.CStride, (w+1)/2, (h+1)/2, 1, turn)
	turnSamples(dst.Cr, dst.CStride, src.Cr, src.CStride, (w+1)/2, (h+1)/2, 1, turn)
	return dst
}

func turnedSides(w, h, turn int) image.Rectangle {
	if turn >= 5 {
		w, h = h, w
	}
	return image.Rect(0, 0, w, h)
}

// turnSamples turns w x h samples of n bytes each. s and stride are the bytes of a row.
func turnSamples(dst []byte, s int, src []byte, stride, w, h, n, turn int) {
	// The sample at x, y goes to byte at + x*right + y*down.
	var at, right, down int
	switch turn {
	case 2:
		at, right, down = n*(w-1), -n, s
	case 3:
		at, right, down = n*(w-1)+s*(h-1), -n, -s
	case 4:
		at, right, down = s*(h-1), n, -s
	case 5:
		at, right, down = 0, s, n
	case 6:
		at, right, down = n*(h-1), s, -n
	case 7:
		at, right, down = n*(h-1)+s*(w-1), -s, -n
	case 8:
		at, right, down = s*(w-1), -s, n
	}
	for y := range h {
		row, to := src[y*stride:][:n*w], at+y*down
		if n == 1 {
			for x, v := range row {
				dst[to+x*right] = v
			}
			continue
		}
		for x := range w {
			copy(dst[to+x*right:][:n], row[n*x:])
		}
	}
}
