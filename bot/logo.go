package bot

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// keepLogo makes a blob of the picture that a shop was sent as its logo, and says what came of it. It
// may be done twice: the second finds nothing left to keep.
func (c *Courier) keepLogo(ctx context.Context, m Messenger, s state.Say) (string, error) {
	for range mostRetries {
		chat, shop, err := c.shopOf(ctx, s, s.Logo)
		if err != nil {
			return "", fmt.Errorf("keep logo: %w", err)
		}
		if shop.NewLogo.Ref == "" { // it was kept before, or along with an earlier one
			return s.Text, nil
		}
		err = c.tryLogo(ctx, m, chat, shop)
		if f := (*pipeline.Fault)(nil); errors.As(err, &f) && f.Kind == pipeline.Rejected {
			c.Log.Info("logo refused", "platform", s.Thread.Platform, "err", err)
			return phrase.Reason(s.Thread.Lang, f.Reason), nil
		}
		if !errors.Is(err, pipeline.ErrMoved) {
			return s.Text, err
		}
	}
	return "", &pipeline.Fault{Kind: pipeline.Transient, Err: errors.New("keep logo: its shop never rests")}
}

// tryLogo keeps the picture unless the shop or the chat changes meanwhile: pipeline.ErrMoved.
func (c *Courier) tryLogo(ctx context.Context, m Messenger, chat state.Chat, shop state.Shop) error {
	key, err := c.storeLogo(ctx, m, shop.NewLogo)
	if err != nil {
		return fmt.Errorf("keep logo: %w", err)
	}
	shop.Logo, shop.NewLogo = key, pipeline.Photo{}
	_, err = c.Store.Commit(ctx, state.Change{Chat: chat, Shop: &shop})
	switch {
	case err == nil:
		return nil
	case !errors.Is(err, pipeline.ErrMoved):
		return passing(fmt.Errorf("keep logo: %w", err))
	}
	if gone := c.Blobs.Delete(ctx, key); gone != nil { // nobody else knows its name
		c.Log.Warn("a logo that no shop has is left behind", "err", gone)
	}
	return err
}

// patience is how long what a say waits for may be out of reach, be it a shop's chat or a place on the internet.
// All that comes after it in its chat waits as well.
const patience = 30 * time.Second

// shopOf reads the shop that a say is about, by its number or as the chat's, with the chat, whose version fences
// what is done to it. A chat that is away for longer than it takes to give it a new id was forgotten. Errors are
// Faults.
func (c *Courier) shopOf(ctx context.Context, s state.Say, id int64) (state.Chat, state.Shop, error) {
	chat, err := c.Store.Chat(ctx, s.Thread.Platform, s.Thread.Chat)
	if err == nil && chat.Version == 0 { // it has a new id, by which the next claim calls it
		err = pipeline.ErrNotFound
	}
	var shop state.Shop
	if err == nil {
		if id == state.ChatsShop {
			id = chat.Shop
		}
		shop, err = c.Store.Shop(ctx, id)
	}
	switch {
	case err == nil:
		return chat, shop, nil
	case errors.Is(err, pipeline.ErrNotFound) && time.Since(s.Made) > patience:
		return chat, shop, &pipeline.Fault{Kind: pipeline.Rejected, Reason: pipeline.ReasonCantDeliver, Err: err}
	}
	return chat, shop, passing(fmt.Errorf("its shop: %w", err))
}

// storeLogo fetches a picture, makes it small and puts it under a name that nobody guesses.
func (c *Courier) storeLogo(ctx context.Context, m Messenger, p pipeline.Photo) (key string, err error) {
	r, err := m.Photo(ctx, p)
	if err != nil {
		return "", err
	}
	defer r.Close()
	png, err := c.Logo(ctx, r)
	if f := (*pipeline.Fault)(nil); err != nil && !errors.As(err, &f) { // the stream broke off
		err = passing(err)
	}
	if err != nil {
		return "", err
	}
	key = "logos/" + strings.ToLower(rand.Text()) + ".png"
	if err := c.Blobs.Put(ctx, key, "image/png", bytes.NewReader(png)); err != nil {
		return "", passing(err)
	}
	return key, nil
}

// passing is a fault of our own that another try may find gone.
func passing(err error) error {
	return &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonTrouble, Err: err}
}
