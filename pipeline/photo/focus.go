package photo

import (
	"image"
	"math"

	"golang.org/x/image/draw"
)

// Focus finds the middle of the dish, as fractions of the width and height: where detail and colour
// are, rather near the middle.
func Focus(src *image.RGBA) (x, y float64) {
	d, _, _, _ := middle(src)
	return d.x, d.y
}

// dish is where the food of a photo is: its middle, and the box that holds nearly all of it. All are fractions of the
// photo's width and height.
type dish struct {
	x, y, left, top, right, bottom float64
	sure                           float64 // how clear a plate's rim is that the box goes by, of 1; 0: none was found
}

// find looks for the dish: its middle, what is around it, and a plate's rim. Only the rim can be relied on: what is
// around the middle may as well be what lies beside the dish.
func find(src image.Image) dish {
	d, detail, colour, luma := middle(src)
	d.measure(detail, colour)
	if r, score := d.rim(luma.mean(1)); score > 0 {
		w, h := float64(luma.w), float64(len(luma.v)/luma.w)
		d.left, d.right = max((r.x-r.a)/w, 0), min((r.x+r.a)/w, 1)
		d.top, d.bottom = max((r.y-r.b)/h, 0), min((r.y+r.b)/h, 1)
		d.sure = score
	}
	return d
}

// middle finds a dish's middle on a copy of 96 pixels' width, and returns what else is to be seen there.
func middle(src image.Image) (d dish, detail, colour, luma field) {
	b := src.Bounds()
	small := image.NewRGBA(image.Rect(0, 0, 96, min(max(96*b.Dy()/b.Dx(), 8), 256)))
	draw.ApproxBiLinear.Scale(small, small.Rect, src, b, draw.Src, nil)
	detail, colour, luma = cues(small)
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
	return dish{x: sx / sum, y: sy / sum}, detail, colour, luma
}

// measure finds the box around the middle. That middle leans towards the photo's; what is around it leads
// back to the dish.
func (d *dish) measure(detail, colour field) {
	w, h := detail.w, len(detail.v)/detail.w
	across, down := make([]float64, w), make([]float64, h)
	x, y := d.x, d.y
	for range 4 {
		clear(across)
		clear(down)
		var sx, sy, sum float64
		for j := range h {
			for i := range w {
				fx, fy := (float64(i)+0.5)/float64(w), (float64(j)+0.5)/float64(h)
				ux, uy := (fx-x)/0.45, (fy-y)/0.55
				k := (6 + detail.v[j*w+i]) * (10 + colour.v[j*w+i]) * math.Exp(-(ux*ux + uy*uy))
				k *= k
				across[i] += k
				down[j] += k
				sx, sy, sum = sx+k*fx, sy+k*fy, sum+k
			}
		}
		x, y = sx/sum, sy/sum
	}
	d.left, d.right = extent(across)
	d.top, d.bottom = extent(down)
}

// extent is where nearly all of a row of weights lies, as fractions of its length, and a little more: a plate's
// rim is plain.
func extent(weights []float64) (from, to float64) {
	const rest, rim = 0.03, 0.12
	total, sum, n := 0.0, 0.0, float64(len(weights))
	for _, v := range weights {
		total += v
	}
	first, last := -1, 0
	for i, v := range weights {
		if sum += v; first < 0 && sum > rest*total {
			first = i
		}
		if sum < (1-rest)*total {
			last = i + 1
		}
	}
	from, to = float64(first)/n, float64(last+1)/n
	more := rim * (to - from)
	return max(from-more, 0), min(to+more, 1)
}

// field is a grid of values, w wide.
type field struct {
	w int
	v []float64
}

// cues measures how much the brightness changes at each pixel, how colourful it is, and the brightness, 0 to 255.
func cues(im *image.RGBA) (detail, colour, luma field) {
	w, h := im.Rect.Dx(), im.Rect.Dy()
	for _, f := range []*field{&detail, &colour, &luma} {
		*f = field{w, make([]float64, w*h)}
	}
	for i := range luma.v {
		r, g, b := float64(im.Pix[4*i]), float64(im.Pix[4*i+1]), float64(im.Pix[4*i+2])
		luma.v[i] = 0.299*r + 0.587*g + 0.114*b
		colour.v[i] = max(r, g, b) - min(r, g, b)
	}
	for y := 1; y < h-1; y++ {
		for x := 1; x < w-1; x++ {
			i := y*w + x
			detail.v[i] = math.Abs(luma.v[i+1]-luma.v[i-1]) + math.Abs(luma.v[i+w]-luma.v[i-w])
		}
	}
	return detail, colour, luma
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

// Dish finds the middle of the dish and how far it reaches to each side, as fractions of the width and height. Where
// no plate's rim is found that is a guess, and rather much.
func Dish(src *image.RGBA) (x, y, rx, ry float64) {
	d := find(src)
	rx, ry = (d.right-d.left)/2, (d.bottom-d.top)/2
	if d.sure > 0 {
		return (d.left + d.right) / 2, (d.top + d.bottom) / 2, max(rx, 0.1), max(ry, 0.1)
	}
	return d.x, d.y, min(max(rx, 0.3), 0.45), min(max(ry, 0.25), 0.45)
}
