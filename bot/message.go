package bot

import (
	"context"
	"errors"
	"slices"

	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// maxPhoto is how heavy a picture may be, in bytes: platforms hand out no more.
const maxPhoto = 20 << 20

// message is pictures or words, with or without each other.
func (d *Conversation) message(ctx context.Context, v *session) error {
	switch {
	case len(v.Pictures) > 0:
		return d.pictures(ctx, v)
	case v.Text != "":
		return d.text(ctx, v)
	case v.Other == "audio" && v.ToUs:
		v.tell("track.file", nil)
	case v.Other != "" && v.ToUs:
		v.tell("hint.other", nil)
	}
	return nil
}

// pictures become an order at once when there is one with all its words; else a draft keeps them.
func (d *Conversation) pictures(ctx context.Context, v *session) error {
	ps := v.light()
	switch {
	case len(ps) == 0:
		return nil
	case v.Album != "":
		return d.collect(ctx, v, ps[0])
	case len(ps) > 1:
		dr := v.newDraft(state.ForChoice, ps...)
		dr.Text = v.Text
		if words, ok := v.newest(state.ForPhoto); ok && v.Text == "" {
			dr.Text = words.Text
			v.end(words)
		}
		for i := range ps {
			ps[i].Text = "" // the message's words aren't those of any one of them
		}
		return d.askPictures(ctx, v, dr)
	}
	p := ps[0]
	if p.Text == "" {
		if dr, ok := v.newest(state.ForPhoto); ok {
			v.end(dr)
			dr.Topic = v.Topic
			return d.take(ctx, v, dr, p, caption.Parse(dr.Text))
		}
		return d.collect(ctx, v, p)
	}
	if words, ok := v.newest(state.ForPhoto); ok && caption.Parse(words.Text).Words().Equal(caption.Parse(p.Text).Words()) {
		v.end(words) // said once more below the photo: the next one has words of its own
	}
	if flood, err := d.floods(ctx, v); err != nil {
		return err
	} else if flood {
		return d.collect(ctx, v, p)
	}
	return d.complete(ctx, v, v.newDraft(state.ForWords, p), 0, "")
}

// light gives the session's pictures without those that are too heavy, of which the person is told.
func (v *session) light() (ps []state.Image) {
	for i, p := range v.Pictures {
		if p.N = i; p.Photo.Bytes <= maxPhoto {
			ps = append(ps, p)
		}
	}
	if len(ps) < len(v.Pictures) {
		v.say(state.OutgoingMessage{Message: state.Message{Text: phrase.Reason(v.chat.Lang, pipeline.ReasonPhotoHeavy)}})
	}
	return ps
}

// text completes what waits for words, changes what it replies to, or comes before its photo.
func (d *Conversation) text(ctx context.Context, v *session) error {
	ways := []func(context.Context, *session) (bool, error){d.reply, d.answerWaiting}
	if v.threaded() { // what was asked in a thread comes before what the thread hangs from
		slices.Reverse(ways)
	}
	for _, way := range ways {
		if done, err := way(ctx, v); done || err != nil {
			return err
		}
	}
	if !v.ToUs {
		return nil
	}
	r := caption.Parse(v.Text)
	if fixed, about := readFix(v.Text, false); r.Outcome != caption.OK || request.MatchString(r.Menu) || about && fixed.Outcome == caption.NeedMenu {
		return d.smallTalk(ctx, v)
	}
	v.keepWords(r)
	return nil
}

// keepWords keeps a line for the photo that comes next, in the place of one that was kept before.
func (v *session) keepWords(r caption.Result) {
	dr, ok := v.newest(state.ForPhoto)
	if !ok {
		dr = v.newDraft(state.ForPhoto)
	}
	dr.Text, dr.Ends = v.Text, v.now.Add(wordsLife)
	v.put(dr)
	v.dropSetting(state.ForLogo) // the next picture is this dish
	v.tell("photo.wanted", wordArgs(r.Words()))
}

// answerWaiting takes a text as the answer to a draft of the person's, and reports whether it was one.
func (d *Conversation) answerWaiting(ctx context.Context, v *session) (bool, error) {
	for _, dr := range v.waiting(state.ForRegular, state.ForWords, state.ForYes, state.ForMore, state.ForFix, state.ForChoice) {
		addressed := v.ToUs || v.threaded() && dr.Waits != state.ForFix && dr.Tries <= maxTries
		switch {
		case !addressed && dr.Topic == "" && v.now.Sub(dr.Made) > groupWait:
			continue
		case v.overheard() && dr.Topic != v.Topic && caption.Parse(v.Text).Outcome != caption.OK:
			continue
		}
		if done, err := d.answer(ctx, v, dr, addressed); done || err != nil {
			return done, err
		}
	}
	return false, nil
}

// reply looks at what a text answers, and reports whether that was something of ours.
func (d *Conversation) reply(ctx context.Context, v *session) (bool, error) {
	switch {
	case v.Reply == nil, v.Reply.Message == "" && len(v.Reply.Pictures) == 0:
		return false, nil
	case v.Reply.Message == "": // a picture in another chat: what comes of it answers the text
		p := v.Reply.Pictures[0]
		p.Message = v.Message
		return d.completes(ctx, v, v.newDraft(state.ForWords, p), 0)
	}
	to := v.Reply.Message
	if dr, ok := v.live(func(x state.Draft) bool { return x.Question == to }); ok {
		return d.answer(ctx, v, dr, true)
	}
	if v.threaded() {
		if done, err := d.rewordThread(ctx, v); done || err != nil {
			return done, err
		}
	}
	o, size, err := d.Store.ByMessage(ctx, v.Platform, v.Chat, to)
	if err == nil {
		v.size = size
		return true, d.reword(ctx, v, o, v.Text, false)
	}
	if !errors.Is(err, pipeline.ErrNotFound) {
		return false, err
	}
	dr, i, ok := v.pictured(to)
	if !ok && len(v.Reply.Pictures) > 0 {
		dr, ok = v.newDraft(state.ForWords, v.Reply.Pictures[0]), true
		dr.Images[0].Message = to
	}
	if !ok {
		return false, nil
	}
	return d.completes(ctx, v, dr, i)
}

// completes takes a text as the words of a picture, unless people only talk about it.
func (d *Conversation) completes(ctx context.Context, v *session, dr state.Draft, i int) (bool, error) {
	if !v.ToUs && v.chatter(dr.Images[i]) {
		return false, nil
	}
	return true, d.complete(ctx, v, dr, i, v.Text)
}

// chatter reports whether a text has no price for a picture: where others read along it isn't meant for us.
func (v *session) chatter(p state.Image) bool {
	r := understand(p.Text, v.Text)
	return r.Outcome == caption.NeedPrice || r.Outcome == caption.NeedBoth
}

// answer takes a text as the answer to a draft's question, and reports whether it was one. Where others
// read along, what isn't addressed to us must at least have a price in it.
func (d *Conversation) answer(ctx context.Context, v *session, dr state.Draft, addressed bool) (bool, error) {
	switch {
	case dr.Waits == state.ForFix:
		return d.answerFix(ctx, v, dr, addressed)
	case isRegular(dr):
		yes, no := assent(v.Text)
		if !addressed || !yes && !no {
			return false, nil
		}
		return true, d.answerRegular(ctx, v, dr, yes)
	case dr.Waits == state.ForPhoto || len(dr.Images) == 0:
		return false, nil
	case dr.Waits == state.ForYes:
		return d.answerReading(ctx, v, dr, addressed)
	case dr.Waits == state.ForChoice || len(dr.Images) > 1 && dr.Waits == state.ForMore:
		return d.answerPictures(ctx, v, dr, addressed)
	}
	if !addressed && len(dr.Choices) == 0 && v.chatter(dr.Images[0]) {
		return false, nil
	}
	return true, d.complete(ctx, v, dr, 0, v.Text)
}

// smallTalk answers what has nothing to do with any order. New words for one that is named by nothing are
// meant for the only one that the person has just had.
func (d *Conversation) smallTalk(ctx context.Context, v *session) error {
	if isThanks(v.Text) {
		v.tell("thanks", nil)
		return nil
	}
	if isNod(v.Text) {
		v.tell("nod", nil)
		return nil
	}
	if isGreeting(v.Text) {
		d.greet(v, "")
		return nil
	}
	r, about := readFix(v.Text, false)
	if !about {
		v.tell("hint", nil)
		return nil
	}
	lately, err := d.recent(ctx, v, fixLife)
	switch {
	case err != nil:
		return err
	case len(lately) == 1 && enough(r):
		return d.reword(ctx, v, lately[0], v.Text, false)
	case len(lately) > 0:
		v.tell("fix.reply", nil)
	default:
		v.tell("hint", nil)
	}
	return nil
}
