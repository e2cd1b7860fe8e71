package script

import (
	"image/color"

	"github.com/sajangpick/sajangpick/adapters/sandbox/studio/lettering"
	"github.com/sajangpick/sajangpick/pipeline/video"
)

// soft makes a blurred, tinted full frame out of a small picture: what is blurred anyway needn't be
// decoded large. Its planes hold 8 bits behind the point, so that dark blurs don't show steps.
type soft struct {
	planes  [3]smallPlane
	radius  int
	overlay [3]float64 // Y, U, V, premultiplied
	alpha   float64
	out     *video.Frame
	noise   *noise
	line    []int32
}

type smallPlane struct {
	w, h   int
	p      []int32
	index  []int32 // per column of the output: the left neighbour
	weight []int32 // of the right neighbour, in 256ths
}

// softness is the whole number by which a blur of sigma allows a frame to be shrunk.
func softness(sigma float64, w, h int) int {
	k := 1
	for k < 16 && float64(k)*2.5 < sigma && w/(2*k) >= 16 && h/(2*k) >= 16 {
		k *= 2
	}
	return k
}

func newSoft(w, h, small, smallH int, sigma float64, overlay color.NRGBA, n *noise) *soft {
	s := &soft{radius: lettering.BoxRadius(sigma * float64(small) / float64(w)), out: video.NewFrame(w, h), noise: n}
	s.overlay[0], s.overlay[1], s.overlay[2], s.alpha = yccOf(overlay)
	for i := range s.planes {
		if i > 0 {
			s.planes[i] = newSmallPlane(small/2, smallH/2, w/2)
		} else {
			s.planes[i] = newSmallPlane(small, smallH, w)
		}
	}
	s.line = make([]int32, max(small, smallH)+1)
	return s
}

func newSmallPlane(w, h, full int) smallPlane {
	p := smallPlane{w: w, h: h, p: make([]int32, w*h), index: make([]int32, full), weight: make([]int32, full)}
	for x := range full {
		at := min(max((float64(x)+.5)*float64(w)/float64(full)-.5, 0), float64(w-1)-1e-6)
		p.index[x] = int32(at)
		p.weight[x] = int32((at - float64(int(at))) * 256)
	}
	return p
}

// draw blurs a small frame into s.out.
func (s *soft) draw(small *video.Frame) {
	for i, src := range [...][]byte{small.Y, small.U, small.V} {
		p := &s.planes[i]
		keep, add := 256*(1-s.alpha), 256*s.overlay[i]
		for k, v := range src {
			p.p[k] = int32(float64(v)*keep + add)
		}
		r := s.radius
		if i > 0 {
			r = (r + 1) / 2
		}
		for range 3 {
			for y := range p.h {
				smear(p.p[y*p.w:], 1, p.w, r, s.line)
			}
			for x := range p.w {
				smear(p.p[x:], p.w, p.h, r, s.line)
			}
		}
	}
	s.grow(&s.planes[0], s.out.Y, s.out.W, s.out.H, 0)
	s.grow(&s.planes[1], s.out.U, s.out.W/2, s.out.H/2, 17)
	s.grow(&s.planes[2], s.out.V, s.out.W/2, s.out.H/2, 31)
}

// smear is a box blur of one line whose ends go on outside.
func smear(p []int32, step, n, r int, line []int32) {
	if r == 0 {
		return
	}
	at := func(i int) int64 { return int64(p[min(max(i, 0), n-1)*step]) }
	width, sum := int64(2*r+1), int64(0)
	for i := -r; i <= r; i++ {
		sum += at(i)
	}
	for i := range n {
		line[i] = int32((sum + width/2) / width)
		sum += at(i+r+1) - at(i-r)
	}
	for i := range n {
		p[i*step] = line[i]
	}
}

// grow enlarges a small plane between its pixels, with noise below the last bit.
func (s *soft) grow(p *smallPlane, dst []byte, w, h, shift int) {
	line := s.line[:p.w+1]
	for y := range h {
		at := min(max((float64(y)+.5)*float64(p.h)/float64(h)-.5, 0), float64(p.h-1)-1e-6)
		top := int(at)
		k := int32((at - float64(top)) * 256)
		a, b := p.p[top*p.w:][:p.w], p.p[(top+1)*p.w:][:p.w]
		for i, v := range a {
			line[i] = v + (b[i]-v)*k>>8
		}
		line[p.w] = line[p.w-1]
		tile := &s.noise[(y+shift)&63]
		row := dst[y*w:][:w]
		index, weight := p.index[:len(row)], p.weight[:len(row)]
		for x := range row {
			i := index[x]
			v := line[i]
			row[x] = uint8((v + (line[i+1]-v)*weight[x]>>8 + tile[x&63]) >> 8)
		}
	}
}
