package photo

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/png"
	"os"
	"slices"
	"testing"
)

// badge is red on nothing: a ring of what is transparent around a square.
func badge(w, h int) *image.NRGBA {
	im := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := h / 4; y < h*3/4; y++ {
		for x := w / 4; x < w*3/4; x++ {
			im.SetNRGBA(x, y, color.NRGBA{210, 40, 40, 255})
		}
	}
	return im
}

func logoOf(t *testing.T, file []byte) image.Image {
	t.Helper()
	a, err := worked(toLogo, file)
	if err != nil {
		t.Fatal(err)
	}
	im, err := png.Decode(bytes.NewReader(a.Logo))
	if err != nil {
		t.Fatal(err)
	}
	return im
}

func TestLogo_FitsAndKeepsWhatIsTransparent(t *testing.T) {
	for _, q := range []struct{ w, h, wide, high int }{
		{100, 80, 100, 80}, {512, 512, 512, 512}, {1024, 300, 512, 150}, {1500, 2000, 384, 512},
	} {
		im := logoOf(t, asPNG(t, badge(q.w, q.h)))
		if got := im.Bounds().Size(); got != image.Pt(q.wide, q.high) {
			t.Errorf("%dx%d came out as %v", q.w, q.h, got)
		}
		if _, _, _, a := im.At(1, 1).RGBA(); a != 0 {
			t.Errorf("%dx%d: its ground has opacity %d", q.w, q.h, a)
		}
		like(t, im, q.wide/2, q.high/2, red)
	}
}

func TestLogo_OfAnyKindComesOutUpright(t *testing.T) {
	heic, err := os.ReadFile("testdata/quarters.heic")
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string][]byte{
		"JPEG":             asJPEG(t, quarters(600, 600)),
		"turned by a half": tagged(asJPEG(t, quarters(600, 600)), 3, binary.BigEndian),
		"PNG":              asPNG(t, quarters(60, 60)), "WebP": flatWebP(400, 400, color.NRGBA{210, 40, 40, 255}),
		"HEIC": heic,
	} {
		im := logoOf(t, file)
		b, want := im.Bounds(), red
		if name == "turned by a half" {
			want = yellow
		}
		like(t, im, b.Dx()/4, b.Dy()/4, want)
	}
}

func TestLogo_TellsNothingOfThePhone(t *testing.T) {
	out, err := single.Logo(
		t.Context(), bytes.NewReader(tagged(asJPEG(t, quarters(300, 300)), 6, binary.LittleEndian)), nil,
	)
	if err != nil || bytes.Contains(out, []byte("GPS")) || bytes.Contains(out, []byte("Exif")) ||
		bytes.Contains(out, []byte("eXIf")) {
		t.Errorf("%v, %d bytes", err, len(out))
	}
}

func TestLogo_ThatIsNoUseIsRefusedAsAPhotoIs(t *testing.T) {
	whole := asPNG(t, badge(300, 300))
	for name, q := range map[string]struct {
		file []byte
		want error
	}{
		"nothing": {nil, ErrEmpty}, "text": {[]byte("우리 가게 로고"), ErrNotPicture}, "SVG": {[]byte("<svg/>"), ErrKind},
		"half": {whole[:len(whole)/2], ErrBroken}, "a dot": {asPNG(t, badge(47, 300)), ErrSmall},
		"a line": {asPNG(t, badge(8000, 60)), ErrSmall}, "a bomb": {pngHead(40000, 40000), ErrLarge},
		"too heavy": {make([]byte, maxBytes+1), ErrHeavy},
	} {
		if _, err := single.Logo(t.Context(), bytes.NewReader(q.file), nil); !errors.Is(err, q.want) {
			t.Errorf("%s: %v, want %v", name, err, q.want)
		}
		if slices.Contains(workersOwn, q.want) {
			if _, err := worked(toLogo, q.file); !errors.Is(err, q.want) {
				t.Errorf("%s, to its worker: %v, want %v", name, err, q.want)
			}
		}
	}
}
