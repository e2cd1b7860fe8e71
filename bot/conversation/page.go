package conversation

import (
	"context"
	"slices"
	"strings"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Page is what a browser asks of the conversation, beside what chats ask: see NewPage.
type Page struct {
	opts *session.Options
	cv   *Conversation
}

// NewPage makes a Page.
func NewPage(cv *Conversation) *Page { return &Page{cv.opts, cv} }

// Ask is Handle for a platform that waits for the answer: what would be said to the update's chat is returned, and
// not sent. What a shop's logo or music came to is sent all the same, since it takes a while.
func (pg *Page) Ask(ctx context.Context, u bot.Update) (bot.Response, error) {
	return pg.ask(ctx, u, pg.cv.decide)
}

func (pg *Page) ask(
	ctx context.Context, u bot.Update, decide func(context.Context, *session.Session) error,
) (bot.Response, error) {
	var reply bot.Response
	if err := pg.cv.handle(ctx, u, &reply, decide); err != nil {
		return bot.Response{}, err
	}
	return reply, nil
}

// answered takes what is said to the session's own chat out of the change, for who waits for it.
func answered(v *session.Session) {
	if v.Response == nil {
		return
	}
	var texts []string
	v.Change.Messages = slices.DeleteFunc(v.Change.Messages, func(s bot.OutgoingMessage) bool {
		here := s.Thread.Platform == v.Platform && s.Thread.Chat == v.Chat
		if !here || s.Logo != 0 || s.Track != 0 {
			return false
		}
		if s.Text != "" {
			texts = append(texts, s.Text)
		}
		return true
	})
	if v.Response.Text != "" { // answered before, and found that there is more to say
		texts = append([]string{v.Response.Text}, texts...)
	}
	v.Response.Text = strings.Join(texts, "\n\n")
	v.Response.Changed = len(v.Change.Moves) > 0
}

// ChangeOrder does what a button below an order does in a chat.
func (pg *Page) ChangeOrder(ctx context.Context, u bot.Update, c bot.OrderChange) (bot.Response, error) {
	if !changesOrder(c.Verb) {
		return bot.Response{}, pipeline.ErrNotFound
	}
	to := c.To
	if c.Verb == intent.DoAgain || c.Verb == intent.DoCancel || c.Verb == intent.DoAnyway {
		to = "yes"
	}
	u.Kind, u.Action, u.Notice = bot.Pressed, intent.Action(c.Verb, c.Order, to), "page"
	if c.Size != "" {
		u.Action += ":" + c.Size
	}
	if to == "" { // else it would ask which
		return bot.Response{}, nil
	}
	return pg.Ask(ctx, u)
}

// SetLook, SetMusic and SetLanguage choose what a shop's orders begin with, and what its page speaks.
func (pg *Page) SetLook(ctx context.Context, u bot.Update, name string) (bot.Response, error) {
	return pg.set(ctx, u, intent.DoShopLook, name)
}

// SetMusic takes a built-in piece, or the shop's own.
func (pg *Page) SetMusic(ctx context.Context, u bot.Update, name string) (bot.Response, error) {
	return pg.set(ctx, u, intent.DoShopMusic, name)
}

// SetLanguage takes ko or en.
func (pg *Page) SetLanguage(ctx context.Context, u bot.Update, name string) (bot.Response, error) {
	return pg.set(ctx, u, intent.DoLanguage, name)
}

func (pg *Page) set(ctx context.Context, u bot.Update, verb, name string) (bot.Response, error) {
	return pg.ask(ctx, u, func(_ context.Context, v *session.Session) error {
		c := pg.cv.settings.Choice(v, verb)
		if !slices.Contains(c.Names, name) {
			v.Tell("missing", nil)
			return nil
		}
		c.Take(name)
		key := verb + ".set"
		if verb == intent.DoLanguage {
			key = "lang.set"
		}
		v.Tell(key, map[string]string{"name": c.Label(name)})
		return nil
	})
}

// SetShopName gives the shop another name, which stands on its shorts from then on.
func (pg *Page) SetShopName(ctx context.Context, u bot.Update, name string) (bot.Response, error) {
	return pg.ask(ctx, u, func(_ context.Context, v *session.Session) error {
		clean, long := intent.CleanName(name)
		switch {
		case long:
			v.Tell("shop.long", nil)
		case clean == "":
			v.Tell("shop.empty", nil)
		default:
			pg.cv.settings.TakeName(v, clean)
		}
		return nil
	})
}

// SetLogo leaves a picture with the shop; what came of it is sent.
func (pg *Page) SetLogo(ctx context.Context, u bot.Update, p pipeline.Photo) error {
	_, err := pg.ask(ctx, u, func(_ context.Context, v *session.Session) error {
		pg.cv.settings.TakeLogo(v, p)
		return nil
	})
	return err
}

// EndSessions ends every session and link of the shop.
func (pg *Page) EndSessions(ctx context.Context, u bot.Update) error {
	_, err := pg.ask(ctx, u, func(_ context.Context, v *session.Session) error {
		v.Change.EndSessions = v.Shop.ID != 0
		return nil
	})
	return err
}

// changesOrder reports whether a verb is one of bot.OrderChange.
func changesOrder(verb string) bool {
	return slices.Contains(
		[]string{intent.DoCancel, intent.DoAnyway, intent.DoAgain, intent.DoLook, intent.DoMusic, intent.DoSize}, verb,
	)
}
