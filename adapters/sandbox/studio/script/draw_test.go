package script

import (
	"context"
	"image/color"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"github.com/sajangpick/sajangpick/adapters/sandbox/studio/lettering"
)

// painter draws documents without media, and without ffmpeg.
func painter(c Composition, w, h int) *render {
	r := &render{
		c: c, files: map[string]string{}, fonts: lettering.New(), noise: newNoise(), work: ffmpeg.NewFrame(w, h),
	}
	r.canvas = canvas{float64(w), float64(h), float64(w) / float64(c.Width)}
	r.turns, r.seconds = schedule(c, r.plays)
	r.cast()
	return r
}

func paintAt(t testing.TB, elements string, at float64) *ffmpeg.Frame {
	t.Helper()
	c := parse(t, `{"width":200,"height":200,"duration":4,"fill_color":"#808080","elements":[`+elements+`]}`)
	r := painter(c, 200, 200)
	if err := r.frame(context.Background(), at, make([]bool, len(c.Elements))); err != nil {
		t.Fatal(err)
	}
	return r.work
}

const rect = `"path":"M 0 0 L 100 0 L 100 100 L 0 100 L 0 0 Z"`

func near(t *testing.T, what string, f *ffmpeg.Frame, x, y int, want color.RGBA, tolerance int) {
	t.Helper()
	got := f.ToRGBA().RGBAAt(x, y)
	for _, d := range []int{int(got.R) - int(want.R), int(got.G) - int(want.G), int(got.B) - int(want.B)} {
		if d < -tolerance || d > tolerance {
			t.Errorf("%s at %d,%d: %v, want %v", what, x, y, got, want)
			return
		}
	}
}

func TestPaint_ColorsComeOutAsTheyWereAsked(t *testing.T) {
	for _, hex := range []string{"#f04428", "#ffde54", "#ffffff", "#000000", "#0a64c8"} {
		f := paintAt(t, `{"type":"shape","width":80,"height":80,"fill_color":"`+hex+`","border_radius":4,`+rect+`}`, 0)
		c, _ := parseColor(hex)
		near(t, hex, f, 100, 100, color.RGBA{c.R, c.G, c.B, 255}, 3)
		near(t, "around "+hex, f, 20, 100, color.RGBA{128, 128, 128, 255}, 3)
	}
}

func TestPaint_ElementsStandWhereTheirAnchorsPutThem(t *testing.T) {
	f := paintAt(
		t,
		`{"type":"shape","x":"10%","y":200,"x_anchor":"0%","y_anchor":"100%","width":"25%","height":"20 vmin","border_radius":1,"fill_color":"#fff",`+rect+`}`,
		0,
	)
	for _, p := range [][2]int{{24, 164}, {66, 196}} {
		near(t, "inside", f, p[0], p[1], color.RGBA{255, 255, 255, 255}, 3)
	}
	for _, p := range [][2]int{{16, 180}, {74, 180}, {40, 156}} {
		near(t, "outside", f, p[0], p[1], color.RGBA{128, 128, 128, 255}, 3)
	}
}

func TestPaint_HalfOpacityIsHalfWay(t *testing.T) {
	f := paintAt(
		t, `{"type":"shape","width":80,"height":80,"border_radius":1,"opacity":"50%","fill_color":"#fff",`+rect+`}`, 0,
	)
	near(t, "half", f, 100, 100, color.RGBA{192, 192, 192, 255}, 3)
}

func TestPaint_AFadeTakesItsTime(t *testing.T) {
	el := `{"type":"shape","time":1,"width":"100%","height":"100%","fill_color":"#000",` + rect +
		`,"animations":[{"type":"fade","time":"start","duration":1}]}`
	for at, want := range map[float64]uint8{.5: 128, 1.5: 64, 2.5: 0} {
		near(t, "fade", paintAt(t, el, at), 100, 100, color.RGBA{want, want, want, 255}, 3)
	}
}

func TestPaint_GradientsRunBetweenTheirStops(t *testing.T) {
	el := `{"type":"shape","width":%W,"height":"100%","fill_mode":"linear","fill_x0":"50%","fill_y0":"0%","fill_x1":"50%","fill_y1":"100%",
		"fill_color":[{"offset":"0%","color":"#000"},{"offset":"50%","color":"#fff"},{"offset":"100%","color":"#000"}],` + rect + `}`
	for _, width := range []string{`"100%"`, `"60%"`} { // by rows, and as a layer
		f := paintAt(t, strings.Replace(el, "%W", width, 1), 0)
		near(t, "end", f, 100, 2, color.RGBA{6, 6, 6, 255}, 6)
		near(t, "quarter", f, 100, 50, color.RGBA{128, 128, 128, 255}, 4)
		near(t, "middle", f, 100, 100, color.RGBA{253, 253, 253, 255}, 4)
	}
}

func TestPaint_DarkGradientsShowNoBands(t *testing.T) {
	f := paintAt(t, `{"type":"shape","width":"100%","height":"100%","fill_mode":"linear","fill_x0":"0%","fill_y0":"0%","fill_x1":"0%","fill_y1":"100%",
		"fill_color":[{"offset":"0%","color":"rgba(0,0,0,0.9)"},{"offset":"100%","color":"rgba(0,0,0,0.94)"}],`+rect+`}`, 0)
	mixed := 0
	for y := range f.H {
		row := f.Y[y*f.W:][:f.W]
		for _, v := range row {
			if v != row[0] {
				mixed++
				break
			}
		}
	}
	if mixed < f.H/2 {
		t.Errorf("only %d of %d rows have grain", mixed, f.H)
	}
}

func TestPaint_ARestingLayerLooksTheSameAsOneThatIsSampled(t *testing.T) {
	c := parse(t, `{"width":200,"height":200,"elements":[{"type":"text","text":"픽","width":120,"height":120,"x":101,"font_weight":"900","fill_color":"#fff","x_alignment":"50%"}]}`)
	r := painter(c, 200, 200)
	fonts := lettering.New()
	b := r.set(c.Elements[0], fonts)
	l := newLayer(r.text(c.Elements[0], b, fonts))
	one, two := ffmpeg.NewFrame(200, 200), ffmpeg.NewFrame(200, 200)
	flood(one, black)
	flood(two, black)
	l.blit(one, 0, 0, 1)
	l.draw(two, pose{sx: 1, sy: 1, rot: 1e-9, opacity: 1}, 100, 100)
	worst, ink := 0, 0
	for i, v := range one.Y {
		worst = max(worst, int(math.Abs(float64(v)-float64(two.Y[i]))))
		if v > 200 {
			ink++
		}
	}
	if worst > 3 || ink < 500 {
		t.Errorf("differ by %d, %d bright pixels", worst, ink)
	}
}

func TestPaint_ARotatedElementTurnsClockwise(t *testing.T) {
	f := paintAt(
		t, `{"type":"shape","width":120,"height":8,"border_radius":1,"z_rotation":"45°","fill_color":"#fff",`+rect+`}`,
		0,
	)
	near(t, "lower right", f, 136, 136, color.RGBA{255, 255, 255, 255}, 5)
	near(t, "upper right", f, 136, 64, color.RGBA{128, 128, 128, 255}, 3)
}

func TestPaint_TextHasItsStrokeAndShadow(t *testing.T) {
	plain := paintAt(t, `{"type":"text","text":"I","font_size":100,"width":100,"height":120,"x_alignment":"50%","y_alignment":"50%","font_weight":"900","fill_color":"#fff"}`, 0)
	rich := paintAt(t, `{"type":"text","text":"I","font_size":100,"width":100,"height":120,"x_alignment":"50%","y_alignment":"50%","font_weight":"900","fill_color":"#fff",
		"stroke_color":"#000000","stroke_width":12,"shadow_color":"rgba(0,0,0,0.9)","shadow_blur":20,"shadow_y":10}`, 0)
	dark := func(f *ffmpeg.Frame) (n int) {
		for _, v := range f.Y {
			if v < 100 {
				n++
			}
		}
		return n
	}
	if dark(plain) != 0 || dark(rich) < 500 {
		t.Errorf("dark pixels: %d plain, %d with stroke and shadow", dark(plain), dark(rich))
	}
}

// FuzzScript_AnyDocumentIsDrawnOrRefused holds Parse and all drawing against documents from outside: the
// seed picks an odd value for every property.
func FuzzScript_AnyDocumentIsDrawnOrRefused(f *testing.F) {
	picture := filepath.Join(f.TempDir(), "a.png")
	if err := os.WriteFile(picture, look.DefaultLogo(), 0o600); err != nil {
		f.Fatal(err)
	}
	for seed := range uint64(60) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		c, _, err := Parse(odd(rand.New(rand.NewPCG(seed, 1))))
		if err != nil {
			return
		}
		r := painter(c, 64, 48)
		for _, s := range c.Sources() {
			r.files[s] = picture
		}
		entered := make([]bool, len(c.Elements))
		for _, at := range []float64{0, .1, r.seconds / 2, r.seconds - .01} {
			if err := r.frame(context.Background(), at, entered); err != nil {
				t.Fatalf("%v", err)
			}
		}
	})
}

func odd(rnd *rand.Rand) map[string]any {
	pick := func(options ...any) any { return options[rnd.IntN(len(options))] }
	size := func() any {
		return pick(nil, 0.0, 10.0, 50.0, 1e6, -30.0, "50%", "100%", "900%", "-20 vmin", "3 vmin", "900000 vmax", "x")
	}
	paint := func() any {
		return pick(nil, "#fff", "rgba(255,0,0,0.5)", "transparent", "?", []any{}, []any{
			map[string]any{"offset": "0%", "color": "#000"}, map[string]any{"offset": "80%", "color": "#fff8"},
		})
	}
	time := func() any { return pick(nil, 0.0, 0.5, 1.0, "start", "end", "1 s", "30%", -3.0, 1e5) }
	element := func() any {
		el := map[string]any{"type": pick("text", "shape", "image"), "source": "p",
			"fit": pick("cover", "contain", "fill"), "text": pick("픽", "새우 파스타\n\n18,000원", "", "Wide words here", 7.0),
			"path": pick(
				"M 0 0 L 100 0 L 100 100 L 0 100 L 0 0 Z", "M 0 0 C 9 99 -400 4 50 60 Q 1 2 3 4 Z", "",
				"M 1e6 0 L 0 1e6 Z",
			)}
		for _, k := range []string{"x", "y", "width", "height", "x_anchor", "y_anchor", "x_alignment", "y_alignment",
			"border_radius", "shadow_blur", "shadow_x", "shadow_y",
			"stroke_width", "font_size", "font_size_minimum", "font_size_maximum", "fill_x0", "fill_y0", "fill_x1",
			"fill_y1",
			"letter_spacing", "line_height", "opacity", "z_rotation"} {
			if rnd.IntN(3) == 0 {
				el[k] = size()
			}
		}
		for _, k := range []string{"fill_color", "shadow_color", "stroke_color"} {
			el[k] = paint()
		}
		el["fill_mode"] = pick("solid", "linear")
		el["time"], el["duration"], el["track"] = time(), pick(nil, 1.0, 4.0, "media"), pick(nil, 1.0, 2.0)
		el["animations"] = []any{map[string]any{"type": pick("fade", "slide", "scale", "spin"), "time": time(),
			"duration": time(), "easing": pick("back-out", "back-in", "linear"),
			"reversed": pick(true, false), "fade": pick(true, false), "distance": size(),
			"direction": pick("up", "33°", 1e6), "scope": pick("element", "composition"),
			"start_scale": size(), "end_scale": size(), "x_anchor": size(), "axis": pick("x", "y", "both")}}
		return el
	}
	return map[string]any{
		"width": 200.0, "height": 150.0, "duration": pick(nil, 2.0, 0.0),
		"elements": []any{element(), element(), element()},
	}
}
