package photo

import (
	"image"
	"image/draw"
)

// shrink reduces a picture by a whole number by averaging blocks of k x k pixels, and lays what is
// transparent on a ground. It is the only step that touches every pixel of a large photo, and for a
// JPEG it works on the planes as they were decoded.
func shrink(src image.Image, k int, ground image.Image) *image.RGBA {
	if p, ok := src.(*image.YCbCr); ok && p.Rect.Min == (image.Point{}) {
		return shrinkPlanes(p, k)
	}
	return shrinkAny(src, k, ground)
}

func shrinkAny(src image.Image, k int, ground image.Image) *image.RGBA {
	b := src.Bounds()
	dst := image.NewRGBA(image.Rect(0, 0, b.Dx()/k, b.Dy()/k))
	w, h := dst.Rect.Dx(), dst.Rect.Dy()
	band := image.NewRGBA(image.Rect(0, 0, w*k, k))
	for y := range h {
		draw.Draw(band, band.Rect, ground, image.Point{}, draw.Src)
		draw.Draw(band, band.Rect, src, image.Pt(b.Min.X, b.Min.Y+y*k), draw.Over)
		row := dst.Pix[y*dst.Stride:][:4*w]
		if k == 1 {
			copy(row, band.Pix)
			continue
		}
		for x := range w {
			var r, g, c, a int
			for j := range k {
				for p := band.Pix[j*band.Stride+4*k*x:][:4*k]; len(p) > 0; p = p[4:] {
					r, g, c, a = r+int(p[0]), g+int(p[1]), c+int(p[2]), a+int(p[3])
				}
			}
			n := k * k
			q := row[4*x : 4*x+4]
			q[0], q[1], q[2], q[3] = byte((r+n/2)/n), byte((g+n/2)/n), byte((c+n/2)/n), byte((a+n/2)/n)
		}
	}
	return dst
}

func shrinkPlanes(src *image.YCbCr, k int) *image.RGBA {
	w, h := src.Rect.Dx()/k, src.Rect.Dy()/k
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	l, u, v := planes(src)
	sums := make([]uint16, src.Rect.Dx())
	ly, uy, vy := make([]byte, w), make([]byte, w), make([]byte, w)
	for y := range h {
		l.average(ly, sums, y, k)
		u.average(uy, sums, y, k)
		v.average(vy, sums, y, k)
		pixels(dst.Pix[y*dst.Stride:][:4*w], ly, uy, vy)
	}
	return dst
}

// pixels fills a row with the pixels of three planes, as color.YCbCrToRGB makes them.
func pixels(row, y, cb, cr []byte) {
	cb, cr = cb[:len(y)], cr[:len(y)]
	for x, l := range y {
		light, u, v := int32(l)*0x10101, int32(cb[x])-128, int32(cr[x])-128
		q := row[4*x:][:4:4]
		q[0], q[1], q[2], q[3] = above(light+91881*v), above(light-22554*u-46802*v), above(light+116130*u), 255
	}
}

// above is the byte that stands above 16 bits, of which more than 255 and less than 0 are cut off.
func above(v int32) byte {
	if uint32(v)&0xff000000 != 0 {
		return byte(^(v >> 31))
	}
	return byte(v >> 16)
}

func subsampling(r image.YCbCrSubsampleRatio) (across, down int) {
	switch r {
	case image.YCbCrSubsampleRatio422:
		return 2, 1
	case image.YCbCrSubsampleRatio420:
		return 2, 2
	case image.YCbCrSubsampleRatio440:
		return 1, 2
	case image.YCbCrSubsampleRatio411:
		return 4, 1
	case image.YCbCrSubsampleRatio410:
		return 4, 2
	}
	return 1, 1
}

// plane is one component of w x h samples, each of which stands for across x down pixels.
type plane struct {
	pix          []byte
	stride, w, h int
	across, down int
}

// average fills one row of the small picture: each value is the mean of the samples that lie in a block of k x k
// pixels, as far as there are any: the last block may be cut off.
func (p plane) average(dst []byte, sums []uint16, y, k int) {
	if k == 1 {
		row := p.pix[y/p.down*p.stride:]
		switch p.across {
		case 1:
			copy(dst, row)
		case 2:
			for x := range dst {
				dst[x] = row[x>>1]
			}
		default:
			for x := range dst {
				dst[x] = row[x/p.across]
			}
		}
		return
	}
	first, last := y*k/p.down, min((y*k+k-1)/p.down, p.h-1)
	if first == last && p.across == k { // a sample for each pixel
		copy(dst, p.pix[first*p.stride:])
		return
	}
	if k == 2*p.across && k == 2*p.down && last > first && 2*len(dst) <= p.w {
		pairs(dst, p.pix[first*p.stride:], p.pix[last*p.stride:])
		return
	}
	sums = sums[:p.w]
	clear(sums)
	for j := first; j <= last; j++ {
		row := p.pix[j*p.stride:][:len(sums)]
		for i, v := range row {
			sums[i] += uint16(v)
		}
	}
	rows := uint32(last - first + 1)
	for x := range dst {
		a, b := x*k/p.across, min((x*k+k-1)/p.across+1, p.w)
		sum, n := uint32(0), uint32(b-a)*rows
		for _, v := range sums[a:b] {
			sum += uint32(v)
		}
		dst[x] = byte((sum + n/2) / n)
	}
}

// pairs averages blocks of two samples of each of two rows.
func pairs(dst, a, b []byte) {
	a, b = a[:2*len(dst)], b[:2*len(dst)]
	for x := range dst {
		dst[x] = byte((uint32(a[2*x]) + uint32(a[2*x+1]) + uint32(b[2*x]) + uint32(b[2*x+1]) + 2) / 4)
	}
}
