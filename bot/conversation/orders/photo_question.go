package orders

import (
	"context"
	"slices"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// useAnyway lets an order go on with the photo that its person was asked about, and says so.
func useAnyway(v *session.Session, o pipeline.Order) string {
	next, m, err := pipeline.UseAnyway(o)
	if err != nil {
		return present.Stage(v.StoredChat.Lang, o)
	}
	v.Change.Moves = append(v.Change.Moves, bot.Moved{Order: next, Move: m})
	return v.Fill("anyway", nil)
}

// answersPhoto takes a text as the answer to the question about an order's photo, and reports whether it was one.
func (ed *Edits) answersPhoto(v *session.Session, o pipeline.Order) bool {
	if !o.AwaitsAnswer() {
		return false
	}
	switch yes, no := intent.WantsAnyway(v.Text); {
	case yes:
		v.Write(useAnyway(v, o))
	case no:
		v.Write(ed.cancel(v, o))
	default:
		return false
	}
	return true
}

// answerPhoto takes a text as the answer to what the person was asked about a photo last, and reports whether it was
// one.
func (ed *Edits) answerPhoto(ctx context.Context, v *session.Session) (bool, error) {
	if !v.ToUs {
		return false, nil
	}
	o, ok, err := awaited(ctx, ed.loader, v, v.User.ID)
	return ok && ed.answersPhoto(v, o), err
}

// awaited finds the newest order of a person, in the session's part of the chat, that waits for an answer about its
// photo.
func awaited(ctx context.Context, ld *session.Loader, v *session.Session, user string) (pipeline.Order, bool, error) {
	recent, err := ld.NewestOrders(ctx, v, session.MaxNewest)
	i := slices.IndexFunc(recent, func(o pipeline.Order) bool {
		return o.AwaitsAnswer() && o.Thread.User == user && o.Thread.Topic == v.Topic
	})
	if err != nil || i < 0 {
		return pipeline.Order{}, false, err
	}
	return recent[i], true, nil
}

// replacePhoto takes a picture that came without words for the better one that the person was asked for: its order
// takes the place of the other, with the same words. It reports whether it did.
func (in *Intake) replacePhoto(ctx context.Context, v *session.Session, dr bot.Draft) (bool, error) {
	old, ok, err := awaited(ctx, in.loader, v, dr.User)
	if err != nil || !ok || !accepts(v) {
		return false, err
	}
	next, m, err := pipeline.Cancel(old)
	if err != nil {
		return false, nil
	}
	v.Change.Moves = append(v.Change.Moves, bot.Moved{Order: next, Move: m})
	v.End(dr)
	placeImage(v, in.opts, dr, dr.Images[0], pipeline.Cut{
		Words: old.Cut.Words, Look: old.Cut.Look, Music: old.Cut.Music, Size: old.Cut.Size,
	})
	v.Change.Limit = 0 // it takes the place of one that counted
	return true, nil
}
