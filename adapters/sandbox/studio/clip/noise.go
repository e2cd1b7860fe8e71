package clip

import (
	"math"
	"math/rand/v2"
)

// noise is gradient noise over three dimensions (K. Perlin, Improving Noise, 2002): about -1..1, smooth, 0 at whole
// numbers.
type noise struct{ order [512]uint8 }

func newNoise(seed uint32) *noise {
	n := new(noise)
	for i, v := range rand.New(rand.NewPCG(uint64(seed), 0x57ea)).Perm(256) {
		n.order[i], n.order[i+256] = uint8(v), uint8(v)
	}
	return n
}

// edges are the directions from a cube's centre to the middles of its edges; four stand twice, to make sixteen.
var edges = [16][3]float32{
	{1, 1, 0}, {-1, 1, 0}, {1, -1, 0}, {-1, -1, 0}, {1, 0, 1}, {-1, 0, 1}, {1, 0, -1}, {-1, 0, -1},
	{0, 1, 1}, {0, -1, 1}, {0, 1, -1}, {0, -1, -1}, {1, 1, 0}, {-1, 1, 0}, {0, -1, 1}, {0, -1, -1},
}

func slope(h uint8, x, y, z float32) float32 {
	e := &edges[h&15]
	return e[0]*x + e[1]*y + e[2]*z
}

func fade(t float32) float32       { return t * t * t * (t*(t*6-15) + 10) }
func lerp(t, a, b float32) float32 { return a + t*(b-a) }

func floor(x float32) (whole int, rest float32) {
	f := float32(math.Floor(float64(x)))
	return int(f) & 255, x - f
}

func (n *noise) at(x, y, z float32) float32 {
	i, x := floor(x)
	j, y := floor(y)
	k, z := floor(z)
	u, v, w := fade(x), fade(y), fade(z)
	p := &n.order
	a, b := int(p[i])+j, int(p[i+1])+j
	aa, ab, ba, bb := int(p[a])+k, int(p[a+1])+k, int(p[b])+k, int(p[b+1])+k
	return lerp(w,
		lerp(v,
			lerp(u, slope(p[aa], x, y, z), slope(p[ba], x-1, y, z)),
			lerp(u, slope(p[ab], x, y-1, z), slope(p[bb], x-1, y-1, z))),
		lerp(v,
			lerp(u, slope(p[aa+1], x, y, z-1), slope(p[ba+1], x-1, y, z-1)),
			lerp(u, slope(p[ab+1], x, y-1, z-1), slope(p[bb+1], x-1, y-1, z-1))))
}
