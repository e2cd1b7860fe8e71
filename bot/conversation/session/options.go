package session

import (
	"context"
	"log/slog"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/runner"
)

// Pipeline is what the conversation needs of the pipeline.
type Pipeline interface {
	// Accept makes a new order ready to be placed.
	Accept(o pipeline.Order) pipeline.Order
	// Placed goes on with an order that was just placed here. Wake drives an order on, soon; RefreshStatus tells its
	// person how it stands. Nothing depends on any of them.
	Placed(o pipeline.Order)
	Wake(order int64)
	RefreshStatus(order int64)
}

// Store is what a Conversation reads and writes: what its parts read, and what it does itself.
type Store interface {
	ChatReads
	OrderReads
	ShopReads
	Draft(ctx context.Context, id int64) (bot.Draft, error)
	Commit(ctx context.Context, c bot.Change) ([]pipeline.Order, error)
	Heartbeat(ctx context.Context) error
	LastHeartbeat(ctx context.Context) (time.Time, error)
	Active(ctx context.Context, since time.Time) ([]bot.Chat, error)
	Chats(ctx context.Context, platform, prefix string) ([]bot.Chat, error)
	LookedBack(ctx context.Context, platform, chat string, t time.Time) error
	Unfinished(ctx context.Context, platform, chat string) ([]pipeline.Order, error)
}

// ChatReads is what a Loader reads: see bot.Chats and bot.Orders.
type ChatReads interface {
	Chat(ctx context.Context, platform, id string) (bot.Chat, error)
	Shop(ctx context.Context, id int64) (bot.Shop, error)
	Drafts(ctx context.Context, platform, chat string, t time.Time) ([]bot.Draft, error)
	Recent(ctx context.Context, platform, chat string, limit int) ([]pipeline.Order, error)
}

// OrderReads is what package orders reads: see bot.Orders and bot.Retention.
type OrderReads interface {
	ByMessage(ctx context.Context, platform, chat, message string) (pipeline.Order, *pipeline.Size, error)
	Recent(ctx context.Context, platform, chat string, limit int) ([]pipeline.Order, error)
	Order(ctx context.Context, id int64) (pipeline.Order, error)
	OrdersInPeriod(ctx context.Context, shop int64, since time.Time) (int, error)
	Former(ctx context.Context, platform, chat string) (int64, error)
	Refused(ctx context.Context, platform, chat string, since time.Time) (int, error)
	MedianStepTimes(ctx context.Context) (map[pipeline.Step]time.Duration, error)
	ShortsOf(ctx context.Context, shop int64, skip, limit int) ([]pipeline.Order, error)
}

// ShopReads is what package shop reads: see bot.Chats, bot.Incidents and bot.Figures.
type ShopReads interface {
	Invite(ctx context.Context, code string) (bot.Invite, error)
	Shop(ctx context.Context, id int64) (bot.Shop, error)
	ChatsOf(ctx context.Context, shop int64) ([]bot.Chat, error)
	Incidents(ctx context.Context) ([]bot.Incident, error)
}

// Options are what a Conversation is built from.
type Options struct {
	Store    Store
	Pipeline Pipeline
	Admins   map[string]bool // platform:user
	Open     bool            // any chat gets a shop at its first photo; else an invite is needed
	Limit    int             // shorts a shop may make in a month; 0: no limit
	Zone     *time.Location  // in which months begin
	Looks    []string        // the first is the default
	Music    []string
	Log      *slog.Logger

	Histories map[string]bot.History // by platform, where what was missed can be read later

	Guide        present.Guide
	Console      Console
	OpsChat      string // platform:chat, where admins may speak of everything; empty: there is none
	FlagsChanged func() // a flag was set; may be nil

	// Watch is an address at which a person can watch an order's short, "" when there is none; may be nil.
	Watch func(o pipeline.Order) string

	// SignIn is the address of the page that a link signs in at, to which its secret is added; empty: there is no page.
	SignIn string

	Members map[string]bot.Members // by platform; of those that are missing no person runs a chat

	Beside runner.Beside // see pipeline.Options
}

// Console does what only admins may: a command, or a button's press. Both say themselves whether the person may.
type Console interface {
	Command(ctx context.Context, v *Session, c intent.Command) error
	Press(ctx context.Context, v *Session, verb string, args []string) error
}
