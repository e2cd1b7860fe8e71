package shop

import (
	"context"
	"errors"
	"strings"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// An invite's code has so many letters, of five bits each.
const (
	CodeLetters  = 26
	codeAlphabet = "abcdefghijklmnopqrstuvwxyz234567"
)

// Start greets a chat. With an invite's code it belongs to a shop from then on.
func (mb *Members) Start(ctx context.Context, v *session.Session, code string) error {
	if code == "" || v.Shop.ID != 0 {
		mb.Greet(v, code)
		return nil
	}
	inv, err := mb.ReadInvite(ctx, v, code)
	switch {
	case errors.Is(err, pipeline.ErrNotFound) && mb.MayJoin(v): // it does without
		mb.Greet(v, "")
		return nil
	case errors.Is(err, pipeline.ErrNotFound):
		v.Tell("start.badcode", nil)
		return nil
	case err != nil:
		return err
	}
	return mb.Enter(ctx, v, inv)
}

// Greet says what the chat can do now.
func (mb *Members) Greet(v *session.Session, code string) {
	switch {
	case !mb.MayJoin(v):
		v.Write(v.Fill("start.hello", nil), v.Fill("invite.needed", nil), v.Fill("ai", nil))
	case code != "":
		v.Write(v.Fill("start.bound", nil), v.Fill("start.how", nil), v.Fill("ai", nil))
	default:
		v.Write(v.Fill("start.hello", nil), v.Fill("start.how", nil), v.Fill("ai", nil), v.Fill("start.more", nil))
	}
}

// Enter binds the chat to the invite's shop.
func (mb *Members) Enter(ctx context.Context, v *session.Session, inv bot.Invite) error {
	v.Change.Invite = inv.Code
	bind(v)
	if inv.Shop == 0 {
		v.Shop = bot.Shop{Name: inv.Name, Made: v.Now}
		v.Change.Shop = &v.Shop
	} else {
		shop, err := mb.store.Shop(ctx, inv.Shop)
		if err != nil {
			return err
		}
		v.Shop, v.Change.Chat.Shop = shop, shop.ID
	}
	joined := v.Fill("start.joined", nil)
	if v.Shop.Name != "" {
		joined = v.Fill("start.joined.shop", present.Args{"name": v.Shop.Name})
	}
	v.Write(joined, v.Fill("start.how", nil), v.Fill("ai", nil), v.Fill("start.more", nil))
	return nil
}

// bind remembers who has bound the chat to its shop.
func bind(v *session.Session) {
	if !v.User.Anonymous {
		v.Change.Chat.BoundBy = v.Who()
	}
}

// ReadInvite finds the invite that a code stands for. pipeline.ErrNotFound when it can't be used, for
// whatever reason: who guesses learns nothing.
func (mb *Members) ReadInvite(ctx context.Context, v *session.Session, code string) (bot.Invite, error) {
	code = strings.ToLower(code)
	if len(code) != CodeLetters || strings.Trim(code, codeAlphabet) != "" {
		return bot.Invite{}, pipeline.ErrNotFound
	}
	inv, err := mb.store.Invite(ctx, code)
	if err == nil && (!inv.Used.IsZero() || !v.Now.Before(inv.Expires)) {
		err = pipeline.ErrNotFound
	}
	return inv, err
}
