package conversation

import (
	"context"
	"errors"
	"slices"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/conversation/orders"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Order takes a form in. The update's only picture is its photo, and its Message the form's own name: one name is
// one order, however often it is sent. Without problems Response.Placed has the order.
func (pg *Page) Order(ctx context.Context, u bot.Update, f present.Form) (bot.Response, present.Reading, error) {
	var read present.Reading
	u.Kind, u.ToUs = bot.Wrote, true
	reply, err := pg.ask(ctx, u, func(ctx context.Context, v *session.Session) (err error) {
		read, err = pg.orderForm(ctx, v, f)
		return err
	})
	return reply, read, err
}

func (pg *Page) orderForm(ctx context.Context, v *session.Session, f present.Form) (present.Reading, error) {
	read := present.ReadForm(v.StoredChat.Lang, f)
	p := v.Pictures[0]
	recent, err := pg.cv.loader.NewestOrders(ctx, v, 100)
	if err != nil {
		return read, err
	}
	if i := slices.IndexFunc(recent, func(o pipeline.Order) bool { return o.Source == orders.Source(v, p) }); i >= 0 {
		v.Change.Place = append(v.Change.Place, recent[i]) // which Commit returns as it is
		return present.Reading{Words: recent[i].Cut.Words, Sure: true}, nil
	}
	if !agreed(v, &read, f) {
		return read, nil
	}
	c := pipeline.Cut{
		Words: read.Words, Look: session.First(v.Shop.Look, pg.opts.Looks),
		Music: session.First(v.Shop.Music, pg.opts.Music),
	}
	if slices.Contains(pg.opts.Looks, f.Look) {
		c.Look = f.Look
	}
	if slices.Contains(v.Shop.Pieces(pg.opts.Music, v.Shop.ID), f.Music) {
		c.Music = v.Shop.Piece(f.Music)
	}
	dr := v.NewDraft(bot.ForWords, p)
	if placed, err := pg.cv.intake.PlaceCut(ctx, v, dr, p, c); err != nil || placed {
		return read, err
	}
	text := v.Fill("missing", nil)
	if n := len(v.Change.Messages); n > 0 {
		text = v.Change.Messages[n-1].Text
	}
	v.Change.Messages = nil
	read.Problems = append(read.Problems, present.Problem{Field: "order", Text: text})
	return read, nil
}

// agreed reports whether a form can be taken as it was read: nothing is missing or doubtful, and a price that is
// crossed out was charged.
func agreed(v *session.Session, read *present.Reading, f present.Form) bool {
	switch {
	case len(read.Problems) > 0:
	case !read.Sure && f.Seen != read.Shown:
		read.Problems = []present.Problem{
			{Field: read.Doubtful, Text: v.Fill("form.read", present.Args{"words": read.Shown})},
		}
	case orders.MustAskRegular(v, read.Words) && !f.Real:
		read.Problems = []present.Problem{
			{Field: "real", Text: v.Fill("form.regular.ask", present.Args{"regular": caption.Won(read.Words.Regular)})},
		}
	case orders.MustAskRegular(v, read.Words):
		v.Shop.RegularReal = true
		v.Change.Shop = &v.Shop
	}
	return len(read.Problems) == 0
}

// Reword gives an order of the shop other words. size is of the short that it is about, empty: the newest.
func (pg *Page) Reword(
	ctx context.Context, u bot.Update, order int64, size string, f present.Form,
) (bot.Response, present.Reading, error) {
	var read present.Reading
	u.Kind, u.ToUs = bot.Wrote, true
	reply, err := pg.ask(ctx, u, func(ctx context.Context, v *session.Session) error {
		o, err := pg.opts.Store.Order(ctx, order)
		switch {
		case errors.Is(err, pipeline.ErrPurged) || err == nil && present.IsPurged(o):
			return pipeline.ErrPurged
		case errors.Is(err, pipeline.ErrNotFound) || err == nil && !orders.Owns(v, o):
			return pipeline.ErrNotFound
		}
		if err != nil {
			return err
		}
		if read = present.ReadForm(v.StoredChat.Lang, f); !agreed(v, &read, f) {
			return nil
		}
		w := o.Cut.Words
		w.Menu, w.Price, w.Won, w.Regular, w.Options = read.Words.Menu, read.Words.Price, read.Words.Won,
			read.Words.Regular, read.Words.Options
		v.Size = present.SizeOf(size)
		pg.cv.edits.Rewrite(v, o, w, "fixed.both")
		return nil
	})
	return reply, read, err
}
