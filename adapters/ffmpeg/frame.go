// Package ffmpeg moves raw pictures in and out of ffmpeg, which runs as a child process and is used
// for nothing but decoding and encoding: what a frame shows is drawn in Go.
//
// Frames are planar YCbCr 4:2:0, BT.709, limited range, which is what players assume for HD. ffmpeg
// itself would turn RGB into BT.601, so the conversion from RGB is done here.
package ffmpeg

import (
	"fmt"
	"image"
)

// Frame is one picture. The planes have no padding: Y is W*H bytes, U and V a quarter of that each.
type Frame struct {
	W, H    int
	Y, U, V []byte
}

// NewFrame makes a frame. Its bytes are zero, which shows as green, not black. It panics if w or h
// is odd or not positive: 4:2:0 has one colour sample for two by two pixels.
func NewFrame(w, h int) *Frame {
	if !sizeOK(w, h) {
		panic(fmt.Sprintf("video: no 4:2:0 frame of %dx%d", w, h))
	}
	n, q := w*h, w*h/4
	b := make([]byte, n+2*q)
	return &Frame{W: w, H: h, Y: b[:n:n], U: b[n : n+q : n+q], V: b[n+q:]}
}

func sizeOK(w, h int) bool { return w > 0 && h > 0 && w%2 == 0 && h%2 == 0 }

// Copy makes f show what src shows. Both must be of one size.
func (f *Frame) Copy(src *Frame) {
	copy(f.Y, src.Y)
	copy(f.U, src.U)
	copy(f.V, src.V)
}

// BT.709 in 16-bit fixed point, scaled to the limited range: luma 16..235, chroma 16..240.
const (
	yR, yG, yB = 11966, 40254, 4064
	uR, uG, uB = -6596, -22188, 28784
	vR, vG, vB = 28784, -26145, -2639
)

// FromRGBA converts the top left dst.W x dst.H pixels of src, which must be at least so large.
// Alpha is not looked at.
func FromRGBA(dst *Frame, src *image.RGBA) { FromRGBARows(dst, src, 0, dst.H) }

// FromRGBARows converts only the rows from y0 up to y1, which are even; bands may be converted at once.
func FromRGBARows(dst *Frame, src *image.RGBA, y0, y1 int) {
	for y := y0; y < y1; y += 2 {
		p := src.Pix[y*src.Stride:][:4*dst.W]
		q := src.Pix[(y+1)*src.Stride:][:4*dst.W]
		l0, l1 := dst.Y[y*dst.W:][:dst.W], dst.Y[(y+1)*dst.W:][:dst.W]
		u, v := dst.U[y/2*(dst.W/2):][:dst.W/2], dst.V[y/2*(dst.W/2):][:dst.W/2]
		for x := range u {
			a, b := p[8*x:8*x+8:8*x+8], q[8*x:8*x+8:8*x+8]
			l0[2*x], l0[2*x+1] = luma(a), luma(a[4:])
			l1[2*x], l1[2*x+1] = luma(b), luma(b[4:])
			r := int32(a[0]) + int32(a[4]) + int32(b[0]) + int32(b[4])
			g := int32(a[1]) + int32(a[5]) + int32(b[1]) + int32(b[5])
			c := int32(a[2]) + int32(a[6]) + int32(b[2]) + int32(b[6])
			u[x] = byte((uR*r + uG*g + uB*c + 128<<18 + 1<<17) >> 18)
			v[x] = byte((vR*r + vG*g + vB*c + 128<<18 + 1<<17) >> 18)
		}
	}
}

func luma(p []byte) byte {
	_ = p[2]
	return byte((yR*int32(p[0]) + yG*int32(p[1]) + yB*int32(p[2]) + 16<<16 + 1<<15) >> 16)
}

// ToRGBA converts the frame for stills and tests. It is slow.
func (f *Frame) ToRGBA() *image.RGBA {
	im := image.NewRGBA(image.Rect(0, 0, f.W, f.H))
	for y := range f.H {
		for x := range f.W {
			c := y/2*(f.W/2) + x/2
			l := (float64(f.Y[y*f.W+x]) - 16) * 255 / 219
			u := (float64(f.U[c]) - 128) * 255 / 224
			v := (float64(f.V[c]) - 128) * 255 / 224
			p := im.Pix[im.PixOffset(x, y):][:4]
			p[0] = clamp(l + 1.5748*v)
			p[1] = clamp(l - 0.1873*u - 0.4681*v)
			p[2] = clamp(l + 1.8556*u)
			p[3] = 255
		}
	}
	return im
}

func clamp(v float64) byte { return byte(min(max(v+0.5, 0), 255)) }
