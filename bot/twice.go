package bot

import (
	"context"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	twiceWithin = 10 * time.Minute // the same picture with the same words again is asked about
	floodWithin = time.Minute
	flood       = 6 // so many orders in that time, and further pictures are asked about all at once
)

// order places a picture, after asking if the chat has just had the same with the same words: a double
// tap or a bad network sends things twice.
func (d *Conversation) order(ctx context.Context, v *session, dr state.Draft, p state.Image, w pipeline.Words) error {
	w.Shop, w.Logo = v.shop.Name, v.shop.Logo
	twice, err := d.twice(ctx, v, p, w)
	if err != nil {
		return err
	}
	if !twice {
		_, err = d.place(ctx, v, dr, p, w)
		return err
	}
	q := v.splitDraft(dr, state.ForChoice, p)
	q.Choices = []pipeline.Words{w}
	v.put(q)
	v.ask(q, v.fill("twice", nil), []state.Button{
		{Label: v.fill("button.more", nil), Action: action(doPick, q.ID, 0), Style: state.Primary},
		{Label: v.fill("button.enough", nil), Action: action(doDrop, q.ID)},
	})
	return nil
}

func (d *Conversation) twice(ctx context.Context, v *session, p state.Image, w pipeline.Words) (bool, error) {
	if p.Photo.Unique == "" {
		return false, nil
	}
	recent, err := d.Store.Recent(ctx, v.Platform, v.Chat, 30)
	if err != nil {
		return false, err
	}
	for _, o := range append(recent, v.change.Place...) {
		gone := o.Status == pipeline.Cancelled || o.Status == pipeline.Failed
		if !gone && v.now.Sub(o.Placed) < twiceWithin && o.Photo.Unique == p.Photo.Unique && o.Source != source(v, p) && o.Cut.Words.Equal(w) {
			return true, nil
		}
	}
	return false, nil
}

// floods reports whether so many orders came from the chat just now that one answer must do for the rest.
func (d *Conversation) floods(ctx context.Context, v *session) (bool, error) {
	recent, err := d.Store.Recent(ctx, v.Platform, v.Chat, flood)
	if err != nil || len(recent) < flood {
		return false, err
	}
	return v.now.Sub(recent[flood-1].Placed) < floodWithin, nil
}
