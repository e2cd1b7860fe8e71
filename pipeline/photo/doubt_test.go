package photo

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"testing"

	scaling "golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	dots "golang.org/x/image/math/fixed"

	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
)

func TestPrepare_DoubtsOnlyWhatWouldMakeNoGoodVideo(t *testing.T) {
	dish := samplePhoto(t)
	menu := fill(1280, 960, color.RGBA{40, 60, 50, 255})
	write(menu, image.Rect(60, 60, 1220, 900), color.RGBA{235, 235, 220, 255})
	bottle := table(1280, 960, 640, 480, 420)
	draw.Draw(bottle, image.Rect(560, 300, 720, 460), image.NewUniform(color.White), image.Point{}, draw.Src)
	write(bottle, image.Rect(565, 305, 715, 455), color.RGBA{20, 20, 20, 255})
	for name, x := range map[string]struct {
		photo *image.RGBA
		want  Doubt
	}{
		"the sample":               {dish, ""},
		"a dish on a table":        {table(1280, 960, 640, 480, 420), ""},
		"rather dark":              {each(dish, func(v byte) byte { return v / 3 }), ""},
		"nearly black":             {each(dish, func(v byte) byte { return v / 8 }), Dark},
		"black":                    {fill(640, 640, color.RGBA{0, 0, 0, 255}), Dark},
		"a wall":                   {fill(640, 640, color.RGBA{200, 190, 180, 255}), NoDish},
		"a menu board":             {menu, Lettering},
		"a label on what is sold":  {bottle, ""},
		"a little soft":            {soft(dish, 2, 2), ""},
		"out of focus":             {soft(dish, 10, 10), Blurred},
		"shaken from side to side": {soft(dish, 20, 0), Blurred},
		"shaken up and down":       {soft(dish, 0, 20), Blurred},
		"480 pixels":               {sized(dish, 480), ""},
		"479 pixels":               {sized(dish, 479), Tiny},
	} {
		a, err := readAnswer(Work(append([]byte{toPrepare}, asJPEG(t, x.photo)...)))
		if err != nil || a.Prepared.Doubt != x.want {
			t.Errorf("%s: %q, %v; want %q", name, a.Prepared.Doubt, err, x.want)
		}
	}
}

func samplePhoto(t *testing.T) *image.RGBA {
	t.Helper()
	im, err := jpeg.Decode(bytes.NewReader(sample.Photo))
	if err != nil {
		t.Fatal(err)
	}
	out := image.NewRGBA(image.Rect(0, 0, im.Bounds().Dx(), im.Bounds().Dy()))
	draw.Draw(out, out.Rect, im, im.Bounds().Min, draw.Src)
	return out
}

func fill(w, h int, c color.Color) *image.RGBA {
	im := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(im, im.Rect, image.NewUniform(c), image.Point{}, draw.Src)
	return im
}

// write fills a part of a picture with lines of dishes and prices, twice as large as their typeface.
func write(im *image.RGBA, part image.Rectangle, c color.Color) {
	lines := image.NewRGBA(image.Rect(0, 0, part.Dx()/2, part.Dy()/2))
	for y := 13; y < lines.Rect.Max.Y; y += 20 {
		d := font.Drawer{Dst: lines, Src: image.NewUniform(c), Face: basicfont.Face7x13, Dot: dots.P(0, y)}
		for d.Dot.X.Ceil() < lines.Rect.Max.X {
			d.DrawString("Noodles 9,000 Dumplings 7,500 ")
		}
	}
	scaling.NearestNeighbor.Scale(im, part, lines, lines.Rect, draw.Over, nil)
}

func each(im *image.RGBA, f func(byte) byte) *image.RGBA {
	out := image.NewRGBA(im.Rect)
	for i, v := range im.Pix {
		if out.Pix[i] = f(v); i%4 == 3 {
			out.Pix[i] = 255
		}
	}
	return out
}

// sized has a short side of so many pixels.
func sized(im *image.RGBA, short int) *image.RGBA {
	w, h := im.Rect.Dx(), im.Rect.Dy()
	k := min(w, h)
	out := image.NewRGBA(image.Rect(0, 0, w*short/k, h*short/k))
	scaling.ApproxBiLinear.Scale(out, out.Rect, im, im.Rect, draw.Src, nil)
	return out
}

// soft takes the mean of so many pixels to each side, three times.
func soft(im *image.RGBA, across, down int) *image.RGBA {
	out := image.NewRGBA(im.Rect)
	copy(out.Pix, im.Pix)
	line := func(from, step, n, r int) {
		sums := make([]int, n+1)
		for i := range n {
			sums[i+1] = sums[i] + int(out.Pix[from+i*step])
		}
		for i := range n {
			a, b := max(i-r, 0), min(i+r+1, n)
			out.Pix[from+i*step] = byte((sums[b] - sums[a]) / (b - a))
		}
	}
	for range 3 {
		for c := range 3 {
			for y := range im.Rect.Dy() {
				line(y*out.Stride+c, 4, im.Rect.Dx(), across)
			}
			for x := range im.Rect.Dx() {
				line(4*x+c, out.Stride, im.Rect.Dy(), down)
			}
		}
	}
	return out
}
