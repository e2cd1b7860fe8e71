package track

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// WithUploads opens what was uploaded from blobs (see bot.UploadAddress), and everything else as r does. The page that
// took an upload in has bounded it.
func WithUploads(r pipeline.Results, blobs pipeline.Blobs) pipeline.Results { return uploads{r, blobs} }

type uploads struct {
	pipeline.Results
	blobs pipeline.Blobs
}

// Open implements pipeline.Results.
func (u uploads) Open(ctx context.Context, address string) (io.ReadCloser, error) {
	key, ok := bot.UploadOf(address)
	if !ok {
		return u.Results.Open(ctx, address)
	}
	blob, err := u.blobs.Open(ctx, key)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("open upload: %w", bot.TrackAway)
	case err != nil:
		err = fmt.Errorf("open upload: %w", err)
		return nil, &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonTrouble, Err: err}
	}
	return blob, nil
}
