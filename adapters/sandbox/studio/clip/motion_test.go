package clip

import (
	"math"
	"slices"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
)

// dots is a plate with soft dots every 100 pixels.
func dots(w, h int) *ffmpeg.Frame {
	f := ffmpeg.NewFrame(w, h)
	for i := range f.Y {
		x, y := i%w, i/w
		dx, dy := float64((x+50)%100-50), float64((y+50)%100-50)
		f.Y[i] = byte(40 + 180*math.Exp(-(dx*dx+dy*dy)/72))
	}
	return f
}

// centre is the centre of gravity of the dot near x, y.
func centre(f *ffmpeg.Frame, x, y float64) (cx, cy float64) {
	var sum float64
	for j := int(y) - 22; j <= int(y)+22; j++ {
		for i := int(x) - 22; i <= int(x)+22; i++ {
			v := max(float64(f.Y[j*f.W+i])-44, 0)
			sum, cx, cy = sum+v, cx+v*float64(i), cy+v*float64(j)
		}
	}
	return cx / sum, cy / sum
}

// jitter is what is left of a dot's way after a smooth curve (the best cubic through eleven frames around
// each) is taken away: its root mean square, and the largest change of it from one frame to the next.
func jitter(way []float64) (rms, jump float64) {
	smooth := [...]float64{-36, 9, 44, 69, 84, 89, 84, 69, 44, 9, -36} // of 429; A. Savitzky, M. Golay, 1964
	last := math.NaN()
	for i := 5; i < len(way)-5; i++ {
		off := way[i]
		for j, k := range smooth {
			off -= way[i-5+j] * k / 429
		}
		rms += off * off
		if !math.IsNaN(last) {
			jump = max(jump, math.Abs(off-last))
		}
		last = off
	}
	// The curve follows a part of each frame's own error: 89 of 429.
	return math.Sqrt(rms / float64(len(way)-10) * 429 / (429 - 89)), jump
}

// track follows six dots of the grid through five seconds, and gives the worst of their jitters. It
// fails where a dot isn't where the camera looks. draw makes a frame that shows v.
func track(t *testing.T, f *film, w, h int, draw func(*ffmpeg.Frame, view)) (rms, jump float64) {
	t.Helper()
	const n = 150
	frame := ffmpeg.NewFrame(w, h)
	at := [][2]float64{{200.5, 300.5}, {400.5, 300.5}, {200.5, 600.5}, {400.5, 600.5}, {300.5, 800.5}, {400.5, 800.5}}
	xs, ys := make([][]float64, len(at)), make([][]float64, len(at))
	for i := range n {
		v := f.camera.view(f.plate, float64(i)/30)
		draw(frame, v)
		for d, p := range at {
			x, y := (p[0]-v.x)*float64(w)/v.w-0.5, (p[1]-v.y)*float64(h)/v.h-0.5
			cx, cy := centre(frame, x, y)
			if math.Hypot(cx-x, cy-y) > 1 {
				t.Fatalf("frame %d: a dot is at %.2f %.2f, the camera says %.2f %.2f", i, cx, cy, x, y)
			}
			xs[d], ys[d] = append(xs[d], cx), append(ys[d], cy)
		}
	}
	for d := range at {
		for _, way := range [][]float64{xs[d], ys[d]} {
			r, j := jitter(way)
			rms, jump = max(rms, r), max(jump, j)
		}
		if math.Hypot(xs[d][n-1]-xs[d][0], ys[d][n-1]-ys[d][0]) < 2 {
			t.Fatalf("dot %d rests", d)
		}
	}
	return rms, jump
}

func TestCamera_NothingJitters(t *testing.T) {
	const w, h = 540, 960
	for _, arc := range []bool{false, true} {
		f := &film{plate: dots(604, 1074), fps: 30, camera: newCamera(0.45, 0.40, 5, arc, 0)}
		rms, jump := track(t, f, w, h, func(frame *ffmpeg.Frame, v view) { zoom(frame, f.plate, v) })
		t.Logf("arc %v: %.4f pixels, worst jump %.4f", arc, rms, jump)
		if rms > 0.02 || jump > 0.05 {
			t.Errorf("arc %v: jitter of %.3f pixels, worst jump %.3f", arc, rms, jump)
		}
	}
	// The ruler itself: a camera that moves by whole pixels, as common zooms do.
	f := &film{plate: dots(604, 1074), fps: 30, camera: newCamera(0.45, 0.40, 5, false, 0)}
	rms, jump := track(t, f, w, h, func(frame *ffmpeg.Frame, v view) {
		zoom(frame, f.plate, view{math.Round(v.x), math.Round(v.y), math.Round(v.w), math.Round(v.h)})
	})
	if rms < 0.1 || jump < 0.2 {
		t.Errorf("whole pixels are measured as %.3f and %.3f", rms, jump)
	}
}

func TestCamera_Drifts(t *testing.T) {
	plate := ffmpeg.NewFrame(806, 1432)
	for arc, least := range map[bool]float64{false: 0.003, true: 0.02} {
		side := func(seed uint32) (most float64) { // in widths of the frame
			straight, c := newCamera(0.5, 0.4, 5, arc, seed), newCamera(0.5, 0.4, 5, arc, seed)
			straight.side = 0
			for i := range 151 {
				d := (c.view(plate, float64(i)/30).x - straight.view(plate, float64(i)/30).x) / 806
				if math.Abs(d) > math.Abs(most) {
					most = d
				}
			}
			return most
		}
		if a, b := side(0), side(1); a < least || a > 0.05 || math.Abs(a+b) > 1e-9 {
			t.Errorf("arc %v: to the side by %.4f and %.4f", arc, a, b)
		}
	}
}

func TestCamera_ComesNearerAndStaysOnThePlate(t *testing.T) {
	plate := ffmpeg.NewFrame(806, 1432)
	for seed := range uint32(2) {
		for i, at := range [][2]float64{{0, 0}, {0.5, 0.4}, {1, 1}, {0, 0}, {1, 1}} {
			arc := i >= 3
			c := newCamera(at[0], at[1], 5, arc, seed)
			last := math.Inf(1)
			for i := range 151 {
				v := c.view(plate, float64(i)/30)
				if v.w >= last || v.x < 0 || v.y < 0 || v.x+v.w > 806+1e-9 || v.y+v.h > 1432+1e-9 {
					t.Fatalf("towards %v, frame %d: %+v after a width of %g", at, i, v, last)
				}
				last = v.w
			}
			if got := 806 / last; math.Abs(got-spare) > 1e-6 {
				t.Fatalf("nearer by %g at the end", got)
			}
		}
	}
}

func TestSteam_RisesOnlyWhenItIsAskedFor(t *testing.T) {
	r := request(t, calm)
	r.FPS = 30
	calmly := frames(t, r, 30)
	r.Prompt = hot
	hotly := frames(t, r, 30)
	above, below := 0, 0
	var changed int
	for i := range hotly {
		for k, v := range hotly[i].Y {
			d := int(v) - int(calmly[i].Y[k])
			if k/180 < 320*42/100 {
				above += d
			} else if k/180 > 320*60/100 {
				below += d
			}
		}
		if i > 0 && !same(hotly[i], hotly[i-1]) {
			changed++
		}
	}
	if above < 30*180*134 || below > above/50 {
		t.Fatalf("above the dish steam adds %d, below it %d", above, below)
	}
	if changed < 29 {
		t.Fatalf("the steam stands still in %d frames", 29-changed)
	}
	r.Prompt = "Slow zoom in."
	for i, f := range frames(t, r, 30) {
		if !same(f, calmly[i]) {
			t.Fatal("a prompt that forbids steam differs from one that doesn't mention it")
		}
	}
}

func TestSteam_Rises(t *testing.T) {
	s := newSteam(180, 320, 0.5, 0.42, 2, soft, 1)
	for i := range s.density {
		s.density[i] = 0
	}
	height := func() float64 { // of the centre of gravity of what is off the dish
		var sum, at float64
		for i, d := range s.density {
			sum, at = sum+float64(d), at+float64(d)*float64(i/s.w)
		}
		return at / sum
	}
	s.advance(30)
	start := height()
	for range 45 {
		s.advance(30)
	}
	if end := height(); end > start-3 {
		t.Fatalf("from row %.1f to row %.1f", start, end)
	}
}

func TestGlints_TwinkleWhereThePhotoIsBright(t *testing.T) {
	r := request(t, cold)
	r.W, r.H, r.FPS = 360, 640, 10
	f, err := newFilm(r)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.glints) < 3 || len(f.glints) > maxGlints {
		t.Fatalf("%d glints", len(f.glints))
	}
	for _, g := range f.glints {
		if v := f.plate.Y[int(g.y)*f.plate.W+int(g.x)]; v < 150 {
			t.Errorf("a glint where the photo is %d bright", v)
		}
	}
	lit := frames(t, r, 20)
	r.Prompt = calm
	brighter, darker := 0, 0
	for i, c := range frames(t, r, 20) {
		for k, v := range c.Y {
			if lit[i].Y[k] > v+20 {
				brighter++
			} else if lit[i].Y[k] < v {
				darker++
			}
		}
	}
	if brighter < 40 || brighter > 20*360*640/100 || darker > 0 {
		t.Fatalf("%d pixels brighter, %d darker", brighter, darker)
	}
	r.Prompt, r.Photo = cold, asJPEG(t, ffmpeg.NewFrame(360, 640).ToRGBA())
	if f, err = newFilm(r); err != nil || len(f.glints) > 0 {
		t.Fatalf("%d glints on a plain picture, %v", len(f.glints), err)
	}
}

func TestSizzle_SpitsAndFlickersOnTheDish(t *testing.T) {
	r := request(t, calm)
	r.W, r.H, r.FPS = 360, 640, 30
	rest := frames(t, r, 30)
	r.Prompt = "The food sizzles, no steam."
	hotly := frames(t, r, 30)
	var counts []int
	for i := range hotly {
		n := 0
		for k, v := range hotly[i].Y {
			if d := int(v) - int(rest[i].Y[k]); d > 24 {
				n++
				if y := k / r.W; y < r.H*15/100 || y > r.H*65/100 {
					t.Fatalf("frame %d: fat at %d, %d", i, k%r.W, y)
				}
			} else if d < 0 && rest[i].Y[k] < 235 {
				t.Fatalf("frame %d is darker at %d, %d", i, k%r.W, k/r.W)
			}
		}
		if i > 0 && same(hotly[i], hotly[i-1]) {
			t.Fatalf("frame %d rests", i)
		}
		counts = append(counts, n)
	}
	slices.Sort(counts)
	if counts[0] < 60 || counts[29] > r.W*r.H/50 {
		t.Fatalf("from %d to %d pixels light up: too little to see, or too much to see the dish", counts[0], counts[29])
	}
}
