package photo

import (
	"image"
	"math"
)

// Ratio is the shape of a prepared picture, width:height.
type Ratio string

// Full fills a short; the three windows stand in a look's own ground. Wide is only made where it is asked for.
const (
	Full      Ratio = "9:16"
	Portrait  Ratio = "3:4"
	Square    Ratio = "1:1"
	Landscape Ratio = "4:3"
	Wide      Ratio = "16:9"
)

// Size is that of a prepared picture, in pixels; 0, 0 for an unknown Ratio.
func (r Ratio) Size() (w, h int) {
	switch r {
	case Full:
		return 1080, 1920
	case Portrait:
		return 1080, 1440
	case Square:
		return 1080, 1080
	case Landscape:
		return 1440, 1080
	case Wide:
		return 1920, 1080
	}
	return 0, 0
}

func (r Ratio) shape() float64 {
	w, h := r.Size()
	return float64(w) / float64(h)
}

const (
	shortSide = 1080 // of every prepared picture
	fullWidth = 600  // source pixels that a crop of 9:16 must have in its width
	margin    = 1.12 // of the dish's width, that a full crop must have
	air       = 1.03 // the same of a window
	dishEnd   = 0.64 // of a full crop's height: words stand below
	dishTop   = 0.07 // the same above
	tall      = 0.60 // photos up to this width:height are of nearly the shape of a full crop
)

// spare tells by what whole number a photo of w x h may be reduced without being enlarged afterwards.
func spare(w, h int) int { return max(min(w, h)/shortSide, 1) }

// framing is which part of a photo is shown, in its pixels, and where the dish is in that part, as fractions of it.
type framing struct {
	ratio Ratio
	part  image.Rectangle
	dish  Box
	sure  float64
}

// choose finds the framing that suits a photo of w x h pixels, each of which was so many of the source's. Where
// no plate's rim was found, all of the photo's own shape is taken, around its middle: a guess cuts nothing off.
func choose(w, h float64, reduced int, d dish) framing {
	if part, ok := d.full(w, h, float64(reduced)); ok {
		return d.framed(Full, part, w, h)
	}
	ratios := [...]Ratio{Portrait, Square, Landscape}
	best, distance := Portrait, math.Inf(1)
	for _, r := range ratios {
		far := math.Abs(math.Log(w / h / r.shape()))
		if d.sure > 0 && !d.fits(w, h, r) {
			far += 100
		}
		if far < distance {
			best, distance = r, far
		}
	}
	return d.framed(best, d.around(w, h, best), w, h)
}

// area is a part of a picture.
type area struct{ x, y, w, h float64 }

// largest is the size of the largest part of w x h that has a ratio.
func largest(w, h float64, r Ratio) (float64, float64) {
	cw := min(w, h*r.shape())
	return cw, cw / r.shape()
}

// fits reports whether the largest part of a ratio holds the dish, as far as the photo does.
func (d dish) fits(w, h float64, r Ratio) bool {
	cw, ch := largest(w, h, r)
	return min((d.right-d.left)*w*air, w) <= cw+1 && min((d.bottom-d.top)*h*air, h) <= ch+1
}

// around is the largest part of a ratio, with the dish in its middle as far as the photo allows.
func (d dish) around(w, h float64, r Ratio) area {
	cw, ch := largest(w, h, r)
	x, y := 0.5, 0.5
	if d.sure > 0 {
		x, y = (d.left+d.right)/2, (d.top+d.bottom)/2
	}
	return area{min(max(x*w-cw/2, 0), w-cw), min(max(y*h-ch/2, 0), h-ch), cw, ch}
}

// full is the largest part of 9:16 that holds the dish with a margin, above where the words stand. Without a rim only
// a photo of nearly that shape is taken, whose detail doesn't lie below.
func (d dish) full(w, h, reduced float64) (area, bool) {
	part := d.around(w, h, Full)
	if d.sure == 0 {
		return part, w/h <= tall && d.bottom <= dishEnd
	}
	for k := 1.0; k*part.w*reduced >= fullWidth && k*part.w >= (d.right-d.left)*w*margin; k -= 0.02 {
		cw, ch := k*part.w, k*part.h
		x := min(max((d.left+d.right)/2*w-cw/2, 0), w-cw)
		highest, lowest := max(d.bottom*h-dishEnd*ch, 0), min(d.top*h-dishTop*ch, h-ch)
		if highest <= lowest {
			return area{x, min(max((d.top+d.bottom)/2*h-0.4*ch, highest), lowest), cw, ch}, true
		}
	}
	return part, false
}

func (d dish) framed(r Ratio, a area, w, h float64) framing {
	f := framing{ratio: r, sure: d.sure, part: image.Rect(int(a.x+.5), int(a.y+.5), int(a.x+a.w+.5), int(a.y+a.h+.5))}
	if d.sure > 0 {
		in := func(v, size, from, extent float64) float64 { return min(max((v*size-from)/extent, 0), 1) }
		f.dish = Box{
			in(d.left, w, a.x, a.w), in(d.top, h, a.y, a.h), in(d.right, w, a.x, a.w), in(d.bottom, h, a.y, a.h),
		}
	}
	return f
}

// compose cuts the part out that shows the dish. A ratio other than "" is the one to take.
func compose(src *image.YCbCr, reduced int, ratio Ratio) (*image.YCbCr, framing) {
	w, h, d := float64(src.Rect.Dx()), float64(src.Rect.Dy()), find(src)
	f := choose(w, h, reduced, d)
	if ratio != "" && ratio != f.ratio {
		f = d.framed(ratio, d.around(w, h, ratio), w, h)
	}
	pw, ph := f.ratio.Size()
	dst := image.NewYCbCr(image.Rect(0, 0, pw, ph), image.YCbCrSubsampleRatio420)
	scale(dst, src, f.part.Intersect(src.Rect))
	return dst, f
}
