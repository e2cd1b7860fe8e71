package bot

import (
	"context"

	"github.com/sajangpick/sajangpick/bot/state"
)

// ConsoleOptions are what a Console_ is built from.
type ConsoleOptions struct {
	Store   state.Store
	Admin   state.Admin
	Limit   int               // shorts a shop may make in a month; 0: no limit
	Version string            // of the program
	Health  func() []Provider // how the providers are; may be nil
	BotName func() string     // our name in t.me links, "" while it isn't known; may be nil
}

// Console_ is what admins may do by chat: it shows how things are, and changes them.
type Console_ struct{ ConsoleOptions }

// NewConsole makes a Console_.
func NewConsole(o ConsoleOptions) *Console_ { return &Console_{o} }

// demand is a session in which something was asked for that only admins may.
type demand struct{ *session }

// Command does what only admins may. It shows how things are, or changes them.
func (c *Console_) Command(ctx context.Context, s *session, cmd command) error {
	v := demand{s}
	if cmd.name == "invite" {
		return c.invite(v, cmd.arg)
	}
	if !c.forAdmins(v) || !c.amongAdmins(v) {
		return nil
	}
	switch cmd.name {
	case "status", "retry", "cancel", "resend":
		return c.adminOrder(ctx, v, cmd)
	case "limit":
		return c.setLimit(ctx, v, cmd.arg)
	case "pause":
		return c.pause(ctx, v)
	case "resume":
		return c.resume(ctx, v)
	}
	page, _ := counted(cmd.arg)
	return c.showList(ctx, v, map[string]string{"stuck": doAdminStuck, "spend": doAdminSpend, "shops": doAdminShops, "log": doAdminLog}[cmd.name], max(page, 1)-1)
}

// Press is a button of admins. Others may have got hold of it.
func (c *Console_) Press(ctx context.Context, s *session, verb string, args []string) error {
	v := demand{s}
	if !c.forAdmins(v) || !c.amongAdmins(v) {
		return nil
	}
	switch verb {
	case doAdminStatus:
		shown, err := c.overview(ctx, v)
		return v.swap(shown, err)
	case doAdminRetryAll:
		return c.pressRetryAll(ctx, v, argument(args, 0))
	case doAdminStuck, doAdminShops, doAdminSpend, doAdminLog:
		return c.showList(ctx, v, verb, number(args, 0))
	}
	return c.pressAdminOrder(ctx, v, verb, args)
}
