package photo

import (
	"image"
	"math"

	"golang.org/x/image/draw"
)

const (
	widestFill  = 0.80 // photos up to this width:height fill the frame's width; of wider ones a part does
	mostCrop    = 0.05 // of such a photo's width, to be taller
	widestBlock = 0.92 // of a wider photo, this much of its height is the least width that is kept …
	panorama    = 1.7  // … unless it is wider than this
	least       = 0.80 // how much smaller than at full width a dish is shown at most
)

// Rows of the frame. The camera of a clip comes nearer by an eighth, and most names begin below 1000.
const (
	dishTop    = 180 // at least
	dishMiddle = 620 // of one that isn't high
	dishEnd    = 955 // at most, unless it is too high
	dishHigh   = 750 // at most, unless it would get too small
	blockAt    = 576 // where the middle of a low picture stands
)

// cut is the least part of a photo that is shown, by its size: width and height in the photo's pixels.
// It fills the width of the frame.
func cut(w, h float64) (cw, ch float64) {
	shape := w / h
	if shape <= widestFill {
		cw := max(min(w, h*W/H), w*(1-mostCrop))
		return cw, min(cw*H/W, h)
	}
	block := widestBlock
	if shape > panorama {
		block = min(1.5, shape*0.55)
	}
	return min(h*block, w), h
}

// spare tells by what whole number a photo of w x h may be reduced without being enlarged afterwards.
func spare(w, h int) int {
	cw, _ := cut(float64(w), float64(h))
	return max(int(cw)/W, 1)
}

// layout is the part of a photo that is shown, where in the frame, and where the dish is then.
type layout struct {
	part, hero, dish image.Rectangle
	cut              sides // of the dish
}

// arrange keeps the dish whole, and above where the words will be.
func arrange(src *image.RGBA) layout {
	w, h := float64(src.Rect.Dx()), float64(src.Rect.Dy())
	d := find(src)
	cw, _ := cut(w, h)
	x := (d.left+d.right)/2*w - cw/2
	if w/h > widestFill {
		if w/h > panorama {
			x = clearest(src, cw, d.x)
		}
		x, cw = d.within(x, cw, w, h)
	}
	if wide := min((d.bottom-d.top)*h*W/dishHigh, max(cw, (d.right-d.left)*w)/least); wide > cw && d.cut != everywhere {
		if d.cut.left || d.cut.right {
			wide = min(wide, max(w, cw)) // half a plate doesn't stand in the middle of a table
		}
		x, cw = x-(wide-cw)/2, wide
	}
	if x = min(max(x, 0), w-cw); cw > w {
		x = (w - cw) / 2
	}
	return d.lay(src.Rect, x, cw)
}

// lay shows a photo from x on, so that cw of its pixels would fill the frame's width, in the rows that are best for the dish.
func (d dish) lay(photo image.Rectangle, x, cw float64) layout {
	w, h, scale := float64(photo.Dx()), float64(photo.Dy()), W/cw
	top := float64(dishTop)
	if d.cut.top {
		top = 0
	}
	row := min(dishMiddle-(d.top+d.bottom)/2*h*scale, max(0, blockAt-h*scale/2))
	row = max(min(row, dishEnd-d.bottom*h*scale), top-d.top*h*scale)
	y, end := max(-row/scale, 0), min((H-row)/scale, h)
	left, right := max(x, 0), min(x+cw, w)
	at := func(x0, y0, x1, y1 float64) image.Rectangle {
		return image.Rect(int((x0-x)*scale+0.5), int(row+y0*scale+0.5), int((x1-x)*scale+0.5), int(row+y1*scale+0.5))
	}
	return layout{
		part: image.Rect(int(left), int(y), int(right+0.5), int(end+0.5)).Intersect(photo),
		hero: at(left, y, right, end).Intersect(image.Rect(0, 0, W, H)),
		dish: at(d.left*w, d.top*h, d.right*w, d.bottom*h),
		cut:  d.cut,
	}
}

// within widens a cut of a wide photo, as far as the picture doesn't get too low, and moves it until the dish is in it.
func (d dish) within(x, cw, w, h float64) (float64, float64) {
	lowest := 1.3
	if w/h > panorama {
		lowest = 2.2
	}
	air := 0.07 * (d.right - d.left)
	left, right := max(d.left-air, 0)*w, min(d.right+air, 1)*w
	if need := min(right-left, lowest*h, w); need > cw {
		x, cw = x-(need-cw)/2, need
	}
	if right-left > cw {
		return (left+right)/2 - cw/2, cw
	}
	return min(max(x, right-cw), left), cw
}

// compose makes the frame: the part of the photo that shows the dish, and what is missing around it a
// blurred mirror image of its edges, which reads as the table going on.
func compose(src *image.RGBA) *image.RGBA {
	l := arrange(src)
	dst := image.NewRGBA(image.Rect(0, 0, W, H))
	draw.CatmullRom.Scale(dst, l.hero, src, l.part, draw.Src, nil)
	if l.hero != dst.Rect {
		extend(dst, l)
	}
	return dst
}

// clearest chooses where to cut a panorama, which may show several dishes: much detail and warm
// colour inside, little of it under the two edges, not far from the focus.
func clearest(src *image.RGBA, cw, fx float64) float64 {
	w := float64(src.Rect.Dx())
	small := image.NewRGBA(image.Rect(0, 0, 160, max(8, 160*src.Rect.Dy()/src.Rect.Dx())))
	draw.ApproxBiLinear.Scale(small, small.Rect, src, src.Rect, draw.Src, nil)
	detail, colour, _ := cues(small)
	columns, total := make([]float64, 160), 0.0
	for i, d := range detail.v {
		warm := max(float64(small.Pix[4*i])-float64(small.Pix[4*i+2]), 0)
		v := math.Sqrt(d) + 0.04*colour.v[i] + 0.05*warm
		columns[i%160] += v
		total += v
	}
	n := min(max(int(cw/w*160), 1), 160)
	best, at := math.Inf(-1), 0
	for x := 0; x+n <= 160; x++ {
		inside := 0.0
		for _, v := range columns[x : x+n] {
			inside += v
		}
		edges := (columns[x] + columns[x+n-1]) * 160
		off := (float64(x)+float64(n)/2)/160 - (0.6*fx + 0.2)
		if score := (2.2*inside-0.008*edges)/max(total, 1) - 0.25*off*off; score > best {
			best, at = score, x
		}
	}
	return float64(at) / 160 * w
}
