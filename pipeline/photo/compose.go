package photo

import (
	"image"
	"math"

	"golang.org/x/image/draw"
)

const (
	widestFill  = 0.80 // photos up to this width:height fill the frame; wider ones are continued below
	widestBlock = 0.92 // of a wider photo, this much of its width is kept …
	panorama    = 1.7  // … unless it is wider than this
	focusAt     = 0.40 // height at which the dish stands in a tall photo: the words come below it
)

// cut is the part of a photo that is shown, by its size: width and height in the photo's pixels.
// It fills the width of the frame. A cut that is less tall than the frame is continued below it.
func cut(w, h float64) (cw, ch float64) {
	shape := w / h
	if shape <= widestFill {
		ch := w * H / W
		if ch > h {
			w *= max(h/ch, 0.90) // up to a tenth of the width may go
		}
		return w, min(w*H/W, h)
	}
	block := min(max(shape, widestFill), widestBlock)
	if shape > panorama {
		block = min(1.5, shape*0.55)
	}
	if cw := h * block; cw <= w {
		return cw, h
	}
	return w, w / block
}

// spare tells by what whole number a photo of w x h may be reduced without being enlarged afterwards.
func spare(w, h int) int {
	cw, _ := cut(float64(w), float64(h))
	return max(int(cw)/W, 1)
}

// compose makes the frame: the cut around the dish from the top on, at full width, and what is
// missing below it a blurred mirror image of its lowest part, which reads as the table going on.
func compose(src *image.RGBA) *image.RGBA {
	w, h := float64(src.Rect.Dx()), float64(src.Rect.Dy())
	fx, fy := Focus(src)
	cw, ch := cut(w, h)
	x, y := fx*w-cw/2, fy*h-ch/2
	if w/h > panorama {
		x = clearest(src, cw, fx)
	}
	x, y = min(max(x, 0), w-cw), min(max(y, 0), h-ch)
	if w/h <= widestFill {
		// The photo may end above the frame's bottom, so that the dish stands where it should.
		frame := cw * H / W
		y = min(max(fy*h-frame*focusAt, 0), max(h-frame*0.60, 0))
		ch = min(frame, h-y)
	}
	part := image.Rect(int(x), int(y), int(x+cw+0.5), int(y+ch+0.5)).Intersect(src.Rect)
	dst := image.NewRGBA(image.Rect(0, 0, W, H))
	hero := dst.SubImage(image.Rect(0, 0, W, min(int(ch/cw*W+0.5), H))).(*image.RGBA)
	draw.CatmullRom.Scale(hero, hero.Rect, src, part, draw.Src, nil)
	if hero.Rect.Dy() < H {
		extend(dst, hero)
	}
	return dst
}

// extend continues hero, which is the top of dst, down to the bottom of dst.
func extend(dst, hero *image.RGBA) {
	const scale = 8
	end := hero.Rect.Dy()
	fold := image.NewRGBA(image.Rect(0, 0, W/scale, H/scale))
	known := fold.SubImage(image.Rect(0, 0, W/scale, max(end/scale, 1))).(*image.RGBA)
	draw.ApproxBiLinear.Scale(known, known.Rect, hero, hero.Rect, draw.Src, nil)
	n, m := known.Rect.Dy(), bare(known)
	for y := n; y < H/scale; y++ {
		k := (y - n) % (2 * m) // back and forth
		if k >= m {
			k = 2*m - 1 - k
		}
		copy(fold.Pix[y*fold.Stride:][:fold.Stride], fold.Pix[(n-1-k)*fold.Stride:])
	}
	blur(fold, 11)
	soft := min(end/5, H-end+end/10) // rows over which one becomes the other
	below := image.NewRGBA(image.Rect(0, end-soft, W, H))
	draw.ApproxBiLinear.Scale(below, dst.Rect, fold, fold.Rect, draw.Src, nil)
	for y := end - soft; y < H; y++ {
		a := int(256 * smooth(float64(end-y)/float64(soft)))
		d, s := dst.Pix[y*dst.Stride:][:4*W], below.Pix[(y-end+soft)*below.Stride:][:4*W]
		for i := range d {
			d[i] = byte((int(d[i])*a + int(s[i])*(256-a)) >> 8)
		}
	}
}

// bare counts the rows at the bottom that look like the lowest one, so that the dish isn't mirrored
// along with the table: a tenth of the picture at least, a quarter at most.
func bare(im *image.RGBA) int {
	w, h := im.Rect.Dx(), im.Rect.Dy()
	last := im.Pix[(h-1)*im.Stride:][:4*w]
	rows := 1
	for ; rows < h/4; rows++ {
		row, off := im.Pix[(h-1-rows)*im.Stride:][:4*w], 0
		for i, v := range last {
			off += max(int(v)-int(row[i]), int(row[i])-int(v))
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

// blur averages three times over 2r+1 pixels each way, which is close to a Gaussian.
func blur(im *image.RGBA, r int) {
	w, h := im.Rect.Dx(), im.Rect.Dy()
	line := make([]byte, max(w, h))
	for range 3 {
		for c := range 3 {
			for y := range h {
				blurLine(im.Pix[y*im.Stride+c:], 4, line[:w], r)
			}
			for x := range w {
				blurLine(im.Pix[4*x+c:], im.Stride, line[:h], r)
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
