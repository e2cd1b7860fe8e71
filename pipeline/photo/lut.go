package photo

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

// along reads a curve between its points.
func along(curve []float32, x float32) float32 {
	switch {
	case !(x > 0):
		return curve[0]
	case x >= 1:
		return curve[len(curve)-1]
	}
	at := x * float32(len(curve)-1)
	i := min(int(at), len(curve)-2)
	return curve[i] + (curve[i+1]-curve[i])*(at-float32(i))
}

func (p *lut) of(c [3]byte) [3]byte { return p.mix(c[:]) }

// mix is the colour of the numbers of a pixel's channels: the grid is read between its nearest points.
func (p *lut) mix(pixel []byte) (to [3]byte) {
	var v [3]float32
	if p.grid == nil {
		for i := range v {
			v[i] = float32(pixel[i]) / 255
		}
	} else {
		v = p.at(pixel)
	}
	for i, c := range p.middle {
		v[i] = along(c, v[i])
	}
	if m := p.matrix; m != nil {
		v = [3]float32{
			m[0]*v[0] + m[1]*v[1] + m[2]*v[2] + m[9],
			m[3]*v[0] + m[4]*v[1] + m[5]*v[2] + m[10],
			m[6]*v[0] + m[7]*v[1] + m[8]*v[2] + m[11],
		}
	}
	for i, c := range p.last {
		v[i] = along(c, v[i])
	}
	return p.colour(v)
}

// at finds where the numbers of a pixel's channels lie in the grid, and reads it there.
func (p *lut) at(pixel []byte) [3]float32 {
	var part [4]float32 // of the way to the next point, along each channel
	place := 0
	for i, n := range p.grid {
		s := p.steps[i][pixel[i]]
		place, part[i] = place*n+s.point, s.part
	}
	last := p.grid[len(p.grid)-1]
	cube := 3 * last * p.grid[len(p.grid)-2] // values of a point of the third channel from the end, and of all behind it
	if len(p.grid) == 3 {
		return between(p.table[3*place:], cube, 3*last, part[:3])
	}
	v := between(p.table[3*place:], cube, 3*last, part[1:])
	far := between(p.table[3*place+cube*p.grid[1]:], cube, 3*last, part[1:])
	return [3]float32{
		v[0] + (far[0]-v[0])*part[0], v[1] + (far[1]-v[1])*part[0], v[2] + (far[2]-v[2])*part[0],
	}
}

// between reads the values of a point and its neighbours along three channels: the next one of the first of them stands
// far behind it, of the second near, and of the third at once.
func between(table []float32, far, near int, part []float32) (v [3]float32) {
	a, b, c, d := table[:6], table[near:][:6], table[far:][:6], table[far+near:][:6]
	for i := range v {
		v0, v1 := a[i]+(a[i+3]-a[i])*part[2], b[i]+(b[i+3]-b[i])*part[2]
		v2, v3 := c[i]+(c[i+3]-c[i])*part[2], d[i]+(d[i+3]-d[i])*part[2]
		v0, v2 = v0+(v1-v0)*part[1], v2+(v3-v2)*part[1]
		v[i] = v0 + (v2-v0)*part[0]
	}
	return v
}

// step is where a channel's number lies along the grid: between a point and the next one.
type step struct {
	point int
	part  float32
}

// stepsOf are those of a channel's numbers, behind its curve, if it has one, on a grid of so many points.
func stepsOf(curve []float32, points int) (all [256]step) {
	for number := range all {
		x := float32(number) / 255
		if curve != nil {
			x = min(max(along(curve, x), 0), 1)
		}
		x *= float32(points - 1)
		i := min(int(x), points-2)
		all[number] = step{i, x - float32(i)}
	}
	return all
}

// colour makes sRGB of a table's XYZ or Lab.
func (p *lut) colour(v [3]float32) (to [3]byte) {
	var x, y, z float32
	if p.xyz {
		const most = 1 + 32767./32768 // what a table's 1 stands for
		x, y, z = most*v[0], most*v[1], most*v[2]
	} else {
		l, a, b := v[0]*100*p.scale/255, v[1]*p.scale-128, v[2]*p.scale-128
		fy := (l + 16) / 116
		light := func(f, white float32) float32 {
			if f > 6./29 {
				return white * f * f * f
			}
			return white * 3 * (6. / 29) * (6. / 29) * (f - 4./29)
		}
		x, y, z = light(fy+a/500, 0.9642), light(fy, 1), light(fy-b/200, 0.8249)
	}
	for i, m := range fromD50 {
		to[i] = numberNear(float32(m[0])*x + float32(m[1])*y + float32(m[2])*z)
	}
	return to
}
