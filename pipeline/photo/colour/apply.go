package colour

import (
	"image"
	"image/color"
)

// Apply makes sRGB of a picture, which may be one of grey, in place. What is half transparent keeps its numbers.
func (s Space) Apply(im *image.RGBA, grey bool) {
	if c := s.converter(grey); c != nil && im.Opaque() {
		recolour(im, c)
	}
}

// ApplyPlanes is Apply for the planes of a JPEG that has one sample of colours for 2 x 2 pixels and begins at 0, 0.
func (s Space) ApplyPlanes(im *image.YCbCr) {
	if c := s.converter(false); c != nil {
		recolourPlanes(im, c)
	}
}

func recolour(im *image.RGBA, c converter) {
	found := new(colours)
	for q := im.Pix; len(q) >= 4; q = q[4:] {
		n := packed(q[0], q[1], q[2])
		v, ok := found.get(n)
		if !ok {
			v = found.put(n, c.of([3]byte(q)))
		}
		q[0], q[1], q[2] = byte(v), byte(v>>8), byte(v>>16)
	}
}

func recolourPlanes(im *image.YCbCr, c converter) {
	found := new(colours)
	w, h := im.Rect.Dx(), im.Rect.Dy()
	for y := 0; y < h; y += 2 {
		first := im.Y[y*im.YStride:][:w]
		second := first[:0]
		if y+1 < h {
			second = im.Y[(y+1)*im.YStride:][:w]
		}
		cb, cr := im.Cb[y/2*im.CStride:][:(w+1)/2], im.Cr[y/2*im.CStride:][:(w+1)/2]
		for x := range cb {
			colour := packed(0, cb[x], cr[x])
			sum, count := uint32(0), uint32(0) // of blue, and of red 16 bits above it
			for _, row := range [2][]byte{first, second} {
				for i := 2 * x; i < min(2*x+2, len(row)); i++ {
					v, ok := found.get(colour | uint32(row[i]))
					if !ok {
						v = found.put(colour|uint32(row[i]), ofPlanes(c, row[i], cb[x], cr[x]))
					}
					row[i], sum, count = byte(v), sum+v>>8&0xff+v&0xff0000, count+1
				}
			}
			cb[x], cr[x] = byte((sum&0xffff+count/2)/count), byte((sum>>16+count/2)/count)
		}
	}
}

// ofPlanes makes brightness and colours of sRGB out of such numbers.
func ofPlanes(c converter, y, cb, cr byte) [3]byte {
	r, g, b := color.YCbCrToRGB(y, cb, cr)
	to := c.of([3]byte{r, g, b})
	y, cb, cr = color.RGBToYCbCr(to[0], to[1], to[2])
	return [3]byte{y, cb, cr}
}

func packed(a, b, c byte) uint32 { return uint32(a) | uint32(b)<<8 | uint32(c)<<16 }

// colours are those that were found last, by their numbers, in 1 MB: in a photo the same ones come again and again, and
// most of them near each other. Those of two numbers that differ only in the upper three bits of the second and the
// third have one place; these bits, and one that is always set, stand above the colour.
type colours [1 << 18]uint32

func place(n uint32) (at, rest uint32) {
	return n&0xff | n>>8&0x1f<<8 | n>>16&0x1f<<13, 1<<30 | n>>13&7<<24 | n>>21&7<<27
}

func (c *colours) get(n uint32) (colour uint32, ok bool) {
	at, rest := place(n)
	v := c[at]
	return v & 0xffffff, v&^0xffffff == rest
}

func (c *colours) put(n uint32, colour [3]byte) uint32 {
	at, rest := place(n)
	v := packed(colour[0], colour[1], colour[2])
	c[at] = v | rest
	return v
}
