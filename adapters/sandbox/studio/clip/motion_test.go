package clip

import (
	"math"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline/video"
)

// dots is a plate with soft dots every 100 pixels.
func dots(w, h int) *video.Frame {
	f := video.NewFrame(w, h)
	for i := range f.Y {
		x, y := i%w, i/w
		dx, dy := float64((x+50)%100-50), float64((y+50)%100-50)
		f.Y[i] = byte(40 + 180*math.Exp(-(dx*dx+dy*dy)/72))
	}
	return f
}

// centre is the centre of gravity of the dot near x, y.
func centre(f *video.Frame, x, y float64) (cx, cy float64) {
	var sum float64
	for j := int(y) - 22; j <= int(y)+22; j++ {
		for i := int(x) - 22; i <= int(x)+22; i++ {
			v := max(float64(f.Y[j*f.W+i])-44, 0)
			sum, cx, cy = sum+v, cx+v*float64(i), cy+v*float64(j)
		}
	}
	return cx / sum, cy / sum
}

func TestTheZoomDoesNotJitter(t *testing.T) {
	const w, h, n = 540, 960, 150
	plate := dots(604, 1074)
	c := newCamera(0.45, 0.40, 5, 0)
	frame := video.NewFrame(w, h)
	var xs, ys [n]float64
	for i := range n {
		v := c.view(plate, float64(i)/30)
		zoom(frame, plate, v)
		// where a dot right below the middle must be by the camera's own account
		x, y := (400.5-v.x)*w/v.w-0.5, (600.5-v.y)*h/v.h-0.5
		xs[i], ys[i] = centre(frame, x, y)
		if d := math.Hypot(xs[i]-x, ys[i]-y); d > 0.06 {
			t.Fatalf("frame %d: the dot is %.3f pixels off", i, d)
		}
	}
	// What is left after a smooth motion: half of the difference to the mean of both neighbours.
	var sum float64
	for i := 1; i < n-1; i++ {
		dx, dy := xs[i]-(xs[i-1]+xs[i+1])/2, ys[i]-(ys[i-1]+ys[i+1])/2
		sum += dx*dx + dy*dy
	}
	if rms := math.Sqrt(sum / (n - 2)); rms > 0.05 {
		t.Fatalf("jitter of %.3f pixels", rms)
	} else {
		t.Logf("jitter of %.4f pixels", rms)
	}
	if xs[n-1] == xs[0] && ys[n-1] == ys[0] {
		t.Fatal("nothing moves")
	}
}

func TestTheCameraComesNearerAndStaysOnThePlate(t *testing.T) {
	plate := video.NewFrame(806, 1432)
	for seed := range uint32(2) {
		for _, at := range [][2]float64{{0, 0}, {0.5, 0.4}, {1, 1}} {
			c := newCamera(at[0], at[1], 5, seed)
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

func TestSteamRisesOnlyWhenItIsAskedFor(t *testing.T) {
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

func TestSteamRises(t *testing.T) {
	s := newSteam(180, 320, 0.5, 0.42, 2, 1)
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

func TestGlintsTwinkleWhereThePhotoIsBright(t *testing.T) {
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
	r.Prompt, r.Photo = cold, asJPEG(t, video.NewFrame(360, 640).ToRGBA())
	if f, err = newFilm(r); err != nil || len(f.glints) > 0 {
		t.Fatalf("%d glints on a plain picture, %v", len(f.glints), err)
	}
}
