// Package outbox sends what was decided on to the messengers: messages, progress lines and shorts, and fetches a shop's
// logo and music.
package outbox

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Store is what an Outbox reads and writes besides the messages that it sends.
type Store interface {
	Chat(ctx context.Context, platform, id string) (bot.Chat, error)
	Shop(ctx context.Context, id int64) (bot.Shop, error)
	Commit(ctx context.Context, c bot.Change) ([]pipeline.Order, error)
	Order(ctx context.Context, id int64) (pipeline.Order, error)
	TrackInUse(ctx context.Context, shop int64, track string) (bool, error)
	MedianStepTimes(ctx context.Context) (map[pipeline.Step]time.Duration, error)
	Lease(ctx context.Context, name, holder string, ttl time.Duration) (bool, error)
}

// Options are what an Outbox is built from.
type Options struct {
	Store      Store
	Messages   bot.Messages // of the same store
	Blobs      pipeline.Blobs
	Messengers map[string]bot.Messenger // by platform
	Process    string                   // name of this process: see pipeline.Options
	Looks      []string                 // what a delivered short may be changed to
	Music      []string
	// Watch is an address at which a person can watch an order's short, "" when there is none.
	Watch func(o pipeline.Order) string
	Logo  pipeline.Prepare // turns a picture that a person sent into the PNG of a logo
	// Track fetches the music at an address that a person gave: see track.Fetcher.
	Track func(ctx context.Context, address string, begin func() error) ([]byte, error)
	// Callback tells the address of an order's callback of an event: see callback.Sender. Without a page it isn't
	// needed.
	Callback func(ctx context.Context, s bot.OutgoingMessage, o pipeline.Order, shop bot.Shop) error
	// FirstFrame is the first picture of an MP4, as a JPEG; nil: films aren't decoded here.
	FirstFrame func(ctx context.Context, mp4 io.Reader) ([]byte, error)
	Log        *slog.Logger
}

// Outbox carries what is to be said to the messengers: progress lines, shorts, and the conversation's own
// words. What it remembers only spares requests: any number of them may work on one Store.
type Outbox struct {
	opts     Options
	holder   string                       // of leases
	lines    *bot.Memory[int64, lastLine] // by order
	marks    *bot.Memory[int64, bot.Mark] // by order
	lost     *bot.Memory[int64, bool]     // messages that may have been sent
	unmarked *bot.Memory[int64, string]   // messages that were sent, which could not be written down: the chat's names
	usual    usualTimes
}

// New makes an Outbox.
func New(o Options) *Outbox {
	return &Outbox{
		opts: o, holder: rand.Text(),
		lines: bot.NewMemory[int64, lastLine](), marks: bot.NewMemory[int64, bot.Mark](),
		lost:     bot.NewMemory[int64, bool](),
		unmarked: bot.NewMemory[int64, string](),
	}
}

// Chat is the pipeline's way to the chats of a platform; nil if the platform is not turned on.
func (c *Outbox) Chat(platform string) pipeline.Chat {
	m := c.opts.Messengers[platform]
	if m == nil {
		return nil
	}
	return &platformChat{c, m}
}

// spoken writes the commands in a text as they are given on a platform.
func (c *Outbox) spoken(platform, text string) string {
	if m := c.opts.Messengers[platform]; m != nil {
		return m.Platform().Spoken(text)
	}
	return text
}

// platformChat is a platform as the steps of an order see it: photos are read from it, films and progress lines sent.
type platformChat struct {
	*Outbox
	messenger bot.Messenger
}

// Photo implements pipeline.Chat.
func (c *platformChat) Photo(ctx context.Context, o pipeline.Order) (io.ReadCloser, error) {
	r, err := c.messenger.Photo(ctx, o.Photo)
	return r, c.renamed(ctx, o.Thread, err)
}

// Turn implements pipeline.Paced.
func (c *platformChat) Turn(o pipeline.Order) time.Duration {
	if m, ok := c.messenger.(bot.Paced); ok {
		return m.Turn(o.Thread.Chat)
	}
	return 0
}

// renamed takes the whole of a chat along when it has a new id, and makes of that an error that
// brings the caller back: it finds the new id then. Any other error stays as it is.
func (c *Outbox) renamed(ctx context.Context, t pipeline.Thread, err error) error {
	var r *bot.RenamedChat
	if !errors.As(err, &r) {
		return err
	}
	err = bot.Retry(func() error {
		chat, err := c.opts.Store.Chat(ctx, t.Platform, t.Chat)
		if err != nil {
			return err
		}
		chat.Platform, chat.ID = t.Platform, t.Chat
		_, err = c.opts.Store.Commit(ctx, bot.Change{Chat: chat, MovedTo: r.To})
		return err
	})
	f := &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonTrouble, RateLimited: true, Err: r}
	if err != nil {
		f.Err, f.RateLimited = fmt.Errorf("%w, and it could not be written down: %w", r, err), false
	}
	return f
}

// backoff is when something that is so old is tried again: seconds first, minutes later.
func backoff(age, after time.Duration) time.Time {
	return time.Now().Add(max(after, min(max(age/4, time.Second), 5*time.Minute)))
}
