package outbox

import (
	"context"
	"errors"
	"fmt"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// QueueCallback has the address of an order's callback told how the order stands, if it is to know that. Each event is
// queued once, however often this is called; what is queued survives a crash, and is tried for a day.
func (c *Outbox) QueueCallback(ctx context.Context, o pipeline.Order) error {
	event := bot.OrderEvent(o)
	if o.Callback == "" || event == "" {
		return nil
	}
	err := bot.Retry(func() error {
		chat, err := c.opts.Store.Chat(ctx, o.Thread.Platform, o.Thread.Chat)
		if err != nil || chat.Version == 0 { // it was forgotten, with its shop
			return err
		}
		// What one order's is told goes out in its order; no order waits for another.
		line := pipeline.Thread{Platform: o.Thread.Platform, Chat: fmt.Sprint("callback ", o.ID)}
		_, err = c.opts.Store.Commit(ctx, bot.Change{
			Key: "callback " + bot.OrderEventID(o.ID, o.Cut.N, event), Chat: chat,
			Messages: []bot.OutgoingMessage{
				{Message: bot.Message{Thread: line}, Order: o.ID, Cut: o.Cut.N, Callback: event},
			},
		})
		return err
	})
	if err == nil || errors.Is(err, bot.ErrSeen) {
		return nil
	}
	return passing(fmt.Errorf("queue callback of order %d: %w", o.ID, err))
}

// sendCallback tells it. What was deleted meanwhile isn't told of.
func (c *Outbox) sendCallback(ctx context.Context, s bot.OutgoingMessage) error {
	o, err := c.opts.Store.Order(ctx, s.Order)
	var shop bot.Shop
	if err == nil && o.Callback != "" {
		shop, err = c.opts.Store.Shop(ctx, o.Shop)
	}
	switch {
	case errors.Is(err, pipeline.ErrNotFound), err == nil && (o.Callback == "" || shop.Webhook == ""):
		return nil
	case err != nil:
		return passing(fmt.Errorf("callback of order %d: %w", s.Order, err))
	}
	return c.opts.Callback(ctx, s, o, shop)
}
