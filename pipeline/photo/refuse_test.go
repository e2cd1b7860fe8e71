package photo

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/sajangpick/sajangpick/pipeline/worker"
)

// workersOwn are the refusals for which a file must be opened.
var workersOwn = []error{ErrBroken, ErrLarge, ErrSmall}

func TestPrepare_SaysWhatIsWrongWithAFile(t *testing.T) {
	whole := asJPEG(t, quarters(900, 1200))
	png := asPNG(t, quarters(300, 300))
	webp := flatWebP(400, 400, color.NRGBA{1, 2, 3, 255})
	heic, err := os.ReadFile("testdata/quarters.heic")
	if err != nil {
		t.Fatal(err)
	}
	progressive := bytes.Replace(
		flatCMYK(8000, 8000, [4]byte{}), []byte{0xff, 0xc0, 0, 20}, []byte{0xff, 0xc2, 0, 20}, 1,
	)
	for name, q := range map[string]struct {
		file []byte
		want error
	}{
		"nothing":      {nil, ErrEmpty},
		"text":         {[]byte("새우 파스타 18,000원"), ErrNotPicture},
		"sign-in page": {[]byte("<!DOCTYPE html><html><body>Sign in</body></html>"), ErrNotPicture},
		"zeroes":       {make([]byte, 5000), ErrNotPicture},
		"GIF":          {[]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), ErrKind},
		"BMP": {
			append([]byte("BM\x36\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00"), make([]byte, 40)...), ErrKind,
		},
		"a sentence with BM":  {[]byte("BMW drivers like new shrimp pasta, too"), ErrNotPicture},
		"TIFF":                {[]byte("II*\x00\x08\x00\x00\x00"), ErrKind},
		"AVIF without pixels": {[]byte("\x00\x00\x00\x20ftypavif\x00\x00\x00\x00avifmif1miafMA1B"), ErrBroken},
		"AVIF behind mif1":    {[]byte("\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf"), ErrBroken},
		"animated AVIF":       {[]byte("\x00\x00\x00\x1cftypavis\x00\x00\x00\x00avismsf1"), ErrKind},
		"MP4":                 {[]byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42"), ErrKind},
		"a cut MP4":           {[]byte("\x00\x00\x00\x18ftyp"), ErrKind},
		"SVG": {
			[]byte("\xef\xbb\xbf<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>"), ErrKind,
		},
		"PDF":                  {[]byte("%PDF-1.7\n"), ErrKind},
		"animated WebP":        {[]byte("RIFF\x40\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02\x00\x00\x00"), ErrKind},
		"half a JPEG":          {whole[:len(whole)/2], ErrBroken},
		"a JPEG's first bytes": {whole[:3], ErrBroken},
		"half a PNG":           {png[:len(png)/2], ErrBroken},
		"a PNG without pixels": {pngHead(800, 800), ErrBroken},
		"half a WebP":          {webp[:len(webp)/2], ErrBroken},
		"half a HEIC":          {heic[:len(heic)/2], ErrBroken},
		"a HEIC's first bytes": {heic[:24], ErrBroken},
		"20 MB and a byte":     {append(bytes.Clone(whole), make([]byte, maxBytes)...), ErrHeavy},
		"a bomb":               {pngHead(40000, 40000), ErrLarge},
		"a long strip":         {pngHead(12001, 300), ErrLarge},
		"80 megapixels":        {pngHead(8900, 9000), ErrLarge},
		"a progressive bomb":   {progressive, ErrLarge},
		"a HEIC bomb":          {withISPE(heic, 12000, 5500), ErrLarge},
		"a thumbnail":          {asJPEG(t, quarters(199, 400)), ErrSmall},
		"a dot":                {asPNG(t, quarters(2, 2)), ErrSmall},
		"a HEIC thumbnail":     {withISPE(heic, 100, 100), ErrSmall},
	} {
		_, err := single.Prepare(t.Context(), bytes.NewReader(q.file), nil)
		if !errors.Is(err, q.want) {
			t.Errorf("%s: %v, want %v", name, err, q.want)
		}
		if slices.Contains(workersOwn, q.want) {
			if _, err := worked(toPrepare, q.file); !errors.Is(err, q.want) {
				t.Errorf("%s, to its worker: %v, want %v", name, err, q.want)
			}
		}
	}
}

// withISPE rewrites the sizes that a HEIC declares.
func withISPE(file []byte, w, h uint32) []byte {
	out := bytes.Clone(file)
	for i := range len(out) - 16 {
		if string(out[i:i+4]) == "ispe" {
			binary.BigEndian.PutUint32(out[i+8:], w)
			binary.BigEndian.PutUint32(out[i+12:], h)
		}
	}
	return out
}

func TestPrepare_AReadersErrorSaysNothingAboutThePhoto(t *testing.T) {
	lost := errors.New("connection lost")
	_, err := single.Prepare(
		t.Context(), io.MultiReader(strings.NewReader("\xff\xd8\xff"), iotest.ErrReader(lost)), nil,
	)
	if !errors.Is(err, lost) {
		t.Fatal(err)
	}
	for _, e := range []error{ErrEmpty, ErrNotPicture, ErrKind, ErrBroken, ErrHeavy, ErrLarge, ErrSmall} {
		if errors.Is(err, e) {
			t.Fatalf("%v is %v", err, e)
		}
	}
}

func TestPreparer_WhoseTurnDoesntComeIsToldSo(t *testing.T) {
	file := asJPEG(t, quarters(300, 300))
	p := New(1)
	begun, end := make(chan struct{}), make(chan struct{})
	done := make(chan error)
	go func() {
		_, err := p.Prepare(t.Context(), bytes.NewReader(file), func() error { close(begun); <-end; return nil })
		done <- err
	}()
	<-begun
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := p.Prepare(ctx, bytes.NewReader(file), func() error { t.Error("was begun"); return nil })
	if !errors.Is(err, worker.ErrNoTurn) {
		t.Errorf("it waited in vain: %v", err)
	}
	close(end)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestWork_APanicOfADecoderIsABrokenPicture(t *testing.T) {
	defer func(was func([]byte) (image.Image, error)) { decoders[kindPNG] = was }(decoders[kindPNG])
	decoders[kindPNG] = func([]byte) (image.Image, error) { panic("index out of range") }
	_, err := readAnswer(Work(append([]byte{toPrepare}, asPNG(t, quarters(300, 300))...)))
	if !errors.Is(err, ErrBroken) {
		t.Fatal(err)
	}
}
