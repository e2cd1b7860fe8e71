package conversation

import (
	"context"
	"errors"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// UsedThisMonth is how many shorts a shop has had this month, and how many it may have; 0: as many as it likes.
func (pg *Page) UsedThisMonth(ctx context.Context, s bot.Shop) (used, limit int, err error) {
	used, err = pg.opts.Store.OrdersInPeriod(ctx, s.ID, present.MonthOf(pg.opts.Zone, time.Now(), 0))
	return used, s.LimitOr(pg.opts.Limit), err
}

// NextMonth is when a month's shorts are refilled.
func (pg *Page) NextMonth(now time.Time) time.Time { return present.MonthOf(pg.opts.Zone, now, 1) }

// Forget has everything of the shop deleted in a day, as /forget does.
func (pg *Page) Forget(ctx context.Context, u bot.Update) (bot.Response, error) {
	return pg.ask(ctx, u, func(ctx context.Context, v *session.Session) error {
		may, why := pg.cv.forgetting.MayForget(ctx, v)
		_, wished, err := pg.cv.forgetting.ForgetWish(ctx, v.Shop.ID)
		switch {
		case err != nil || wished:
			return err
		case v.Shop.ID == 0 || !may:
			v.Tell(why, nil)
			return nil
		}
		if err := pg.cv.forgetting.WishForget(ctx, v); err != nil {
			return err
		}
		v.Send(bot.OutgoingMessage{Message: pg.cv.forgetting.ForgetSoon(v, "forget.begun", v.Now)})
		return nil
	})
}

// Unforget takes that back.
func (pg *Page) Unforget(ctx context.Context, u bot.Update) (bot.Response, error) {
	return pg.ask(ctx, u, pg.cv.forgetting.SayUnforget)
}

// Forgetting says that a shop is to be deleted, and when; "" when it isn't.
func (pg *Page) Forgetting(ctx context.Context, u bot.Update) (string, error) {
	v, err := pg.cv.loader.Load(ctx, u)
	if err != nil {
		return "", err
	}
	wish, wished, err := pg.cv.forgetting.ForgetWish(ctx, v.Shop.ID)
	if err != nil || !wished {
		return "", err
	}
	return pg.cv.forgetting.ForgetSoon(v, "forget.begun", wish.Since).Text, nil
}

// InviteHolds reports whether a code of /invite can be used.
func (pg *Page) InviteHolds(ctx context.Context, code string) (bool, error) {
	_, err := pg.cv.members.ReadInvite(ctx, &session.Session{Now: time.Now()}, code)
	if errors.Is(err, pipeline.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// EnterInvite uses a code of /invite up for a shop without a chat, and writes its first session. pipeline.ErrNotFound
// when the code can't be used.
func (pg *Page) EnterInvite(ctx context.Context, u bot.Update, code string, cred bot.Credential) error {
	_, err := pg.ask(ctx, u, func(ctx context.Context, v *session.Session) error {
		inv, err := pg.cv.members.ReadInvite(ctx, v, code)
		if err != nil {
			return err
		}
		if err := pg.cv.members.Enter(ctx, v, inv); err != nil {
			return err
		}
		cred.Shop, cred.User, cred.Lang = v.Shop.ID, v.Who(), v.StoredChat.Lang
		v.Change.Credential = &cred
		return nil
	})
	return err
}

// EnterSample writes a session of the sandbox's shop, which is made with this name if it isn't there.
func (pg *Page) EnterSample(ctx context.Context, u bot.Update, name string, cred bot.Credential) error {
	_, err := pg.ask(ctx, u, func(_ context.Context, v *session.Session) error {
		if v.Shop.ID == 0 {
			v.Shop = bot.Shop{Name: name, Made: v.Now}
			v.Change.Shop = &v.Shop
		}
		cred.Shop, cred.User = v.Shop.ID, v.Who()
		v.Change.Credential = &cred
		return nil
	})
	return err
}
