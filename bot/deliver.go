package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Deliver implements pipeline.Chat: a playing video that replies to the photo, with the text of a post
// and what may be done to the order.
func (c *orderNotifier) Deliver(ctx context.Context, o pipeline.Order, short io.ReadSeeker) (string, error) {
	receipt, err := c.show(ctx, c.messenger, o, short)
	return receipt, c.renamed(ctx, o.Thread, err)
}

// show sends an order's short, and returns its receipt.
func (c *Outbox) show(ctx context.Context, m Messenger, o pipeline.Order, short io.ReadSeeker) (string, error) {
	size, err := short.Seek(0, io.SeekEnd)
	if err != nil {
		return "", passing(fmt.Errorf("read short: %w", err))
	}
	_, file := readReceipt(o.Cut.Receipt)
	if most := heaviest(m, o.Cut.Size); size > most && file == "" {
		return c.showLink(ctx, m, o, fmt.Errorf("short has %d bytes and %s takes %d", size, o.Thread.Platform, most))
	}
	if o.Cut.Size == pipeline.Still {
		return c.sendPicture(ctx, m, o, short, size)
	}
	log := c.Log.With("order", o.ID, "cut", o.Cut.N, "platform", o.Thread.Platform)
	v := Video{
		Thread: o.Thread, Text: post(o.Thread.Lang, o, captionUnits), Title: oneLine(o.Cut.Words.Menu),
		Buttons: c.choices(o), File: file, Short: short, Bytes: size,
		Posters: func(ctx context.Context) Posters {
			p, err := c.posters(ctx, o.PhotoKey, o.Cut.Size)
			if err != nil {
				log.Warn("short has no thumbnail", "err", err)
			}
			return p
		},
	}
	if v.W, v.H, v.Duration, err = measure(short); err != nil {
		log.Warn("short not measured", "err", err)
	}
	if _, err := short.Seek(0, io.SeekStart); err != nil {
		return "", passing(fmt.Errorf("read short: %w", err))
	}
	receipt, err := m.Video(ctx, v)
	if errors.Is(err, ErrNoVideo) || errors.Is(err, ErrUnseen) {
		log.Warn("short not delivered", "err", err)
		return c.showLink(ctx, m, o, err)
	}
	return receipt, err
}

// showLink says where a short can be watched that the chat doesn't take, for the reason why.
func (c *Outbox) showLink(ctx context.Context, m Messenger, o pipeline.Order, why error) (string, error) {
	link := ""
	if c.Watch != nil {
		link = c.Watch(o)
	}
	if link == "" {
		return "", &pipeline.Fault{Kind: pipeline.Rejected, Reason: pipeline.ReasonCantDeliver, Err: fmt.Errorf(
			"%w; with PUBLIC_URL set a link is sent instead", why)}
	}
	watch := []state.Button{{Label: made(o.Thread.Lang, "choice.watch", o.Cut.Size), Link: link}}
	key := "deliver.link"
	switch {
	case errors.Is(why, ErrNoVideo):
		key = "deliver.novideo"
	case errors.Is(why, ErrUnseen):
		key = "deliver.unseen"
	}
	return m.Send(ctx, state.Message{
		Thread: o.Thread, Text: head(o.Cut.Words) + "\n" + made(o.Thread.Lang, key, o.Cut.Size),
		Buttons: append([][]state.Button{watch}, c.choices(o)...),
	})
}

// choices are the buttons under a short: what may be done to it, and its text to copy.
func (c *Outbox) choices(o pipeline.Order) [][]state.Button {
	return append(changeButtons(o.Thread.Lang, o, c.Looks, c.Music), []state.Button{{
		Label: phrase.Fill(o.Thread.Lang, "choice.copy", nil), Copy: post(o.Thread.Lang, o, copyUnits),
	}})
}

// readReceipt parts the chat's name for a short from the platform's own copy of it.
func readReceipt(receipt string) (message, file string) {
	message, file, _ = strings.Cut(receipt, " ")
	return message, file
}
