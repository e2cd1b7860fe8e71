package colourtest

import (
	"encoding/binary"
	"math"
	"slices"
)

// word is a number of 0 to 1 in 16 bits.
func word(b []byte, v float64) []byte {
	return binary.BigEndian.AppendUint16(b, uint16(math.Round(65535*min(max(v, 0), 1))))
}

// straight is a curve that changes nothing.
var straight = []byte("curv\x00\x00\x00\x00\x00\x00\x00\x00")

const maxXYZ = 1 + 32767./32768 // that a table's 1 stands for

// xyzOf is light of a space as XYZ under D50.
func (s Space) xyzOf(light [3]float64) [3]float64 { return toD50.times(xyz(s.Primaries)).of(light) }

// corners are the XYZ of the eight corners of a space's light, the last channel's beside each other.
func (s Space) corners(b []byte) []byte {
	for i := range 8 {
		for _, v := range s.xyzOf([3]float64{float64(i >> 2), float64(i >> 1 & 1), float64(i & 1)}) {
			b = word(b, v/maxXYZ)
		}
	}
	return b
}

// LUT16 is a table whose curves make light of the numbers, and whose grid of two points mixes it.
func (s Space) LUT16() []byte {
	t := append([]byte("mft2\x00\x00\x00\x00"), 3, 3, 2, 0)
	t = append(t, make([]byte, 36)...)
	t = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(t, 4096), 2)
	for range 3 {
		for i := range 4096 {
			t = word(t, s.Light(float64(i)/4095))
		}
	}
	t = s.corners(t)
	return append(t, 0, 0, 255, 255, 0, 0, 255, 255, 0, 0, 255, 255)
}

// Lab16 is a table of 33 points along each channel that has L, a and b.
func (s Space) Lab16() []byte {
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
			s.Light(float64(i/n/n) / (n - 1)), s.Light(float64(i/n%n) / (n - 1)), s.Light(float64(i%n) / (n - 1)),
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

// Gridded is a lutAToBType with a grid.
func (s Space) Gridded() []byte {
	one := slices.Concat(s15(1), s15(0), s15(0), s15(0), s15(1), s15(0), s15(0), s15(0), s15(1), s15(0), s15(0), s15(0))
	grid := append(make([]byte, 16), 2, 0, 0, 0)
	copy(grid, []byte{2, 2, 2})
	return stages(thrice(straight), one, thrice(straight), s.corners(grid), thrice(s.Curve))
}

// Matrixed is a lutAToBType without a grid.
func (s Space) Matrixed() []byte {
	m := toD50.times(xyz(s.Primaries))
	var mix []byte
	for _, row := range m {
		for _, v := range row {
			mix = append(mix, s15(v/maxXYZ)...)
		}
	}
	mix = slices.Concat(mix, s15(0), s15(0), s15(0))
	return stages(thrice(straight), mix, thrice(s.Curve), nil, nil)
}

// Tabled is a profile that has a table under a name, and no matrix.
func Tabled(space, connection, name string, table []byte) []byte {
	file := make([]byte, 128)
	copy(file[16:], space+connection)
	copy(file[36:], "acsp")
	file = append(binary.BigEndian.AppendUint32(file, 1), name...)
	file = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(file, 144), uint32(len(table)))
	return append(file, table...)
}
