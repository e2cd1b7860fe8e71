package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/sajangpick/sajangpick/adapters/web/live"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Messenger is what the page is to orders that were made on it: their photos are in our blobs, their shorts are there
// as soon as they are written down, and what is said goes to the pages that are open.
type Messenger struct {
	Blobs pipeline.Blobs
	Hub   *live.Hub
	Chats interface {
		Chat(ctx context.Context, platform, id string) (bot.Chat, error)
	}
}

var _ bot.Messenger = (*Messenger)(nil)

// Send says something to the shop's open pages; there is no page to keep it.
func (m *Messenger) Send(ctx context.Context, s bot.Message) (string, error) {
	chat, err := m.Chats.Chat(ctx, Platform, s.Thread.Chat)
	if err != nil {
		return "", &pipeline.Fault{
			Kind: pipeline.Transient, Reason: pipeline.ReasonTrouble, Err: fmt.Errorf("web: read chat: %w", err),
		}
	}
	m.Hub.Notice(chat.Shop, s.Text)
	return Platform, nil
}

// Edit has nothing to replace: the page draws an order as it stands.
func (m *Messenger) Edit(context.Context, string, bot.Message) error { return nil }

// Media has nothing to send: the page plays the short from our blobs once the order says so.
func (m *Messenger) Media(context.Context, bot.Media) (string, error) { return Platform, nil }

// Answer has nothing to do: who presses a button gets the answer at once.
func (m *Messenger) Answer(context.Context, string, string, bool) error { return nil }

// Photo opens an upload.
func (m *Messenger) Photo(ctx context.Context, p pipeline.Photo) (io.ReadCloser, error) {
	r, err := m.Blobs.Open(ctx, p.Ref)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &pipeline.Fault{
			Kind: pipeline.Rejected, Reason: pipeline.ReasonPhotoGone, Err: fmt.Errorf("web: open upload: %w", err),
		}
	case err != nil:
		return nil, &pipeline.Fault{
			Kind: pipeline.Transient, Reason: pipeline.ReasonTrouble, Err: fmt.Errorf("web: open upload: %w", err),
		}
	}
	return r, nil
}

// Pace lets the line of an order change as often as it likes: nothing is sent.
func (m *Messenger) Pace(string) time.Duration { return 0 }

// MaxBytes is more than a short can have.
func (m *Messenger) MaxBytes(bool) int64 { return 1 << 40 }

// Platform has nothing that differs.
func (m *Messenger) Platform() bot.Platform { return Describe() }

// Describe says what there is to know of the page.
func Describe() bot.Platform {
	return bot.Platform{Name: Platform, Labels: bot.Labels{"ko": "웹페이지", "en": "web page"}}
}

// Chat is the pipeline's way to the page.
type Chat struct {
	*Messenger
	// Queue has an order's callback told how it stands: outbox.Outbox.QueueCallback.
	Queue func(ctx context.Context, o pipeline.Order) error
}

// Photo implements pipeline.Chat.
func (c Chat) Photo(ctx context.Context, o pipeline.Order) (io.ReadCloser, error) {
	return c.Messenger.Photo(ctx, o.Photo)
}

// Original implements cleaner.OriginalKeeper.
func (c Chat) Original(o pipeline.Order) string { return o.Photo.Ref }

// Deliver implements pipeline.Chat.
func (c Chat) Deliver(_ context.Context, o pipeline.Order, _ io.ReadSeeker) (string, error) {
	return fmt.Sprintf("%s:%d:%d", Platform, o.ID, o.Cut.N), nil
}

// NotifyStatus implements pipeline.Chat. It has a job of its own wherever an order with a callback ends.
func (c Chat) NotifyStatus(ctx context.Context, o pipeline.Order) (pipeline.StatusRef, error) {
	c.Hub.Changed(o.Shop, o.ID)
	if err := c.Queue(ctx, o); err != nil {
		return pipeline.StatusRef{}, err
	}
	return pipeline.StatusRef{Ref: fmt.Sprintf("%s:%d", Platform, o.ID)}, nil
}
