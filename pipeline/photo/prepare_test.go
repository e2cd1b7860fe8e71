package photo

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
	"github.com/sajangpick/sajangpick/pipeline/worker"
)

func TestMain(m *testing.M) {
	worker.Serve(workOrSpent)
	os.Exit(m.Run())
}

// single is a Preparer with one worker, which all tests may use.
var single = New(1)

// worked is what a worker answers, whose work is done in this process.
func worked(what byte, file []byte) (answer, error) {
	return readAnswer(Work(append([]byte{what}, file...)))
}

func prepared(t *testing.T, file []byte) (Prepared, image.Image) {
	t.Helper()
	a, err := worked(toPrepare, file)
	if err != nil {
		t.Fatal(err)
	}
	p := a.Prepared
	im, err := jpeg.Decode(bytes.NewReader(p.JPEG))
	if err != nil {
		t.Fatal(err)
	}
	w, h := p.Ratio.Size()
	if b := im.Bounds(); b.Dx() != w || b.Dy() != h || p.W != w || p.H != h {
		t.Fatalf("%v, said to be %s and %dx%d", b, p.Ratio, p.W, p.H)
	}
	return p, im
}

// opened is a file up to where it is composed.
func opened(t *testing.T, file []byte) *image.RGBA {
	t.Helper()
	src, err := measure(file, minSide)
	if err != nil {
		t.Fatal(err)
	}
	im, _, _, err := open(file, src)
	if err != nil {
		t.Fatal(err)
	}
	return shrink(im, 1, image.White)
}

// like reports whether a pixel is nearest to want among the four colours of quarters.
func like(t *testing.T, im image.Image, x, y int, want color.RGBA) {
	t.Helper()
	far := func(c color.RGBA) int {
		r, g, b, _ := im.At(x, y).RGBA()
		d := [3]int{int(r>>8) - int(c.R), int(g>>8) - int(c.G), int(b>>8) - int(c.B)}
		return d[0]*d[0] + d[1]*d[1] + d[2]*d[2]
	}
	for _, c := range []color.RGBA{red, green, blue, yellow} {
		if far(c) < far(want) {
			t.Fatalf("at %d,%d: %v looks like %v, want %v", x, y, im.At(x, y), c, want)
		}
	}
	if far(want) > 60*60 {
		t.Fatalf("at %d,%d: %v, want %v", x, y, im.At(x, y), want)
	}
}

func upright(t *testing.T, im *image.RGBA) {
	t.Helper()
	w, h := im.Rect.Dx(), im.Rect.Dy()
	if w*4 != h*3 {
		t.Fatalf("%dx%d is lying", w, h)
	}
	like(t, im, w/10, h/10, red)
	like(t, im, w*9/10, h/10, green)
	like(t, im, w/10, h*9/10, blue)
	like(t, im, w*9/10, h*9/10, yellow)
}

func TestPrepare_EveryOrientationComesOutUpright(t *testing.T) {
	for turn := 1; turn <= 8; turn++ {
		// The inverse of a quarter turn is the other one; all others undo themselves.
		inverse := cmp.Or(map[int]int{6: 8, 8: 6}[turn], turn)
		order := []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian}[turn/2%2]
		im := opened(t, tagged(asJPEG(t, turned(quarters(300, 400), inverse)), uint16(turn), order))
		upright(t, im)
	}
}

func TestPrepare_NothingOfThePhoneOrThePlaceIsLeft(t *testing.T) {
	p, im := prepared(t, tagged(asJPEG(t, turned(quarters(450, 600), 8)), 6, binary.LittleEndian))
	like(t, im, 100, 100, red)
	like(t, im, 100, 1250, blue)
	for _, trace := range []string{"Exif", "GPS!", "Fon"} {
		if bytes.Contains(p.JPEG, []byte(trace)) {
			t.Errorf("%q is still in the file", trace)
		}
	}
	if i := bytes.Index(p.JPEG, []byte{0xff, 0xe1}); i >= 0 && i < 64 {
		t.Error("the file has an application segment")
	}
}

func TestChoose_PartIsOfThePhotoAndOfItsRatio(t *testing.T) {
	for _, shape := range []float64{0.3, 0.46, 9. / 16, 2. / 3, 3. / 4, 0.9, 1, 4. / 3, 3. / 2, 16. / 9, 2.66, 5} {
		w, h := math.Round(max(shape, 1)*400), math.Round(400/min(shape, 1))
		for _, d := range []dish{
			{}, {bottom: 1}, {left: .1, top: .3, right: .9, bottom: .7, sure: 1}, {right: 1, bottom: 1, sure: 1},
			{left: .8, top: .8, right: 1, bottom: 1, sure: 1},
		} {
			f := choose(w, h, 4, d)
			cw, ch := f.ratio.Size()
			off := float64(f.part.Dx()) - float64(f.part.Dy())*float64(cw)/float64(ch)
			if !f.part.In(image.Rect(0, 0, int(w), int(h))) || math.Abs(off) > 2 {
				t.Errorf("%.2f, %+v: %s of %v", shape, d, f.ratio, f.part)
			}
			if d.sure == 0 && f.ratio != Full &&
				math.Abs(float64(f.part.Min.X+f.part.Max.X)-w)+math.Abs(float64(f.part.Min.Y+f.part.Max.Y)-h) > 4 {
				t.Errorf("%.2f: without a rim %v of %v x %v isn't its middle", shape, f.part, w, h)
			}
		}
	}
}

func TestChoose_FollowsThePhotosShapeWithoutARim(t *testing.T) {
	for _, q := range []struct {
		w, h float64
		want Ratio
	}{
		{2000, 900, Landscape}, {1600, 1200, Landscape}, {1200, 1200, Square}, {1200, 1600, Portrait},
		{900, 2000, Full},
	} {
		if f := choose(q.w, q.h, 2, dish{left: .1, right: .9, top: .2, bottom: .6}); f.ratio != q.want {
			t.Errorf("%v x %v: %s, want %s", q.w, q.h, f.ratio, q.want)
		}
	}
	if f := choose(900, 1700, 2, dish{left: .1, right: .9, top: .4, bottom: .95}); f.ratio != Portrait {
		t.Errorf("a tall photo with its detail below: %s, words would stand on it", f.ratio)
	}
}

func TestChoose_FullHoldsTheDishAboveTheWordsAndIsLargeEnough(t *testing.T) {
	d := dish{left: .25, right: .75, top: .2, bottom: .575, sure: .9}
	f := choose(1200, 1600, 2, d)
	if f.ratio != Full || f.dish.Left < .05 || f.dish.Right > .95 || f.dish.Top < dishTop-.01 ||
		f.dish.Bottom > dishEnd {
		t.Errorf("%s, the dish at %+v", f.ratio, f.dish)
	}
	if f := choose(600, 800, 1, d); f.ratio != Portrait {
		t.Errorf("%s of a photo that has %d pixels for it", f.ratio, f.part.Dx())
	}
	for _, much := range []dish{
		{left: .06, right: .94, top: .2, bottom: .86, sure: .9},
		{left: .25, right: .75, top: .5, bottom: .9, sure: .9},
	} {
		if f := choose(1200, 1600, 2, much); f.ratio != Portrait || f.dish.Right-f.dish.Left < .4 {
			t.Errorf("%s, the dish at %+v", f.ratio, f.dish)
		}
	}
}

func TestCompose_APlateIsWholeWhereverItStands(t *testing.T) {
	found := 0
	for _, shape := range []float64{9. / 16, 1, 4. / 3, 2.66} {
		w, h := math.Round(shape*260), 260.0
		for i, at := range [][2]float64{{0.25, 0.5}, {0.5, 0.2}, {0.85, 0.7}} {
			size := 0.34 + 0.05*float64(i) // radius of the plate, of the photo's shorter side
			r := size * min(w, h)
			cx, cy := min(max(at[0]*w, r*1.04), w-r*1.04), min(max(at[1]*h, r*1.04), h-r*1.04)
			_, f := compose(planesOf(plated(int(w), int(h), cx, cy, r)), 8, "")
			plate := image.Rect(int(cx-r), int(cy-r), int(cx+r), int(cy+r))
			if f.sure == 0 {
				continue
			}
			found++
			if !plate.In(f.part.Inset(-3)) {
				t.Errorf(
					"a plate of %.2f at %v in a photo of %.2f: %v isn't in %v (%s)", size, at, shape, plate, f.part,
					f.ratio,
				)
			}
			x, y := (cx-float64(f.part.Min.X))/float64(f.part.Dx()), (cy-float64(f.part.Min.Y))/float64(f.part.Dy())
			if math.Abs((f.dish.Left+f.dish.Right)/2-x) > .05 || math.Abs((f.dish.Top+f.dish.Bottom)/2-y) > .05 {
				t.Errorf("the plate's middle is at %.2f, %.2f, said to be %+v", x, y, f.dish)
			}
		}
	}
	if found < 10 {
		t.Errorf("the rim was found on %d of 12", found)
	}
}

func TestCompose_EveryPixelIsThePhotosOwn(t *testing.T) {
	// Left to right and top to bottom a photo gets brighter; what is mirrored or smeared would not.
	for _, size := range [][2]int{{400, 300}, {300, 400}, {900, 300}, {300, 600}} {
		src := image.NewRGBA(image.Rect(0, 0, size[0], size[1]))
		for y := range size[1] {
			for x := range size[0] {
				src.SetRGBA(x, y, color.RGBA{byte(255 * x / size[0]), byte(255 * y / size[1]), 0, 255})
			}
		}
		scaled, _ := compose(planesOf(src), 1, "")
		im := shrink(scaled, 1, image.White)
		w, h := im.Rect.Dx(), im.Rect.Dy()
		for i := 48; i < w; i += 48 {
			if im.RGBAAt(i, h/2).R <= im.RGBAAt(i-48, h/2).R {
				t.Fatalf("%v: column %d isn't brighter than the one before", size, i)
			}
		}
		for i := 48; i < h; i += 48 {
			if im.RGBAAt(w/2, i).G <= im.RGBAAt(w/2, i-48).G {
				t.Fatalf("%v: row %d isn't brighter than the one before", size, i)
			}
		}
	}
}

func TestPreparer_GivesTheRatioThatItIsSetTo(t *testing.T) {
	p := New(1)
	for _, p.Ratio = range ratios {
		got, err := p.Prepare(t.Context(), bytes.NewReader(asJPEG(t, quarters(300, 400))), nil)
		if err != nil || got.Ratio != p.Ratio || asked(p.Ratio.job()) != p.Ratio {
			t.Errorf("%s instead of %s, %v", got.Ratio, p.Ratio, err)
		}
	}
}

func TestCompose_TakesTheRatioThatIsAskedFor(t *testing.T) {
	for _, ratio := range []Ratio{Full, Portrait, Square, Landscape, Wide} {
		im, f := compose(planesOf(table(400, 300, 200, 150, 100)), 1, ratio)
		if w, h := ratio.Size(); im.Rect.Dx() != w || im.Rect.Dy() != h || f.ratio != ratio {
			t.Errorf("%s: %v of %s", ratio, im.Rect, f.ratio)
		}
	}
}

func TestPrepare_ReadsEveryKindThatPhonesSend(t *testing.T) {
	heic, err := os.ReadFile("testdata/quarters.heic")
	if err != nil {
		t.Fatal(err)
	}
	deep := image.NewNRGBA64(image.Rect(0, 0, 300, 400))
	grey := image.NewGray(deep.Rect)
	flat := quarters(300, 400)
	few := image.NewPaletted(deep.Rect, color.Palette{red, green, blue, yellow})
	for y := range 400 {
		for x := range 300 {
			deep.Set(x, y, flat.At(x, y))
			grey.Set(x, y, flat.At(x, y))
			few.Set(x, y, flat.At(x, y))
		}
	}
	for name, file := range map[string][]byte{
		"JPEG": asJPEG(t, flat), "PNG": asPNG(t, flat), "16-bit PNG": asPNG(t, deep),
		"PNG with a palette": asPNG(t, few), "HEIC": heic,
	} {
		t.Run(name, func(t *testing.T) {
			im := opened(t, file)
			upright(t, im)
		})
	}
	t.Run("grey JPEG", func(t *testing.T) {
		im := opened(t, asJPEG(t, grey))
		if dark, light := im.RGBAAt(30, 360), im.RGBAAt(270, 360); light.G < dark.G+64 {
			t.Fatalf("blue is %v, yellow %v", dark, light)
		}
	})
	t.Run("CMYK JPEG", func(t *testing.T) {
		im := opened(t, flatCMYK(640, 800, [4]byte{30, 215, 215, 20}))
		like(t, im, 340, 600, red)
	})
	t.Run("WebP", func(t *testing.T) {
		im := opened(t, flatWebP(640, 800, color.NRGBA{40, 60, 200, 255}))
		like(t, im, 340, 600, blue)
	})
}

func TestPrepare_WhatIsTransparentTurnsWhite(t *testing.T) {
	clear := image.NewNRGBA(image.Rect(0, 0, 640, 800))
	for name, file := range map[string][]byte{
		"PNG": asPNG(t, clear), "WebP": flatWebP(640, 800, color.NRGBA{40, 60, 200, 0}),
	} {
		if im := opened(t, file); im.RGBAAt(320, 400) != (color.RGBA{255, 255, 255, 255}) {
			t.Errorf("%s: %v", name, im.RGBAAt(320, 400))
		}
	}
}

func TestPrepare_TakesExtremeShapes(t *testing.T) {
	for _, size := range [][2]int{{200, 12000}, {12000, 200}, {201, 357}} {
		im := opened(t, asJPEG(t, quarters(size[0], size[1])))
		scaled, _ := compose(planesOf(im), 1, "")
		out := shrink(scaled, 1, image.White)
		for _, y := range []int{0, out.Rect.Dy() / 2, out.Rect.Dy() - 1} {
			if c := out.RGBAAt(out.Rect.Dx()/2, y); c.A != 255 || max(c.R, c.G, c.B) < 80 {
				t.Errorf("%v: row %d is %v", size, y, c)
			}
		}
	}
}

func TestEncode_IsNeverHeavy(t *testing.T) {
	b, err := encode(noise(1080, 1920))
	if err != nil || len(b) >= maxJPEG {
		t.Fatalf("%d bytes, %v", len(b), err)
	}
}

func TestPrepare_TheSamplePhotoIsFine(t *testing.T) {
	p, im := prepared(t, sample.Photo)
	if r, g, b, _ := im.At(p.W/2, p.H/2).RGBA(); p.Doubt != "" || r < b || max(r, g, b) < 0x3000 {
		t.Errorf("doubt is %q, the middle of the dish is %v", p.Doubt, im.At(p.W/2, p.H/2))
	}
	if !strings.Contains(sample.Caption, "18,000원") {
		t.Error(sample.Caption)
	}
}
