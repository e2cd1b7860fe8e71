package photo

import (
	"encoding/binary"
	"image/color"
	"math"
	"slices"
	"testing"
)

// word is a number of 0 to 1 in 16 bits.
func word(b []byte, v float64) []byte {
	return binary.BigEndian.AppendUint16(b, uint16(math.Round(65535*min(max(v, 0), 1))))
}

// straight is a curve that changes nothing.
var straight = []byte("curv\x00\x00\x00\x00\x00\x00\x00\x00")

const mostXYZ = 1 + 32767./32768 // that a table's 1 stands for

// xyzOf is light of a space as XYZ under D50.
func (s space) xyzOf(light [3]float64) [3]float64 { return toD50.times(xyz(s.primaries)).of(light) }

// corners are the XYZ of the eight corners of a space's light, the last channel's beside each other.
func (s space) corners(b []byte) []byte {
	for i := range 8 {
		for _, v := range s.xyzOf([3]float64{float64(i >> 2), float64(i >> 1 & 1), float64(i & 1)}) {
			b = word(b, v/mostXYZ)
		}
	}
	return b
}

// lut16 is a table whose curves make light of the numbers, and whose grid of two points mixes it.
func (s space) lut16() []byte {
	t := append([]byte("mft2\x00\x00\x00\x00"), 3, 3, 2, 0)
	t = append(t, make([]byte, 36)...)
	t = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(t, 4096), 2)
	for range 3 {
		for i := range 4096 {
			t = word(t, s.light(float64(i)/4095))
		}
	}
	t = s.corners(t)
	return append(t, 0, 0, 255, 255, 0, 0, 255, 255, 0, 0, 255, 255)
}

// lab16 is a table of 33 points along each channel that has L, a and b.
func (s space) lab16() []byte {
	const n = 33
	t := append([]byte("mft2\x00\x00\x00\x00"), 3, 3, n, 0)
	t = append(t, make([]byte, 36)...)
	t = append(t, 0, 2, 0, 2)
	for range 3 {
		t = append(t, 0, 0, 255, 255)
	}
	f := func(v float64) float64 {
		if v > 216./24389 {
			return math.Cbrt(v)
		}
		return (24389./27*v + 16) / 116
	}
	for i := range n * n * n {
		p := s.xyzOf([3]float64{
			s.light(float64(i/n/n) / (n - 1)), s.light(float64(i/n%n) / (n - 1)), s.light(float64(i%n) / (n - 1)),
		})
		x, y, z := f(p[0]/0.9642), f(p[1]), f(p[2]/0.8249)
		t = word(word(word(t, (116*y-16)/100*65280/65535), (500*(x-y)+128)*256/65535), (200*(y-z)+128)*256/65535)
	}
	return append(t, 0, 0, 255, 255, 0, 0, 255, 255, 0, 0, 255, 255)
}

// stages are the stages of a lutAToBType, in the order in which the head names them; empty: it isn't there.
func stages(last, matrix, middle, grid, first []byte) []byte {
	t := append([]byte("mAB \x00\x00\x00\x00"), 3, 3, 0, 0)
	at := uint32(32)
	for _, s := range [][]byte{last, matrix, middle, grid, first} {
		if len(s) == 0 {
			t = append(t, 0, 0, 0, 0)
			continue
		}
		t = binary.BigEndian.AppendUint32(t, at)
		at += uint32(len(s))
	}
	return slices.Concat(t, last, matrix, middle, grid, first)
}

func thrice(curve []byte) []byte {
	curve = append(slices.Clone(curve), make([]byte, -len(curve)&3)...)
	return slices.Concat(curve, curve, curve)
}

// gridded is a lutAToBType with a grid, matrixed is one without.
func (s space) gridded() []byte {
	one := slices.Concat(s15(1), s15(0), s15(0), s15(0), s15(1), s15(0), s15(0), s15(0), s15(1), s15(0), s15(0), s15(0))
	grid := append(make([]byte, 16), 2, 0, 0, 0)
	copy(grid, []byte{2, 2, 2})
	return stages(thrice(straight), one, thrice(straight), s.corners(grid), thrice(s.curve))
}

func (s space) matrixed() []byte {
	m := toD50.times(xyz(s.primaries))
	var mix []byte
	for _, row := range m {
		for _, v := range row {
			mix = append(mix, s15(v/mostXYZ)...)
		}
	}
	mix = slices.Concat(mix, s15(0), s15(0), s15(0))
	return stages(thrice(straight), mix, thrice(s.curve), nil, nil)
}

// tabled is a profile that has a table under a name, and no matrix.
func tabled(space, connection, name string, table []byte) []byte {
	file := make([]byte, 128)
	copy(file[16:], space+connection)
	copy(file[36:], "acsp")
	file = append(binary.BigEndian.AppendUint32(file, 1), name...)
	file = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(file, 144), uint32(len(table)))
	return append(file, table...)
}

func TestOpen_ColoursOfATableComeOutAsThoseOfTheMatrix(t *testing.T) {
	for name, s := range spaces() {
		im := asPNG(t, patches(s.number))
		matrix := opened(t, inPNG(im, "iCCP", zipped(s.icc())))
		for kind, icc := range map[string][]byte{
			"lut16Type":            tabled("RGB ", "XYZ ", "A2B0", s.lut16()),
			"lut16Type, Lab":       tabled("RGB ", "Lab ", "A2B1", s.lab16()),
			"lutAToBType":          tabled("RGB ", "XYZ ", "A2B1", s.gridded()),
			"lutAToBType, no grid": tabled("RGB ", "XYZ ", "A2B0", s.matrixed()),
		} {
			got := opened(t, inPNG(im, "iCCP", zipped(icc)))
			for i := range chart {
				near(t, name+", "+kind, got.RGBAAt(64*i+32, 128), matrix.RGBAAt(64*i+32, 128))
			}
		}
	}
}

func TestOpen_ATableThatIsCutOffIsNone(t *testing.T) {
	s := spaces()["Display P3"]
	for name, table := range map[string][]byte{"lut16Type": s.lut16(), "lutAToBType": s.gridded()} {
		for n := 0; n < len(table); n += 1 + len(table)/97 {
			cut := tabled("RGB ", "XYZ ", "A2B0", table[:n])
			if p, err := readLUT(cut, "RGB ", 3, "A2B0"); err == nil {
				t.Errorf("%s of %d bytes, cut off at %d: %v", name, len(table), n, p.of([3]byte{9, 9, 9}))
			}
		}
	}
}

func TestConverter_ColoursByNumber(t *testing.T) {
	wide := space{primaries: [3][2]float64{{0.708, 0.292}, {0.170, 0.797}, {0.131, 0.046}}, light: lightOf}
	inverse := func(curve func(float64) float64) space {
		s := wide
		s.light = curve
		return s
	}
	for name, x := range map[string]struct {
		code code
		from space
	}{
		"Display P3": {code{smpte432, 13}, spaces()["Display P3"]}, "BT.2020": {code{bt2020, 14}, wide},
		"BT.2020, PQ": {code{bt2020, pq}, inverse(tones[pq])}, "BT.2020, HLG": {code{bt2020, hlg}, inverse(tones[hlg])},
	} {
		p := x.code.profile()
		for _, c := range chart {
			if x.code.transfer >= pq && max(c.R, c.G, c.B) > 225 {
				continue // paper white is brighter than the rest: it is brought down
			}
			n := x.from.number(c)
			to := p.of([3]byte{n.R, n.G, n.B})
			near(t, name, color.RGBA{to[0], to[1], to[2], 255}, c)
		}
	}
	if p := (code{1, 13}).profile(); p != nil {
		t.Error("sRGB by number is changed")
	}
}

func TestConverter_AGreyProfilesCurve(t *testing.T) {
	file := tabled("GRAY", "XYZ ", "kTRC", tableOf(func(v float64) float64 { return math.Pow(v, 1.8) }))
	p := marks{icc: file}.converter(true)
	im := patches(func(color.RGBA) color.RGBA { return color.RGBA{128, 128, 128, 255} })
	recolour(im, p)
	v := byte(255*numberOf(math.Pow(128./255, 1.8)) + 0.5)
	near(t, "grey", im.RGBAAt(9, 9), color.RGBA{v, v, v, 255})
	if (marks{icc: file}).converter(false) != nil {
		t.Error("a profile of grey is applied to colours")
	}
}
