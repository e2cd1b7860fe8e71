package clip

import (
	"math"
	"runtime"
	"sync"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
)

// camera moves towards a point of the plate.
type camera struct {
	x, y    float64 // where to, as fractions of the plate
	seconds float64
	side    float64 // drift to the side, as a fraction of the room that the zoom has left there
	turns   float64 // of the drift in the clip: after half of one it is back
}

// newCamera drifts a little and comes back; in an arc it goes further and stays there.
func newCamera(x, y, seconds float64, arc bool, seed uint32) camera {
	c := camera{x: min(max(x, 0.3), 0.7), y: min(max(y, 0.25), 0.65), seconds: seconds, side: 0.11, turns: 0.5}
	if arc {
		c.side, c.turns = 0.30, 0.25
	}
	if seed%2 == 1 {
		c.side = -c.side
	}
	return c
}

// view is the part of the plate that a frame shows: its corner and its size, in the plate's pixels.
type view struct{ x, y, w, h float64 }

// view gives the part that is shown t seconds after the start. The size shrinks by a constant factor a second, which
// looks like a constant speed, softened at both ends.
func (c camera) view(plate *ffmpeg.Frame, t float64) view {
	u := min(t/c.seconds, 1)
	near := math.Pow(spare, 0.55*u+0.45*u*u*(3-2*u))
	w, h := float64(plate.W), float64(plate.H)
	v := view{w: w / near, h: h / near}
	v.x = (w - v.w) * (c.x + c.side*math.Sin(2*math.Pi*c.turns*u))
	v.y = (h - v.h) * c.y
	return v
}

// zoom draws the part v of the plate, to a fraction of a pixel: anything coarser jitters visibly when it is slow.
func zoom(dst, plate *ffmpeg.Frame, v view) {
	half := view{v.x / 2, v.y / 2, v.w / 2, v.h / 2}
	y := newSampler(plate.W, dst.W, v.x, v.w)
	c := newSampler(plate.W/2, dst.W/2, half.x, half.w)
	bands(dst.H/2, func(from, to int) {
		y.rows(dst.Y, plate.Y, plate.H, v, dst.H, 2*from, 2*to)
		c.rows(dst.U, plate.U, plate.H/2, half, dst.H/2, from, to)
		c.rows(dst.V, plate.V, plate.H/2, half, dst.H/2, from, to)
	})
}

// bands shares rows among the cores.
func bands(rows int, f func(from, to int)) {
	n := min(runtime.GOMAXPROCS(0), rows)
	var wg sync.WaitGroup
	for i := 1; i < n; i++ {
		wg.Go(func() { f(rows*i/n, rows*(i+1)/n) })
	}
	f(0, rows/n)
	wg.Wait()
}

// fine is the number of bits of a weight between two pixels.
const fine = 10

// sampler knows for each column of the frame which two columns of the plate it lies between.
type sampler struct {
	w           int // of the plate
	first, last int // columns of the plate that are looked at
	columns     []column
}

// column is the left one of two columns, counted from the sampler's first, and how far it is to the right one.
type column struct{ at, weight int32 }

func newSampler(w, n int, x, width float64) sampler {
	s := sampler{w: w, columns: make([]column, n)}
	for i := range s.columns {
		at, weight := between(x, width, i, n, w)
		if i == 0 {
			s.first = int(at)
		}
		s.last = min(int(at)+2, w)
		s.columns[i] = column{at - int32(s.first), weight}
	}
	return s
}

// between finds where the middle of the i-th of n pixels lies on an axis of size pixels, from start on over extent.
func between(start, extent float64, i, n, size int) (at, weight int32) {
	p := start + (float64(i)+0.5)*extent/float64(n) - 0.5
	p = min(max(p, 0), float64(size)-1-1e-6)
	whole := math.Floor(p)
	return int32(whole), int32((p-whole)*(1<<fine) + 0.5)
}

// rows draws some rows of one plane: first the two source rows are blended into one, then its columns.
func (s sampler) rows(dst, src []byte, h int, v view, n, from, to int) {
	w := len(s.columns)
	line := make([]int32, s.last-s.first+1)
	for y := from; y < to; y++ {
		at, weight := between(v.y, v.h, y, n, h)
		upper := src[int(at)*s.w:][s.first:s.last]
		lower := src[min(int(at)+1, h-1)*s.w:][s.first:s.last]
		lower, mixed := lower[:len(upper)], line[:len(upper)]
		for i, p := range upper {
			mixed[i] = int32(p)<<fine + (int32(lower[i])-int32(p))*weight
		}
		line[len(upper)] = line[len(upper)-1]
		out, grain := dst[y*w:][:w], &dither[y&63]
		for x, c := range s.columns[:len(out)] {
			a, b := line[c.at], line[c.at+1]
			out[x] = byte((a<<fine + (b-a)*c.weight + int32(grain[x&63])<<(2*fine-8)) >> (2 * fine))
		}
	}
}

// dither is what is added before rounding down, in 256ths: interleaved gradient noise (J. Jimenez, 2014). Without
// it dark gradients show bands. It never changes.
var dither = func() (d [64][64]uint8) {
	for y := range d {
		for x := range d[y] {
			_, v := math.Modf(52.9829189 * math.Mod(0.06711056*float64(x)+0.00583715*float64(y), 1))
			d[y][x] = uint8(v * 256)
		}
	}
	return d
}()
