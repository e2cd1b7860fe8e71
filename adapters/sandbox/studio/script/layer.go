package script

import (
	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
)

// layer is a picture ready to be laid over frames: premultiplied YCbCr (BT.709, limited range) and
// alpha, at full size and, for resting on even pixels, with colours at half size.
type layer struct {
	x, y, w, h int // place in the frame; all even
	Y, U, V, A []uint8
	hU, hV, hA []uint8
	spans      []span32 // per row: the part that isn't clear
}

type span32 struct{ from, to int32 }

// newLayer converts a picture. Y, U and V are multiplied with alpha, offsets included, so that
// blending is one multiplication.
func newLayer(p picture) *layer {
	w, h := p.Rect.Dx(), p.Rect.Dy()
	l := makeLayer(p.X, p.Y, w, h)
	for y := range h {
		row := p.Pix[y*p.Stride:][:4*w]
		for x := range w {
			px := row[4*x : 4*x+4 : 4*x+4]
			if a := int32(px[3]); a > 0 {
				r, g, b := int32(px[0]), int32(px[1]), int32(px[2])
				i := y*w + x
				l.A[i] = px[3]
				l.Y[i] = uint8((11966*r + 40254*g + 4064*b + 4112*a + 1<<15) >> 16)   // 16/255 a
				l.U[i] = uint8((-6596*r - 22188*g + 28784*b + 32896*a + 1<<15) >> 16) // 128/255 a
				l.V[i] = uint8((28784*r - 26145*g - 2639*b + 32896*a + 1<<15) >> 16)
			}
		}
	}
	l.finish()
	return l
}

func makeLayer(x, y, w, h int) *layer {
	n := w * h
	buf := make([]uint8, 4*n)
	return &layer{x: x, y: y, w: w, h: h, Y: buf[:n], U: buf[n : 2*n], V: buf[2*n : 3*n], A: buf[3*n:]}
}

// finish derives the colours at half size and where each row has something.
func (l *layer) finish() {
	hw, hh := l.w/2, l.h/2
	buf := make([]uint8, 3*hw*hh)
	l.hU, l.hV, l.hA = buf[:hw*hh], buf[hw*hh:2*hw*hh], buf[2*hw*hh:]
	for y := range hh {
		for x := range hw {
			i, o := 2*y*l.w+2*x, y*hw+x
			mean := func(p []uint8) uint8 {
				return uint8((int32(p[i]) + int32(p[i+1]) + int32(p[i+l.w]) + int32(p[i+l.w+1]) + 2) >> 2)
			}
			l.hU[o], l.hV[o], l.hA[o] = mean(l.U), mean(l.V), mean(l.A)
		}
	}
	l.spans = make([]span32, l.h)
	for y := range l.h {
		row := l.A[y*l.w:][:l.w]
		from, to := 0, len(row)
		for from < to && row[from] == 0 {
			from++
		}
		for to > from && row[to-1] == 0 {
			to--
		}
		l.spans[y] = span32{int32(from), int32(to)}
	}
}

// clip is the part of the frame in which drawing is allowed.
type clip struct{ x0, y0, x1, y1 int }

func whole(f *ffmpeg.Frame) clip { return clip{0, 0, f.W, f.H} }

// blit lays the layer over the frame, moved by whole even pixels.
func (l *layer) blit(f *ffmpeg.Frame, dx, dy int, opacity float64) {
	c := whole(f)
	k := int32(min(max(opacity, 0), 1)*256 + .5)
	if k == 0 {
		return
	}
	X, Y := l.x+dx, l.y+dy
	for y := max(c.y0, Y); y < min(c.y1, Y+l.h); y++ {
		s := l.spans[y-Y]
		x0, x1 := max(c.x0-X, int(s.from)), min(c.x1-X, int(s.to))
		if x0 < x1 {
			o := (y - Y) * l.w
			blend(f.Y[y*f.W+X+x0:y*f.W+X+x1], l.Y[o+x0:o+x1], l.A[o+x0:o+x1], k)
		}
	}
	hw, fw := l.w/2, f.W/2
	for y := (max(c.y0, Y) + 1) / 2; y < min(c.y1, Y+l.h)/2; y++ {
		r := y - Y/2
		a, b := l.spans[2*r], l.spans[2*r+1]
		if a.from >= a.to {
			a = b
		} else if b.from < b.to {
			a.from, a.to = min(a.from, b.from), max(a.to, b.to)
		}
		x0, x1 := max((c.x0-X+1)/2, int(a.from)/2), min((c.x1-X)/2, (int(a.to)+1)/2)
		if x0 < x1 {
			o, d := r*hw, y*fw+X/2
			blend(f.U[d+x0:d+x1], l.hU[o+x0:o+x1], l.hA[o+x0:o+x1], k)
			blend(f.V[d+x0:d+x1], l.hV[o+x0:o+x1], l.hA[o+x0:o+x1], k)
		}
	}
}

// blend lays one row over another: dst = dst (1-a) + src, a scaled by k/256.
func blend(dst, src, alpha []uint8, k int32) {
	src, alpha = src[:len(dst)], alpha[:len(dst)]
	if k >= 256 {
		for i, a := range alpha {
			if a == 255 {
				dst[i] = src[i]
			} else if a > 0 {
				d := int32(dst[i]) * (255 - int32(a))
				dst[i] = uint8(min((d+128)*257>>16+int32(src[i]), 255))
			}
		}
		return
	}
	for i, a := range alpha {
		if a > 0 {
			a := int32(a) * k >> 8
			d := int32(dst[i]) * (255 - a)
			dst[i] = uint8(min((d+128)*257>>16+int32(src[i])*k>>8, 255))
		}
	}
}
