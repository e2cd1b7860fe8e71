package script

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
)

// framed prepares to draw a document whose images are all the given one.
func framed(t testing.TB, im image.Image, w, h int, elements string) *render {
	t.Helper()
	path := filepath.Join(t.TempDir(), "photo.png")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := png.Encode(file, im); err != nil {
		t.Fatal(err)
	}
	c := parse(t, fmt.Sprintf(`{"width":%d,"height":%d,"duration":5,"elements":[%s]}`, w, h, elements))
	r := painter(c, w, h)
	for _, s := range c.Sources() {
		r.files[s] = path
	}
	return r
}

func (r *render) at(t testing.TB, seconds float64, entered []bool) *ffmpeg.Frame {
	t.Helper()
	if err := r.frame(context.Background(), seconds, entered); err != nil {
		t.Fatal(err)
	}
	return r.work
}

// dots is a picture with a soft dot every 100 pixels.
func dots(w, h int) image.Image {
	im := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			dx, dy := float64((x+50)%100-50), float64((y+50)%100-50)
			v := uint8(40 + 180*math.Exp(-(dx*dx+dy*dy)/72))
			im.SetRGBA(x, y, color.RGBA{v, v, v, 255})
		}
	}
	return im
}

// centre is the centre of gravity of the dot near x, y.
func centre(f *ffmpeg.Frame, x, y float64) (cx, cy float64) {
	var sum float64
	for j := int(y) - 22; j <= int(y)+22; j++ {
		for i := int(x) - 22; i <= int(x)+22; i++ {
			v := max(float64(f.Y[j*f.W+i])-54, 0)
			sum, cx, cy = sum+v, cx+v*(float64(i)+.5), cy+v*(float64(j)+.5)
		}
	}
	return cx / sum, cy / sum
}

func TestPhoto_ThatGrowsDoesNotJitter(t *testing.T) {
	const w, h, n = 540, 960, 150
	r := framed(t, dots(w, h), w, h, `{"type":"image","source":"p","animations":[{"type":"scale","start_scale":"100%","end_scale":"112%","easing":"sinusoid-in-out","fade":false}]}`)
	entered := make([]bool, 1)
	var xs, ys [n]float64 // how far a dot is from where it belongs
	moved := 0.0
	for i := range n {
		at := float64(i) / 30
		f := r.at(t, at, entered)
		s := 1 + .12*ease("sinusoid-in-out", at/5)
		x, y := 270+(400.5-270)*s, 480+(700.5-480)*s
		gx, gy := centre(f, x, y)
		xs[i], ys[i], moved = gx-x, gy-y, x-400.5
		if d := math.Hypot(xs[i], ys[i]); d > .05 {
			t.Fatalf("frame %d: the dot is %.3f pixels off", i, d)
		}
	}
	var sum float64
	for i := 1; i < n-1; i++ {
		dx, dy := xs[i]-(xs[i-1]+xs[i+1])/2, ys[i]-(ys[i-1]+ys[i+1])/2
		sum += dx*dx + dy*dy
	}
	if rms := math.Sqrt(sum / (n - 2)); rms > .02 {
		t.Errorf("jitter of %.4f pixels", rms)
	} else {
		t.Logf("jitter of %.4f pixels over a way of %.1f", rms, moved)
	}
	if r.actors[0].(*photoActor).layer != nil {
		t.Error("it was drawn the slow way")
	}
}

func TestPhoto_LooksTheSameBothWays(t *testing.T) {
	const el = `{"type":"image","source":"p","width":"120%%","height":"110%%","y":"52%%","opacity":"100%%"%s,
		"animations":[{"type":"scale","start_scale":"100%%","end_scale":"108%%","fade":false},{"type":"fade","duration":0.5}]}`
	im := dots(300, 400)
	fast := framed(t, im, 240, 320, fmt.Sprintf(el, ""))
	slow := framed(t, im, 240, 320, fmt.Sprintf(el, `,"border_radius":1`))
	a, b := make([]bool, 1), make([]bool, 1)
	for _, at := range []float64{0, .2, 2.5, 4.9} {
		p, q := fast.at(t, at, a), slow.at(t, at, b)
		far := 0
		for i, v := range p.Y {
			if d := int(v) - int(q.Y[i]); d > 6 || d < -6 {
				far++
			}
		}
		if far > len(p.Y)/500 {
			t.Errorf("at %g s %d of %d pixels differ", at, far, len(p.Y))
		}
	}
	if fast.actors[0].(*photoActor).plate == nil || slow.actors[0].(*photoActor).plate != nil {
		t.Error("both were drawn the same way")
	}
}

func TestPhoto_ThatShrinksShowsWhatIsBehindIt(t *testing.T) {
	r := framed(t, dots(100, 100), 100, 100, `{"type":"image","source":"p","animations":[{"type":"scale","start_scale":"100%","end_scale":"50%","fade":false}]}`)
	f := r.at(t, 4.9, make([]bool, 1))
	near(t, "behind", f, 5, 50, color.RGBA{A: 255}, 3)
	if r := f.ToRGBA().RGBAAt(70, 70).R; r < 30 {
		t.Error("the photo is gone")
	}
}
