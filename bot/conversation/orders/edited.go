package orders

import (
	"context"
	"errors"
	"slices"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Edited is a message whose words were changed after it was sent.
func (ms *Messages) Edited(ctx context.Context, v *session.Session) error {
	if dr, i, ok := v.Pictured(v.Message); ok && dr.Waits != bot.Settled {
		return ms.intake.editedDraft(ctx, v, dr, i)
	}
	o, _, err := ms.store.ByMessage(ctx, v.Platform, v.Chat, v.Message)
	if err == nil {
		ms.edits.editedOrder(v, o)
		return nil
	}
	if !errors.Is(err, pipeline.ErrNotFound) {
		return err
	}
	if len(v.Pictures) > 0 {
		return nil
	}
	if done, err := ms.reply(ctx, v); done || err != nil {
		return err
	}
	r := v.Read.Caption(v.Text)
	if v.Group || r.Outcome != caption.OK {
		return nil
	}
	if _, kept := v.Newest(bot.ForPhoto); kept {
		keepWords(v, r)
	} else {
		v.Tell("edited.alone", nil)
	}
	return nil
}

// editedOrder is a caption that became an order. Platforms call a message edited for other reasons
// too, so one that says the same is passed over.
func (ed *Edits) editedOrder(v *session.Session, o pipeline.Order) {
	r := v.Read.Caption(v.Text)
	w := intent.Apply(o.Cut.Words, r)
	switch {
	case r.Outcome != caption.OK && o.Status == pipeline.Open && v.Text != "":
		askFix(v, o, present.Question(v.StoredChat.Lang, r))
	case r.Outcome == caption.OK && !w.Equal(o.Cut.Words):
		ed.Rewrite(v, o, w, "fixed.both")
	}
}

// editedDraft is a caption that still waits: it is read anew.
func (in *Intake) editedDraft(ctx context.Context, v *session.Session, dr bot.Draft, i int) error {
	if dr.Images[i].Text == v.Text {
		return nil
	}
	if several := len(dr.Images) > i+1 && dr.Images[i+1].Message == v.Message; several {
		dr.Text = v.Text // said of all of them
	} else {
		dr.Images[i].Text = v.Text
	}
	if dr.Waits == bot.ForYes || IsRegular(dr) {
		dr = v.Renew(dr)
		dr.Waits = bot.ForWords
	}
	if dr.Waits == bot.ForWords && i == 0 {
		return in.complete(ctx, v, dr, 0, "")
	}
	if dr.Waits == bot.ForChoice && len(dr.Choices) == 0 {
		return in.askPictures(ctx, v, dr)
	}
	v.Put(dr)
	return nil
}

// Deleted is a message that is gone: what it has begun and not spent money on is taken back.
func (ms *Messages) Deleted(ctx context.Context, v *session.Session) error {
	if dr, i, ok := v.Pictured(v.Message); ok {
		n := 1 // of the message's pictures
		for n < len(dr.Images)-i && dr.Images[i+n].Message == v.Message {
			n++
		}
		dr.Images = slices.Delete(slices.Clone(dr.Images), i, i+n-1)
		if err := ms.intake.without(ctx, v, dr, i); err != nil {
			return err
		}
	}
	recent, err := ms.loader.NewestOrders(ctx, v, 100)
	if err != nil {
		return err
	}
	for _, o := range recent {
		bought := o.Step != pipeline.Fetch && (o.Step != pipeline.Animate || o.Phase != pipeline.Ready)
		if o.Thread.Message != v.Message || bought {
			continue
		}
		if next, m, err := pipeline.Cancel(o); err == nil {
			v.Change.Moves = append(v.Change.Moves, bot.Moved{Order: next, Move: m})
		}
	}
	return nil
}
