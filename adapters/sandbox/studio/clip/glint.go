package clip

import (
	"cmp"
	"math"
	"slices"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
)

// glint is a highlight of the photo that lights up as a small star from time to time.
type glint struct {
	x, y   float64 // on the plate, in pixels
	size   float64 // reach of its rays in pixels of the frame
	phase  float64 // of its period, at the start
	period float64 // seconds
}

const maxGlints = 9

// newGlints puts glints on the brightest small highlights near the dish. A picture without any gets none.
func newGlints(plate *ffmpeg.Frame, fx, fy float64, seed uint32) []glint {
	scale := scaleOf(plate)
	var gs []glint
	for _, s := range highlights(plate, fx, fy, 150, maxGlints, 120*scale) {
		spread := func(by float64) float64 { // even and without a pattern that one sees
			return math.Mod(float64(seed%1024)/1024+float64(len(gs))*by, 1)
		}
		gs = append(gs, glint{s.x, s.y, (26 + 22*spread(0.618)) * scale, spread(0.7549), 1.7 + 0.9*spread(0.5698)})
	}
	return gs
}

// scaleOf is the size of a plate against that of a film of 1080 x 1920.
func scaleOf(plate *ffmpeg.Frame) float64 { return float64(plate.W) / (1080 * spare) }

// spot is a place on the plate, in pixels.
type spot struct{ x, y float64 }

// highlights finds small places near the dish that are brighter than what is around them, and at least so
// bright; the clearest first, at most so many, so far apart.
func highlights(plate *ffmpeg.Frame, fx, fy float64, least, most int, apart float64) []spot {
	type candidate struct {
		spot
		gain float64
	}
	var found []candidate
	cell := max(int(12*scaleOf(plate)), 4)
	for y := 2 * cell; y < plate.H-3*cell; y += cell {
		for x := 2 * cell; x < plate.W-3*cell; x += cell {
			top, at := brightest(plate, x, y, cell)
			if top < least {
				continue
			}
			dx, dy := (float64(x)/float64(plate.W)-fx)/0.34, (float64(y)/float64(plate.H)-fy)/0.22
			gain := float64(top-around(plate, x, y, cell)) * math.Exp(-dx*dx-dy*dy)
			if gain > 8 {
				found = append(found, candidate{spot{float64(at % plate.W), float64(at / plate.W)}, gain})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(b.gain, a.gain) })
	var spots []spot
	for _, c := range found {
		if len(spots) == most {
			break
		}
		if !slices.ContainsFunc(spots, func(s spot) bool { return math.Hypot(s.x-c.x, s.y-c.y) < apart }) {
			spots = append(spots, c.spot)
		}
	}
	return spots
}

func brightest(f *ffmpeg.Frame, x, y, cell int) (top, at int) {
	for j := y; j < y+cell; j++ {
		for i := x; i < x+cell; i++ {
			if v := int(f.Y[j*f.W+i]); v > top {
				top, at = v, j*f.W+i
			}
		}
	}
	return top, at
}

// around is the mean brightness of the neighbourhood of a cell.
func around(f *ffmpeg.Frame, x, y, cell int) int {
	sum, n := 0, 0
	for j := y - 2*cell; j < y+3*cell; j += max(cell/2, 1) {
		for i := x - 2*cell; i < x+3*cell; i += max(cell/2, 1) {
			sum += int(f.Y[j*f.W+i])
			n++
		}
	}
	return sum / n
}

// apply draws the glint at time t over a frame that shows v.
func (g glint) apply(f *ffmpeg.Frame, v view, t float64) {
	const lit = 0.45 // part of its period
	phase := math.Mod(t/g.period+g.phase, 1)
	if phase > lit {
		return
	}
	strength := math.Pow(math.Sin(phase/lit*math.Pi), 2)
	cx, cy := (g.x-v.x)*float64(f.W)/v.w, (g.y-v.y)*float64(f.H)/v.h
	reach := g.size * (0.6 + 0.4*strength)
	for y := max(int(cy-reach), 0); y <= min(int(cy+reach), f.H-1); y++ {
		for x := max(int(cx-reach), 0); x <= min(int(cx+reach), f.W-1); x++ {
			a := strength * star(math.Abs(float64(x)+0.5-cx)/reach, math.Abs(float64(y)+0.5-cy)/reach)
			if a < 0.004 {
				continue
			}
			toward(&f.Y[y*f.W+x], 235, a)
			if x%2 == 0 && y%2 == 0 {
				toward(&f.U[y/2*(f.W/2)+x/2], 126, a)
				toward(&f.V[y/2*(f.W/2)+x/2], 130, a)
			}
		}
	}
}

// star is the light at a distance from the middle: a core, a faint halo and four thin rays that end at 1.
func star(dx, dy float64) float64 {
	r := dx*dx + dy*dy
	rays := max(1-math.Sqrt(14*dx)-dy, 0) + max(1-math.Sqrt(14*dy)-dx, 0)
	return min(1.1*rays+0.75*math.Exp(-26*r)+0.10*math.Exp(-5*r)*max(1-r, 0), 1)
}

func toward(p *byte, v, a float64) { *p = byte(float64(*p) + (v-float64(*p))*a) }
