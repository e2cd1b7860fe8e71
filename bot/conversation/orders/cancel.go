package orders

import (
	"context"
	"errors"
	"slices"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/pipeline"
)

// CancelLatest takes back the order or the question that is replied to, else what the person began last: a question
// that waits for them, or an order that isn't delivered. Where others read along it must be their own.
func (ed *Edits) CancelLatest(ctx context.Context, v *session.Session) error {
	if v.Reply != nil && v.Reply.Message != "" {
		o, _, err := ed.store.ByMessage(ctx, v.Platform, v.Chat, v.Reply.Message)
		if err == nil {
			v.Send(bot.OutgoingMessage{Message: bot.Message{Text: ed.cancel(v, o)}})
			return nil
		}
		if !errors.Is(err, pipeline.ErrNotFound) {
			return err
		}
		if dr, ok := about(v, v.Reply.Message); ok {
			v.End(dr)
			v.Tell("cancel.draft", nil)
			return nil
		}
	}
	dr, ok := v.Newest(bot.ForWords, bot.ForYes, bot.ForRegular, bot.ForPhoto, bot.ForMore, bot.ForChoice,
		bot.ForFix, bot.ForLogo, bot.ForName)
	if ok {
		v.End(dr)
		v.Tell("cancel.draft", nil)
		return nil
	}
	recent, err := ed.loader.NewestOrders(ctx, v, session.MaxNewest)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(recent, func(o pipeline.Order) bool {
		return (o.Status == pipeline.Open || o.Status == pipeline.Parked) && (!v.Group || o.Thread.User == v.User.ID) &&
			(!v.Threaded() || o.Thread.Topic == v.Topic)
	})
	if i < 0 {
		v.Tell("cancel.nothing", nil)
		return nil
	}
	v.Send(bot.OutgoingMessage{Message: bot.Message{Text: ed.cancel(v, recent[i])}})
	return nil
}

// about finds the draft that a message asks about, or that its picture is in.
func about(v *session.Session, message string) (bot.Draft, bool) {
	return v.Live(func(x bot.Draft) bool {
		has := func(p bot.Image) bool { return p.Message == message }
		return x.Question == message || slices.ContainsFunc(x.Images, has)
	})
}

// cancel takes an order back, and gives the phrase that says so. A new cut whose render is paid for comes
// all the same: else each fix could be cancelled and made again, for money, without an end.
func (ed *Edits) cancel(v *session.Session, o pipeline.Order) string {
	bought := o.ClipKey != "" || o.Step == pipeline.Animate && o.Phase != pipeline.Ready
	recut := o.Shown > 0 && o.Status == pipeline.Open
	if recut && (o.Step == pipeline.Deliver || o.Phase != pipeline.Ready) {
		return v.Fill("cancel.cut.late", nil)
	}
	next, m, err := pipeline.Cancel(o)
	if err != nil {
		if o.Status == pipeline.Cancelled {
			return v.Fill("cancelled", nil)
		}
		return v.Fill("cancel.late", nil)
	}
	v.Change.Moves = append(v.Change.Moves, bot.Moved{Order: next, Move: m})
	switch {
	case o.Shown > 0:
		return v.Fill("cancel.cut", nil)
	case bought && v.Shop.LimitOr(ed.opts.Limit) > 0:
		return v.Fill("cancel.clip", nil)
	}
	return v.Fill("cancelled", nil)
}
