package script

import (
	"math"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
)

// affine maps pixels of the frame to pixels of a layer: source = M (x, y).
type affine struct{ ax, bx, cx, ay, by, cy float64 }

// unpose is the way back from a frame in which the layer stands in a pose to the layer's own pixels.
func (l *layer) unpose(p pose, px, py float64) affine {
	sin, cos := math.Sincos(p.rot)
	isx, isy := 1/p.sx, 1/p.sy
	m := affine{ax: cos * isx, bx: sin * isx, ay: -sin * isy, by: cos * isy}
	tx, ty := px+p.dx, py+p.dy // where the pivot stands now
	m.cx = px - float64(l.x) - m.ax*tx - m.bx*ty
	m.cy = py - float64(l.y) - m.ay*tx - m.by*ty
	return m
}

// bounds is the part of the frame that the layer covers in a pose.
func (l *layer) bounds(p pose, px, py float64) (x0, y0, x1, y1 float64) {
	sin, cos := math.Sincos(p.rot)
	x0, y0, x1, y1 = math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, c := range [...][2]int{{0, 0}, {l.w, 0}, {0, l.h}, {l.w, l.h}} {
		dx, dy := (float64(l.x+c[0])-px)*p.sx, (float64(l.y+c[1])-py)*p.sy
		x, y := px+p.dx+dx*cos-dy*sin, py+p.dy+dx*sin+dy*cos
		x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x), max(y1, y)
	}
	return x0, y0, x1, y1
}

// draw lays the layer over the frame in a pose about a pivot, sampling between pixels.
func (l *layer) draw(f *ffmpeg.Frame, p pose, px, py float64) {
	c := whole(f)
	if p.opacity < 1.0/512 || p.sx < 1e-3 || p.sy < 1e-3 {
		return
	}
	if dx, dy := even(p.dx), even(p.dy); p.sx == 1 && p.sy == 1 && p.rot == 0 && float64(dx) == p.dx &&
		float64(dy) == p.dy {
		l.blit(f, dx, dy, p.opacity)
		return
	}
	x0, y0, x1, y1 := l.bounds(p, px, py)
	X0, Y0 := max(c.x0, even(x0)), max(c.y0, even(y0))
	X1, Y1 := min(c.x1, int(math.Ceil(x1))+1), min(c.y1, int(math.Ceil(y1))+1)
	m := l.unpose(p, px, py)
	k := int32(min(p.opacity, 1)*256 + .5)
	for y := Y0; y < Y1; y++ {
		s := m.row(float64(X0)+.5, float64(y)+.5, 1)
		row := f.Y[y*f.W:][:f.W]
		for x := X0; x < X1; x++ {
			if q, ok := l.quad(s.x, s.y); ok {
				a := q.of(l.A) * k >> 8
				row[x] = uint8(min((int32(row[x])*(255-a)+128)*257>>16+q.of(l.Y)*k>>8, 255))
			}
			s.step()
		}
	}
	fw := f.W / 2
	for y := (Y0 + 1) / 2; y < Y1/2; y++ {
		s := m.row(float64(2*(X0/2))+1, float64(2*y)+1, 2)
		u, v := f.U[y*fw:][:fw], f.V[y*fw:][:fw]
		for x := X0 / 2; x < min(X1/2+X1&1, fw); x++ {
			if q, ok := l.quad(s.x, s.y); ok {
				a := q.of(l.A) * k >> 8
				u[x] = uint8(min((int32(u[x])*(255-a)+128)*257>>16+q.of(l.U)*k>>8, 255))
				v[x] = uint8(min((int32(v[x])*(255-a)+128)*257>>16+q.of(l.V)*k>>8, 255))
			}
			s.step()
		}
	}
}

// walk goes along a row of the frame through a layer's pixels, in 16.16 fixed point.
type walk struct{ x, y, dx, dy int32 }

func (m affine) row(x, y, step float64) walk {
	fix := func(v float64) int32 { return int32(math.Round(min(max(v, -30000), 30000) * 65536)) }
	return walk{fix(m.ax*x + m.bx*y + m.cx - .5), fix(m.ay*x + m.by*y + m.cy - .5), fix(m.ax * step), fix(m.ay * step)}
}

func (s *walk) step() { s.x, s.y = s.x+s.dx, s.y+s.dy }

// quad is four neighbouring pixels and their weights, in 256ths of 256ths.
type quad struct {
	i, w               int
	w00, w10, w01, w11 int32
}

// quad finds the pixels around a place; false where there are none or all are clear. A layer's rim is
// clear, so nothing is lost at its edge.
func (l *layer) quad(sx, sy int32) (quad, bool) {
	x, y := int(sx>>16), int(sy>>16)
	if uint(x) >= uint(l.w-1) || uint(y) >= uint(l.h-1) {
		return quad{}, false
	}
	i := y*l.w + x
	if l.A[i]|l.A[i+1]|l.A[i+l.w]|l.A[i+l.w+1] == 0 {
		return quad{}, false
	}
	wx, wy := (sx>>8)&255, (sy>>8)&255
	return quad{i, l.w, (256 - wx) * (256 - wy), wx * (256 - wy), (256 - wx) * wy, wx * wy}, true
}

func (q quad) of(p []uint8) int32 {
	return (int32(p[q.i])*q.w00 + int32(p[q.i+1])*q.w10 + int32(p[q.i+q.w])*q.w01 + int32(p[q.i+q.w+1])*q.w11 +
		1<<15) >> 16
}

// fits reports whether a pose leaves the layer small enough to be baked.
func (l *layer) fits(p pose, at frame, f *ffmpeg.Frame) bool {
	x0, y0, x1, y1 := l.bounds(p, at.px, at.py)
	return x1-x0 <= 2*float64(f.W) && y1-y0 <= 2*float64(f.H)
}

// baked is the layer as it stands in a pose, drawn once so that it can rest there.
func (l *layer) baked(p pose, px, py float64) *layer {
	x0, y0, x1, y1 := l.bounds(p, px, py)
	X, Y := even(x0), even(y0)
	W, H := int(math.Ceil(x1))-X+1, int(math.Ceil(y1))-Y+1
	out := makeLayer(X, Y, W+W&1, H+H&1)
	m := l.unpose(p, px, py)
	for y := range out.h {
		s := m.row(float64(X)+.5, float64(Y+y)+.5, 1)
		for x := range out.w {
			if q, ok := l.quad(s.x, s.y); ok {
				i := y*out.w + x
				out.Y[i], out.U[i], out.V[i], out.A[i] = uint8(q.of(l.Y)), uint8(q.of(l.U)), uint8(q.of(l.V)),
					uint8(q.of(l.A))
			}
			s.step()
		}
	}
	out.finish()
	return out
}
