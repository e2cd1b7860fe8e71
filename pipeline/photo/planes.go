package photo

import (
	"image"
	"image/color"
)

// planesOf is an opaque picture as JPEGs keep it: brightness, and one sample of colours for 2 x 2 pixels. Everything
// behind opening works on those: it is less than half of what red, green and blue are. What is like that already
// stays in its memory.
func planesOf(src image.Image) *image.YCbCr {
	switch p := src.(type) {
	case *image.YCbCr:
		return halved(p, 1)
	case *image.RGBA:
		return mixed(p)
	}
	return mixed(shrink(src, 1, image.White))
}

// halved reduces a JPEG's planes by a whole number, by averaging blocks.
func halved(src *image.YCbCr, k int) *image.YCbCr {
	if k == 1 && src.SubsampleRatio == image.YCbCrSubsampleRatio420 {
		return src
	}
	dst := image.NewYCbCr(image.Rect(0, 0, src.Rect.Dx()/k, src.Rect.Dy()/k), image.YCbCrSubsampleRatio420)
	w, h := dst.Rect.Dx(), dst.Rect.Dy()
	l, u, v := planes(src)
	sums := make([]uint16, src.Rect.Dx())
	for y := range h {
		l.average(dst.Y[y*dst.YStride:][:w], sums, y, k)
	}
	for y := range (h + 1) / 2 {
		u.average(dst.Cb[y*dst.CStride:][:(w+1)/2], sums, y, 2*k)
		v.average(dst.Cr[y*dst.CStride:][:(w+1)/2], sums, y, 2*k)
	}
	return dst
}

// planes are those of a picture that begins at 0, 0.
func planes(src *image.YCbCr) (l, u, v plane) {
	across, down := subsampling(src.SubsampleRatio)
	w, h := src.Rect.Dx(), src.Rect.Dy()
	l = plane{src.Y, src.YStride, w, h, 1, 1}
	u = plane{src.Cb, src.CStride, (w + across - 1) / across, (h + down - 1) / down, across, down}
	v = u
	v.pix = src.Cr
	return l, u, v
}

// mixed makes planes of red, green and blue.
func mixed(src *image.RGBA) *image.YCbCr {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	dst := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	for y := 0; y < h; y += 2 {
		u, v := dst.Cb[y/2*dst.CStride:], dst.Cr[y/2*dst.CStride:]
		for x := 0; x < w; x += 2 {
			var cb, cr uint32
			for i := range 4 {
				at, row := min(x+i%2, w-1), min(y+i/2, h-1)
				q := src.Pix[row*src.Stride+4*at:][:3:3]
				l, b, r := color.RGBToYCbCr(q[0], q[1], q[2])
				dst.Y[row*dst.YStride+at] = l
				cb, cr = cb+uint32(b), cr+uint32(r)
			}
			u[x/2], v[x/2] = byte((cb+2)/4), byte((cr+2)/4)
		}
	}
	return dst
}
