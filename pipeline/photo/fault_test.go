package photo_test

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo"
)

// TestPreparePhoto_RefusalsAreFaults sends what can't be used: each refusal says what a person may do about it.
func TestPreparePhoto_RefusalsAreFaults(t *testing.T) {
	t.Parallel()
	grey := func(side int) []byte {
		var b bytes.Buffer
		if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, side, side))); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	large := grey(600)
	p := photo.New(1)
	for want, file := range map[pipeline.Reason][]byte{
		pipeline.ReasonPhotoEmpty:  {},
		pipeline.ReasonNotPhoto:    []byte("a line of text"),
		pipeline.ReasonPhotoKind:   []byte("%PDF-1.7 a menu"),
		pipeline.ReasonPhotoBroken: large[:len(large)/4],
		pipeline.ReasonPhotoSmall:  grey(20),
	} {
		_, err := photo.PreparePhoto(p)(t.Context(), bytes.NewReader(file), nil)
		if f := pipeline.AsFault(err); err == nil || f.Kind != pipeline.Rejected || f.Reason != want {
			t.Errorf("%q: %v", want, err)
		}
		_, err = photo.PrepareLogo(p)(t.Context(), bytes.NewReader(file), nil)
		if f := pipeline.AsFault(err); err == nil || f.Kind != pipeline.Rejected || f.Reason != want {
			t.Errorf("as a logo, %q: %v", want, err)
		}
	}
}
