package colour

import (
	"encoding/binary"
	"errors"
)

// lut turns the numbers of a picture into colours by a table of its profile (ICC.1:2022, 10.10 to 10.12): each
// channel's curve, a grid of points, and curves and a matrix behind it. What isn't there is nil.
type lut struct {
	grid   []int       // points along each channel; nil: no grid, of three channels
	steps  [][256]step // of each channel
	table  []float32   // three values of each point; those of the last channel's neighbours stand beside each other
	middle [][]float32
	matrix []float32 // three by three, and three that are added
	last   [][]float32
	xyz    bool    // what comes out is XYZ, else Lab
	scale  float32 // of Lab's a and b
}

// readLUT reads the table of a profile from so many channels of a space into Lab or XYZ. Of the tables the
// relative colorimetric one is taken where there is one.
func readLUT(b []byte, space string, channels int, names ...string) (*lut, error) {
	tags, err := profileTags(b)
	if err != nil {
		return nil, err
	}
	if string(b[16:20]) != space {
		return nil, errors.New("a profile of another space")
	}
	var t []byte
	for _, name := range names {
		if t = tags[name]; t != nil {
			break
		}
	}
	if len(t) < 32 || int(t[8]) != channels || t[9] != 3 {
		return nil, errors.New("no table from its channels")
	}
	p := &lut{scale: 255}
	switch string(b[20:24]) {
	case "Lab ":
	case "XYZ ":
		p.xyz = true
	default:
		return nil, errors.New("a table into an unknown space")
	}
	switch string(t[:4]) {
	case "mft1", "mft2":
		err = p.readGrid(t, channels)
	case "mAB ":
		err = p.readStages(t, channels)
	default:
		err = errors.New("a table of an unknown kind")
	}
	if err != nil {
		return nil, err
	}
	return p, nil
}

var errCut = errors.New("a table that is cut off")

// readGrid reads a lut8Type or a lut16Type.
func (p *lut) readGrid(t []byte, channels int) error {
	grid := int(t[10])
	points := grid
	for range channels - 1 {
		points *= grid
	}
	entries, ends, size := 256, 256, 1
	if string(t[:4]) == "mft2" {
		if len(t) < 52 {
			return errCut
		}
		entries, ends = int(binary.BigEndian.Uint16(t[48:])), int(binary.BigEndian.Uint16(t[50:]))
		size, p.scale, t = 2, 65535./256, t[52:]
	} else {
		t = t[min(48, len(t)):]
	}
	if grid < 2 || entries < 2 || ends < 2 || len(t) < size*(channels*entries+3*points+3*ends) {
		return errCut
	}
	next := func(n int) []float32 {
		line := levels(t, n, size)
		t = t[size*n:]
		return line
	}
	for range channels {
		p.grid, p.steps = append(p.grid, grid), append(p.steps, stepsOf(next(entries), grid))
	}
	p.table = next(3 * points)
	for range 3 {
		p.last = append(p.last, next(ends))
	}
	return nil
}

// levels reads n numbers of so many bytes as 0 to 1.
func levels(b []byte, n, size int) []float32 {
	line := make([]float32, n)
	for i := range line {
		if size == 1 {
			line[i] = float32(b[i]) / 255
		} else {
			line[i] = float32(binary.BigEndian.Uint16(b[2*i:])) / 65535
		}
	}
	return line
}

// readStages reads a lutAToBType, whose stages stand where its head says.
func (p *lut) readStages(t []byte, channels int) (err error) {
	var stages [5][]byte // nil: it isn't there
	for i := range stages {
		n := uint64(binary.BigEndian.Uint32(t[12+4*i:]))
		if n >= uint64(len(t)) {
			return errCut
		}
		if n > 0 {
			stages[i] = t[n:]
		}
	}
	last, matrix, middle, grid, first := stages[0], stages[1], stages[2], stages[3], stages[4]
	if last == nil || grid == nil && channels != 3 {
		return errCut
	}
	if p.last, err = curves(last, 3); err != nil {
		return err
	}
	if matrix != nil {
		if len(matrix) < 48 {
			return errCut
		}
		for i := range 12 {
			p.matrix = append(p.matrix, float32(fixed(matrix[4*i:])))
		}
	}
	if middle != nil {
		if p.middle, err = curves(middle, 3); err != nil {
			return err
		}
	}
	if grid == nil {
		return nil
	}
	before := make([][]float32, channels)
	if first != nil {
		if before, err = curves(first, channels); err != nil {
			return err
		}
	}
	if len(grid) < 20 {
		return errCut
	}
	points, size := 1, int(grid[16])
	for i, n := range grid[:channels] {
		if n < 2 {
			return errCut
		}
		p.grid, p.steps = append(p.grid, int(n)), append(p.steps, stepsOf(before[i], int(n)))
		points *= int(n)
	}
	if size < 1 || size > 2 || len(grid)-20 < size*3*points {
		return errCut
	}
	p.table = levels(grid[20:], 3*points, size)
	return nil
}

// curves reads n curves, each of which begins at a multiple of four bytes.
func curves(t []byte, n int) (all [][]float32, err error) {
	const samples = 1024
	for range n {
		curve, err := readCurve(t)
		if err != nil {
			return nil, err
		}
		line := make([]float32, samples)
		for i := range line {
			line[i] = float32(curve(float64(i) / (samples - 1)))
		}
		all = append(all, line)
		size := 12 + 2*uint64(binary.BigEndian.Uint32(t[8:]))
		if string(t[:4]) == "para" {
			size = 12 + 4*uint64(formulaCounts[binary.BigEndian.Uint16(t[8:])])
		}
		t = t[min((size+3)&^3, uint64(len(t))):]
	}
	return all, nil
}
