// Package colourtest has colour spaces for tests: their profiles, and what colours are called in them.
package colourtest

import (
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"math"
	"slices"
	"testing"
)

// Space is a colour space: its primaries by CIE 1931 x and y, under D65, and its tone curve.
type Space struct {
	Primaries [3][2]float64
	Curve     []byte // as a profile has it
	Light     func(float64) float64
}

func s15(v float64) []byte {
	return binary.BigEndian.AppendUint32(nil, uint32(int32(math.Round(v*65536))))
}

func gammaCurve(g float64) ([]byte, func(float64) float64) {
	return slices.Concat(
		[]byte("para\x00\x00\x00\x00\x00\x00\x00\x00"), s15(g),
	), func(v float64) float64 { return math.Pow(v, g) }
}

// TableOf is a curve as a profile has it.
func TableOf(f func(float64) float64) []byte {
	t := binary.BigEndian.AppendUint32([]byte("curv\x00\x00\x00\x00"), 1024)
	for i := range 1024 {
		t = binary.BigEndian.AppendUint16(t, uint16(math.Round(65535*f(float64(i)/1023))))
	}
	return t
}

// lightOf is the tone curve of sRGB.
func lightOf(v float64) float64 {
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

// Spaces are those of phones and cameras, by name.
func Spaces() map[string]Space {
	srgb := slices.Concat(
		[]byte("para\x00\x00\x00\x00\x00\x03\x00\x00"), s15(2.4), s15(1/1.055), s15(0.055/1.055), s15(1/12.92),
		s15(0.04045),
	)
	adobe, adobeLight := gammaCurve(563. / 256)
	return map[string]Space{
		"Display P3": {[3][2]float64{{0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}}, srgb, lightOf},
		"Adobe RGB":  {[3][2]float64{{0.640, 0.330}, {0.210, 0.710}, {0.150, 0.060}}, adobe, adobeLight},
		"sRGB by a table": {
			[3][2]float64{{0.640, 0.330}, {0.300, 0.600}, {0.150, 0.060}}, TableOf(lightOf), lightOf,
		},
		"P3's primaries, gamma": {
			[3][2]float64{{0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}}, TableOf(adobeLight), adobeLight,
		},
	}
}

type matrix [3][3]float64

func (m matrix) times(n matrix) (out matrix) {
	for i := range 3 {
		for j := range 3 {
			for k := range 3 {
				out[i][j] += m[i][k] * n[k][j]
			}
		}
	}
	return out
}

func (m matrix) of(v [3]float64) (out [3]float64) {
	for i := range 3 {
		out[i] = m[i][0]*v[0] + m[i][1]*v[1] + m[i][2]*v[2]
	}
	return out
}

func (m matrix) inverse() (out matrix) {
	for i := range 3 {
		for j := range 3 {
			a, b, c, d := (j+1)%3, (j+2)%3, (i+1)%3, (i+2)%3
			out[i][j] = m[a][c]*m[b][d] - m[a][d]*m[b][c]
		}
	}
	det := m[0][0]*out[0][0] + m[0][1]*out[1][0] + m[0][2]*out[2][0]
	for i := range 3 {
		for j := range 3 {
			out[i][j] /= det
		}
	}
	return out
}

// xyz makes XYZ under D65 of light of these primaries.
func xyz(primaries [3][2]float64) matrix {
	var m matrix
	for i, p := range primaries {
		m[0][i], m[1][i], m[2][i] = p[0]/p[1], 1, (1-p[0]-p[1])/p[1]
	}
	share := m.inverse().of([3]float64{0.3127 / 0.3290, 1, (1 - 0.3127 - 0.3290) / 0.3290})
	for i := range 3 {
		for j := range 3 {
			m[i][j] *= share[j]
		}
	}
	return m
}

// toD50 is Bradford's adaptation, which profiles use.
var toD50 = matrix{
	{1.0478112, 0.0228866, -0.0501270}, {0.0295424, 0.9904844, -0.0170491}, {-0.0092345, 0.0150436, 0.7521316},
}

// ICC writes a profile of a space.
func (s Space) ICC() []byte {
	m := toD50.times(xyz(s.Primaries))
	tags := map[string][]byte{}
	for i, c := range []string{"r", "g", "b"} {
		tags[c+"XYZ"] = slices.Concat([]byte("XYZ \x00\x00\x00\x00"), s15(m[0][i]), s15(m[1][i]), s15(m[2][i]))
		tags[c+"TRC"] = s.Curve
	}
	head := make([]byte, 128)
	copy(head[16:], "RGB XYZ ")
	copy(head[36:], "acsp")
	list, body := binary.BigEndian.AppendUint32(nil, uint32(len(tags))), []byte(nil)
	for name, data := range tags {
		list = append(list, name...)
		list = binary.BigEndian.AppendUint32(list, uint32(132+12*len(tags)+len(body)))
		list = binary.BigEndian.AppendUint32(list, uint32(len(data)))
		body = append(body, data...)
	}
	return slices.Concat(head, list, body)
}

// Number is what a colour of sRGB is called in the space.
func (s Space) Number(c color.RGBA) color.RGBA {
	light := xyz(s.Primaries).inverse().times(xyz(Spaces()["sRGB by a table"].Primaries)).of(
		[3]float64{lightOf(float64(c.R) / 255), lightOf(float64(c.G) / 255), lightOf(float64(c.B) / 255)})
	var out [3]byte
	for i, l := range light {
		lo, hi := 0., 1.
		for range 30 {
			if mid := (lo + hi) / 2; s.Light(mid) < l {
				lo = mid
			} else {
				hi = mid
			}
		}
		out[i] = byte(math.Round(255 * lo))
	}
	return color.RGBA{out[0], out[1], out[2], 255}
}

// Chart are colours of food, and the ends of the scale.
var Chart = []color.RGBA{
	{222, 24, 0, 255}, {83, 155, 19, 255}, {254, 118, 80, 255}, {255, 200, 40, 255}, {120, 60, 20, 255},
	{128, 128, 128, 255}, {20, 20, 20, 255}, {255, 255, 255, 255}, {240, 220, 190, 255}, {60, 90, 200, 255},
}

// Patches are the chart, 64 pixels wide each, in the numbers that of gives.
func Patches(of func(color.RGBA) color.RGBA) *image.RGBA {
	im := image.NewRGBA(image.Rect(0, 0, 64*len(Chart), 256))
	for i, c := range Chart {
		draw.Draw(im, image.Rect(64*i, 0, 64*i+64, 256), image.NewUniform(of(c)), image.Point{}, draw.Src)
	}
	return im
}

// Near is an error where two colours are more than 3 apart in a channel.
func Near(t testing.TB, what string, got color.RGBA, want color.RGBA) {
	t.Helper()
	for _, d := range []int{int(got.R) - int(want.R), int(got.G) - int(want.G), int(got.B) - int(want.B)} {
		if d < -3 || d > 3 {
			t.Errorf("%s: %v, want %v", what, got, want)
			return
		}
	}
}
