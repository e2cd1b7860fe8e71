package orders

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// A price that is crossed out must have been charged lately, else it deceives (Korea Fair Trade Commission, notice on
// unfair labelling and advertising: within 20 days before). A shop is asked about it until it has said yes, which is
// remembered; a no counts for what waits. A question names the prices of all that waits when it is asked, and its
// answer is for those alone: what comes later has a question of its own.

// MustAskRegular reports whether words cross a price out of which the shop hasn't said that it was charged.
func MustAskRegular(v *session.Session, w pipeline.Words) bool {
	return w.Regular > 0 && !v.Shop.RegularReal
}

// askRegular keeps a picture, or the edit of an order, until it is known whether its regular price was charged.
func (rg *regular) askRegular(v *session.Session, dr bot.Draft, w pipeline.Words) {
	dr.Choices = []pipeline.Words{w}
	if !v.Group {
		dr.Due = v.Now.Add(RemindWait)
	}
	v.Put(dr)
	// one for all pictures of an album
	v.Change.Messages = slices.DeleteFunc(v.Change.Messages, func(s bot.OutgoingMessage) bool {
		return slices.ContainsFunc(v.Change.Drafts, func(x bot.Draft) bool { return IsRegular(x) && x.ID == s.Draft })
	})
	sayRegular(v, dr, "regular.ask")
}

// IsRegular reports whether a draft asks about the price that a short crosses out.
func IsRegular(dr bot.Draft) bool { return dr.Waits == bot.ForRegular }

// asksOf lists what the question of a draft is about: itself, and all that waited before it, oldest first.
func asksOf(v *session.Session, dr bot.Draft) []bot.Draft {
	all := slices.DeleteFunc(slices.Clone(v.Drafts), func(x bot.Draft) bool {
		return !IsRegular(x) || x.Made.After(dr.Made)
	})
	slices.SortStableFunc(all, func(a, b bot.Draft) int { return a.Made.Compare(b.Made) })
	return all
}

func sayRegular(v *session.Session, dr bot.Draft, key string) {
	var prices []string
	for _, x := range asksOf(v, dr) {
		if price := caption.Won(x.Choices[0].Regular); !slices.Contains(prices, price) {
			prices = append(prices, price)
		}
	}
	text := v.Fill(key, present.Args{"regular": strings.Join(prices, ", ")})
	v.Ask(dr, text, []bot.Button{
		{Label: v.Fill("regular.yes", nil), Action: intent.Action(intent.DoRegular, dr.ID, "yes"), Style: bot.Primary},
		{Label: v.Fill("regular.no", nil), Action: intent.Action(intent.DoRegular, dr.ID, "no"), Style: bot.Primary},
	})
}

// remindRegular asks once more, when it is the newest that waits: the others are named with it.
func (rg *regular) remindRegular(v *session.Session, dr bot.Draft) {
	dr.Reminded = true
	v.Put(dr)
	newer := func(x bot.Draft) bool { return IsRegular(x) && x.Made.After(dr.Made) }
	if !slices.ContainsFunc(v.Drafts, newer) {
		sayRegular(v, dr, "regular.remind")
	}
}

// AnswerRegular goes on with all that a question was about: with the regular price if it was real, else without.
func (ed *Edits) AnswerRegular(ctx context.Context, v *session.Session, asked bot.Draft, real bool) error {
	if !accepts(v) {
		return nil
	}
	if real {
		v.Shop.RegularReal = true
		v.Change.Shop = &v.Shop
	}
	for _, dr := range asksOf(v, asked) {
		w := dr.Choices[0]
		if !real {
			w.Regular = 0
		}
		v.Drop(dr)
		if dr.Order == 0 {
			if err := ed.intake.place(ctx, v, dr, dr.Images[0], w); err != nil {
				return err
			}
			continue
		}
		o, err := ed.store.Order(ctx, dr.Order)
		switch {
		case errors.Is(err, pipeline.ErrNotFound):
		case err != nil:
			return err
		default:
			size := v.Size
			v.Size = dr.Size
			ed.Rewrite(v, o, w, "fixed.both")
			v.Size = size
		}
	}
	return nil
}

// Rewrite gives an order other words, and says so; or asks first about a price that they cross out.
func (ed *Edits) Rewrite(v *session.Session, o pipeline.Order, w pipeline.Words, key string) {
	if w.Regular != o.Cut.Words.Regular && MustAskRegular(v, w) {
		dr := v.NewDraft(bot.ForRegular)
		dr.Order, dr.Size, dr.Ends = o.ID, v.Size, v.Now.Add(FixLife)
		ed.regular.askRegular(v, dr, w)
		return
	}
	v.Send(bot.OutgoingMessage{
		Message: bot.Message{Text: fixOrder(v, o, pipeline.Edit{Words: &w}, key, present.WordArgs(w))},
	})
}
