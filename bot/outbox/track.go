package outbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// keepTrack makes a blob of the music at the address that a shop was given, and says what came of it. Each
// step is written down, so it may break off anywhere and be done twice.
func (c *Outbox) keepTrack(ctx context.Context, s bot.OutgoingMessage) (text string, err error) {
	var got fetched
	id := s.Track
	err = bot.Retry(func() error {
		chat, shop, err := c.shopOf(ctx, s, id)
		if err != nil {
			if late := c.sweepTracks(ctx, id); late != nil {
				err = passing(late)
			}
			return fmt.Errorf("keep music: %w", err)
		}
		id = shop.ID
		if shop.NewTrack.Address != "" {
			err = c.takeTrack(ctx, s, &chat, &shop, &got)
		}
		if err == nil && len(shop.NewTrack.Old) > 0 {
			err = c.dropTracks(ctx, &chat, &shop)
		}
		switch {
		case errors.Is(err, pipeline.ErrMoved):
			return err
		case err != nil:
			return passing(fmt.Errorf("keep music: %w", err))
		}
		if text = s.Text; shop.NewTrack.Refused != "" {
			text = c.refusedTrack(s.Thread, shop.NewTrack.Refused)
		}
		return nil
	})
	return text, restless("keep music", err)
}

// refusedTrack says why a piece came to nothing. On the page it was a file, in chats an address.
func (c *Outbox) refusedTrack(t pipeline.Thread, why string) string {
	if t.Platform == bot.PagePlatform {
		return present.Fill(t.Lang, "track."+why+".file", nil)
	}
	return c.spoken(t.Platform, present.Fill(t.Lang, "track."+why, nil))
}

// fetched is a piece that is there, should its shop have changed meanwhile.
type fetched struct {
	key   string
	sound []byte
}

// takeTrack fetches a shop's new piece, and makes it the one that its orders have from now on; or it writes down
// why it can't be. Either way the address is gone.
func (c *Outbox) takeTrack(
	ctx context.Context, s bot.OutgoingMessage, chat *bot.Chat, shop *bot.Shop, got *fetched,
) error {
	next := bot.NewTrack{Old: shop.NewTrack.Old}
	key := shop.NewTrackKey()
	if got.key != key {
		opening := func() error {
			shop.NewTrack.Opened++
			return c.writeDown(ctx, chat, shop)
		}
		err := error(bot.TrackCostly)
		var sound []byte
		if shop.NewTrack.Opened < pipeline.MaxDeaths {
			sound, err = c.opts.Track(ctx, shop.NewTrack.Address, opening)
		}
		var no bot.TrackRefusal
		switch {
		case err == nil:
			*got = fetched{key, sound}
		case errors.As(err, &no):
		case errors.Is(err, pipeline.ErrMoved):
			return err
		case time.Since(s.Made) < patience, pipeline.AsFault(err).RateLimited, ctx.Err() != nil:
			if shop.NewTrack.Opened > 0 { // it wasn't the music
				shop.NewTrack.Opened = 0
				err = errors.Join(err, c.writeDown(ctx, chat, shop))
			}
			return err
		default:
			no = bot.TrackAway
		}
		if no != "" {
			c.opts.Log.Info("music refused", "platform", s.Thread.Platform, "err", err)
			next.Refused = string(no)
		}
	}
	if next.Refused == "" {
		if err := c.opts.Blobs.Put(ctx, key, "audio/mpeg", bytes.NewReader(got.sound)); err != nil {
			return err
		}
		if shop.Track != "" {
			next.Old = append(slices.Clone(next.Old), shop.Track)
		}
		shop.Track, shop.Music = key, key
	}
	shop.NewTrack = next
	return c.writeDown(ctx, chat, shop)
}

// dropTracks deletes the pieces that a shop doesn't have any more, and their names.
func (c *Outbox) dropTracks(ctx context.Context, chat *bot.Chat, shop *bot.Shop) error {
	if err := c.deleteTracks(ctx, *shop); err != nil {
		return err
	}
	shop.NewTrack.Old = nil
	return c.writeDown(ctx, chat, shop)
}

// deleteTracks deletes the pieces that a shop doesn't have any more. What an order may still be cut with stays,
// and goes with the last such order: see Files of bot.Retention.
func (c *Outbox) deleteTracks(ctx context.Context, shop bot.Shop) error {
	for _, key := range shop.NewTrack.Old {
		plays, err := c.opts.Store.TrackInUse(ctx, shop.ID, key)
		if err == nil && !plays && key != shop.Track {
			err = c.opts.Blobs.Delete(ctx, key)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sweepTracks deletes what was fetched for a shop that has no chat any more: the process that forgot it may have looked
// for the blob before it was there.
func (c *Outbox) sweepTracks(ctx context.Context, shop int64) error {
	if shop == bot.ChatsShop {
		return nil
	}
	s, err := c.opts.Store.Shop(ctx, shop)
	if err != nil {
		return err
	}
	return c.deleteTracks(ctx, s)
}
