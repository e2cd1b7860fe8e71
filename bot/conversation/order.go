package conversation

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Tell answers the update with a phrase.
func (v *Session) Tell(key string, args present.Args) {
	v.Send(bot.OutgoingMessage{Message: bot.Message{Text: v.Fill(key, args)}})
}

// accepts reports whether the session's chat may order: commands and drafts of a chat that has lost its
// shop come to nothing.
func accepts(v *Session) bool { return v.Shop.ID != 0 || v.Change.Shop != nil }

// place makes a picture an order of the person that the draft belongs to, unless the month is full or it must first be
// asked about a price that is crossed out: then the person is told, and false returned.
func (in *intake) place(ctx context.Context, v *Session, dr bot.Draft, p bot.Image, w pipeline.Words) (bool, error) {
	if !accepts(v) {
		return false, nil
	}
	return in.placeCut(ctx, v, dr, p, pipeline.Cut{
		Words: w, Look: first(v.Shop.Look, in.opts.Looks), Music: first(v.Shop.Music, in.opts.Music),
	})
}

// placeCut is place for an order whose look and music were chosen with it.
func (in *intake) placeCut(ctx context.Context, v *Session, dr bot.Draft, p bot.Image, c pipeline.Cut) (bool, error) {
	if no, err := in.quota.refuses(ctx, v); err != nil || no != "" {
		told := func(s bot.OutgoingMessage) bool { return s.Text == no }
		if no != "" && !slices.ContainsFunc(v.Change.Messages, told) { // once for all pictures of an album
			v.Write(no)
		}
		return false, err
	}
	if mustAskRegular(v, c.Words) {
		in.regular.askRegular(v, v.splitDraft(dr, bot.ForRegular, p), c.Words)
		return false, nil
	}
	for _, x := range slices.Clone(v.drafts) { // an order ends its person's wait for a logo
		if x.Waits == bot.ForLogo && x.User == dr.User {
			v.end(x)
		}
	}
	placeImage(v, in.opts, dr, p, c)
	return true, nil
}

// placeImage is PlaceAs for a picture, in the name of the person whose draft it is in.
func placeImage(v *Session, of *Options, dr bot.Draft, p bot.Image, c pipeline.Cut) {
	th := v.thread()
	th.Topic, th.User, th.Message = dr.Topic, dr.User, p.Message
	v.PlaceAs(of, pipeline.Order{Source: source(v, p), Thread: th, Maker: dr.Maker, Photo: p.Photo, Callback: v.Callback}, c)
}

// PlaceAs adds an order to what the session leads to. The count of the shop's month, which other chats of the shop add
// to as well, is looked at again in the same commit.
func (v *Session) PlaceAs(of *Options, o pipeline.Order, c pipeline.Cut) {
	c.Words.Shop, c.Words.Logo = v.Shop.Name, v.Shop.Logo
	if strings.HasPrefix(c.Music, pipeline.TrackPrefix) && !v.Shop.OwnsTrack(c.Music) { // the chat was another shop's
		c.Music = first(v.Shop.Music, of.Music)
	}
	o.Shop, o.Cut = v.Shop.ID, c
	v.Change.Place = append(v.Change.Place, of.Pipeline.Accept(o))
	v.Change.Limit, v.Change.Month = v.Shop.LimitOr(of.Limit), v.Month(v.Now, 0)
}

// source names the picture's message: one message is one order. Some platforms have several pictures
// in a message.
func source(v *Session, p bot.Image) string {
	s := v.Platform + ":" + v.Chat + ":" + p.Message
	if p.N > 0 {
		s += ":" + strconv.Itoa(p.N)
	}
	return s
}

func first(own string, all []string) string {
	if own != "" || len(all) == 0 {
		return own
	}
	return all[0]
}

// refuses says why the session's chat may not order now, in words for the person; "" when it may.
func (qt *quota) refuses(ctx context.Context, v *Session) (string, error) {
	refused, err := qt.opts.Store.Refused(ctx, v.Platform, v.Chat, v.Today(v.Now, 0))
	if err != nil {
		return "", err
	}
	if refused >= bot.MaxRefused {
		return v.Fill("refused.enough", nil), nil
	}
	left, limited, err := qt.left(ctx, v)
	if err != nil || !limited || left > 0 {
		return "", err
	}
	return v.Fill("quota", qt.quotaArgs(v, v.Shop.LimitOr(qt.opts.Limit))), nil
}

// left is how many more the shop may have this month, after what the session places.
func (qt *quota) left(ctx context.Context, v *Session) (n int, limited bool, err error) {
	n = v.Shop.LimitOr(qt.opts.Limit)
	if n == 0 {
		return 0, false, nil
	}
	shop := v.Shop.ID
	if shop == 0 {
		if shop, err = qt.opts.Store.Former(ctx, v.Platform, v.Chat); err != nil {
			return 0, true, err
		}
	}
	if shop != 0 {
		used, err := qt.opts.Store.OrdersInPeriod(ctx, shop, v.Month(v.Now, 0))
		if err != nil {
			return 0, true, err
		}
		n -= used
	}
	return n - len(v.Change.Place), true, nil
}

// quotaArgs are a number of shorts, and the day on which a new month begins.
func (qt *quota) quotaArgs(v *Session, n int) present.Args {
	return present.Args{"n": strconv.Itoa(n), "date": v.Date(v.Month(v.Now, 1))}
}
