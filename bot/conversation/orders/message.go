package orders

import (
	"context"
	"errors"
	"slices"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/conversation/shop"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Message is pictures or words, with or without each other.
func (ms *Messages) Message(ctx context.Context, v *session.Session) error {
	switch {
	case len(v.Pictures) > 0:
		return ms.intake.pictures(ctx, v)
	case v.Text != "":
		return ms.text(ctx, v)
	case v.Other == "audio" && v.ToUs:
		v.Tell("track.file", nil)
	case v.Other != "" && v.ToUs:
		v.Tell("hint.other", nil)
	}
	return nil
}

// pictures become an order at once when there is one with all its words; else a draft keeps them.
func (in *Intake) pictures(ctx context.Context, v *session.Session) error {
	ps := light(v)
	switch {
	case len(ps) == 0:
		return nil
	case v.Album != "":
		return in.collect(ctx, v, ps[0])
	case len(ps) > 1:
		for i := range ps {
			ps[i].Text = "" // the message's words aren't those of any one of them
		}
		dr := v.NewDraft(bot.ForChoice, ps...)
		dr.Text = v.Text
		if words, ok := v.Newest(bot.ForPhoto); ok && v.Text == "" {
			dr.Text = words.Text
			v.End(words)
		}
		return in.askPictures(ctx, v, dr)
	}
	p := ps[0]
	if p.Text == "" {
		if dr, ok := v.Newest(bot.ForPhoto); ok {
			v.End(dr)
			dr.Topic = v.Topic
			return in.take(ctx, v, dr, p, v.Read.Caption(dr.Text))
		}
		return in.collect(ctx, v, p)
	}
	if words, ok := v.Newest(bot.ForPhoto); ok &&
		v.Read.Caption(words.Text).Words().Equal(v.Read.Caption(p.Text).Words()) {
		v.End(words) // said once more below the photo: the next one has words of its own
	}
	if flood, err := in.quota.floods(ctx, v); err != nil {
		return err
	} else if flood {
		return in.collect(ctx, v, p)
	}
	return in.complete(ctx, v, v.NewDraft(bot.ForWords, p), 0, "")
}

// light gives the session's pictures without those that are too heavy, of which the person is told.
func light(v *session.Session) (ps []bot.Image) {
	for i, p := range v.Pictures {
		if p.N = i; p.Photo.Bytes <= shop.MaxPhoto {
			ps = append(ps, p)
		}
	}
	if len(ps) < len(v.Pictures) {
		v.Send(bot.OutgoingMessage{
			Message: bot.Message{Text: present.Reason(v.StoredChat.Lang, pipeline.ReasonPhotoHeavy)},
		})
	}
	return ps
}

// text completes what waits for words, changes what it replies to, or comes before its photo.
func (ms *Messages) text(ctx context.Context, v *session.Session) error {
	ways := []func(context.Context, *session.Session) (bool, error){ms.reply, ms.answerWaiting}
	if v.Threaded() { // what was asked in a thread comes before what the thread hangs from
		slices.Reverse(ways)
	}
	for _, way := range append(ways, ms.edits.answerPhoto) {
		if done, err := way(ctx, v); done || err != nil {
			return err
		}
	}
	if !v.ToUs {
		return nil
	}
	r := v.Read.Caption(v.Text)
	if fixed, about := v.Read.Fix(v.Text, false); r.Outcome != caption.OK || intent.Request.MatchString(r.Menu) ||
		about && fixed.Outcome == caption.NeedMenu {
		return ms.smallTalk(ctx, v)
	}
	keepWords(v, r)
	return nil
}

// keepWords keeps a line for the photo that comes next, in the place of one that was kept before.
func keepWords(v *session.Session, r caption.Result) {
	dr, ok := v.Newest(bot.ForPhoto)
	if !ok {
		dr = v.NewDraft(bot.ForPhoto)
	}
	dr.Text, dr.Ends = v.Text, v.Now.Add(wordsLife)
	v.Put(dr)
	shop.DropSetting(v, bot.ForLogo) // the next picture is this dish
	v.Tell("photo.wanted", present.WordArgs(r.Words()))
}

// answerWaiting takes a text as the answer to a draft of the person's, and reports whether it was one.
func (ms *Messages) answerWaiting(ctx context.Context, v *session.Session) (bool, error) {
	for _, dr := range v.Waiting(bot.ForRegular, bot.ForWords, bot.ForYes, bot.ForMore, bot.ForFix, bot.ForChoice) {
		addressed := v.ToUs || v.Threaded() && dr.Waits != bot.ForFix && dr.Tries <= maxTries
		switch {
		case !addressed && dr.Topic == "" && v.Now.Sub(dr.Made) > groupWait:
			continue
		case v.Overheard() && dr.Topic != v.Topic && v.Read.Caption(v.Text).Outcome != caption.OK:
			continue
		}
		if done, err := ms.answer(ctx, v, dr, addressed); done || err != nil {
			return done, err
		}
	}
	return false, nil
}

// reply looks at what a text answers, and reports whether that was something of ours.
func (ms *Messages) reply(ctx context.Context, v *session.Session) (bool, error) {
	switch {
	case v.Reply == nil, v.Reply.Message == "" && len(v.Reply.Pictures) == 0:
		return false, nil
	case v.Reply.Message == "": // a picture in another chat: what comes of it answers the text
		p := v.Reply.Pictures[0]
		p.Message = v.Message
		return ms.completes(ctx, v, v.NewDraft(bot.ForWords, p), 0)
	}
	to := v.Reply.Message
	if dr, ok := v.Live(func(x bot.Draft) bool { return x.Question == to }); ok {
		return ms.answer(ctx, v, dr, true)
	}
	if v.Threaded() {
		if done, err := ms.edits.rewordThread(ctx, v); done || err != nil {
			return done, err
		}
	}
	o, size, err := ms.store.ByMessage(ctx, v.Platform, v.Chat, to)
	if err == nil {
		v.Size = size
		return true, ms.edits.reword(v, o, v.Text, false)
	}
	if !errors.Is(err, pipeline.ErrNotFound) {
		return false, err
	}
	dr, i, ok := v.Pictured(to)
	if !ok && len(v.Reply.Pictures) > 0 {
		dr, ok = v.NewDraft(bot.ForWords, v.Reply.Pictures[0]), true
		dr.Images[0].Message = to
	}
	if !ok {
		return false, nil
	}
	return ms.completes(ctx, v, dr, i)
}

// completes takes a text as the words of a picture, unless people only talk about it.
func (ms *Messages) completes(ctx context.Context, v *session.Session, dr bot.Draft, i int) (bool, error) {
	if !v.ToUs && chatter(v, dr.Images[i]) {
		return false, nil
	}
	return true, ms.intake.complete(ctx, v, dr, i, v.Text)
}

// chatter reports whether a text has no price for a picture: where others read along it isn't meant for us.
func chatter(v *session.Session, p bot.Image) bool {
	r := v.Read.Understand(p.Text, v.Text)
	return r.Outcome == caption.NeedPrice || r.Outcome == caption.NeedBoth
}

// answer takes a text as the answer to a draft's question, and reports whether it was one. Where others
// read along, what isn't addressed to us must at least have a price in it.
func (ms *Messages) answer(ctx context.Context, v *session.Session, dr bot.Draft, addressed bool) (bool, error) {
	switch {
	case dr.Waits == bot.ForFix:
		return ms.edits.answerFix(ctx, v, dr, addressed)
	case IsRegular(dr):
		yes, no := intent.Assent(v.Text)
		if !addressed || !yes && !no {
			return false, nil
		}
		return true, ms.edits.AnswerRegular(ctx, v, dr, yes)
	case dr.Waits == bot.ForPhoto || len(dr.Images) == 0:
		return false, nil
	case dr.Waits == bot.ForYes:
		return ms.intake.answerReading(ctx, v, dr, addressed)
	case dr.Waits == bot.ForChoice || len(dr.Images) > 1 && dr.Waits == bot.ForMore:
		return ms.intake.answerPictures(ctx, v, dr, addressed)
	}
	if !addressed && len(dr.Choices) == 0 && chatter(v, dr.Images[0]) {
		return false, nil
	}
	return true, ms.intake.complete(ctx, v, dr, 0, v.Text)
}

// smallTalk answers what has nothing to do with any order. New words for one that is named by nothing are
// meant for the only one that the person has just had.
func (ms *Messages) smallTalk(ctx context.Context, v *session.Session) error {
	if intent.IsThanks(v.Text) {
		v.Tell("thanks", nil)
		return nil
	}
	if intent.IsNod(v.Text) {
		v.Tell("nod", nil)
		return nil
	}
	if intent.IsGreeting(v.Text) {
		ms.members.Greet(v, "")
		return nil
	}
	r, about := v.Read.Fix(v.Text, false)
	if !about {
		v.Tell("hint", nil)
		return nil
	}
	lately, err := ms.edits.recent(ctx, v, FixLife)
	switch {
	case err != nil:
		return err
	case len(lately) == 1 && intent.Enough(r):
		return ms.edits.reword(v, lately[0], v.Text, false)
	case len(lately) > 0:
		v.Tell("fix.reply", nil)
	default:
		v.Tell("hint", nil)
	}
	return nil
}
