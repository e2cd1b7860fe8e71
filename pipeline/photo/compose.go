package photo

import (
	"image"
	"math"

	"golang.org/x/image/draw"
)

const (
	widestFill  = 0.80 // photos up to this width:height fill the frame; wider ones are continued above and below
	mostCrop    = 0.05 // of such a photo's width, to be taller
	widestBlock = 0.92 // of a wider photo, this much of its height is the least width that is kept …
	panorama    = 1.7  // … unless it is wider than this
	leastPhoto  = 0.57 // of the frame's height that a tall photo keeps
	focusAt     = 0.40 // height at which the dish stands in a tall photo: the words come below it
	blockAt     = 0.30 // height at which the middle of a low picture stands
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

// layout is the part of a photo that is shown, and where in the frame: at full width.
type layout struct{ part, hero image.Rectangle }

// arrange keeps the dish whole, and above where the words will be.
func arrange(src *image.RGBA) layout {
	w, h := float64(src.Rect.Dx()), float64(src.Rect.Dy())
	d := find(src)
	cw, ch := cut(w, h)
	x, y := (d.left+d.right)/2*w-cw/2, 0.0
	if w/h <= widestFill {
		// The photo may end above the frame's bottom, so that the dish stands where it should.
		frame := cw * H / W
		y = min(max((d.top+d.bottom)/2*h-frame*focusAt, 0), max(h-frame*leastPhoto, 0), d.top*h)
		ch = min(frame, h-y)
	} else {
		if w/h > panorama {
			x = clearest(src, cw, d.x)
		}
		x, cw = d.within(x, cw, w, h)
	}
	x = min(max(x, 0), w-cw)
	part := image.Rect(int(x), int(y), int(x+cw+0.5), int(y+ch+0.5)).Intersect(src.Rect)
	tall := min(int(ch/cw*W+0.5), H)
	top := max(0, int(blockAt*H)-tall/2)
	return layout{part, image.Rect(0, top, W, top+tall)}
}

// within widens a cut of a wide photo, as far as the picture doesn't get too low, and moves it until the dish is in it.
func (d dish) within(x, cw, w, h float64) (float64, float64) {
	lowest := 1.3
	if w/h > panorama {
		lowest = 2.2
	}
	left, right := d.left*w, d.right*w
	if need := min(right-left, lowest*h, w); need > cw {
		x, cw = x-(need-cw)/2, need
	}
	if right-left > cw {
		return (left+right)/2 - cw/2, cw
	}
	return min(max(x, right-cw), left), cw
}

// compose makes the frame: the part of the photo that shows the dish, at full width, and what is missing
// above and below it a blurred mirror image of its edge, which reads as the table going on.
func compose(src *image.RGBA) *image.RGBA {
	l := arrange(src)
	dst := image.NewRGBA(image.Rect(0, 0, W, H))
	draw.CatmullRom.Scale(dst, l.hero, src, l.part, draw.Src, nil)
	if l.hero.Dy() < H {
		extend(dst, l.hero)
	}
	return dst
}

// extend continues a picture that fills the rows of hero up and down to the ends of dst.
func extend(dst *image.RGBA, hero image.Rectangle) {
	const scale = 8
	fold := image.NewRGBA(image.Rect(0, 0, W/scale, H/scale))
	top, end := hero.Min.Y/scale, max(hero.Max.Y/scale, hero.Min.Y/scale+1)
	known := fold.SubImage(image.Rect(0, top, W/scale, end)).(*image.RGBA)
	draw.ApproxBiLinear.Scale(known, known.Rect, dst, hero, draw.Src, nil)
	mirror(fold, end, H/scale, bare(known, known.Rect.Max.Y-1, -1))
	mirror(fold, top-1, -1, bare(known, top, 1))
	blur(fold, 11, 11)
	calm(fold, top, end)
	below := image.NewRGBA(dst.Rect)
	draw.ApproxBiLinear.Scale(below, dst.Rect, fold, fold.Rect, draw.Src, nil)
	soft := min(hero.Dy()/5, H-hero.Dy()+hero.Dy()/10) // rows over which one becomes the other
	for y := range H {
		edge := hero.Max.Y - y
		if hero.Min.Y > 0 {
			edge = min(edge, (y-hero.Min.Y)*3/2)
		}
		if edge >= soft {
			continue
		}
		a := int(256 * smooth(float64(edge)/float64(soft)))
		d, s := dst.Pix[y*dst.Stride:][:4*W], below.Pix[y*below.Stride:][:4*W]
		for i := range d {
			d[i] = byte((int(d[i])*a + int(s[i])*(256-a)) >> 8)
		}
	}
}

// mirror fills the rows from one up to another with the n rows before them, back and forth.
func mirror(im *image.RGBA, from, to, n int) {
	step := 1
	if to < from {
		step = -1
	}
	for y := from; y != to; y += step {
		k := (y - from) * step % (2 * n)
		if k >= n {
			k = 2*n - 1 - k
		}
		copy(im.Pix[y*im.Stride:][:im.Stride], im.Pix[(from-step*(k+1))*im.Stride:][:im.Stride])
	}
}

// calm lets the colours of a continued picture run into each other and sink back, the further from the rows that
// are known the more: what stood at the edge would hang down in stripes.
func calm(im *image.RGBA, top, end int) {
	wide := image.NewRGBA(im.Rect)
	copy(wide.Pix, im.Pix)
	blur(wide, 40, 20)
	for y := range im.Rect.Dy() {
		far := float64(max(top-y, y-end, 0))
		k, light := int(256*smooth(far/35)), int(256*(1-0.30*smooth(far/110)))
		d, s := im.Pix[y*im.Stride:][:im.Stride], wide.Pix[y*im.Stride:][:im.Stride]
		for i := range d {
			if i%4 < 3 {
				d[i] = byte((int(d[i])*(256-k) + int(s[i])*k) * light >> 16)
			}
		}
	}
}

// bare counts the rows from an edge on that look like the edge itself, so that the dish isn't mirrored along
// with the table: a tenth of the picture at least, a quarter at most.
func bare(im *image.RGBA, edge, step int) int {
	w, h := im.Rect.Dx(), im.Rect.Dy()
	row := func(y int) []byte { return im.Pix[im.PixOffset(0, y):][:4*w] }
	rows := 1
	for ; rows < h/4; rows++ {
		off := 0
		for i, v := range row(edge + rows*step) {
			o := row(edge)[i]
			off += max(int(v), int(o)) - min(int(v), int(o))
		}
		if off > 10*4*w {
			break
		}
	}
	return max(rows-2, h/10, 1)
}

// smooth rises from 0 to 1 without corners.
func smooth(t float64) float64 {
	t = min(max(t, 0), 1)
	return t * t * (3 - 2*t)
}

// blur averages three times over some pixels to each side, which is close to a Gaussian.
func blur(im *image.RGBA, across, down int) {
	w, h := im.Rect.Dx(), im.Rect.Dy()
	line := make([]byte, max(w, h))
	for range 3 {
		for c := range 3 {
			for y := range h {
				blurLine(im.Pix[y*im.Stride+c:], 4, line[:w], across)
			}
			for x := range w {
				blurLine(im.Pix[4*x+c:], im.Stride, line[:h], down)
			}
		}
	}
}

// blurLine averages len(tmp) values of p that stand step apart; the ends are repeated outwards.
func blurLine(p []byte, step int, tmp []byte, r int) {
	n, width := len(tmp), 2*r+1
	at := func(i int) int { return int(p[min(max(i, 0), n-1)*step]) }
	sum := 0
	for i := -r; i <= r; i++ {
		sum += at(i)
	}
	for i := range tmp {
		tmp[i] = byte((sum + width/2) / width)
		sum += at(i+r+1) - at(i-r)
	}
	for i, v := range tmp {
		p[i*step] = v
	}
}

// clearest chooses where to cut a panorama, which may show several dishes: much detail and warm
// colour inside, little of it under the two edges, not far from the focus.
func clearest(src *image.RGBA, cw, fx float64) float64 {
	w := float64(src.Rect.Dx())
	small := image.NewRGBA(image.Rect(0, 0, 160, max(8, 160*src.Rect.Dy()/src.Rect.Dx())))
	draw.ApproxBiLinear.Scale(small, small.Rect, src, src.Rect, draw.Src, nil)
	detail, colour := cues(small)
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
