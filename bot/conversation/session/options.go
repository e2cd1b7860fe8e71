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

// Store is what a Conversation reads and writes.
type Store interface {
	bot.Chats
	bot.Orders
	bot.Presence
	// Incidents, ChatsOf and ShortsOf are those of bot.Admin.
	Incidents(ctx context.Context) ([]bot.Incident, error)
	ChatsOf(ctx context.Context, shop int64) ([]bot.Chat, error)
	ShortsOf(ctx context.Context, shop int64, skip, limit int) ([]pipeline.Order, error)
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
