package bot

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// keepLogo makes a blob of the picture that a shop was sent as its logo, and says what came of it. It
// may be done twice: the second finds nothing left to keep.
func (c *Courier) keepLogo(ctx context.Context, m Messenger, s state.Say) (string, error) {
	for range mostRetries {
		err := c.tryLogo(ctx, m, s)
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
func (c *Courier) tryLogo(ctx context.Context, m Messenger, s state.Say) error {
	chat, shop, err := c.shopOf(ctx, s.Thread, s.Logo)
	if err != nil {
		return passing(fmt.Errorf("keep logo: %w", err))
	}
	if shop.NewLogo.Ref == "" { // it was kept before, or along with an earlier one
		return nil
	}
	key, err := c.storeLogo(ctx, m, shop.NewLogo)
	if err != nil {
		return fmt.Errorf("keep logo: %w", err)
	}
	shop.Logo, shop.NewLogo = key, pipeline.Photo{}
	_, err = c.Store.Commit(ctx, state.Change{Chat: chat, Shop: &shop})
	if err != nil && !errors.Is(err, pipeline.ErrMoved) {
		err = passing(fmt.Errorf("keep logo: %w", err))
	}
	return err
}

// shopOf reads a shop by its number, or the chat's, with the chat, whose version fences what is done to it.
func (c *Courier) shopOf(ctx context.Context, t pipeline.Thread, id int64) (state.Chat, state.Shop, error) {
	chat, err := c.Store.Chat(ctx, t.Platform, t.Chat)
	if err == nil && chat.Version == 0 { // it has a new id, by which the next claim calls it
		err = pipeline.ErrNotFound
	}
	if err != nil {
		return chat, state.Shop{}, fmt.Errorf("chat: %w", err)
	}
	if id == state.ChatsShop {
		id = chat.Shop
	}
	shop, err := c.Store.Shop(ctx, id)
	return chat, shop, err
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
