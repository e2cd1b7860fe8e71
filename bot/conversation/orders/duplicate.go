package orders

import (
	"context"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	twiceWithin = 10 * time.Minute // the same picture with the same words again is asked about
	floodWithin = time.Minute
	flood       = 6 // so many orders in that time, and further pictures are asked about all at once
)

// order places a picture, after asking if the chat has just had the same with the same words: a double
// tap or a bad network sends things twice.
func (in *Intake) order(ctx context.Context, v *session.Session, dr bot.Draft, p bot.Image, w pipeline.Words) error {
	w.Shop, w.Logo = v.Shop.Name, v.Shop.Logo
	twice, err := in.twice(ctx, v, p, w)
	if err != nil {
		return err
	}
	if !twice {
		return in.place(ctx, v, dr, p, w)
	}
	q := v.SplitDraft(dr, bot.ForChoice, p)
	q.Choices = []pipeline.Words{w}
	v.Put(q)
	v.Ask(q, v.Fill("twice", nil), []bot.Button{
		{Label: v.Fill("button.more", nil), Action: intent.Action(intent.DoPick, q.ID, 0), Style: bot.Primary},
		{Label: v.Fill("button.enough", nil), Action: intent.Action(intent.DoDrop, q.ID)},
	})
	return nil
}

func (in *Intake) twice(ctx context.Context, v *session.Session, p bot.Image, w pipeline.Words) (bool, error) {
	if p.Photo.Unique == "" {
		return false, nil
	}
	recent, err := in.loader.NewestOrders(ctx, v, session.MaxNewest)
	if err != nil {
		return false, err
	}
	for _, o := range append(recent, v.Change.Place...) {
		gone := o.Status == pipeline.Cancelled || o.Status == pipeline.Failed
		if !gone && v.Now.Sub(o.Placed) < twiceWithin && o.Photo.Unique == p.Photo.Unique && o.Source != Source(v, p) &&
			o.Cut.Words.Equal(w) {
			return true, nil
		}
	}
	return false, nil
}

// floods reports whether so many orders came from the chat just now that one answer must do for the rest.
func (qt *quota) floods(ctx context.Context, v *session.Session) (bool, error) {
	recent, err := qt.loader.NewestOrders(ctx, v, flood)
	if err != nil || len(recent) < flood {
		return false, err
	}
	return v.Now.Sub(recent[flood-1].Placed) < floodWithin, nil
}
