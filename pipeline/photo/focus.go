package photo

import (
	"image"
	"math"

	"golang.org/x/image/draw"
)

// Focus finds the middle of the dish, as fractions of the width and height: where detail and colour
// are, rather near the middle. It looks at a copy of 96 pixels' width.
func Focus(src *image.RGBA) (x, y float64) {
	b := src.Bounds()
	small := image.NewRGBA(image.Rect(0, 0, 96, min(max(96*b.Dy()/b.Dx(), 8), 256)))
	draw.ApproxBiLinear.Scale(small, small.Rect, src, b, draw.Src, nil)
	detail, colour := cues(small)
	detail, colour = detail.mean(5), colour.mean(4)
	w, h := detail.w, len(detail.v)/detail.w
	var sx, sy, sum float64
	for j := range h {
		for i := range w {
			fx, fy := float64(i)/float64(w), float64(j)/float64(h)
			ux, uy := (fx-0.5)/0.40, (fy-0.54)/0.50
			k := (6 + detail.v[j*w+i]) * (10 + colour.v[j*w+i]) * math.Exp(-(ux*ux + uy*uy))
			k = k * k * k
			sx, sy, sum = sx+k*fx, sy+k*fy, sum+k
		}
	}
	return sx / sum, sy / sum
}

// field is a grid of values, w wide.
type field struct {
	w int
	v []float64
}

// cues measures how much the brightness changes at each pixel, and how colourful it is.
func cues(im *image.RGBA) (detail, colour field) {
	w, h := im.Rect.Dx(), im.Rect.Dy()
	luma := make([]float64, w*h)
	detail, colour = field{w, make([]float64, w*h)}, field{w, make([]float64, w*h)}
	for i := range luma {
		r, g, b := float64(im.Pix[4*i]), float64(im.Pix[4*i+1]), float64(im.Pix[4*i+2])
		luma[i] = 0.299*r + 0.587*g + 0.114*b
		colour.v[i] = max(r, g, b) - min(r, g, b)
	}
	for y := 1; y < h-1; y++ {
		for x := 1; x < w-1; x++ {
			i := y*w + x
			detail.v[i] = math.Abs(luma[i+1]-luma[i-1]) + math.Abs(luma[i+w]-luma[i-w])
		}
	}
	return detail, colour
}

// mean averages over the square of radius r around each point, as far as it lies in the grid.
func (f field) mean(r int) field {
	h := len(f.v) / f.w
	// sums holds, at x, y, the sum of all that is left of x and above y.
	sums := make([]float64, (f.w+1)*(h+1))
	for y := range h {
		run := 0.0
		for x := range f.w {
			run += f.v[y*f.w+x]
			sums[(y+1)*(f.w+1)+x+1] = sums[y*(f.w+1)+x+1] + run
		}
	}
	out := field{f.w, make([]float64, len(f.v))}
	for y := range h {
		y0, y1 := max(y-r, 0), min(y+r+1, h)
		for x := range f.w {
			x0, x1 := max(x-r, 0), min(x+r+1, f.w)
			s := sums[y1*(f.w+1)+x1] - sums[y0*(f.w+1)+x1] - sums[y1*(f.w+1)+x0] + sums[y0*(f.w+1)+x0]
			out.v[y*f.w+x] = s / float64((x1-x0)*(y1-y0))
		}
	}
	return out
}
