package bot

import (
	"context"
	"log/slog"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

// CourierOptions are what a Courier is built from.
type CourierOptions struct {
	Store      state.Store
	Blobs      pipeline.Blobs
	Messengers map[string]Messenger // by platform
	// Watch is an address at which a person can watch an order's short, "" when there is none.
	Watch func(o pipeline.Order) string
	Log   *slog.Logger
}

// Courier carries what is to be said to the messengers: progress lines, shorts, and the desk's own words.
type Courier struct{ CourierOptions }

// NewCourier makes a Courier.
func NewCourier(o CourierOptions) *Courier { return &Courier{o} }

// Chat is the pipeline's way to the chats of a platform.
func (c *Courier) Chat(platform string) pipeline.Chat { return nil }

// Say sends what was decided on: storage.Handlers.Say.
func (c *Courier) Say(ctx context.Context, say int64) (time.Time, error) { return time.Time{}, nil }
