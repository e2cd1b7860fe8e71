package bot

import (
	"context"
	"errors"
	"strconv"

	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// reword gives an order the words of a text that replies to it. What isn't about menu or price changes
// nothing; whoever speaks to us alone is answered all the same.
func (d *Conversation) reword(ctx context.Context, v *session, o pipeline.Order, text string, asked bool) error {
	r, about := readFix(text, asked)
	switch {
	case v.overheard() && !plainFix(text):
	case !about && v.Group && (!v.ToUs || v.Reply != nil && v.Reply.Ours): // people talk to each other below what we wrote
	case !about && isThanks(text):
		v.tell("thanks", nil)
	case !about && isNod(text):
		v.tell("nod", nil)
	case !about:
		d.offerChanges(v, o, "fix.how")
	case !enough(r):
		v.askFix(o, phrase.Question(v.chat.Lang, r))
	default:
		w := apply(o.Cut.Words, r)
		key := "fixed.both"
		if r.Outcome == caption.NeedMenu {
			key = "fixed.price"
		} else if r.Outcome == caption.NeedPrice {
			key = "fixed.menu"
		}
		d.rewrite(v, o, w, key)
	}
	return nil
}

// enough reports whether a fix can be done as it was read.
func enough(r caption.Result) bool {
	return r.Outcome == caption.OK || r.Outcome == caption.NeedMenu || r.Outcome == caption.NeedPrice && r.Read == "" && r.Menu != ""
}

// fix changes an order, and gives the phrase that says what becomes of it. An edit that names no size is for the
// short that the session is about.
func (d *Conversation) fix(v *session, o pipeline.Order, e pipeline.Edit, key string, args phrase.Args) string {
	if e.Size == nil {
		e.Size = v.size
	}
	if e.Size != nil && *e.Size != o.Cut.Size && isCutting(o) { // people want that one as well, not instead
		return v.fill("fix.busy", nil)
	}
	next, m, err := pipeline.Fix(o, e)
	if err == nil {
		v.change.Moves = append(v.change.Moves, state.Moved{Order: next, Move: m})
		if next.Cut.N == o.Cut.N {
			key += ".early"
		}
		return v.fill(key, args)
	}
	return v.fill(whyNot(o, e), phrase.Args{"n": strconv.Itoa(pipeline.MostCuts)})
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
	case max(o.Cut.N, o.Cuts) >= pipeline.MostCuts:
		return "fix.most"
	}
	return "fix.over"
}

// askFix asks for an order's new words. A person has one such question about it.
func (v *session) askFix(o pipeline.Order, text string) {
	dr, ok := v.fixing(o)
	if !ok {
		dr = v.newDraft(state.ForFix)
		dr.Order = o.ID
	}
	dr.Size, dr.Ends = v.size, v.now.Add(fixLife)
	v.put(dr)
	v.ask(dr, text)
}

// fixing finds the question about an order that the person was asked.
func (v *session) fixing(o pipeline.Order) (state.Draft, bool) {
	return v.live(func(x state.Draft) bool {
		return x.Waits == state.ForFix && x.Order == o.ID && x.User == v.User.ID && x.Topic == v.Topic
	})
}

// answerFix takes a text as the new words that were asked for.
func (d *Conversation) answerFix(ctx context.Context, v *session, dr state.Draft, addressed bool) (bool, error) {
	o, err := d.Store.Order(ctx, dr.Order)
	if errors.Is(err, pipeline.ErrNotFound) {
		v.end(dr)
		return false, nil
	}
	if err != nil {
		return false, err
	}
	r, about := readFix(v.Text, addressed)
	switch {
	case about && enough(r):
		v.end(dr)
	case !about && addressed && !isThanks(v.Text):
		v.tell("fix.ask", nil)
		return true, nil
	case !about:
		return false, nil
	}
	v.size = dr.Size
	return true, d.reword(ctx, v, o, v.Text, addressed)
}
