package orders

import (
	"context"
	"errors"
	"strconv"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// reword gives an order the words of a text that replies to it. What isn't about menu or price changes
// nothing; a person who speaks to us alone is answered all the same.
func (ed *Edits) reword(v *session.Session, o pipeline.Order, text string, asked bool) error {
	if ed.answersPhoto(v, o) {
		return nil
	}
	r, about := v.Read.Fix(text, asked)
	switch {
	case v.Overheard() && !v.Read.PlainFix(text):
	case !about && v.Group && (!v.ToUs || v.Reply != nil && v.Reply.Ours):
		// people talk to each other below what we wrote
	case !about && intent.IsThanks(text):
		v.Tell("thanks", nil)
	case !about && intent.IsNod(text):
		v.Tell("nod", nil)
	case !about:
		ed.offerChanges(v, o, "fix.how")
	case !intent.Enough(r):
		askFix(v, o, present.Question(v.StoredChat.Lang, r))
	default:
		w := intent.Apply(o.Cut.Words, r)
		key := "fixed.both"
		if r.Outcome == caption.NeedMenu {
			key = "fixed.price"
		} else if r.Outcome == caption.NeedPrice {
			key = "fixed.menu"
		}
		ed.Rewrite(v, o, w, key)
	}
	return nil
}

// fixOrder changes an order, and gives the phrase that says what becomes of it. An edit that names no size is for the
// short that the session is about.
func fixOrder(v *session.Session, o pipeline.Order, e pipeline.Edit, key string, args present.Args) string {
	if e.Size == nil {
		e.Size = v.Size
	}
	if e.Size != nil && *e.Size != o.Cut.Size && isCutting(o) { // people want that one as well, not instead
		return v.Fill("fix.busy", nil)
	}
	next, m, err := pipeline.Fix(o, e)
	if err == nil {
		v.Change.Moves = append(v.Change.Moves, bot.Moved{Order: next, Move: m})
		if next.Cut.N == o.Cut.N {
			key += ".early"
		}
		return v.Fill(key, args)
	}
	return v.Fill(whyNot(o, e), present.Args{"n": strconv.Itoa(pipeline.MaxCuts)})
}

// whyNot names the phrase that says why an order can't be fixed.
func whyNot(o pipeline.Order, e pipeline.Edit) string {
	same := (e.Words == nil || e.Words.Equal(o.Cut.Words)) && (e.Look == "" || e.Look == o.Cut.Look) &&
		(e.Music == "" || e.Music == o.Cut.Music) && (e.Size == nil || *e.Size == o.Cut.Size)
	switch {
	case o.Status == pipeline.Cancelled || !cutsAgain(o) && o.Status != pipeline.Open:
		return "fix.over"
	case same:
		return "fix.same"
	case max(o.Cut.N, o.Cuts) >= pipeline.MaxCuts:
		return "fix.most"
	}
	return "fix.over"
}

// askFix asks for an order's new words. A person has one such question about it.
func askFix(v *session.Session, o pipeline.Order, text string) {
	dr, ok := fixing(v, o)
	if !ok {
		dr = v.NewDraft(bot.ForFix)
		dr.Order = o.ID
	}
	dr.Size, dr.Ends = v.Size, v.Now.Add(FixLife)
	v.Put(dr)
	v.Ask(dr, text)
}

// fixing finds the question about an order that the person was asked.
func fixing(v *session.Session, o pipeline.Order) (bot.Draft, bool) {
	return v.Live(func(x bot.Draft) bool {
		return x.Waits == bot.ForFix && x.Order == o.ID && x.User == v.User.ID && x.Topic == v.Topic
	})
}

// answerFix takes a text as the new words that were asked for.
func (ed *Edits) answerFix(ctx context.Context, v *session.Session, dr bot.Draft, addressed bool) (bool, error) {
	o, err := ed.store.Order(ctx, dr.Order)
	if errors.Is(err, pipeline.ErrNotFound) {
		v.End(dr)
		return false, nil
	}
	if err != nil {
		return false, err
	}
	r, about := v.Read.Fix(v.Text, addressed)
	switch {
	case about && intent.Enough(r):
		v.End(dr)
	case !about && addressed && !intent.IsThanks(v.Text):
		v.Tell("fix.ask", nil)
		return true, nil
	case !about:
		return false, nil
	}
	v.Size = dr.Size
	return true, ed.reword(v, o, v.Text, addressed)
}
