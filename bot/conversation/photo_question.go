package conversation

import (
	"context"
	"slices"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// useAnyway lets an order go on with the photo that its person was asked about, and says so.
func (ed *edits) useAnyway(v *Session, o pipeline.Order) string {
	next, m, err := pipeline.UseAnyway(o)
	if err != nil {
		return present.Stage(v.StoredChat.Lang, o)
	}
	v.Change.Moves = append(v.Change.Moves, bot.Moved{Order: next, Move: m})
	return v.Fill("anyway", nil)
}

// answersPhoto takes a text as the answer to the question about an order's photo, and tells whether it was one.
func (ed *edits) answersPhoto(v *Session, o pipeline.Order) bool {
	if !o.AwaitsAnswer() {
		return false
	}
	yes, no := intent.Assent(v.Text)
	yes = yes || intent.Listed("그래도 그래도요 그래도만들기 그래도만들어 그래도만들어요 그래도만들어줘 그래도만들어줘요 그래도만들어주세요 "+
		"그래도해줘 그래도해주세요 그래도할게요 그냥만들어 그냥만들어줘 그냥만들어주세요 그냥해줘 그냥해주세요 이대로만들어줘 이대로만들어주세요 "+
		"이대로해주세요 anyway makeitanyway makeanyway doitanyway useitanyway", intent.Squeezed(v.Text))
	switch {
	case yes:
		v.Write(ed.useAnyway(v, o))
	case no:
		v.Write(ed.cancel(v, o))
	default:
		return false
	}
	return true
}

// answerPhoto takes a text as the answer to what the person was asked about a photo last, and tells whether it was one.
func (ed *edits) answerPhoto(ctx context.Context, v *Session) (bool, error) {
	if !v.ToUs {
		return false, nil
	}
	o, ok, err := ed.loader.awaited(ctx, v, v.User.ID)
	return ok && ed.answersPhoto(v, o), err
}

// awaited finds the newest order of a person, in the session's part of the chat, that waits for an answer about its
// photo.
func (ld *loader) awaited(ctx context.Context, v *Session, user string) (pipeline.Order, bool, error) {
	recent, err := ld.Store.Recent(ctx, v.Platform, v.Chat, 30)
	i := slices.IndexFunc(recent, func(o pipeline.Order) bool {
		return o.AwaitsAnswer() && o.Thread.User == user && o.Thread.Topic == v.Topic
	})
	if err != nil || i < 0 {
		return pipeline.Order{}, false, err
	}
	return recent[i], true, nil
}

// replacePhoto takes a picture that came without words for the better one that the person was asked for: its order
// takes the place of the other, with the same words. It tells whether it did.
func (in *intake) replacePhoto(ctx context.Context, v *Session, dr bot.Draft) (bool, error) {
	old, ok, err := in.loader.awaited(ctx, v, dr.User)
	if err != nil || !ok || !v.accepts() {
		return false, err
	}
	next, m, err := pipeline.Cancel(old)
	if err != nil {
		return false, nil
	}
	v.Change.Moves = append(v.Change.Moves, bot.Moved{Order: next, Move: m})
	v.end(dr)
	p, th := dr.Images[0], v.thread()
	th.Topic, th.User, th.Message = dr.Topic, dr.User, p.Message
	v.PlaceAs(in.Options, pipeline.Order{Source: source(v, p), Thread: th, Photo: p.Photo}, pipeline.Cut{
		Words: old.Cut.Words, Look: old.Cut.Look, Music: old.Cut.Music, Size: old.Cut.Size,
	})
	return true, nil
}
