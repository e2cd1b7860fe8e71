package bot

import (
	"context"
	"errors"
	"strings"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// start greets a chat. With an invite's code it belongs to a shop from then on.
func (d *Conversation) start(ctx context.Context, v *session, code string) error {
	if code == "" || v.shop.ID != 0 {
		d.greet(v, code)
		return nil
	}
	inv, err := d.readInvite(ctx, v, code)
	switch {
	case errors.Is(err, pipeline.ErrNotFound) && d.mayJoin(v): // it does without
		d.greet(v, "")
		return nil
	case errors.Is(err, pipeline.ErrNotFound):
		v.tell("start.badcode", nil)
		return nil
	case err != nil:
		return err
	}
	return d.enter(ctx, v, inv)
}

// greet says what the chat can do now.
func (d *Conversation) greet(v *session, code string) {
	switch {
	case !d.mayJoin(v):
		v.write(v.fill("start.hello", nil), v.fill("invite.needed", nil), v.fill("ai", nil))
	case code != "":
		v.write(v.fill("start.bound", nil), v.fill("start.how", nil), v.fill("ai", nil))
	default:
		v.write(v.fill("start.hello", nil), v.fill("start.how", nil), v.fill("ai", nil), v.fill("start.more", nil))
	}
}

// enter binds the chat to the invite's shop.
func (d *Conversation) enter(ctx context.Context, v *session, inv state.Invite) error {
	v.change.Invite = inv.Code
	v.bind()
	if inv.Shop == 0 {
		v.shop = state.Shop{Name: inv.Name, Made: v.now}
		v.change.Shop = &v.shop
	} else {
		shop, err := d.Store.Shop(ctx, inv.Shop)
		if err != nil {
			return err
		}
		v.shop, v.change.Chat.Shop = shop, shop.ID
	}
	joined := v.fill("start.joined", nil)
	if v.shop.Name != "" {
		joined = v.fill("start.joined.shop", phrase.Args{"name": v.shop.Name})
	}
	v.write(joined, v.fill("start.how", nil), v.fill("ai", nil), v.fill("start.more", nil))
	return nil
}

// bind remembers who has bound the chat to its shop.
func (v *session) bind() {
	if !v.User.Anonymous {
		v.change.Chat.BoundBy = v.who()
	}
}

// readInvite finds the invite that a code stands for. pipeline.ErrNotFound when it can't be used, for
// whatever reason: who guesses learns nothing.
func (d *Conversation) readInvite(ctx context.Context, v *session, code string) (state.Invite, error) {
	code = strings.ToLower(code)
	if len(code) != codeLetters || strings.Trim(code, codeAlphabet) != "" {
		return state.Invite{}, pipeline.ErrNotFound
	}
	inv, err := d.Store.Invite(ctx, code)
	if err == nil && (!inv.Used.IsZero() || !v.now.Before(inv.Expires)) {
		err = pipeline.ErrNotFound
	}
	return inv, err
}
