package orders

import (
	"context"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
)

const (
	albumWait   = 1500 * time.Millisecond // nothing marks an album's last picture
	TextWait    = 3 * time.Second         // a photo's words often come right after it
	floodWait   = 5 * time.Second
	maxPictures = 100 // in a draft; more are no meal
)

// collect keeps a picture with those that came with it, until no more come.
func (in *Intake) collect(ctx context.Context, v *session.Session, p bot.Image) error {
	wait := albumWait
	dr, ok := gathering(v)
	if v.Album == "" {
		if wait = TextWait; p.Text != "" || ok && slices.ContainsFunc(dr.Images, worded) {
			wait = floodWait
		}
	}
	switch {
	case !ok:
		dr = v.NewDraft(bot.ForMore, p)
		dr.Album = v.Album
		if words, ok := v.Newest(bot.ForPhoto); ok {
			dr.Text = words.Text
			v.End(words)
		}
	case dr.Waits == bot.Settled: // the others are on their way, or weren't wanted
		dr = v.NewDraft(bot.ForChoice, p)
		dr.Album = v.Album
		return in.askPictures(ctx, v, dr)
	case dr.Waits == bot.ForWords: // its turn comes, or it needs none
		if r := v.Read.Caption(p.Text); r.Outcome == caption.OK {
			return in.take(ctx, v, dr, p, r)
		}
		dr.Images = append(slices.Clone(dr.Images), p)
		v.Put(dr)
		return nil
	default:
		same := func(x bot.Image) bool {
			return p.Photo.Unique != "" && x.Photo.Unique == p.Photo.Unique && x.Text == p.Text
		}
		if len(dr.Images) == maxPictures || slices.ContainsFunc(dr.Images, same) {
			return nil
		}
		dr.Images, dr.Waits = append(slices.Clone(dr.Images), p), bot.ForMore
	}
	dr.Due, dr.Ends = v.Now.Add(wait), v.Now.Add(session.DraftLife)
	v.Put(dr)
	return nil
}

// gathering finds the draft that a picture belongs to: that of its album, or of the person's pictures
// that come one after the other.
func gathering(v *session.Session) (bot.Draft, bool) {
	if v.Album == "" {
		for _, dr := range v.Drafts {
			if dr.Waits == bot.ForMore && dr.Album == "" && dr.User == v.User.ID && dr.Topic == v.Topic {
				return dr, true
			}
		}
		return bot.Draft{}, false
	}
	if dr, ok := v.Live(func(x bot.Draft) bool { return x.Album == v.Album }); ok {
		return dr, true
	}
	i := slices.IndexFunc(v.Drafts, func(x bot.Draft) bool { return x.Album == v.Album })
	if i < 0 {
		return bot.Draft{}, false
	}
	return v.Drafts[i], true
}

func worded(p bot.Image) bool { return p.Text != "" }

// gathered goes on with a draft that no more pictures come to.
func (in *Intake) gathered(ctx context.Context, v *session.Session, dr bot.Draft) error {
	if len(dr.Images) > 1 {
		return in.askPictures(ctx, v, dr)
	}
	if dr.Text == "" && !worded(dr.Images[0]) {
		if done, err := in.replacePhoto(ctx, v, dr); done || err != nil {
			return err
		}
	}
	dr.Waits = bot.ForWords
	return in.complete(ctx, v, dr, 0, dr.Text)
}
