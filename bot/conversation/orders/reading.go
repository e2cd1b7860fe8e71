package orders

import (
	"context"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// take makes a picture an order as its caption was read. A reading that isn't sure is shown first, and nothing is
// bought before the person says that it is right.
func (in *Intake) take(ctx context.Context, v *session.Session, dr bot.Draft, p bot.Image, r caption.Result) error {
	if asked, err := in.askedWhether(ctx, v, dr, p, r); asked || err != nil {
		return err
	}
	return in.order(ctx, v, dr, p, r.Words())
}

// taken is take for a picture of which a person has just said that it shall be a video: whether it is the second of
// the same isn't asked.
func (in *Intake) taken(ctx context.Context, v *session.Session, dr bot.Draft, p bot.Image, r caption.Result) error {
	if asked, err := in.askedWhether(ctx, v, dr, p, r); asked || err != nil {
		return err
	}
	return in.place(ctx, v, dr, p, r.Words())
}

// askedWhether shows a reading that isn't sure, and reports whether it did. The draft that keeps the picture
// meanwhile is one of its own.
func (in *Intake) askedWhether(
	ctx context.Context, v *session.Session, dr bot.Draft, p bot.Image, r caption.Result,
) (bool, error) {
	sure, err := in.sure(ctx, v, dr, r)
	if err != nil || sure {
		return false, err
	}
	showReading(v, v.SplitDraft(dr, bot.ForYes, p), r.Words())
	return true, nil
}

// sure reports whether a reading needs no question: it accounts for the whole caption, the shop has sold a dish of
// this name, or has had just these words before. A plain answer to a question of ours is sure of what it says.
func (in *Intake) sure(ctx context.Context, v *session.Session, dr bot.Draft, r caption.Result) (bool, error) {
	if r.Sure(nil) || dr.Tries > 0 && r.Doubt&caption.DoubtPrice == 0 {
		return true, nil
	}
	recent, err := in.loader.NewestOrders(ctx, v, 100)
	if err != nil {
		return false, err
	}
	name := intent.Squeezed(r.Menu)
	for _, o := range recent {
		w := o.Cut.Words
		if intent.Squeezed(w.Menu) != name || o.Status == pipeline.Cancelled || o.Status == pipeline.Failed {
			continue
		}
		if w.Price == r.PriceText && w.Regular == r.Regular || r.Sure(func(string) bool { return true }) {
			return true, nil
		}
	}
	return false, nil
}

// showReading asks whether a draft's picture was read rightly. What is asked about is its only choice.
func showReading(v *session.Session, dr bot.Draft, w pipeline.Words) {
	dr.Waits, dr.Choices = bot.ForYes, []pipeline.Words{w}
	dr.Due, dr.Ends = time.Time{}, v.Now.Add(session.DraftLife)
	if dr.Tries == 0 && !v.StoredChat.Group {
		dr.Due = v.Now.Add(RemindWait)
	}
	dr.Tries++
	v.Put(dr)
	askReading(v, dr, "read.so")
}

// askReading says a draft's reading with a phrase, and the two answers to it.
func askReading(v *session.Session, dr bot.Draft, key string) {
	w := dr.Choices[0]
	text := v.Fill(key, present.Args{"menu": w.Menu, "price": caption.FullPrice(w)})
	v.Ask(dr, text, []bot.Button{
		{Label: v.Fill("button.right", nil), Action: intent.Action(intent.DoPick, dr.ID, 0), Style: bot.Primary},
		{Label: v.Fill("button.wrong", nil), Action: intent.Action(intent.DoReword, dr.ID)},
	})
}

// answerReading takes a text as the answer to whether a caption was read rightly: yes, no, or how it is right.
func (in *Intake) answerReading(ctx context.Context, v *session.Session, dr bot.Draft, addressed bool) (bool, error) {
	p, shown := dr.Images[0], dr.Choices[0]
	yes, no := intent.Confirms(v.Text)
	r, about := v.Read.Fix(v.Text, addressed)
	switch fixes := about && intent.Enough(r); {
	case addressed && yes:
		v.End(dr)
		return true, in.order(ctx, v, dr, p, shown)
	case addressed && (no || !fixes):
		v.Put(dr)
		v.Tell("read.how", nil)
		return true, nil
	case !fixes:
		return false, nil
	}
	w := intent.Apply(shown, r)
	if r.Outcome == caption.OK && r.Doubt&caption.DoubtPrice != 0 && !w.Equal(shown) && dr.Tries <= maxTries {
		tries := dr.Tries
		dr = v.Renew(dr)
		dr.Tries = tries
		showReading(v, dr, w)
		return true, nil
	}
	v.End(dr)
	return true, in.order(ctx, v, dr, p, w)
}
