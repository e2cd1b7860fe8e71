package pipeline_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// linking are blobs whose links are of a kind.
type linking struct {
	*blobs
	link pipeline.Link
	err  error
}

func (l linking) Link(context.Context, string, time.Duration) (pipeline.Link, error) {
	return l.link, l.err
}

func TestPhotoAddress_IsALinkWhereProvidersCanFollowItElseThePhotoItself(t *testing.T) {
	const url, inline = "https://files.example/1.jpg", "data:image/jpeg;base64,cGhvdG8=" // "photo"
	both, refused := pipeline.Link{URL: url, Head: true, Public: true}, errors.New("refused")
	for name, x := range map[string]struct {
		key    string
		link   pipeline.Link
		err    error
		inline int // characters that a photo may have
		want   string
	}{
		"it can be followed":    {"photos/1.jpg", both, nil, 0, url},
		"GET alone":             {"photos/1.jpg", pipeline.Link{URL: url, Public: true}, nil, 31, inline},
		"from our network only": {"photos/1.jpg", pipeline.Link{URL: url, Head: true}, nil, 31, inline},
		"too large":             {"photos/1.jpg", pipeline.Link{URL: url}, nil, 30, ""},
		"no photo":              {"photos/2.jpg", pipeline.Link{URL: url}, nil, 31, ""},
		"no link":               {"photos/1.jpg", both, refused, 31, ""},
	} {
		files := &blobs{files: map[string]string{"photos/1.jpg": "image/jpeg:photo"}}
		got, err := pipeline.New(pipeline.Options{
			Blobs: linking{files, x.link, x.err}, Clips: &provider{inline: x.inline}, Cuts: &provider{},
		}).PhotoAddress(t.Context(), x.key)
		if got != x.want || (err == nil) != (x.want != "") {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}
