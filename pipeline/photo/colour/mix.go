package colour

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
	// values of a point of the third channel from the end, and of all behind it
	cube := 3 * last * p.grid[len(p.grid)-2]
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
			x = along(curve, x)
		}
		switch {
		case !(x > 0): // a curve may end in infinity, and beside that there is no number
			x = 0
		case x > 1:
			x = 1
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
