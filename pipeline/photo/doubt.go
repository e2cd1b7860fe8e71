package photo

import "image"

// Doubt is why no good video is likely to come of a photo. In doubt about that there is none.
type Doubt string

// The doubts, the gravest first. Each limit lies in the middle between the photos of dishes that it was tried on (some
// 400 of public recipe collections and restaurants) and those that it is meant for.
const (
	Dark      Doubt = "dark"      // all but a few spots of it are black
	NoDish    Doubt = "no_dish"   // there is nothing in it: a wall, a table, a finger on the lens
	Lettering Doubt = "lettering" // lines of lettering all over it: a menu board, a screenshot, a poster
	Tiny      Doubt = "tiny"      // its short side has less than 480 pixels
	Blurred   Doubt = "blurred"   // no edge in it is sharp, across or down
)

const (
	darkest = 64 // of 255: 99 % of a dark picture are below; of photos of dishes 1 % are above 165
	// levels between pixels that stand four apart, where the brightest have 255; dishes have 3.6 or more
	plainest = 2.5
	letters  = 0.0075 // of the picture is beyond doubt lettering
	// of 16 parts of the picture have some; photos of bottles, packets and printed bowls have it in 3
	lettersFar  = 5
	tinySide    = 480  // pixels
	softest     = 0.45 // of an edge's height in two pixels; photos of dishes have 0.68 or more
	readingSide = 480  // pixels of the short side, at the least, at which a photo is looked at
)

// doubt looks at an upright photo whose file has a short side of so many pixels.
func doubt(im *image.YCbCr, short int) Doubt {
	g := greyOf(im, max(min(im.Rect.Dx(), im.Rect.Dy())/readingSide, 1))
	switch {
	case g.brightest() < darkest:
		return Dark
	case 255*g.detail() < plainest*float64(g.brightest()):
		return NoDish
	}
	if part, spread := g.lettering(); part >= letters && spread >= lettersFar {
		return Lettering
	}
	if short < tinySide {
		return Tiny
	}
	if across, down := g.sharpness(); min(across, down) < softest {
		return Blurred
	}
	return ""
}

// grey is a picture's brightness, 0 to 255.
type grey struct {
	w, h int
	pix  []byte
}

// greyOf is the brightness of a picture that is reduced by a whole number.
func greyOf(im *image.YCbCr, k int) grey {
	g := grey{w: im.Rect.Dx() / k, h: im.Rect.Dy() / k}
	g.pix = make([]byte, g.w*g.h)
	l, _, _ := planes(im)
	sums := make([]uint16, im.Rect.Dx())
	for y := range g.h {
		l.average(g.pix[y*g.w:][:g.w], sums, y, k)
	}
	return g
}

// brightest is the level that 99 of 100 pixels are below.
func (g grey) brightest() int {
	var counts [256]int
	for _, v := range g.pix {
		counts[v]++
	}
	v := 255
	for above := counts[v]; v > 0 && 100*above < len(g.pix); above += counts[v] {
		v--
	}
	return v
}

// detail is by how many levels pixels differ that stand four apart in a row.
func (g grey) detail() float64 {
	sum := 0
	for y := range g.h {
		row := g.pix[y*g.w:][:g.w]
		for x, v := range row[min(4, g.w):] {
			sum += max(int(v)-int(row[x]), int(row[x])-int(v))
		}
	}
	return float64(sum) / float64(len(g.pix))
}

const (
	tile    = 16 // pixels of a tile's side
	cells   = 4  // of the picture's width and height, for telling how far lettering spreads
	inARow  = 3  // so many tiles of the same ground beside each other make a line
	strokes = 60 // levels between ink and ground, at the least
	likely  = 78 // percent of a tile's variance that two levels must explain to be lettering
	certain = 82 // the same for lettering beyond doubt
)

// lettering tells which part of a picture is beyond doubt covered by lines of lettering, and in how many of its 16
// cells there is any that is likely.
func (g grey) lettering() (part float64, spread int) {
	across, down := g.w/tile, g.h/tile
	sure := 0
	var seen [cells * cells]bool
	line := make([]ink, across+1) // the last one stays empty
	for j := range down {
		for i := range across {
			line[i] = g.ink(i*tile, j*tile)
		}
		from := 0
		for i, t := range line {
			if i > from && t.goesOn(line[i-1]) {
				continue
			}
			if i-from >= inARow && line[from].share > 0 {
				for a := from; a < i; a++ {
					seen[j*cells/down*cells+a*cells/across] = true
					if line[a].share >= certain {
						sure++
					}
				}
			}
			from = i
		}
	}
	for _, s := range seen {
		if s {
			spread++
		}
	}
	return float64(sure) / float64(max(across*down, 1)), spread
}

// ink is what a tile has of lettering: two levels, many changes between them, and a ground that is plain.
type ink struct {
	share  int // percent of the variance that two levels explain; 0: it is no lettering
	ground int // the level of most of it
	dark   bool
}

// goesOn reports whether a tile may be of the same line as the one before it.
func (t ink) goesOn(before ink) bool {
	return t.share > 0 && before.share > 0 && t.dark == before.dark &&
		max(t.ground-before.ground, before.ground-t.ground) <= 32
}

func (g grey) ink(x0, y0 int) ink {
	const all = tile * tile
	lo, hi := 255, 0
	var levels [32]int
	for y := y0; y < y0+tile; y++ {
		for _, v := range g.pix[y*g.w+x0:][:tile] {
			lo, hi = min(lo, int(v)), max(hi, int(v))
			levels[v/8]++
		}
	}
	if hi-lo < strokes {
		return ink{}
	}
	low, high := byte(lo+(hi-lo)*35/100), byte(lo+(hi-lo)*65/100)
	lows, highs, changes, rows := 0, 0, 0, 0
	for y := y0; y < y0+tile; y++ {
		is, n := 0, 0
		for _, v := range g.pix[y*g.w+x0:][:tile] {
			now := is
			switch {
			case v <= low:
				lows++
				now = -1
			case v >= high:
				highs++
				now = 1
			}
			if now+is == 0 && is != 0 {
				n++
			}
			is = now
		}
		if n >= 2 {
			rows++
		}
		changes += n
	}
	ground := max(lows, highs)
	if (lows+highs)*100 < 72*all || rows < tile/4 || changes < tile*3/4 || ground*100 < 45*all || ground*100 > 92*all {
		return ink{}
	}
	share := twoLevels(levels[:])
	most, at := 0, 0
	for i := range levels {
		n := levels[i] + levels[max(i-1, 0)] + levels[min(i+1, len(levels)-1)]
		if n > most {
			most, at = n, i
		}
	}
	if share < likely || most*100 < 40*all {
		return ink{}
	}
	return ink{share: share, ground: 8 * at, dark: lows > highs}
}

// twoLevels is how much of the variance of a histogram is gone when each value is taken for the mean of its side,
// in percent, divided where that is most (Otsu).
func twoLevels(counts []int) int {
	n, sum, squares := 0, 0, 0
	for i, c := range counts {
		n, sum, squares = n+c, sum+i*c, squares+i*i*c
	}
	total := float64(squares) - float64(sum)*float64(sum)/float64(n)
	best := 0.0
	low, lowSum := 0, 0
	for i, c := range counts {
		low, lowSum = low+c, lowSum+i*c
		if low == 0 || low == n {
			continue
		}
		d := float64(lowSum)/float64(low) - float64(sum-lowSum)/float64(n-low)
		best = max(best, float64(low)*float64(n-low)/float64(n)*d*d)
	}
	if total <= 0 {
		return 0
	}
	return int(100 * best / total)
}

// sharpness is how steep edges are, of 1, across and down: what the steepest ones of most parts of a picture change
// from one pixel to the next but one, of their whole change. 1, 1 where there are hardly any edges.
func (g grey) sharpness() (across, down float64) {
	return steepest(g, 1, g.w), steepest(g, g.w, 1)
}

func steepest(g grey, step, side int) float64 {
	const part, half, edge = 24, 4, 32
	var counts [101]int
	n := 0
	for y0 := 0; y0+part <= g.h; y0 += part {
		for x0 := 0; x0+part <= g.w; x0 += part {
			best := -1
			for j := 0; j < part; j += 2 {
				row := g.pix[y0*g.w+x0+j*side:]
				for i := half; i < part-half; i++ {
					at := i * step
					jump := max(int(row[at+step])-int(row[at-step]), int(row[at-step])-int(row[at+step]))
					if 100*jump <= best*edge {
						continue
					}
					lo, hi := row[at], row[at]
					for k := -half; k <= half; k++ {
						lo, hi = min(lo, row[at+k*step]), max(hi, row[at+k*step])
					}
					if hi-lo >= edge {
						best = max(best, 100*jump/int(hi-lo))
					}
				}
			}
			if best >= 0 {
				counts[best]++
				n++
			}
		}
	}
	above := 0
	for v := 100; v >= 0; v-- {
		if above += counts[v]; n > 0 && 10*above >= n {
			return float64(v) / 100
		}
	}
	return 1
}
