package colour

import (
	"encoding/binary"
	"errors"
	"math"
)

// profile turns the numbers of a picture into those of sRGB (ICC.1:2022): each channel's curve makes light of it,
// and a matrix mixes the light. What lies outside of sRGB is cut off, as a relative colorimetric rendering does.
type profile struct {
	light  [3][256]float32
	matrix [3][3]float32
}

// readProfile reads a matrix profile of RGB.
func readProfile(b []byte) (*profile, error) {
	tags, err := profileTags(b)
	if err != nil {
		return nil, err
	}
	if string(b[16:20]) != "RGB " || string(b[20:24]) != "XYZ " {
		return nil, errors.New("no matrix profile of RGB")
	}
	var p profile
	var colorants [3][3]float64 // by row of XYZ
	for i, c := range []string{"r", "g", "b"} {
		xyz := tags[c+"XYZ"]
		if len(xyz) < 20 || string(xyz[:4]) != "XYZ " {
			return nil, errors.New("a colorant is missing")
		}
		for j := range 3 {
			colorants[j][i] = fixed(xyz[8+4*j:])
		}
		curve, err := readCurve(tags[c+"TRC"])
		if err != nil {
			return nil, err
		}
		for v := range p.light[i] {
			p.light[i][v] = float32(min(max(curve(float64(v)/255), 0), 1))
		}
	}
	p.matrix = mixing(colorants)
	return &p, nil
}

// readGrey reads a profile of grey: its curve says how much light a number is.
func readGrey(b []byte) (*profile, error) {
	tags, err := profileTags(b)
	if err != nil {
		return nil, err
	}
	if string(b[16:20]) != "GRAY" {
		return nil, errors.New("no profile of grey")
	}
	curve, err := readCurve(tags["kTRC"])
	if err != nil {
		return nil, err
	}
	return profileOf(curve, [3][3]float32{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}), nil
}

// profileOf is a profile whose channels have the same curve.
func profileOf(curve func(float64) float64, matrix [3][3]float32) *profile {
	p := profile{matrix: matrix}
	for i := range p.light {
		for v := range p.light[i] {
			p.light[i][v] = float32(min(max(curve(float64(v)/255), 0), 1))
		}
	}
	return &p
}

// mixing makes light of sRGB out of that of colorants, given by row of XYZ.
func mixing(colorants [3][3]float64) (m [3][3]float32) {
	for i := range 3 {
		for j := range 3 {
			for k := range 3 {
				m[i][j] += float32(fromD50[i][k] * colorants[k][j])
			}
		}
	}
	return m
}

// fromD50 makes light of sRGB out of XYZ under D50, the profiles' common ground.
var fromD50 = [3][3]float64{
	{3.1341359, -1.6172202, -0.4906939},
	{-0.9787959, 1.9162582, 0.0334430},
	{0.0719553, -0.2289768, 1.4053861},
}

func profileTags(b []byte) (map[string][]byte, error) {
	if len(b) < 132 || string(b[36:40]) != "acsp" {
		return nil, errors.New("no ICC profile")
	}
	tags := map[string][]byte{}
	list := b[132:]
	for range min(binary.BigEndian.Uint32(b[128:]), 100) {
		if len(list) < 12 {
			return nil, errors.New("ICC profile cut off")
		}
		at, n := uint64(binary.BigEndian.Uint32(list[4:])), uint64(binary.BigEndian.Uint32(list[8:]))
		if at+n > uint64(len(b)) {
			return nil, errors.New("ICC profile cut off")
		}
		tags[string(list[:4])] = b[at : at+n]
		list = list[12:]
	}
	return tags, nil
}

// fixed is a number with 16 bits behind the point.
func fixed(b []byte) float64 { return float64(int32(binary.BigEndian.Uint32(b))) / 65536 }

// readCurve reads how much light a channel's number stands for, both 0 to 1.
func readCurve(t []byte) (func(float64) float64, error) {
	switch {
	case len(t) >= 12 && string(t[:4]) == "curv":
		return tableCurve(t[12:], int(binary.BigEndian.Uint32(t[8:])))
	case len(t) >= 12 && string(t[:4]) == "para":
		return formulaCurve(t[12:], int(binary.BigEndian.Uint16(t[8:])))
	}
	return nil, errors.New("a tone curve is missing")
}

func tableCurve(t []byte, n int) (func(float64) float64, error) {
	switch {
	case n < 0 || n > len(t)/2:
		return nil, errors.New("tone curve cut off")
	case n == 0:
		return func(x float64) float64 { return x }, nil
	case n == 1:
		gamma := float64(binary.BigEndian.Uint16(t)) / 256
		return func(x float64) float64 { return math.Pow(x, gamma) }, nil
	}
	return func(x float64) float64 {
		at := x * float64(n-1)
		i := min(int(at), n-2)
		a, b := float64(binary.BigEndian.Uint16(t[2*i:])), float64(binary.BigEndian.Uint16(t[2*i+2:]))
		return (a + (b-a)*(at-float64(i))) / 65535
	}, nil
}

// formulaCounts are how many numbers each parametric curve has.
var formulaCounts = [...]int{1, 3, 4, 5, 7}

// formulaCurve is one of the five parametric curves.
func formulaCurve(t []byte, kind int) (func(float64) float64, error) {
	if kind >= len(formulaCounts) || len(t) < 4*formulaCounts[kind] {
		return nil, errors.New("unknown tone curve")
	}
	var v [7]float64
	for i := range formulaCounts[kind] {
		v[i] = fixed(t[4*i:])
	}
	g, a, b, c, d, e, f := v[0], v[1], v[2], v[3], v[4], v[5], v[6]
	switch kind {
	case 0:
		a, d = 1, 0
	case 1:
		c, d = 0, -b/a
	case 2:
		c, d, e, f = 0, -b/a, v[3], v[3]
	}
	return func(x float64) float64 {
		if x < d {
			return c*x + f
		}
		return math.Pow(max(a*x+b, 0), g) + e
	}, nil
}

// lightOf and numberOf are the tone curve of sRGB and its inverse.
func lightOf(v float64) float64 {
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

func numberOf(l float64) float64 {
	if l <= 0.0031308 {
		return 12.92 * l
	}
	return 1.055*math.Pow(l, 1/2.4) - 0.055
}

// numbers are numberOf in steps that are fine enough for dark colours, too.
var numbers = func() (table [4096]byte) {
	for i := range table {
		table[i] = byte(255*numberOf(float64(i)/float64(len(table)-1)) + 0.5)
	}
	return table
}()

// numberNear is a channel's number for an amount of light, of which more than 1 and less than 0 are cut off.
func numberNear(light float32) byte {
	switch {
	case !(light > 0):
		return 0
	case light >= 1:
		return 255
	}
	return numbers[int(light*float32(len(numbers)-1)+0.5)]
}

func (p *profile) of(c [3]byte) (to [3]byte) {
	r, g, b := p.light[0][c[0]], p.light[1][c[1]], p.light[2][c[2]]
	for i, m := range p.matrix {
		v := m[0]*r + m[1]*g + m[2]*b
		to[i] = numberNear(v)
	}
	return to
}
