package orders

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/conversation/shop"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// meantFor is how long a person who names no order still means their newest.
const meantFor = 24 * time.Hour

// OfOrder is what a person asks for about an order in their own words: the same that its buttons do.
func (ed *Edits) OfOrder(ctx context.Context, v *session.Session, c intent.Command) error {
	o, ok, err := ed.meant(ctx, v)
	if err != nil {
		return err
	}
	switch {
	case c.Name == "relook" && !ok:
		shop.Offer(v, ed.settings.Choice(v, intent.DoShopLook), "")
	case c.Name == "remusic" && !ok:
		shop.Offer(v, ed.settings.Choice(v, intent.DoShopMusic), "")
	case !ok:
		v.Tell("hint", nil)
	case c.Name == "relook":
		ed.restyle(v, o, intent.DoLook, ed.opts.Looks, called(v, intent.DoLook, ed.opts.Looks))
	case c.Name == "remusic":
		ed.restyle(
			v, o, intent.DoMusic, v.Shop.Pieces(ed.opts.Music, o.Shop),
			called(v, intent.DoMusic, v.Shop.Pieces(ed.opts.Music, o.Shop)),
		)
	case c.Name == "resize":
		ed.restyle(v, o, intent.DoSize, present.Sizes(), c.Arg)
	case c.Name == "again":
		return ed.again(ctx, v, o, false)
	case c.Name == "fix":
		pressFix(v, o)
	case c.Name == "resend":
		resend(v, o)
	case c.Name == "unhappy" && o.Status == pipeline.Delivered:
		ed.offerChanges(v, o, strings.TrimSuffix("unhappy."+c.Arg, "."))
	case c.Arg == "text":
		v.Tell("unhappy.later", nil)
	default:
		return ed.howFar(ctx, v, o)
	}
	return nil
}

// called is the look or the music that a text names: 고급 느낌으로 바꿔주세요. "" is none.
func called(v *session.Session, verb string, names []string) string {
	for _, name := range names {
		if strings.Contains(intent.Squeezed(v.Text), intent.Squeezed(v.Fill(verb+"."+name, nil))) {
			return name
		}
	}
	return ""
}

// meant finds the order that a person speaks of: the one that they reply to, else their newest. The answer
// stands below its photo then, so that they see which one it is.
func (ed *Edits) meant(ctx context.Context, v *session.Session) (pipeline.Order, bool, error) {
	if v.Reply != nil && v.Reply.Message != "" {
		o, size, err := ed.store.ByMessage(ctx, v.Platform, v.Chat, v.Reply.Message)
		if !errors.Is(err, pipeline.ErrNotFound) {
			v.Size = size
			return o, err == nil, err
		}
	}
	recent, err := ed.recent(ctx, v, meantFor)
	if err != nil || len(recent) == 0 {
		return pipeline.Order{}, false, err
	}
	o := recent[0]
	v.Message, v.Topic = o.Thread.Message, o.Thread.Topic
	return o, true, nil
}

// recent lists the person's orders in the chat that were placed or changed lately, newest first.
func (ed *Edits) recent(ctx context.Context, v *session.Session, lately time.Duration) ([]pipeline.Order, error) {
	orders, err := ed.loader.NewestOrders(ctx, v, session.MaxNewest)
	return slices.DeleteFunc(slices.Clone(orders), func(o pipeline.Order) bool {
		return o.Thread.User != v.User.ID || v.Now.Sub(o.Changed) > lately || o.Status == pipeline.Cancelled
	}), err
}

// howFar says how an order stands. A short that is there can be seen again.
func (ed *Edits) howFar(ctx context.Context, v *session.Session, o pipeline.Order) error {
	usual, err := ed.store.MedianStepTimes(ctx)
	if err != nil {
		return err
	}
	o.Thread.Lang = v.StoredChat.Lang
	stands := present.Standing(o, usual, v.Now, true)
	if step := present.Step(v.StoredChat.Lang, o.Step); stands == step { // it isn't known how long it takes
		stands = v.Fill("when.open", present.Args{"stage": step})
	}
	m := bot.Message{Text: present.Head(o.Cut.Words) + "\n" + stands}
	if o.Status == pipeline.Delivered {
		m.Buttons = [][]bot.Button{
			{
				{
					Label:  present.Made(v.StoredChat.Lang, "choice.watch", o.Cut.Size),
					Action: intent.Action(intent.DoResend, o.ID),
				},
			},
		}
	}
	v.Send(bot.OutgoingMessage{Message: m})
	return nil
}

// offerChanges says something about an order, with the buttons that change it.
func (ed *Edits) offerChanges(v *session.Session, o pipeline.Order, key string) {
	m := bot.Message{Text: v.Fill(key, nil)}
	o.Cut.Size = sizeOf(v, o)
	if o.Status == pipeline.Delivered {
		m.Buttons = present.ChangeButtons(v.StoredChat.Lang, o, ed.opts.Looks, ed.opts.Music)
	}
	v.Send(bot.OutgoingMessage{Message: m})
}
