package bot

import (
	"context"
	"time"

	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// take makes a picture an order as its caption was read. A reading that isn't sure is shown first, and nothing is
// bought before the person says that it is right.
func (d *Conversation) take(ctx context.Context, v *session, dr state.Draft, p state.Image, r caption.Result) error {
	if asked, err := d.askedWhether(ctx, v, dr, p, r); asked || err != nil {
		return err
	}
	return d.order(ctx, v, dr, p, r.Words())
}

// taken is take for a picture of which a person has just said that it shall be a video: whether it is the second of
// the same isn't asked.
func (d *Conversation) taken(ctx context.Context, v *session, dr state.Draft, p state.Image, r caption.Result) error {
	if asked, err := d.askedWhether(ctx, v, dr, p, r); asked || err != nil {
		return err
	}
	_, err := d.place(ctx, v, dr, p, r.Words())
	return err
}

// askedWhether shows a reading that isn't sure, and reports whether it did. The draft that keeps the picture
// meanwhile is one of its own.
func (d *Conversation) askedWhether(ctx context.Context, v *session, dr state.Draft, p state.Image, r caption.Result) (bool, error) {
	sure, err := d.sure(ctx, v, dr, r)
	if err != nil || sure {
		return false, err
	}
	d.showReading(v, v.splitDraft(dr, state.ForYes, p), r.Words())
	return true, nil
}

// sure reports whether a reading needs no question: it accounts for the whole caption, the shop has sold a dish of
// this name, or has had just these words before. A plain answer to a question of ours is sure of what it says.
func (d *Conversation) sure(ctx context.Context, v *session, dr state.Draft, r caption.Result) (bool, error) {
	if r.Sure(nil) || dr.Tries > 0 && r.Doubt&caption.DoubtPrice == 0 {
		return true, nil
	}
	recent, err := d.Store.Recent(ctx, v.Platform, v.Chat, 100)
	if err != nil {
		return false, err
	}
	name := squeezed(r.Menu)
	for _, o := range recent {
		w := o.Cut.Words
		if squeezed(w.Menu) != name || o.Status == pipeline.Cancelled || o.Status == pipeline.Failed {
			continue
		}
		if w.Price == r.PriceText && w.Regular == r.Regular || r.Sure(func(string) bool { return true }) {
			return true, nil
		}
	}
	return false, nil
}

// showReading asks whether a draft's picture was read rightly. What is asked about is its only choice.
func (d *Conversation) showReading(v *session, dr state.Draft, w pipeline.Words) {
	dr.Waits, dr.Choices = state.ForYes, []pipeline.Words{w}
	dr.Due, dr.Ends = time.Time{}, v.now.Add(draftLife)
	if dr.Tries == 0 && !v.chat.Group {
		dr.Due = v.now.Add(remindWait)
	}
	dr.Tries++
	v.put(dr)
	v.askReading(dr, "read.so")
}

// askReading says a draft's reading with a phrase, and the two answers to it.
func (v *session) askReading(dr state.Draft, key string) {
	w := dr.Choices[0]
	text := v.fill(key, phrase.Args{"menu": w.Menu, "price": caption.FullPrice(w)})
	v.ask(dr, text, []state.Button{
		{Label: v.fill("button.right", nil), Action: action(doPick, dr.ID, 0), Style: state.Primary},
		{Label: v.fill("button.wrong", nil), Action: action(doReword, dr.ID)},
	})
}

// answerReading takes a text as the answer to whether a caption was read rightly: yes, no, or how it is right.
func (d *Conversation) answerReading(ctx context.Context, v *session, dr state.Draft, addressed bool) (bool, error) {
	p, shown := dr.Images[0], dr.Choices[0]
	yes, no := Confirms(v.Text)
	r, about := readFix(v.Text, addressed)
	switch fixes := about && enough(r); {
	case addressed && yes:
		v.end(dr)
		return true, d.order(ctx, v, dr, p, shown)
	case addressed && (no || !fixes):
		v.put(dr)
		v.tell("read.how", nil)
		return true, nil
	case !fixes:
		return false, nil
	}
	w := apply(shown, r)
	if r.Outcome == caption.OK && r.Doubt&caption.DoubtPrice != 0 && !w.Equal(shown) && dr.Tries <= maxTries {
		tries := dr.Tries
		dr = v.renew(dr)
		dr.Tries = tries
		d.showReading(v, dr, w)
		return true, nil
	}
	v.end(dr)
	return true, d.order(ctx, v, dr, p, w)
}

// Confirms reads whether a person says that something is right, or wrong; what says neither is an answer of its own.
func Confirms(text string) (yes, no bool) {
	s := squeezed(text)
	yes, no = assent(text)
	return yes || listed("맞아요 맞아 맞습니다 맞음 맞네요 맞다 네맞아요 네맞습니다 예맞아요 예맞습니다 넵맞아요 넵맞습니다 응맞아 그대로 그대로요 "+
			"그대로해주세요 correct right thatsright yesright", s),
		no || listed("틀려요 틀렸어요 틀렸습니다 고칠게요 고쳐주세요 고쳐줘 아니에요 아닙니다 아닌데요 wrong notright illcorrectit", s)
}
