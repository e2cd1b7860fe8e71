package script

import (
	"math"

	"github.com/sajangpick/sajangpick/pipeline/video"
)

// band is the part of a frame between two parallel lines: what a wipe has uncovered.
type band struct {
	nx, ny float64 // across the lines, of length 1
	lo, hi float64
}

// wiped finds what an element's wipe has uncovered at t; false if none is under way.
func (c canvas) wiped(e Element, fr frame, turn turn, t float64) (band, bool) {
	for _, a := range e.Animations {
		u := a.elapsed(t, turn)
		if a.Type != "wipe" || u == 1 {
			continue
		}
		k := min(max(ease(a.Easing, u), 0), 1)
		sin, cos := math.Sincos(a.From + (a.To-a.From)*k)
		b := band{nx: cos, ny: -sin}
		lo, hi := b.across(fr, .02*(c.w+c.h)) // shadows and plates stand out of the box
		at := lo + c.px(a.XAnchor, hi-lo)
		b.lo, b.hi = at+(lo-at)*k, at+(hi-at)*k
		return b, true
	}
	return band{}, false
}

// across is where a frame, grown by so many pixels, begins and ends on the band's axis.
func (b band) across(fr frame, grown float64) (lo, hi float64) {
	mx, my := fr.x+fr.w/2, fr.y+fr.h/2
	mid := mx*b.nx + my*b.ny
	half := math.Abs(b.nx)*(fr.w/2+grown) + math.Abs(b.ny)*(fr.h/2+grown)
	return mid - half, mid + half
}

// cover lays before over all of the frame that the band leaves out, with a soft edge of a pixel.
func (b band) cover(f, before *video.Frame) {
	b.plane(f.Y, before.Y, f.W, 1)
	b.plane(f.U, before.U, f.W/2, 2)
	b.plane(f.V, before.V, f.W/2, 2)
}

func (b band) plane(dst, src []byte, w int, size float64) {
	for i := 0; i < len(dst); i += w {
		y := (float64(i/w) + .5) * size * b.ny
		row, old := dst[i:i+w], src[i:i+w]
		for x := range row {
			at := (float64(x)+.5)*size*b.nx + y
			seen := min(max((at-b.lo)/size+.5, 0), 1) * min(max((b.hi-at)/size+.5, 0), 1)
			if seen < 1 {
				row[x] = uint8(float64(old[x]) + (float64(row[x])-float64(old[x]))*seen + .5)
			}
		}
	}
}
