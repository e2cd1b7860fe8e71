package outbox

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
	"github.com/sajangpick/sajangpick/pipeline/sign"
	"github.com/sajangpick/sajangpick/storage/disk"
)

//go:embed testdata/short.mp4
var shortFile []byte

func TestMeasure_AShortTellsItsSizeAndLength(t *testing.T) {
	w, h, length, err := measure(bytes.NewReader(shortFile))
	if err != nil || w != 1080 || h != 1920 || length.Round(100*time.Millisecond) != 2500*time.Millisecond {
		t.Errorf("%d×%d, %v, %v", w, h, length, err)
	}
}

func TestMeasure_WhatIsNoVideoHasNoSize(t *testing.T) {
	for n := range 200 { // cut off anywhere, most of all within the heads of boxes
		if w, h, length, err := measure(bytes.NewReader(shortFile[:n*len(shortFile)/200])); err == nil || w+h > 0 ||
			length > 0 {
			t.Errorf("%d bytes have size %d×%d", n, w, h)
		}
	}
	second := splice(shortFile, "mvhd", 12, 0, 0, 0, 1) // lasts so many seconds
	for name, x := range map[string]struct {
		file []byte
		err  string // none: it is a film of a day
	}{
		"nothing": {nil, "no index"}, "a photo": {sample.Photo, "no index"}, "zeros": {make([]byte, 1000), "no index"},
		"ones":        {bytes.Repeat([]byte{0xff}, 1000), "no index"},
		"no width":    {splice(shortFile, "tkhd", 76, 0, 0), "no picture"},
		"no height":   {splice(shortFile, "tkhd", 80, 0, 0), "no picture"},
		"no length":   {splice(shortFile, "mvhd", 16, 0, 0, 0, 0), "no picture"},
		"no clock":    {splice(shortFile, "mvhd", 12, 0, 0, 0, 0), "no picture"},
		"a day":       {splice(second, "mvhd", 16, 0, 1, 0x51, 0x80), ""},
		"longer":      {splice(second, "mvhd", 16, 0, 1, 0x51, 0x81), "no picture"},
		"a long head": {[]byte("\x01\x00\x00\x01moov"), "it is too long"},
		"a short one": {[]byte("\x01\x00\x00\x00moov"), "unexpected EOF"},
		"no box":      {[]byte("\x00\x00\x00\x07moov"), "smaller than its head"},
	} {
		w, h, length, err := measure(bytes.NewReader(x.file))
		if x.err == "" && (err != nil || w != 1080 || h != 1920 || length != 24*time.Hour) ||
			x.err != "" && (err == nil || !strings.Contains(err.Error(), x.err) || w+h > 0 || length > 0) {
			t.Errorf("%s: %d×%d, %v, %v", name, w, h, length, err)
		}
	}
}

// splice writes bytes so far behind the name of a box.
func splice(film []byte, box string, at int, bytes ...byte) []byte {
	film = slices.Clone(film)
	copy(film[strings.Index(string(film), box)+len(box)+at:], bytes)
	return film
}

func FuzzMeasure_GivesAPositiveSizeAndLengthOrAnError(f *testing.F) {
	f.Add(shortFile[bytes.Index(shortFile, []byte("moov"))-4:])
	f.Add([]byte("\x00\x00\x00\x01moov\x00\x00\x00\x00\x00\x00\x00\x20\x00\x00\x00\x08trak\x00\x00\x00\x08tkhd"))
	// A box that ends, by a number of 64 bits that is too large, where it began.
	f.Add([]byte("\x00\x00\x00\x20moov\x00\x00\x00\x08free\x00\x00\x00\x01free\xff\xff\xff\xff\xff\xff\xff\xf8"))
	f.Fuzz(func(t *testing.T, data []byte) {
		w, h, length, err := measure(bytes.NewReader(data))
		if err == nil && (w <= 0 || h <= 0 || length <= 0 || length > 25*time.Hour) {
			t.Errorf("%d×%d, %v", w, h, length)
		}
	})
}

func TestPosters_AreWhatMessengersTake(t *testing.T) {
	blobs, err := disk.New(t.TempDir(), disk.Options{Signer: sign.New(make([]byte, 16), nil)})
	if err != nil {
		t.Fatal(err)
	}
	defer blobs.Close()
	if err := blobs.Put(t.Context(), "photos/1.jpg", "image/jpeg", bytes.NewReader(sample.Photo)); err != nil {
		t.Fatal(err)
	}
	film := func(first []byte, err error) func(context.Context, io.Reader) ([]byte, error) {
		return func(_ context.Context, mp4 io.Reader) ([]byte, error) {
			if got, err := io.ReadAll(mp4); err != nil || string(got) != "film" {
				t.Errorf("asked for the first frame of %q, %v", got, err)
			}
			return first, err
		}
	}
	if err := blobs.Put(t.Context(), "shorts/1.mp4", "video/mp4", strings.NewReader("film")); err != nil {
		t.Fatal(err)
	}
	o := pipeline.Order{PhotoKey: "photos/1.jpg"}
	o.Cut.ShortKey = "shorts/1.mp4"
	for size, cases := range map[int64][]Options{
		ownPoster:     {{Blobs: blobs}, {Blobs: blobs, FirstFrame: film(nil, errors.New("no frame"))}},
		ownPoster + 1: {{Blobs: blobs}, {Blobs: blobs, FirstFrame: film(nil, errors.New("no frame"))}},
	} {
		for _, options := range cases {
			p, err := New(options).posters(t.Context(), o, size)
			why := err != nil && strings.Contains(err.Error(), "no frame")
			if of := len(p.Thumb) > 0; of != (size > ownPoster) || why != (options.FirstFrame != nil) {
				t.Errorf("a film of %d bytes: a thumbnail of %d bytes, %v", size, len(p.Thumb), err)
			}
		}
	}
	c := New(Options{Blobs: blobs, FirstFrame: film(sample.Photo, nil)})
	for size, want := range map[pipeline.Size]image.Point{
		pipeline.Tall: {X: 180, Y: 320}, pipeline.Square: {X: 320, Y: 320},
	} {
		o.Cut.Size = size
		p, err := c.posters(t.Context(), o, 1)
		if err != nil {
			t.Fatal(err)
		}
		for got, want := range map[*[]byte]image.Point{&p.Thumb: want, &p.Cover: want.Mul(4)} {
			is, err := jpeg.DecodeConfig(bytes.NewReader(*got))
			if err != nil || image.Pt(is.Width, is.Height) != want || len(*got) >= 400_000 {
				t.Errorf("%q: %d×%d, %d bytes, %v", size, is.Width, is.Height, len(*got), err)
			}
		}
		if len(p.Thumb) >= 200_000 {
			t.Errorf("%q: a thumbnail of %d bytes", size, len(p.Thumb))
		}
	}
	for _, r := range []image.Rectangle{
		image.Rect(0, 0, 1, 1), image.Rect(5, 5, 4005, 6), image.Rect(0, 0, 1, 4000), image.Rect(0, 0, 1080, 1920),
	} {
		for _, s := range pipeline.Sizes() {
			w, h := thumbSize(s)
			m := around(r, w, h)
			distorted := m.Dx()*h > (m.Dy()+1)*w || m.Dy()*w > (m.Dx()+1)*h
			if m.Empty() || !m.In(r) || distorted {
				t.Errorf("the thumbnail of %v is %v", r, m)
			}
		}
	}
}
