package photo

import (
	"image"
	"testing"
)

// ramp is a picture whose brightness goes from lo to hi, with so many pixels of black and of white at its ends.
func ramp(lo, hi, black, white int) *image.RGBA {
	im := image.NewRGBA(image.Rect(0, 0, 700, 100))
	n := len(im.Pix) / 4
	for i := range n {
		v := byte(lo + i*(hi-lo)/(n-1))
		switch {
		case i < black:
			v = 0
		case i >= n-white:
			v = 255
		}
		copy(im.Pix[4*i:], []byte{v, v, v, 255})
	}
	return im
}

func TestTails_LeaveHalfAPercentOut(t *testing.T) {
	for name, x := range map[string]struct {
		im     *image.RGBA
		lo, hi [2]int // between these
	}{
		"the whole range":            {ramp(0, 255, 0, 0), [2]int{0, 3}, [2]int{252, 255}},
		"a flat picture":             {ramp(60, 180, 0, 0), [2]int{59, 62}, [2]int{178, 181}},
		"a few sparks":               {ramp(60, 180, 200, 200), [2]int{59, 62}, [2]int{178, 181}},
		"black and white that count": {ramp(60, 180, 1400, 1400), [2]int{0, 0}, [2]int{255, 255}},
		"one grey":                   {ramp(90, 90, 0, 0), [2]int{90, 90}, [2]int{90, 90}},
	} {
		lo, hi := tails(planesOf(x.im))
		if lo < x.lo[0] || lo > x.lo[1] || hi < x.hi[0] || hi > x.hi[1] {
			t.Errorf("%s: from %d to %d", name, lo, hi)
		}
	}
}

func TestGrade_BrightensAFlatPictureALittleAndWarmsIt(t *testing.T) {
	im := graded(ramp(40, 180, 0, 0))
	first, last := im.RGBAAt(0, 0), im.RGBAAt(699, 99)
	if first.G > 40 || last.G <= 180 || last.G > 180*115/100+1 {
		t.Errorf("it goes from %v to %v", first, last)
	}
	if mid := im.RGBAAt(350, 50); mid.R <= mid.G || mid.B >= mid.G {
		t.Errorf("grey became %v", mid)
	}
	full := ramp(0, 255, 2000, 2000)
	before := full.RGBAAt(350, 50)
	if after := graded(full).RGBAAt(350, 50); apart(after, before) > 4 {
		t.Errorf("a picture of full range: %v became %v", before, after)
	}
	dull := image.NewRGBA(image.Rect(0, 0, 70, 70))
	for i := range dull.Pix {
		dull.Pix[i] = []byte{150, 110, 90, 255}[i%4]
	}
	if p := graded(dull).RGBAAt(9, 9); int(p.R)-int(p.B) <= 60 {
		t.Errorf("its colours aren't fuller: %v", p)
	}
}

func graded(im *image.RGBA) *image.RGBA {
	p := planesOf(im)
	grade(p)
	return shrink(p, 1, image.White)
}
