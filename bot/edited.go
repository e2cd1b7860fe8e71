package bot

import (
	"context"
	"errors"

	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// edited is a message whose words were changed after it was sent.
func (d *Desk) edited(ctx context.Context, v *visit) error {
	if dr, i, ok := v.pictured(v.Message); ok && dr.Waits != state.Settled {
		return d.editedDraft(ctx, v, dr, i)
	}
	o, err := d.Store.ByMessage(ctx, v.Platform, v.Chat, v.Message)
	if err == nil {
		d.editedOrder(v, o)
		return nil
	}
	if !errors.Is(err, pipeline.ErrNotFound) {
		return err
	}
	if len(v.Pictures) > 0 {
		return nil
	}
	if done, err := d.reply(ctx, v); done || err != nil {
		return err
	}
	if !v.Group && caption.Parse(v.Text).Outcome == caption.OK {
		v.tell("edited.alone", nil)
	}
	return nil
}

// editedOrder is a caption that became an order. Platforms call a message edited for other reasons
// too, so one that says the same is passed over.
func (d *Desk) editedOrder(v *visit, o pipeline.Order) {
	r := caption.Parse(v.Text)
	w := apply(o.Cut.Words, r)
	switch {
	case r.Outcome != caption.OK && o.Status == pipeline.Open && v.Text != "":
		v.askFix(o, phrase.Question(v.chat.Lang, r))
	case r.Outcome == caption.OK && !w.Equal(o.Cut.Words):
		v.say(state.Say{Message: state.Message{Text: d.fix(v, o, pipeline.Edit{Words: &w}, "fixed.both", wordArgs(w))}})
	}
}

// editedDraft is a caption that still waits: it is read anew.
func (d *Desk) editedDraft(ctx context.Context, v *visit, dr state.Draft, i int) error {
	if dr.Pictures[i].Text == v.Text {
		return nil
	}
	dr.Pictures[i].Text = v.Text
	if dr.Waits == state.ForWords && i == 0 {
		return d.complete(ctx, v, dr, 0, "")
	}
	if dr.Waits == state.ForChoice && len(dr.Choices) == 0 {
		return d.askPictures(ctx, v, dr)
	}
	v.put(dr)
	return nil
}

// deleted is a message that is gone: what it has begun and not spent money on is taken back.
func (d *Desk) deleted(ctx context.Context, v *visit) error {
	if dr, i, ok := v.pictured(v.Message); ok {
		if err := d.without(ctx, v, dr, i); err != nil {
			return err
		}
	}
	o, err := d.Store.ByMessage(ctx, v.Platform, v.Chat, v.Message)
	if errors.Is(err, pipeline.ErrNotFound) {
		return nil
	}
	if err != nil || o.Thread.Message != v.Message || o.Step != pipeline.Fetch {
		return err
	}
	if next, m, err := pipeline.Cancel(o); err == nil {
		v.change.Moves = append(v.change.Moves, state.Moved{Order: next, Move: m})
	}
	return nil
}
