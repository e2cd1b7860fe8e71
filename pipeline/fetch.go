package pipeline

import (
	"bytes"
	"context"
	"fmt"
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
	key := p.key(o.ID, "photo.jpg")
	if err := p.Blobs.Put(ctx, key, "image/jpeg", bytes.NewReader(jpeg)); err != nil {
		return fmt.Errorf("keep photo: %w", err)
	}
	o.PhotoKey = key
	return nil
}
