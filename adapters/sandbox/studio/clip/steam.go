package clip

import (
	"math"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
)

// steam is a small simulation of vapour: it leaves the dish in puffs, is carried up by its warmth,
// turned over by slowly changing eddies, and dissolves. Noise that merely scrolls doesn't look like
// steam. Lengths are in heights of the frame, times in seconds.
type steam struct {
	cell       int     // pixels of the frame per cell of the grid, each way
	w, h       int     // of the grid, which ends a little below the dish: nothing sinks
	unit       float32 // a cell's length
	x, y, half float32 // the dish, and half of its width
	gain       float32
	draft      draft
	noise      *noise
	now        float32
	density    []float32
	next       []float32
	swirl      []float32 // stream function at the corners of the cells
	alpha      []uint8
}

// flat is the dish's height by its width, as a camera sees it from above.
const flat = 0.42

// upright is the width of a picture, of its height, up to which steam is as wide and thick as it can be.
const upright = 0.7

// draft is how steam rises.
type draft struct {
	speed float32 // upwards
	life  float64 // in which all but a third dissolves
	fine  float32 // how small its eddies and puffs are
	width float32 // half of the dish's, in widths of the frame
	thick float64
}

var (
	soft = draft{speed: 0.135, life: 1.5, fine: 1, width: 0.30, thick: 1}
	// A hot plate drives its steam up in tight, quick plumes that soon dissolve.
	brisk = draft{speed: 0.23, life: 0.75, fine: 1.5, width: 0.22, thick: 1.5}
)

func newSteam(w, h int, x, y, gain float64, d draft, seed uint32) *steam {
	c := max(2, h/240)
	s := &steam{
		cell: c, w: w/c + 2, unit: float32(c) / float32(h),
		x:     float32(min(max(x, 0.35), 0.65)) * float32(w) / float32(h),
		y:     float32(min(max(y-0.005, 0.22), 0.70)),
		draft: d, noise: newNoise(seed),
	}
	// A lower picture is cut closer around the dish, so that steam as wide and thick would hide it.
	shape := float64(w) / float64(h)
	s.half = d.width * float32(min(shape, upright))
	s.gain = float32(gain * d.thick * min(upright/shape, 1))
	s.h = min(int((s.y+s.half*flat+0.10)/s.unit), h/c) + 2
	n := s.w * s.h
	s.density, s.next, s.alpha = make([]float32, n), make([]float32, n), make([]uint8, n)
	s.swirl = make([]float32, (s.w+1)*(s.h+1))
	for range 75 { // three seconds, so that the first frame steams already
		s.step(0.04)
	}
	return s
}

// gain makes steam thin on a dark background and thicker on a bright one, where it hardly shows.
func gain(plate *ffmpeg.Frame, y float64) float64 {
	sum, n := 0, 0
	for j := 0; j < int(float64(plate.H)*y); j += 8 {
		for i := plate.W / 5; i < plate.W*4/5; i += 8 {
			sum += int(plate.Y[j*plate.W+i])
			n++
		}
	}
	return 1.7 + 1.7*float64(step(50, 130, float32(sum)/float32(max(n, 1))))
}

// advance goes on by one frame, in steps of about a thirtieth of a second.
func (s *steam) advance(fps int) {
	n := max((30+fps/2)/fps, 1)
	for range n {
		s.step(1 / float32(n*fps))
	}
}

func (s *steam) step(dt float32) {
	s.now += dt
	bands(s.h+1, func(from, to int) {
		for j := from; j < to; j++ {
			y := float32(j) * s.unit * s.draft.fine
			for i := range s.w + 1 {
				x := float32(i) * s.unit * s.draft.fine
				s.swirl[j*(s.w+1)+i] = 0.0105*s.noise.at(x*7.5, y*6+s.now*0.55, s.now*0.30) +
					0.0042*s.noise.at(x*17+40, y*14+s.now*0.9, s.now*0.55+9)
			}
		}
	})
	stay := float32(math.Exp(float64(-dt) / s.draft.life))
	bands(s.h, func(from, to int) {
		for j := from; j < to; j++ {
			for i := range s.w {
				d := s.carried(i, j, dt)*stay + s.puff(i, j)*dt
				if d < 1e-4 {
					d = 0
				}
				s.next[j*s.w+i] = d
			}
		}
	})
	s.density, s.next = s.next, s.density
}

// carried is the density at the place from which the air in a cell came.
func (s *steam) carried(i, j int, dt float32) float32 {
	k := j*(s.w+1) + i
	a, b, c, d := s.swirl[k], s.swirl[k+1], s.swirl[k+s.w+1], s.swirl[k+s.w+2]
	right := (c + d - a - b) / (2 * s.unit)
	down := -(b + d - a - c) / (2 * s.unit)
	above := s.y - float32(j)*s.unit
	down -= s.draft.speed + 0.05*step(0, 0.2, above)
	right -= (float32(i)*s.unit - s.x) * 0.22 * (1 - step(0, 0.25, above)) // near the dish air is drawn in
	x := min(max(float32(i)-right*dt/s.unit, 0), float32(s.w)-1.01)
	y := min(max(float32(j)-down*dt/s.unit, 0), float32(s.h)-1.01)
	p, q := int(x), int(y)
	x, y = x-float32(p), y-float32(q)
	v := s.density[q*s.w+p:]
	return lerp(y, lerp(x, v[0], v[1]), lerp(x, v[s.w], v[s.w+1]))
}

// puff is what leaves the dish in a cell, in a second: the dish is a flat ellipse that steams in patches.
func (s *steam) puff(i, j int) float32 {
	x, y := float32(i)*s.unit, float32(j)*s.unit
	dx, dy := (x-s.x)/s.half, (y-s.y)/(s.half*flat)
	r := dx*dx + dy*dy
	if r >= 1 {
		return 0
	}
	return 7.5 * (1 - r) * step(0.02, 0.55, s.noise.at(x*26*s.draft.fine, y*14*s.draft.fine, s.now*0.9*s.draft.fine))
}

// apply draws the steam over a frame: towards white, and the colours towards grey. Over the dish it is
// thinner than above it, so that the food stays to be seen.
func (s *steam) apply(f *ffmpeg.Frame) {
	for j := range s.h {
		most := 255 * (0.42 + 0.28*step(0, 0.10, s.y-float32(j)*s.unit))
		for i := j * s.w; i < (j+1)*s.w; i++ {
			x := s.density[i] * s.gain
			s.alpha[i] = uint8(most * x / (1 + x))
		}
	}
	bands(min(f.H, (s.h-1)*s.cell)/2, func(from, to int) {
		for y := 2 * from; y < 2*to; y++ {
			s.row(f, y)
		}
	})
}

func (s *steam) row(f *ffmpeg.Frame, y int) {
	c := s.cell
	k, part := y/c*s.w, int32(y%c)*256/int32(c)
	upper, lower := s.alpha[k:][:s.w], s.alpha[k+s.w:][:s.w]
	at := func(i int) int32 { return int32(upper[i])*(256-part) + int32(lower[i])*part }
	luma := f.Y[y*f.W:][:f.W]
	var u, v []byte
	if y%2 == 0 {
		u, v = f.U[y/2*(f.W/2):][:f.W/2], f.V[y/2*(f.W/2):][:f.W/2]
	}
	right := at(0)
	for i := 0; i*c < f.W; i++ {
		left := right
		if right = at(i + 1); left|right == 0 {
			continue
		}
		a, more := left, (right-left)/int32(c)
		for x := i * c; x < min(i*c+c, f.W); x++ {
			l := int32(luma[x])
			luma[x] = byte(l + (232-l)*a>>16)
			if u != nil && x%2 == 0 {
				p, q := int32(u[x/2]), int32(v[x/2])
				u[x/2], v[x/2] = byte(p+(128-p)*a>>16), byte(q+(128-q)*a>>16)
			}
			a += more
		}
	}
}
