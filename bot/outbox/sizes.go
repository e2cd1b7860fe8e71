package outbox

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// heaviest is how many bytes a short of a size may have in a chat.
func heaviest(m bot.Messenger, s pipeline.Size) int64 {
	if s == pipeline.Still {
		return m.MaxPicture()
	}
	return m.MaxVideo()
}

// sendPicture sends an order's still, and returns its receipt.
func (c *Outbox) sendPicture(
	ctx context.Context, m bot.Messenger, o pipeline.Order, picture io.ReadSeeker, bytes int64,
) (string, error) {
	if _, err := picture.Seek(0, io.SeekStart); err != nil {
		return "", passing(fmt.Errorf("read still: %w", err))
	}
	_, file := readReceipt(o.Cut.Receipt)
	receipt, err := m.Picture(ctx, bot.Picture{
		Thread: o.Thread, Text: present.Post(o.Thread.Lang, o, present.CaptionUnits),
		Title:   present.OneLine(o.Cut.Words.Menu),
		Buttons: c.choices(o), File: file, JPEG: picture, Bytes: bytes,
	})
	if errors.Is(err, bot.ErrNoVideo) || errors.Is(err, bot.ErrUnseen) {
		c.opts.Log.Warn("still not delivered", "order", o.ID, "cut", o.Cut.N, "platform", o.Thread.Platform, "err", err)
		return c.showLink(ctx, m, o, err)
	}
	return receipt, err
}
