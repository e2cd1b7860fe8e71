package outbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Deliver implements pipeline.Chat: a playing video that replies to the photo, with the text of a post
// and what may be done to the order.
func (c *platformChat) Deliver(ctx context.Context, o pipeline.Order, short io.ReadSeeker) (string, error) {
	receipt, err := c.show(ctx, c.messenger, o, short)
	return receipt, c.renamed(ctx, o.Thread, err)
}

// show sends an order's short, and returns its receipt.
func (c *Outbox) show(ctx context.Context, m bot.Messenger, o pipeline.Order, short io.ReadSeeker) (string, error) {
	size, err := short.Seek(0, io.SeekEnd)
	if err != nil {
		return "", passing(fmt.Errorf("read short: %w", err))
	}
	_, file := readReceipt(o.Cut.Receipt)
	still := o.Cut.Size == pipeline.Still
	if most := m.MaxBytes(still); size > most && file == "" {
		return c.showLink(ctx, m, o, fmt.Errorf("short has %d bytes and %s takes %d", size, o.Thread.Platform, most))
	}
	log := c.opts.Log.With("order", o.ID, "cut", o.Cut.N, "platform", o.Thread.Platform)
	x := bot.Media{
		Thread: o.Thread, Text: present.Post(o.Thread.Lang, o, present.CaptionUnits),
		Title:   present.OneLine(o.Cut.Words.Menu),
		Buttons: c.choices(o), File: file, Data: short, Still: still,
	}
	if !still {
		x.Posters = func(ctx context.Context) bot.Posters {
			p, err := c.posters(ctx, o, size)
			if err != nil {
				log.Warn("short has no thumbnail", "err", err)
			}
			return p
		}
		if x.W, x.H, x.Duration, err = measure(short); err != nil {
			log.Warn("short not measured", "err", err)
		}
	}
	if _, err := short.Seek(0, io.SeekStart); err != nil {
		return "", passing(fmt.Errorf("read short: %w", err))
	}
	receipt, err := m.Media(ctx, x)
	if errors.Is(err, bot.ErrNoVideo) || errors.Is(err, bot.ErrUnseen) {
		log.Warn("short not delivered", "err", err)
		return c.showLink(ctx, m, o, err)
	}
	return receipt, err
}

// showLink says where a short can be watched that the chat doesn't take, for the reason why.
func (c *Outbox) showLink(ctx context.Context, m bot.Messenger, o pipeline.Order, why error) (string, error) {
	link := ""
	if c.opts.Watch != nil {
		link = c.opts.Watch(o)
	}
	if link == "" {
		return "", &pipeline.Fault{Kind: pipeline.Rejected, Reason: pipeline.ReasonCantDeliver, Err: fmt.Errorf(
			"%w; with PUBLIC_URL set a link is sent instead", why)}
	}
	watch := []bot.Button{{Label: present.Made(o.Thread.Lang, "choice.watch", o.Cut.Size), Link: link}}
	key := "deliver.link"
	switch {
	case errors.Is(why, bot.ErrNoVideo):
		key = "deliver.novideo"
	case errors.Is(why, bot.ErrUnseen):
		key = "deliver.unseen"
	}
	return m.Send(ctx, bot.Message{
		Thread: o.Thread, Text: present.Head(o.Cut.Words) + "\n" + present.Made(o.Thread.Lang, key, o.Cut.Size),
		Buttons: append([][]bot.Button{watch}, c.choices(o)...),
	})
}

// choices are the buttons under a short: what may be done to it, and its text to copy.
func (c *Outbox) choices(o pipeline.Order) [][]bot.Button {
	return append(present.ChangeButtons(o.Thread.Lang, o, c.opts.Looks, c.opts.Music), []bot.Button{{
		Label: present.Fill(o.Thread.Lang, "choice.copy", nil), Copy: present.Post(o.Thread.Lang, o, present.CopyUnits),
	}})
}

// readReceipt parts the chat's name for a short from the platform's own copy of it.
func readReceipt(receipt string) (message, file string) {
	message, file, _ = strings.Cut(receipt, " ")
	return message, file
}
