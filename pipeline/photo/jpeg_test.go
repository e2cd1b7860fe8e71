package photo

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"slices"
	"testing"
)

func TestScanJPEG_CountsWhatDecodingTakes(t *testing.T) {
	frame := func(marker byte, h, w uint64, samplings ...byte) []byte {
		data := slices.Concat([]byte{8}, number(2, h), number(2, w), []byte{byte(len(samplings))})
		for i, s := range samplings {
			data = append(data, byte(i+1), s, 0)
		}
		return segment(marker, string(data))
	}
	scan := segment(0xda, "s")
	file := func(parts ...[]byte) []byte { return slices.Concat([]byte{0xff, 0xd8}, slices.Concat(parts...)) }
	for name, x := range map[string]struct {
		file []byte
		want jpegHead
	}{
		"grey":          {file(frame(0xc0, 300, 500, 0x11), scan), jpegHead{500, 300, 1, 1}},
		"4:2:0":         {file(frame(0xc1, 300, 500, 0x22, 0x11, 0x11), scan), jpegHead{500, 300, 2, 1}},
		"4:4:4":         {file(frame(0xc0, 300, 500, 0x11, 0x11, 0x11), scan), jpegHead{500, 300, 3, 1}},
		"tall samples":  {file(frame(0xc0, 300, 500, 0x12, 0x11, 0x11), scan), jpegHead{500, 300, 2, 1}},
		"inks":          {file(frame(0xc0, 300, 500, 0x11, 0x11, 0x11, 0x11), scan), jpegHead{500, 300, 8, 1}},
		"progressive":   {file(frame(0xc2, 300, 500, 0x11, 0x11, 0x11), scan, scan, scan), jpegHead{500, 300, 15, 3}},
		"the first one": {file(frame(0xc0, 300, 500, 0x11), scan, frame(0xc0, 9, 9, 0x11)), jpegHead{500, 300, 1, 1}},
		"most scans":    {file(frame(0xc2, 3, 5, 0x11), bytes.Repeat(scan, maxScans)), jpegHead{5, 3, 5, maxScans}},
		"too many":      {file(frame(0xc2, 3, 5, 0x11), bytes.Repeat(scan, maxScans+1)), jpegHead{}},
		"no height":     {file(frame(0xc0, 0, 500, 0x11)), jpegHead{}},
		"no frame":      {file(scan), jpegHead{}},
		"a short one":   {file(segment(0xc0, "\x08\x00\x09\x00\x09\x02\x01\x11\x00\x02\x11")), jpegHead{}},
		"a shorter one": {file(segment(0xc0, "\x08\x00\x09\x00\x09")), jpegHead{}},
		"arithmetic":    {file(frame(0xc9, 300, 500, 0x11)), jpegHead{}},
	} {
		got, err := scanJPEG(x.file)
		if wrong := x.want == (jpegHead{}); (err != nil) != wrong || err == nil && got != x.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// TestFilledUp_WhatIsThereStaysAsItIs cuts small pictures, whose last units hold one pixel, at every byte. What is
// filled up is as long as the whole, and the same as far as it was there.
func TestFilledUp_WhatIsThereStaysAsItIs(t *testing.T) {
	busy := func(w, h int) *image.YCbCr {
		im := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
		for i := range im.Y {
			im.Y[i] = byte(i * i * 7)
		}
		for i := range im.Cb {
			im.Cb[i], im.Cr[i] = byte(i*5), byte(255-3*i)
		}
		return im
	}
	grey := image.NewGray(image.Rect(0, 0, 41, 33))
	for i := range grey.Pix {
		grey.Pix[i] = byte(i * i)
	}
	for name, file := range map[string][]byte{
		"colours": asJPEG(t, busy(65, 49)), "greys": asJPEG(t, grey),
		"restarts": restarts(t, asJPEG(t, image.NewGray(image.Rect(0, 0, 200, 160))), 25),
	} {
		whole, err := jpeg.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		size := whole.Bounds()
		c, ok := readCut(file)
		if !ok || c.walk() != c.all {
			t.Fatalf("%s: %d of %d units are there", name, c.walk(), c.all)
		}
		filled := 0
		for n := c.from; n < len(file)-2; n++ {
			cut, _ := readCut(file[:n])
			done := cut.walk()
			out := filledUp(file[:n])
			if (out == nil) != (float64(done) < minRows*float64(c.all)) {
				t.Fatalf(
					"%s, cut at %d: %d of %d units are there, and it is filled up: %v", name, n, done, c.all,
					out != nil,
				)
			}
			if out == nil {
				continue
			}
			filled++
			im, err := jpeg.Decode(bytes.NewReader(out))
			if err != nil {
				t.Fatalf("%s, cut at %d: %v", name, n, err)
			}
			unit := 8
			if name == "colours" {
				unit = 16
			}
			across := (size.Dx() + unit - 1) / unit
			for i := range done {
				x, y := i%across*unit, i/across*unit
				for _, p := range []image.Point{{x, y}, {min(x+unit, size.Dx()) - 1, min(y+unit, size.Dy()) - 1}} {
					got, want := color.YCbCrModel.Convert(im.At(p.X, p.Y)), color.YCbCrModel.Convert(whole.At(p.X, p.Y))
					if got != want {
						t.Fatalf("%s, cut at %d: at %v there is %v, not %v", name, n, p, got, want)
					}
				}
			}
		}
		if filled == 0 {
			t.Errorf("%s: nothing was filled up", name)
		}
	}
}

// TestFilledUp_WhatIsOddIsLeftAlone changes one byte of a picture that is cut off and could be filled up.
func TestFilledUp_WhatIsOddIsLeftAlone(t *testing.T) {
	im := image.NewYCbCr(image.Rect(0, 0, 64, 48), image.YCbCrSubsampleRatio420)
	for i := range im.Y {
		im.Y[i] = byte(i * i * 7)
	}
	file := asJPEG(t, im)
	file = file[:len(file)*98/100]
	if filledUp(file) == nil {
		t.Fatal("it can't be filled up as it is")
	}
	start := func(marker byte) int { return bytes.Index(file, []byte{0xff, marker}) + 4 }
	tables, frame, scan := start(0xc4), start(0xc0), start(0xda)
	for name, x := range map[string]struct {
		at    int
		value byte
	}{
		"a table of no class":       {tables, 0x20},
		"a fifth table":             {tables, 0x04},
		"a table with too much":     {tables + 1, 0xff},
		"more components":           {frame + 5, 4},
		"fewer components":          {frame + 5, 1},
		"blocks beyond the limit":   {frame + 7, 0x54},
		"no height":                 {frame + 2, 0},
		"no width":                  {frame + 4, 0},
		"another scan's components": {scan, 2},
		"no such table for steps":   {scan + 2, 0x40},
		"no such table for waves":   {scan + 2, 0x04},
		"a table that isn't there":  {scan + 2, 0x33},
	} {
		odd := bytes.Clone(file)
		odd[x.at] = x.value
		if filledUp(odd) != nil {
			t.Errorf("%s: it is filled up", name)
		}
	}
	for n := range file { // and nothing panics wherever it ends
		_ = filledUp(file[:n])
	}
}
