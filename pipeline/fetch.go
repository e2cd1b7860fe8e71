package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/sajangpick/sajangpick/pipeline/photo"
)

// fetch gets the photo, prepares it and keeps it. It may be done twice: the second writes the same.
func (p *Pipeline) fetch(ctx context.Context, o *Order) error {
	chat, err := p.chat(*o)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, p.Times.Call)
	defer cancel()
	r, err := chat.Photo(ctx, *o)
	if err != nil {
		return fmt.Errorf("fetch photo: %w", err)
	}
	defer r.Close()
	jpeg, err := p.Prepare(ctx, r)
	if err != nil {
		return fmt.Errorf("prepare photo: %w", err)
	}
	key := p.photoKey(o.ID)
	if err := p.Blobs.Put(ctx, key, "image/jpeg", bytes.NewReader(jpeg)); err != nil {
		return fmt.Errorf("keep photo: %w", err)
	}
	o.PhotoKey = key
	return nil
}

// PreparePhoto prepares photos with p and says of each that can't be used what a person may do about it.
func PreparePhoto(p *photo.Preparer) func(context.Context, io.Reader) ([]byte, error) {
	return func(ctx context.Context, r io.Reader) ([]byte, error) {
		got, err := p.Prepare(ctx, r)
		return got.JPEG, unusable(err)
	}
}

// PrepareLogo does the same for shops' logos.
func PrepareLogo(p *photo.Preparer) func(context.Context, io.Reader) ([]byte, error) {
	return func(ctx context.Context, r io.Reader) ([]byte, error) {
		file, err := p.Logo(ctx, r)
		return file, unusable(err)
	}
}

// unusable makes a Fault of what is wrong with a picture; other errors stay what they are.
func unusable(err error) error {
	for _, x := range []struct {
		err    error
		reason Reason
	}{
		{photo.ErrEmpty, ReasonPhotoEmpty},
		{photo.ErrNotPicture, ReasonNotPhoto},
		{photo.ErrKind, ReasonPhotoKind},
		{photo.ErrBroken, ReasonPhotoBroken},
		{photo.ErrHeavy, ReasonPhotoHeavy},
		{photo.ErrLarge, ReasonPhotoLarge},
		{photo.ErrSmall, ReasonPhotoSmall},
	} {
		if errors.Is(err, x.err) {
			return &Fault{Kind: Rejected, Reason: x.reason, Err: err}
		}
	}
	return err
}
