package admin

import (
	"context"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Store is what a Console reads of single orders, shops and the service; what it changes goes into the session's
// change.
type Store interface {
	bot.Records
	Flag(ctx context.Context, name string) (string, error)
	Incidents(ctx context.Context) ([]bot.Incident, error)
	Order(ctx context.Context, id int64) (pipeline.Order, error)
	Shop(ctx context.Context, id int64) (bot.Shop, error)
}

// Options are what a Console is built from.
type Options struct {
	Store   Store
	Figures bot.Figures           // of the same store
	Limit   int                   // shorts a shop may make in a month; 0: no limit
	Version string                // of the program
	Health  func() []bot.Provider // how the providers are; may be nil
	// SignIn is the address of the page that a code signs in at, to which it is added; empty: there is no page.
	SignIn string
}

// Console is what admins may do by chat: it shows how things are, and changes them.
type Console struct{ opts Options }

// New makes a Console.
func New(o Options) *Console { return &Console{o} }

// Demand is a session in which something was asked for that only admins may.
type Demand struct{ *session.Session }

// Command does what only admins may. It shows how things are, or changes them.
func (c *Console) Command(ctx context.Context, s *session.Session, cmd intent.Command) error {
	v := Demand{s}
	if cmd.Name == "invite" {
		return c.invite(v, cmd.Arg)
	}
	if !v.forAdmins() || !v.amongAdmins() {
		return nil
	}
	switch cmd.Name {
	case "status", "retry", "cancel", "resend":
		return c.adminOrder(ctx, v, cmd)
	case "limit":
		return c.setLimit(ctx, v, cmd.Arg)
	case "pause":
		return c.pause(ctx, v)
	case "resume":
		return c.resume(ctx, v)
	}
	page, _ := intent.Counted(cmd.Arg)
	lists := map[string]string{
		"stuck": intent.DoAdminStuck, "spend": intent.DoAdminSpend, "shops": intent.DoAdminShops,
		"log": intent.DoAdminLog,
	}
	return c.showList(ctx, v, lists[cmd.Name], max(page, 1)-1)
}

// Press is a button of admins. Others may have got hold of it.
func (c *Console) Press(ctx context.Context, s *session.Session, verb string, args []string) error {
	v := Demand{s}
	if !v.forAdmins() || !v.amongAdmins() {
		return nil
	}
	switch verb {
	case intent.DoAdminStatus:
		shown, err := c.overview(ctx, v)
		return v.Swap(shown, err)
	case intent.DoAdminRetryAll:
		return c.pressRetryAll(ctx, v, intent.Argument(args, 0))
	case intent.DoAdminStuck, intent.DoAdminShops, intent.DoAdminSpend, intent.DoAdminLog:
		return c.showList(ctx, v, verb, intent.Number(args, 0))
	}
	return c.pressAdminOrder(ctx, v, verb, args)
}
