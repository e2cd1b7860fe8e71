package photo

import (
	"bytes"
	"encoding/binary"
	"fmt"
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
	worker.Serve(Work)
	os.Exit(m.Run())
}

func prepared(t *testing.T, file []byte) (Prepared, image.Image) {
	t.Helper()
	p, err := New(1).Prepare(t.Context(), bytes.NewReader(file), nil)
	if err != nil {
		t.Fatal(err)
	}
	im, err := jpeg.Decode(bytes.NewReader(p.JPEG))
	if err != nil {
		t.Fatal(err)
	}
	if b := im.Bounds(); b.Dx() != W || b.Dy() != H || p.W != W || p.H != H {
		t.Fatalf("%v, said to be %dx%d", b, p.W, p.H)
	}
	return p, im
}

// opened is a file up to where it is composed.
func opened(t *testing.T, file []byte) (im *image.RGBA, small bool) {
	t.Helper()
	src, err := measure(file, minSide)
	if err != nil {
		t.Fatal(err)
	}
	im, small, err = open(file, src)
	if err != nil {
		t.Fatal(err)
	}
	return im, small
}

// like tells whether a pixel is nearest to want among the four colours of quarters.
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

func TestEveryOrientationComesOutUpright(t *testing.T) {
	for turn := 1; turn <= 8; turn++ {
		// The inverse of a quarter turn is the other one; all others undo themselves.
		inverse := map[int]int{6: 8, 8: 6}[turn]
		if inverse == 0 {
			inverse = turn
		}
		order := []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian}[turn/2%2]
		im, _ := opened(t, tagged(asJPEG(t, turned(quarters(300, 400), inverse)), uint16(turn), order))
		upright(t, im)
	}
}

func TestNothingOfThePhoneOrThePlaceIsLeft(t *testing.T) {
	p, im := prepared(t, tagged(asJPEG(t, turned(quarters(450, 600), 8)), 6, binary.LittleEndian))
	like(t, im, 100, 100, red)
	like(t, im, 100, 1150, blue)
	for _, trace := range []string{"Exif", "GPS!", "Fon"} {
		if bytes.Contains(p.JPEG, []byte(trace)) {
			t.Errorf("%q is still in the file", trace)
		}
	}
	if i := bytes.Index(p.JPEG, []byte{0xff, 0xe1}); i >= 0 && i < 64 {
		t.Error("the file has an application segment")
	}
}

func TestTheDishIsWholeAndAboveTheWordsWhereverItStands(t *testing.T) {
	for _, shape := range []float64{0.4, 9. / 16, 3. / 4, 1, 4. / 3, 16. / 9, 2.66, 4} {
		w, h := math.Round(shape*260), 260.0
		cw, _ := cut(w, h)
		for _, at := range [][2]float64{{0.5, 0.5}, {0.25, 0.5}, {0.5, 0.2}, {0.5, 0.8}, {0.85, 0.7}} {
			for _, size := range []float64{0.2, 0.34, 0.48} { // radius of the dish, of the photo's shorter side
				r := size * min(w, h)
				cx, cy := min(max(at[0]*w, r*1.04), w-r*1.04), min(max(at[1]*h, r*1.04), h-r*1.04)
				// A dish that is higher than there is room for is shown smaller; it may come nearer to the words.
				top, end, least := 180, 970, 0.8*2*r*W/cw
				if 2*r*W/cw > 700 {
					top, end, least = 160, 1070, min(least, 680)
				}
				for name, draw := range map[string]func(int, int, float64, float64, float64) *image.RGBA{"dish": table, "plate": plated} {
					l := arrange(draw(int(w), int(h), cx, cy, r))
					box := l.shown(t, cx, cy, r)
					if !box.In(l.hero) || box.Min.Y < top || box.Max.Y > end || float64(box.Dy()) < least {
						t.Errorf("%s of %.2f at %v in a photo of %.2f: %v, photo %v", name, size, at, shape, box, l.hero)
					}
				}
			}
		}
	}
}

// shown is where a round dish of the photo is in the frame.
func (l layout) shown(t *testing.T, cx, cy, r float64) image.Rectangle {
	t.Helper()
	across, down := float64(l.hero.Dx())/float64(l.part.Dx()), float64(l.hero.Dy())/float64(l.part.Dy())
	if squeezed := across / down; squeezed < 0.99 || squeezed > 1.01 {
		t.Fatalf("%+v", l)
	}
	x, y := float64(l.hero.Min.X)+(cx-float64(l.part.Min.X))*across, float64(l.hero.Min.Y)+(cy-float64(l.part.Min.Y))*down
	return image.Rect(int(x-r*across), int(y-r*down), int(x+r*across), int(y+r*down))
}

func TestAPlateThatThePhotoCutsOffIsNotPutOnATable(t *testing.T) {
	l := arrange(plated(600, 1000, 300, 500, 380))
	if l.hero.Min.X > 0 || l.hero.Max.X < W {
		t.Errorf("half a plate stands in %v", l.hero)
	}
	if d := find(plated(1000, 600, 500, 500, 260)); d.cut != (sides{bottom: true}) {
		t.Errorf("the plate is cut off below: %+v", d.cut)
	}
}

func TestAPlateIsNotMirrored(t *testing.T) {
	for _, size := range [][2]int{{900, 1200}, {1300, 900}} {
		r := 0.48 * float64(min(size[0], size[1]))
		src := plated(size[0], size[1], float64(size[0])/2, float64(size[1])/2, r)
		im, l := compose(src), arrange(src)
		for y := 0; y < H; y += 4 {
			for x := 0; x < W; x += 4 {
				if c := im.RGBAAt(x, y); !image.Pt(x, y).In(l.hero) && (c.R > 135 || c.R > c.G+20) {
					t.Fatalf("%v: around the photo, at %d,%d, it is %v", size, x, y, c)
				}
			}
		}
	}
}

func TestTheDishIsFoundInTheFinishedPicture(t *testing.T) {
	for _, q := range []struct {
		name      string
		w, h      int
		cx, cy, r float64
	}{
		{"portrait 3:4", 900, 1200, 450, 640, 300},
		{"landscape, dish on the right", 1600, 1200, 1050, 620, 330},
		{"panorama, dish on the left", 2600, 900, 800, 480, 300},
	} {
		t.Run(q.name, func(t *testing.T) {
			im := compose(table(q.w, q.h, q.cx, q.cy, q.r))
			box := image.Rectangle{Min: image.Pt(W, H)}
			for y := 0; y < H; y += 2 {
				for x := 0; x < W; x += 2 {
					if c := im.RGBAAt(x, y); c.R > 176 && c.B > 144 && c.G < 160 {
						box = image.Rect(min(box.Min.X, x), min(box.Min.Y, y), max(box.Max.X, x+2), max(box.Max.Y, y+2))
					}
				}
			}
			if ratio := float64(box.Dx()) / float64(box.Dy()); ratio < 0.97 || ratio > 1.03 {
				t.Fatalf("the dish is at %v: squeezed or cut (%.3f)", box, ratio)
			}
			if box.Min.X < 4 || box.Max.X > W-4 || box.Min.Y < 170 || box.Max.Y > 970 {
				t.Fatalf("the dish is at %v", box)
			}
		})
	}
}

func TestWhatIsBelowAPhotoLooksLikeItsTable(t *testing.T) {
	im := compose(table(800, 600, 400, 320, 200))
	for y := 1500; y < H; y += 100 {
		r, g, b, _ := im.At(540, y).RGBA()
		if g>>8 < 60 || g>>8 > 130 || r>>8 > 150 || b>>8 > 150 {
			t.Fatalf("row %d is %v", y, im.At(540, y))
		}
	}
}

func TestEveryKindThatPhonesSendIsRead(t *testing.T) {
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
		"JPEG": asJPEG(t, flat), "PNG": asPNG(t, flat), "16-bit PNG": asPNG(t, deep), "PNG with a palette": asPNG(t, few), "HEIC": heic,
	} {
		t.Run(name, func(t *testing.T) {
			im, _ := opened(t, file)
			upright(t, im)
		})
	}
	t.Run("grey JPEG", func(t *testing.T) {
		im, _ := opened(t, asJPEG(t, grey))
		if dark, light := im.RGBAAt(30, 360), im.RGBAAt(270, 360); light.G < dark.G+64 {
			t.Fatalf("blue is %v, yellow %v", dark, light)
		}
	})
	t.Run("CMYK JPEG", func(t *testing.T) {
		im, _ := opened(t, flatCMYK(640, 800, [4]byte{30, 215, 215, 20}))
		like(t, im, 340, 600, red)
	})
	t.Run("WebP", func(t *testing.T) {
		im, _ := opened(t, flatWebP(640, 800, color.NRGBA{40, 60, 200, 255}))
		like(t, im, 340, 600, blue)
	})
}

func TestWhatIsTransparentTurnsWhite(t *testing.T) {
	clear := image.NewNRGBA(image.Rect(0, 0, 640, 800))
	for name, file := range map[string][]byte{"PNG": asPNG(t, clear), "WebP": flatWebP(640, 800, color.NRGBA{40, 60, 200, 0})} {
		if im, _ := opened(t, file); im.RGBAAt(320, 400) != (color.RGBA{255, 255, 255, 255}) {
			t.Errorf("%s: %v", name, im.RGBAAt(320, 400))
		}
	}
}

func TestASmallPhotoIsTakenAndSaidToBeSmall(t *testing.T) {
	for side, want := range map[int]bool{200: true, 699: true, 700: false} {
		if _, small := opened(t, asJPEG(t, quarters(side, 1000))); small != want {
			t.Errorf("%d pixels: small is %v", side, small)
		}
	}
}

func TestExtremeShapesAreTaken(t *testing.T) {
	for _, size := range [][2]int{{200, 12000}, {12000, 200}, {201, 357}} {
		im, _ := opened(t, asJPEG(t, quarters(size[0], size[1])))
		out := compose(im)
		for _, y := range []int{0, H / 2, H - 1} {
			if c := out.RGBAAt(W/2, y); c.A != 255 || max(c.R, c.G, c.B) < 80 {
				t.Errorf("%v: row %d is %v", size, y, c)
			}
		}
	}
}

func TestAPreparedPictureIsNeverHeavy(t *testing.T) {
	b, err := encode(noise(W, H))
	if err != nil || len(b) >= maxJPEG {
		t.Fatalf("%d bytes, %v", len(b), err)
	}
}

func TestTheSamplePhotoIsFine(t *testing.T) {
	p, im := prepared(t, sample.Photo)
	if r, g, b, _ := im.At(540, 800).RGBA(); p.Small || r < b || max(r, g, b) < 0x3000 {
		t.Errorf("small is %v, the middle of the dish is %v", p.Small, im.At(540, 800))
	}
	if !strings.Contains(sample.Caption, "18,000원") {
		t.Error(sample.Caption)
	}
}

func BenchmarkPrepare(b *testing.B) {
	for _, size := range [][2]int{{4000, 3000}, {3000, 4000}, {1200, 1600}} {
		im := table(size[0], size[1], float64(size[0])/2, float64(size[1])/2, 900)
		grain := noise(512, 512)
		for i := range im.Pix {
			im.Pix[i] = byte(min(max(int(im.Pix[i])+int(grain.Pix[i%len(grain.Pix)]&31)-16, 0), 255))
		}
		file := asJPEG(b, im)
		b.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := New(1).Prepare(b.Context(), bytes.NewReader(file), nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
