package photo

import (
	"image"
	"math"

	"golang.org/x/image/draw"
)

// extend continues the picture that fills hero to the ends of dst.
func extend(dst *image.RGBA, l layout) {
	const scale = 8
	fold := image.NewRGBA(image.Rect(0, 0, W/scale, H/scale))
	known := image.Rect(l.hero.Min.X/scale, l.hero.Min.Y/scale, l.hero.Max.X/scale, l.hero.Max.Y/scale)
	known.Max.Y = max(known.Max.Y, known.Min.Y+1)
	draw.ApproxBiLinear.Scale(fold, known, dst, l.hero, draw.Src, nil)
	if l.cut != everywhere {
		takeAway(fold, known, l.dish, scale)
	}
	mirrorSides(fold, known)
	top, end := known.Min.Y, known.Max.Y
	rows := fold.SubImage(image.Rect(0, top, W/scale, end)).(*image.RGBA)
	mirror(fold, end, H/scale, bare(rows, end-1, -1))
	mirror(fold, top-1, -1, bare(rows, top, 1))
	blur(fold, 11, 11)
	calm(fold, top, end)
	below := image.NewRGBA(dst.Rect)
	draw.ApproxBiLinear.Scale(below, dst.Rect, fold, fold.Rect, draw.Src, nil)
	down, across := l.seams()
	for y := range H {
		d, s := dst.Pix[y*dst.Stride:][:4*W], below.Pix[y*below.Stride:][:4*W]
		for x := range W {
			a := down[y] * across[x] >> 8
			for i := 4 * x; i < 4*x+4; i++ {
				d[i] = byte((int(d[i])*a + int(s[i])*(256-a)) >> 8)
			}
		}
	}
}

// takeAway lets the table go on where the dish is, so that no plate is mirrored. It is measured in the pixels of
// the frame, of which one in the small picture has so many. Deep inside a large dish something of it stays.
func takeAway(im *image.RGBA, known, dish image.Rectangle, scale float64) {
	const reach, rest = 36, 0.002
	w, h := known.Dx(), known.Dy()
	var sums [4]field
	for c := range sums {
		sums[c] = field{w, make([]float64, w*h)}
	}
	table := func(i int) bool {
		x := (float64(known.Min.X+i%w)+0.5)*scale - float64(dish.Min.X+dish.Max.X)/2
		y := (float64(known.Min.Y+i/w)+0.5)*scale - float64(dish.Min.Y+dish.Max.Y)/2
		return math.Hypot(x/float64(dish.Dx()), y/float64(dish.Dy())) > 0.53
	}
	pixel := func(i int) []byte { return im.Pix[im.PixOffset(known.Min.X+i%w, known.Min.Y+i/w):][:4] }
	for i := range w * h {
		weight := rest
		if table(i) {
			weight = 1
		}
		for c, v := range pixel(i)[:3] {
			sums[c].v[i] = weight * float64(v)
		}
		sums[3].v[i] = weight
	}
	for c := range sums {
		sums[c] = sums[c].mean(reach).mean(reach / 3)
	}
	for i := range w * h {
		if !table(i) {
			for c := range 3 {
				pixel(i)[c] = byte(sums[c].v[i]/sums[3].v[i] + 0.5)
			}
		}
	}
}

// seams tell for each row and column how much of the photo is seen, of 256. It ends softly, but not on the dish,
// unless the photo cuts that off.
func (l layout) seams() (down, across []int) {
	room := func(gap, most int, cut bool) int {
		if cut {
			return most
		}
		return max(min(gap, most), W/40)
	}
	low, aside := l.hero.Dy()/5, W/10
	down = seam(H, l.hero.Min.Y, l.hero.Max.Y, room(l.dish.Min.Y-l.hero.Min.Y, low*2/3, l.cut.top), room(l.hero.Max.Y-l.dish.Max.Y, low, l.cut.bottom))
	across = seam(W, l.hero.Min.X, l.hero.Max.X, room(l.dish.Min.X-l.hero.Min.X, aside, false), room(l.hero.Max.X-l.dish.Max.X, aside, false))
	return down, across
}

// seam is 256 between two places, but for the soft ends, which aren't where the frame ends too.
func seam(n, from, to, first, last int) []int {
	s := make([]int, n)
	for i := range s {
		a := 1.0
		if from > 0 {
			a = smooth(float64(i-from) / float64(first))
		}
		if to < n {
			a *= smooth(float64(to-i) / float64(last))
		}
		s[i] = int(256 * a)
	}
	return s
}

// mirrorSides fills what is left and right of the part of a picture that is known with the columns next to it.
func mirrorSides(im *image.RGBA, known image.Rectangle) {
	for y := known.Min.Y; y < known.Max.Y; y++ {
		for x := range im.Rect.Dx() {
			if from := min(max(x, 2*known.Min.X-x), 2*known.Max.X-1-x); from != x {
				copy(im.Pix[im.PixOffset(x, y):][:4], im.Pix[im.PixOffset(from, y):][:4])
			}
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
