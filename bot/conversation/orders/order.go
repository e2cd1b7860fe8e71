package orders

import (
	"context"
	"slices"
	"strconv"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// accepts reports whether the session's chat may order: commands and drafts of a chat that has lost its
// shop come to nothing.
func accepts(v *session.Session) bool { return v.Shop.ID != 0 || v.Change.Shop != nil }

// place makes a picture an order of the person that the draft belongs to, unless the month is full or it must first be
// asked about a price that is crossed out: then the person is told.
func (in *Intake) place(ctx context.Context, v *session.Session, dr bot.Draft, p bot.Image, w pipeline.Words) error {
	if !accepts(v) {
		return nil
	}
	_, err := in.PlaceCut(ctx, v, dr, p, pipeline.Cut{
		Words: w, Look: session.First(v.Shop.Look, in.opts.Looks), Music: session.First(v.Shop.Music, in.opts.Music),
	})
	return err
}

// PlaceCut is place for an order whose look and music were chosen with it. It reports whether it was placed.
func (in *Intake) PlaceCut(
	ctx context.Context, v *session.Session, dr bot.Draft, p bot.Image, c pipeline.Cut,
) (bool, error) {
	if no, err := in.quota.refuses(ctx, v); err != nil || no != "" {
		told := func(s bot.OutgoingMessage) bool { return s.Text == no }
		if no != "" && !slices.ContainsFunc(v.Change.Messages, told) { // once for all pictures of an album
			v.Write(no)
		}
		return false, err
	}
	if MustAskRegular(v, c.Words) {
		in.regular.askRegular(v, v.SplitDraft(dr, bot.ForRegular, p), c.Words)
		return false, nil
	}
	for _, x := range slices.Clone(v.Drafts) { // an order ends its person's wait for a logo
		if x.Waits == bot.ForLogo && x.User == dr.User {
			v.End(x)
		}
	}
	placeImage(v, in.opts, dr, p, c)
	return true, nil
}

// placeImage is PlaceAs for a picture, in the name of the person whose draft it is in.
func placeImage(v *session.Session, of *session.Options, dr bot.Draft, p bot.Image, c pipeline.Cut) {
	th := v.Thread()
	th.Topic, th.User, th.Message = dr.Topic, dr.User, p.Message
	v.PlaceAs(
		of, pipeline.Order{Source: Source(v, p), Thread: th, Maker: dr.Maker, Photo: p.Photo, Callback: v.Callback}, c,
	)
}

// Source names the picture's message: one message is one order. Some platforms have several pictures
// in a message.
func Source(v *session.Session, p bot.Image) string {
	s := v.Platform + ":" + v.Chat + ":" + p.Message
	if p.N > 0 {
		s += ":" + strconv.Itoa(p.N)
	}
	return s
}

// refuses says why the session's chat may not order now, in words for the person; "" when it may.
func (qt *quota) refuses(ctx context.Context, v *session.Session) (string, error) {
	refused, err := qt.store.Refused(ctx, v.Platform, v.Chat, v.Today(v.Now, 0))
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
	return v.Fill("quota", quotaArgs(v, v.Shop.LimitOr(qt.opts.Limit))), nil
}

// left is how many more the shop may have this month, after what the session places.
func (qt *quota) left(ctx context.Context, v *session.Session) (n int, limited bool, err error) {
	n = v.Shop.LimitOr(qt.opts.Limit)
	if n == 0 {
		return 0, false, nil
	}
	shop := v.Shop.ID
	if shop == 0 {
		if shop, err = qt.store.Former(ctx, v.Platform, v.Chat); err != nil {
			return 0, true, err
		}
	}
	if shop != 0 {
		used, err := qt.store.OrdersInPeriod(ctx, shop, v.Month(v.Now, 0))
		if err != nil {
			return 0, true, err
		}
		n -= used
	}
	return n - len(v.Change.Place), true, nil
}

// quotaArgs are a number of shorts, and the day on which a new month begins.
func quotaArgs(v *session.Session, n int) present.Args {
	return present.Args{"n": strconv.Itoa(n), "date": v.Date(v.Month(v.Now, 1))}
}
