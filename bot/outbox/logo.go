package outbox

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/worker"
)

// keepLogo makes a blob of the picture that a shop was sent as its logo, and says what came of it. It
// may be done twice: the second finds nothing left to keep.
func (c *Outbox) keepLogo(ctx context.Context, m bot.Messenger, s bot.OutgoingMessage) (text string, err error) {
	var got openedLogo
	err = bot.Retry(func() error {
		chat, shop, err := c.shopOf(ctx, s, s.Logo)
		if err != nil {
			return fmt.Errorf("keep logo: %w", err)
		}
		if text = s.Text; shop.NewLogo.Ref == "" { // it was kept before, or along with an earlier one
			return nil
		}
		err = c.tryLogo(ctx, m, chat, shop, &got)
		if f := (*pipeline.Fault)(nil); errors.As(err, &f) &&
			(f.Kind == pipeline.Rejected || f.MaxAttempts > 0 && time.Since(s.Made) > logoPatience) {
			c.opts.Log.Info("logo refused", "platform", s.Thread.Platform, "err", err)
			text = present.Reason(s.Thread.Lang, f.Reason)
			return nil
		}
		return err
	})
	return text, restless("keep logo", err)
}

// restless makes a Fault of the error of what was done again and again because its shop changed meanwhile.
func restless(what string, err error) error {
	if errors.Is(err, pipeline.ErrMoved) {
		return passing(errors.New(what + ": its shop never rests"))
	}
	return err
}

// logoPatience is how long a picture is asked for that may be gone or not.
const logoPatience = 30 * time.Second

// openedLogo is what was made of a picture, should its shop have changed meanwhile.
type openedLogo struct {
	ref string
	png []byte
}

// tryLogo keeps the picture unless the shop or the chat changes meanwhile: pipeline.ErrMoved. That it is about to
// be opened is written down first, so that a picture which kills this process is counted.
func (c *Outbox) tryLogo(ctx context.Context, m bot.Messenger, chat bot.Chat, shop bot.Shop, got *openedLogo) error {
	if got.ref != shop.NewLogo.Ref {
		if err := shop.NewLogo.CheckOpened(); err != nil {
			return fmt.Errorf("keep logo: %w", err)
		}
		opening := func() error {
			shop.NewLogo.Opened++
			return c.writeDown(ctx, &chat, &shop)
		}
		png, err := c.openLogo(ctx, m, shop.NewLogo, opening)
		if err != nil {
			if shop.NewLogo.Opened > 0 && !errors.Is(err, worker.ErrDied) && !errors.Is(err, pipeline.ErrMoved) {
				shop.NewLogo.Opened = 0 // best effort: at worst a shop with much ill luck sends its logo again
				err = errors.Join(err, c.writeDown(ctx, &chat, &shop))
			}
			return fmt.Errorf("keep logo: %w", err)
		}
		*got = openedLogo{shop.NewLogo.Ref, png}
	}
	key := "logos/" + strings.ToLower(rand.Text()) + ".png"
	if err := c.opts.Blobs.Put(ctx, key, "image/png", bytes.NewReader(got.png)); err != nil {
		return passing(fmt.Errorf("keep logo: %w", err))
	}
	shop.Logo, shop.NewLogo = key, pipeline.Photo{}
	_, err := c.opts.Store.Commit(ctx, bot.Change{Chat: chat, Shop: &shop})
	switch {
	case err == nil:
		return nil
	case !errors.Is(err, pipeline.ErrMoved):
		return passing(fmt.Errorf("keep logo: %w", err))
	}
	if gone := c.opts.Blobs.Delete(ctx, key); gone != nil { // only this process knows its name
		c.opts.Log.Warn("a logo that no shop has is left behind", "err", gone)
	}
	return err
}

// patience is how long what a message waits for may be out of reach, be it a shop's chat or a place on the internet.
// All that comes after it in its chat waits as well.
const patience = 30 * time.Second

// shopOf reads the shop that a message is about, by its number or as the chat's, with the chat, whose version fences
// what is done to it. A chat that is away for longer than it takes to give it a new id was forgotten. Errors are
// Faults.
func (c *Outbox) shopOf(ctx context.Context, s bot.OutgoingMessage, id int64) (bot.Chat, bot.Shop, error) {
	chat, err := c.opts.Store.Chat(ctx, s.Thread.Platform, s.Thread.Chat)
	if err == nil && chat.Version == 0 { // it has a new id, by which the next claim calls it
		err = pipeline.ErrNotFound
	}
	var shop bot.Shop
	if err == nil {
		if id == bot.ChatsShop {
			id = chat.Shop
		}
		shop, err = c.opts.Store.Shop(ctx, id)
	}
	switch {
	case err == nil:
		return chat, shop, nil
	case errors.Is(err, pipeline.ErrNotFound) && time.Since(s.Made) > patience:
		return chat, shop, &pipeline.Fault{Kind: pipeline.Rejected, Reason: pipeline.ReasonCantDeliver, Err: err}
	}
	return chat, shop, passing(fmt.Errorf("its shop: %w", err))
}

// writeDown commits a shop as it is here, and makes chat and shop what was written.
func (c *Outbox) writeDown(ctx context.Context, chat *bot.Chat, shop *bot.Shop) error {
	_, err := c.opts.Store.Commit(ctx, bot.Change{Chat: *chat, Shop: shop})
	if err == nil {
		chat.Version++
		shop.Version++
	}
	return err
}

// openLogo fetches a picture and makes it small. opening is called when its turn has come.
func (c *Outbox) openLogo(
	ctx context.Context, m bot.Messenger, p pipeline.Photo, opening func() error,
) ([]byte, error) {
	r, err := m.Photo(ctx, p)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	png, err := c.opts.Logo(ctx, r, opening)
	f := (*pipeline.Fault)(nil)
	if err != nil && !errors.As(err, &f) && !errors.Is(err, pipeline.ErrMoved) { // the stream broke off
		err = passing(err)
	}
	return png, err
}

// passing is a fault of our own that another try may find gone.
func passing(err error) error {
	return &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonTrouble, Err: err}
}
