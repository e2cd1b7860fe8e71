package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Photo opens the upload, which lies in our own blobs.
func (p *Page) Photo(ctx context.Context, o pipeline.Order) (io.ReadCloser, error) {
	r, err := p.Blobs.Open(ctx, o.Photo.Ref)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &pipeline.Fault{Kind: pipeline.Rejected, Reason: pipeline.ReasonPhotoGone, Err: fmt.Errorf("web: open upload: %w", err)}
	case err != nil:
		return nil, &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonTrouble, Err: fmt.Errorf("web: open upload: %w", err)}
	}
	return r, nil
}

// Original implements pipeline.Keeper.
func (p *Page) Original(o pipeline.Order) string { return o.Photo.Ref }

// Deliver has nothing to send: the page plays the short from our blobs once the order says so.
func (p *Page) Deliver(_ context.Context, o pipeline.Order, _ io.ReadSeeker) (string, error) {
	return fmt.Sprintf("%s:%d:%d", Platform, o.ID, o.Cut.N), nil
}

// NotifyStatus has nothing to send either: the page asks each second.
func (p *Page) NotifyStatus(_ context.Context, o pipeline.Order) (pipeline.StatusRef, error) {
	return pipeline.StatusRef{Ref: fmt.Sprintf("%s:%d", Platform, o.ID)}, nil
}
