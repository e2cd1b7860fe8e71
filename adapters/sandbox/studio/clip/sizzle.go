package clip

import (
	"math"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
)

// sizzle is a dish on its hot plate: fat spits from it in short arcs, and the light on it flickers
// where it bubbles. All of it follows from the time alone.
type sizzle struct {
	from  []spot // where the light is; drops leave from here too
	scale float64
	seed  uint32
}

const (
	spits    = 90  // drops under way or about to be
	gravity  = 1.3 // heights of the frame per second, each second
	shutter  = 1.0 / 30
	maxShine = 70
	food     = 0.25 // reach of what is on the plate, in widths of the picture
)

// newSizzle finds the wet highlights of the dish. On a picture that shows none the drops leave from a flat ellipse.
func newSizzle(plate *ffmpeg.Frame, x, y float64, seed uint32) *sizzle {
	s := &sizzle{scale: scaleOf(plate), seed: seed}
	for _, at := range highlights(plate, x, y, 110, 2*maxShine, 18*s.scale) {
		dx, dy := at.x/float64(plate.W)-x, (at.y-float64(plate.H)*y)/float64(plate.W)
		if math.Hypot(dx, dy*1.25) < food && len(s.from) < maxShine { // not on the rim of the plate
			s.from = append(s.from, at)
		}
	}
	for i := uint32(0); len(s.from) < 24; i++ {
		angle, far := 2*math.Pi*s.chance(i, 0, 90), food*math.Sqrt(s.chance(i, 0, 91))
		s.from = append(s.from, spot{
			float64(plate.W) * (x + far*math.Cos(angle)),
			float64(plate.H)*y + float64(plate.W)*far*flat*math.Sin(angle),
		})
	}
	return s
}

func (s *sizzle) apply(f *ffmpeg.Frame, v view, t float64) {
	for i, at := range s.from {
		s.shine(f, (at.x-v.x)*float64(f.W)/v.w, (at.y-v.y)*float64(f.H)/v.h, uint32(i), t)
	}
	for i := range uint32(spits) {
		s.spit(f, v, i, t)
	}
}

// shine lets the light at a place flare up for a moment, seldom and never regularly.
func (s *sizzle) shine(f *ffmpeg.Frame, x, y float64, i uint32, t float64) {
	tick := t*(7+4*s.chance(i, 0, 1)) + s.chance(i, 0, 2)
	n, part := math.Modf(tick)
	a, b := s.chance(i, uint32(n), 3), s.chance(i, uint32(n)+1, 3)
	level := a + (b-a)*part*part*(3-2*part)
	if level = level * level; level < 0.05 {
		return
	}
	reach := (7 + 8*s.chance(i, 0, 4)) * s.scale
	streak(f, x, y, x, y, reach, 0.85*level, 1.6)
}

// spit draws one drop, if it is in the air: a streak as long as it moves while a camera's shutter is open.
func (s *sizzle) spit(f *ffmpeg.Frame, v view, i uint32, t float64) {
	period := 0.5 + 0.5*s.chance(i, 0, 5)
	cycle, part := math.Modf(t/period + s.chance(i, 0, 6))
	n, age := uint32(cycle), part*period
	up, side := 0.15+0.26*s.chance(i, n, 7), 0.16*(s.chance(i, n, 8)-0.5)
	flight := 2 * up / gravity
	if age > flight {
		return
	}
	from := s.from[int(s.chance(i, n, 9)*float64(len(s.from)))]
	near := float64(f.H) / v.h
	at := func(age float64) (x, y float64) {
		return (from.x-v.x)*float64(f.W)/v.w + side*age*float64(f.H)*near,
			(from.y-v.y)*near - (up*age-gravity/2*age*age)*float64(f.H)*near
	}
	x0, y0 := at(max(age-shutter, 0))
	x1, y1 := at(age)
	fade := math.Sqrt(1 - age/flight)
	size := s.chance(i, n, 10)
	streak(f, x0, y0, x1, y1, (1.9+2.6*size*size)*s.scale, 0.9*fade, 0.9)
}

// streak draws a soft streak of warm light between two places: full along its middle, none from reach on.
func streak(f *ffmpeg.Frame, x0, y0, x1, y1, reach, strength, soft float64) {
	dx, dy := x1-x0, y1-y0
	long := max(dx*dx+dy*dy, 1e-9)
	reach = max(reach, 0.9)
	for y := max(int(min(y0, y1)-reach), 0); y <= min(int(max(y0, y1)+reach), f.H-1); y++ {
		for x := max(int(min(x0, x1)-reach), 0); x <= min(int(max(x0, x1)+reach), f.W-1); x++ {
			px, py := float64(x)+0.5-x0, float64(y)+0.5-y0
			k := min(max((px*dx+py*dy)/long, 0), 1)
			far := math.Hypot(px-k*dx, py-k*dy) / reach
			if far >= 1 {
				continue
			}
			a := strength * math.Pow(1-far*far, soft)
			toward(&f.Y[y*f.W+x], 235, a)
			if x%2 == 0 && y%2 == 0 {
				toward(&f.U[y/2*(f.W/2)+x/2], 108, a)
				toward(&f.V[y/2*(f.W/2)+x/2], 139, a)
			}
		}
	}
}

// chance is a number from 0 up to 1 that looks random and is always the same for the same thing.
func (s *sizzle) chance(i, n, what uint32) float64 {
	h := s.seed*0x9e3779b9 ^ i*0x85ebca6b ^ n*0xc2b2ae35 ^ what*0x27d4eb2f
	for range 2 {
		h ^= h >> 16
		h *= 0x7feb352d
		h ^= h >> 15
		h *= 0x846ca68b
	}
	return float64(h^h>>16) / (1 << 32)
}
