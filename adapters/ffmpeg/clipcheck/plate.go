package clipcheck

import (
	"image"
	"math"

	"golang.org/x/image/draw"
)

// The sizes at which pictures are compared: small enough for a wide search, and so small that grain and an
// encoder's blur are gone.
const (
	fine   = 72 // pixels of width
	coarse = 36
)

// plane is a small picture: brightness, two colours, and the structure in its brightness.
type plane struct {
	w, h      int
	y, cb, cr []float32
	structure []float32 // brightness without its local mean, in units of the local contrast
}

func newPlane(im image.Image, w int) *plane {
	b := im.Bounds()
	h := max(w*b.Dy()/max(b.Dx(), 1), 8)
	small := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.CatmullRom.Scale(small, small.Rect, im, b, draw.Src, nil)
	n := w * h
	p := &plane{w: w, h: h, y: make([]float32, n), cb: make([]float32, n), cr: make([]float32, n)}
	for i := range n {
		r, g, b := float32(small.Pix[4*i]), float32(small.Pix[4*i+1]), float32(small.Pix[4*i+2])
		y := 0.2126*r + 0.7152*g + 0.0722*b
		p.y[i], p.cb[i], p.cr[i] = y, (b-y)/1.8556, (r-y)/1.5748
	}
	p.structure = contrast(p.y, w, h)
	return p
}

const (
	around = 4 // radius of what is local
	grain  = 7 // contrast below this is noise, of 255
)

// contrast frees brightness from light and grading: each pixel by its neighbourhood's mean and spread.
func contrast(v []float32, w, h int) []float32 {
	out := make([]float32, len(v))
	for y := range h {
		for x := range w {
			var sum, squares, n float64
			for j := max(y-around, 0); j <= min(y+around, h-1); j++ {
				for _, a := range v[j*w+max(x-around, 0) : j*w+min(x+around, w-1)+1] {
					sum, squares, n = sum+float64(a), squares+float64(a)*float64(a), n+1
				}
			}
			mean := sum / n
			spread := math.Sqrt(max(squares/n-mean*mean, 0))
			out[y*w+x] = float32((float64(v[y*w+x]) - mean) / (spread + grain))
		}
	}
	return out
}

// at reads a value between pixels; false outside.
func (p *plane) at(v []float32, x, y float64) (float64, bool) {
	if x < 0 || y < 0 || x > float64(p.w-1) || y > float64(p.h-1) {
		return 0, false
	}
	i, j := min(int(x), p.w-2), min(int(y), p.h-2)
	fx, fy := x-float64(i), y-float64(j)
	k := j*p.w + i
	top := float64(v[k])*(1-fx) + float64(v[k+1])*fx
	low := float64(v[k+p.w])*(1-fx) + float64(v[k+p.w+1])*fx
	return top*(1-fy) + low*fy, true
}
