package script

import (
	"image/color"
	"math"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
)

// wash is a shape as wide as the frame whose rows have one colour each: scrims and fades. It is
// blended row by row with noise below one step of brightness, since dark gradients show bands.
type wash struct {
	y0      int
	y, u, v []float64 // per row, premultiplied with a
	a       []float64 // 0..1
}

// asWash reports whether an element can be a wash, and makes it.
func (c canvas) asWash(e Element, fr frame, path []segment) (wash, bool) {
	vertical := e.Fill.Mode == "solid" || e.Fill.Mode == "linear" && c.px(e.Fill.X0, fr.w) == c.px(e.Fill.X1, fr.w)
	wide := fr.x <= 0 && fr.x+fr.w >= c.w
	plain := e.Rotation == 0 && e.Shadow.Color.A == 0 && e.Stroke.Color.A == 0 && c.px(e.Radius, fr.w) == 0
	for _, a := range e.Animations {
		plain = plain && a.Type == "fade"
	}
	if !vertical || !wide || !plain || !rectangular(path) {
		return wash{}, false
	}
	y0, y1 := even(max(fr.y, 0)), min(int(math.Round(fr.y+fr.h)), int(c.h))
	w := wash{y0: y0}
	along := func(float64, float64) float64 { return 0 }
	if e.Fill.Mode == "linear" {
		along = e.Fill.along(c, fr)
	}
	for y := y0; y < y1; y++ {
		r, g, b, a := e.Fill.at(along(0, float64(y)+.5))
		ly, lu, lv := ycc(r, g, b, a)
		w.y, w.u, w.v, w.a = append(w.y, ly), append(w.u, lu), append(w.v, lv), append(w.a, a/255)
	}
	return w, true
}

// ycc converts a premultiplied colour, all in 0..255.
func ycc(r, g, b, a float64) (y, u, v float64) {
	l := .2126*r + .7152*g + .0722*b
	return 16*a/255 + l*219/255, 128*a/255 + (b-l)/1.8556*224/255, 128*a/255 + (r-l)/1.5748*224/255
}

func yccOf(c color.NRGBA) (y, u, v, a float64) {
	k := float64(c.A) / 255
	y, u, v = ycc(float64(c.R)*k, float64(c.G)*k, float64(c.B)*k, float64(c.A))
	return y, u, v, k
}

func (w wash) draw(f *ffmpeg.Frame, opacity float64, n *noise) {
	for i, a := range w.a {
		y := w.y0 + i
		if a *= opacity; a < 1.0/1024 {
			continue
		}
		n.mix(f.Y[y*f.W:][:f.W], a, w.y[i]*opacity, y)
		if y%2 == 0 {
			o := y / 2 * (f.W / 2)
			n.mix(f.U[o:][:f.W/2], a, w.u[i]*opacity, y/2+17)
			n.mix(f.V[o:][:f.W/2], a, w.v[i]*opacity, y/2+31)
		}
	}
}

// noise is a tile of even noise, 0..255: added below the last bit it turns rounding into grain.
type noise [64][64]int32

func newNoise() *noise {
	n := &noise{}
	for y := range n {
		for x := range n[y] {
			v := math.Mod(52.9829189*math.Mod(.06711056*float64(x)+.00583715*float64(y), 1), 1)
			n[y][x] = int32(v * 256)
		}
	}
	return n
}

// mix lays one colour, premultiplied with a, over a row.
func (n *noise) mix(row []uint8, a, col float64, y int) {
	keep, add := int32((1-a)*65536+.5), int32(col*65536+.5)
	tile := &n[y&63]
	for len(row) > 0 {
		part := row[:min(len(row), 64)]
		for x, v := range part {
			part[x] = uint8((int32(v)*keep + add + tile[x&63]<<8) >> 16)
		}
		row = row[len(part):]
	}
}
