package conversation

import (
	"context"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
)

// SetWebhook gives the shop another secret that callbacks are signed with, which follows from webhook: see
// bot.Shop.Webhook. The one before is worth nothing from then on.
func (pg *Page) SetWebhook(ctx context.Context, u bot.Update, webhook string) error {
	_, err := pg.ask(ctx, u, func(_ context.Context, v *session.Session) error {
		if v.Shop.ID != 0 {
			v.Shop.Webhook = webhook
			v.Change.Shop = &v.Shop
		}
		return nil
	})
	return err
}

// SetTrackFile makes a piece of music that was uploaded as a blob the shop's own, as /music does one at an address.
// What came of it is sent; Response.Text says why it isn't even tried.
func (pg *Page) SetTrackFile(ctx context.Context, u bot.Update, blob string) (bot.Response, error) {
	return pg.ask(ctx, u, func(_ context.Context, v *session.Session) error {
		pg.cv.settings.TakeTrack(v, bot.UploadAddress(blob))
		return nil
	})
}
