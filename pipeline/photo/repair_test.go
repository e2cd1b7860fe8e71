package photo

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"testing"
)

// restarts is a JPEG with a restart behind every row of blocks, which image/jpeg doesn't write: one that it wrote,
// whose bits are read and written again.
func restarts(t *testing.T, file []byte, every int) []byte {
	t.Helper()
	c, ok := readCut(file)
	if !ok {
		t.Fatal("not a baseline JPEG")
	}
	head := bytes.Clone(file[:c.last])
	head = append(head, 0xff, 0xdd, 0, 4, byte(every>>8), byte(every))
	w := bitWriter{out: append(head, file[c.last:c.from]...)}
	grey, n, _ := c.tables[0][0].code(0)
	none, m, _ := c.tables[1][0].code(0)
	if len(c.blocks) != 1 {
		t.Fatal("more than one component")
	}
	for i := range c.all { // all of one grey: no differences but at restarts, where it begins at the middle
		if i > 0 && i%every == 0 {
			w.mark(0xd0 + byte((i/every-1)%8))
		}
		w.put(grey, n)
		w.put(none, m)
	}
	w.mark(0xd9)
	return w.out
}

func TestDecodeJPEG_WhatPhonesShowIsOpened(t *testing.T) {
	noisy := quarters(900, 1200)
	for i := range noisy.Pix {
		noisy.Pix[i] = byte(max(int(noisy.Pix[i])-i*i%23, 0))
	}
	whole := asJPEG(t, noisy)
	marked := restarts(t, asJPEG(t, image.NewGray(image.Rect(0, 0, 640, 480))), 80)
	wrong := bytes.Clone(marked)
	for i := range len(wrong) - 1 {
		if wrong[i] == 0xff && wrong[i+1] == 0xd3 {
			wrong[i+1] = 0xd6
		}
	}
	if _, err := jpeg.Decode(bytes.NewReader(marked)); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string][]byte{
		"as it should be": whole, "no end mark": whole[:len(whole)-2], "half an end mark": whole[:len(whole)-1],
		"cut in its last tenth": whole[:len(whole)*95/100], "wrong restarts": wrong,
		"restarts, cut":       marked[:len(marked)*93/100],
		"something behind it": append(bytes.Clone(whole), "SEF film"...),
	} {
		im, err := decodeJPEG(file)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if im.Bounds().Dx() == 900 {
			top, _, _, _ := im.At(90, 120).RGBA()
			low, _, _, _ := im.At(700, 1050).RGBA()
			if top>>8 < 150 || low>>8 < 150 {
				t.Errorf("%s: %d and %d of red", name, top>>8, low>>8)
			}
		}
	}
	for _, part := range []float64{0.1, 0.5, 0.85} {
		if _, err := decode(whole[:int(part*float64(len(whole)))], kindJPEG); !errors.Is(err, ErrBroken) {
			t.Errorf("%.0f %% of a file: %v", 100*part, err)
		}
	}
}
