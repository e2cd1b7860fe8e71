package colour

import (
	"image/color"
	"math"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline/photo/colour/colourtest"
)

func TestApply_ColoursOfATableComeOutAsThoseOfTheMatrix(t *testing.T) {
	for name, s := range colourtest.Spaces() {
		matrix := colourtest.Patches(s.Number)
		Space{ICC: s.ICC()}.Apply(matrix, false)
		for kind, icc := range map[string][]byte{
			"lut16Type":            colourtest.Tabled("RGB ", "XYZ ", "A2B0", s.LUT16()),
			"lut16Type, Lab":       colourtest.Tabled("RGB ", "Lab ", "A2B1", s.Lab16()),
			"lutAToBType":          colourtest.Tabled("RGB ", "XYZ ", "A2B1", s.Gridded()),
			"lutAToBType, no grid": colourtest.Tabled("RGB ", "XYZ ", "A2B0", s.Matrixed()),
		} {
			got := colourtest.Patches(s.Number)
			Space{ICC: icc}.Apply(got, false)
			for i := range colourtest.Chart {
				colourtest.Near(t, name+", "+kind, got.RGBAAt(64*i+32, 128), matrix.RGBAAt(64*i+32, 128))
			}
		}
	}
}

func TestReadLUT_ATableThatIsCutOffIsNone(t *testing.T) {
	s := colourtest.Spaces()["Display P3"]
	for name, table := range map[string][]byte{"lut16Type": s.LUT16(), "lutAToBType": s.Gridded()} {
		for n := 0; n < len(table); n += 1 + len(table)/97 {
			cut := colourtest.Tabled("RGB ", "XYZ ", "A2B0", table[:n])
			if p, err := readLUT(cut, "RGB ", 3, "A2B0"); err == nil {
				t.Errorf("%s of %d bytes, cut off at %d: %v", name, len(table), n, p.of([3]byte{9, 9, 9}))
			}
		}
	}
}

func TestConverter_TakesColoursNamedByNumber(t *testing.T) {
	wide := colourtest.Space{Primaries: [3][2]float64{{0.708, 0.292}, {0.170, 0.797}, {0.131, 0.046}}, Light: lightOf}
	inverse := func(curve func(float64) float64) colourtest.Space {
		s := wide
		s.Light = curve
		return s
	}
	for name, x := range map[string]struct {
		code Code
		from colourtest.Space
	}{
		"Display P3": {Code{smpte432, 13}, colourtest.Spaces()["Display P3"]}, "BT.2020": {Code{bt2020, 14}, wide},
		"BT.2020, PQ": {Code{bt2020, pq}, inverse(tones[pq])}, "BT.2020, HLG": {Code{bt2020, hlg}, inverse(tones[hlg])},
	} {
		p := x.code.profile()
		for _, c := range colourtest.Chart {
			if x.code.Transfer >= pq && max(c.R, c.G, c.B) > 225 {
				continue // paper white is brighter than the rest: it is brought down
			}
			n := x.from.Number(c)
			to := p.of([3]byte{n.R, n.G, n.B})
			colourtest.Near(t, name, color.RGBA{to[0], to[1], to[2], 255}, c)
		}
	}
	if p := (Code{1, 13}).profile(); p != nil {
		t.Error("sRGB by number is changed")
	}
}

func TestConverter_AppliesAGreyProfilesCurveToGreyAlone(t *testing.T) {
	file := colourtest.Tabled(
		"GRAY", "XYZ ", "kTRC", colourtest.TableOf(func(v float64) float64 { return math.Pow(v, 1.8) }),
	)
	p := Space{ICC: file}.converter(true)
	im := colourtest.Patches(func(color.RGBA) color.RGBA { return color.RGBA{128, 128, 128, 255} })
	recolour(im, p)
	v := byte(255*numberOf(math.Pow(128./255, 1.8)) + 0.5)
	colourtest.Near(t, "grey", im.RGBAAt(9, 9), color.RGBA{v, v, v, 255})
	if (Space{ICC: file}).converter(false) != nil {
		t.Error("a profile of grey is applied to colours")
	}
}
