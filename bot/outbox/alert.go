package outbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	glanceHigh  = 960              // pixels of a photo that is to be recognised
	glanceLimit = 40 * time.Second // then there is still time to say it without
)

// sendWithPhoto says something about an order, below the photo that its short is made of. Without one, or
// where no picture can be sent, the words go alone.
func (c *Outbox) sendWithPhoto(ctx context.Context, m bot.Messenger, s bot.OutgoingMessage) (string, error) {
	o, err := c.opts.Store.Order(ctx, s.Order)
	if err == nil && o.PhotoKey == "" {
		return m.Send(ctx, s.Message)
	}
	receipt := ""
	if err == nil {
		receipt, err = c.sendPhoto(ctx, m, s.Message, o)
	}
	if err == nil {
		message, _ := readReceipt(receipt)
		return message, nil
	}
	if f, moved := pipeline.AsFault(err), (*bot.RenamedChat)(nil); f.RateLimited || errors.As(err, &moved) {
		return "", err
	}
	c.opts.Log.Warn("alert sent without the order's photo", "order", s.Order, "platform", s.Thread.Platform, "err", err)
	return m.Send(ctx, s.Message)
}

func (c *Outbox) sendPhoto(
	ctx context.Context, m bot.Messenger, s bot.Message, o pipeline.Order,
) (receipt string, err error) {
	ctx, cancel := context.WithTimeout(ctx, glanceLimit)
	defer cancel()
	photo, err := c.alertWithPhoto(ctx, o.PhotoKey)
	if err != nil {
		return "", fmt.Errorf("photo: %w", err)
	}
	p := bot.Media{
		Thread: s.Thread, Text: s.Text, Title: present.OneLine(o.Cut.Words.Menu), Buttons: s.Buttons,
		Still: true, Data: bytes.NewReader(photo), Priority: s.Priority,
	}
	for {
		receipt, err = m.Media(ctx, p)
		var part *pipeline.Partial
		if !errors.As(err, &part) || part.Err != nil { // one that isn't seen is done without
			return receipt, err
		}
		_, p.File = readReceipt(part.Receipt)
	}
}

// alertWithPhoto makes a small JPEG of a prepared photo.
func (c *Outbox) alertWithPhoto(ctx context.Context, key string) ([]byte, error) {
	photo, err := c.prepared(ctx, key)
	if err != nil {
		return nil, err
	}
	all := photo.Bounds()
	high := min(all.Dy(), glanceHigh)
	return shrunk(photo, all, max(1, all.Dx()*high/max(1, all.Dy())), high, 85)
}
