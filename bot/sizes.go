package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/pipeline"
)

// tallName is how the size is called that has no name in an order.
const tallName = "tall"

// sizes are what a short may be changed to, as buttons and phrases call them.
func sizes() []string {
	var names []string
	for _, s := range pipeline.Sizes() {
		names = append(names, sizeName(s))
	}
	return names
}

func sizeName(s pipeline.Size) string {
	if s == pipeline.Tall {
		return tallName
	}
	return string(s)
}

// sizeOf is the size that a name stands for, nil for none.
func sizeOf(name string) *pipeline.Size {
	i := slices.Index(sizes(), name)
	if i < 0 {
		return nil
	}
	return &pipeline.Sizes()[i]
}

// sizeOf is the size of the order's short that the session is about: when none was named, of its newest.
func (v *session) sizeOf(o pipeline.Order) pipeline.Size {
	if v.size != nil {
		return *v.size
	}
	return o.Cut.Size
}

// made is the phrase about what an order's cut becomes: most speak of a video, and have one like them that
// speaks of a picture.
func made(lang, key string, s pipeline.Size) string {
	if s == pipeline.Still {
		key += ".still"
	}
	return phrase.Fill(lang, key, nil)
}

// maxPicture is how many bytes a picture may have on whatever platform takes the least: Telegram.
const maxPicture = 10_000_000

// heaviest is how many bytes a short of a size may have in a chat.
func heaviest(m Messenger, s pipeline.Size) int64 {
	if s == pipeline.Still {
		return min(m.MaxVideo(), maxPicture)
	}
	return m.MaxVideo()
}

// sendPicture sends an order's still, and returns its receipt.
func (c *Outbox) sendPicture(ctx context.Context, m Messenger, o pipeline.Order, picture io.ReadSeeker, bytes int64) (string, error) {
	if _, err := picture.Seek(0, io.SeekStart); err != nil {
		return "", passing(fmt.Errorf("read still: %w", err))
	}
	_, file := readReceipt(o.Cut.Receipt)
	receipt, err := m.Picture(ctx, Picture{
		Thread: o.Thread, Text: post(o.Thread.Lang, o, captionUnits), Title: oneLine(o.Cut.Words.Menu),
		Buttons: c.choices(o), File: file, JPEG: picture, Bytes: bytes,
	})
	if errors.Is(err, ErrNoVideo) || errors.Is(err, ErrUnseen) {
		c.Log.Warn("still not delivered", "order", o.ID, "cut", o.Cut.N, "platform", o.Thread.Platform, "err", err)
		return c.showLink(ctx, m, o, err)
	}
	return receipt, err
}
