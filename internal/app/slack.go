package app

import (
	"context"
	"time"

	"github.com/sajangpick/sajangpick/adapters/slack"
	"github.com/sajangpick/sajangpick/internal/pace"
)

// openSlack builds Slack's client, and what lets workspaces install the app; nothing when Slack is
// turned off.
func (a *App) openSlack(secret []byte) error {
	s := a.Cfg.Slack
	if !s.On() {
		return nil
	}
	api, one := s.APIURL.String()+"/", s.Token.Reveal()
	o := slack.Options{
		APIURL: api, SigningSecret: s.Signing.Reveal(), AppToken: s.AppToken.Reveal(), Booker: a.Engine, Log: a.log,
		Tokens: func(context.Context, string) (string, error) { return one, nil },
		Gone:   a.expelled,
	}
	if s.Installs() {
		all, err := slack.NewWorkspaces(a.Engine, secret, OldSecret(a.Cfg))
		if err != nil {
			return err
		}
		a.reseal = all.Reseal
		o.Tokens, o.Gone = all.Token, func(ctx context.Context, team string, t time.Time) error {
			if err := all.Forget(ctx, team, t); err != nil {
				return err
			}
			if token, err := all.Token(ctx, team); err != nil || token != "" { // installed again meanwhile
				return err
			}
			return a.expelled(ctx, team, t)
		}
		a.install = slack.NewInstaller(slack.InstallOptions{
			APIURL: api, ID: s.ID, Secret: s.Key.Reveal(), Base: a.public, Workspaces: all, Log: a.log,
		})
	}
	var err error
	a.slack, err = slack.New(o)
	return err
}

// expelled ends what is under way in a workspace that has removed the app.
func (a *App) expelled(ctx context.Context, team string, _ time.Time) error {
	return a.Conversation.Expelled(ctx, slack.Platform, team+":")
}

// lookBackEvery is how often chats are looked through for photos that no event told of.
const lookBackEvery = time.Hour

// lookBack looks for what was missed, at first and then each hour, in one process at a time until ctx ends.
func (a *App) lookBack(ctx context.Context) {
	l := a.newLease("look back")
	for ctx.Err() == nil {
		held, release, err := l.Take(ctx)
		if err != nil && ctx.Err() == nil {
			a.log.Warn("lease not acquired", "lease", l.Name, "err", err)
		}
		if held == nil {
			pace.Sleep(ctx, leaseAsk)
			continue
		}
		for held.Err() == nil {
			pause := lookBackEvery
			if err := a.Conversation.LookBack(held, a.handle); err != nil && held.Err() == nil {
				a.log.Warn("photos that no event told of may be missing", "err", err)
				pause = time.Minute
			}
			pace.Sleep(held, pause)
		}
		release()
	}
}

// slackSocket takes Slack's events from a socket.
func (a *App) slackSocket() func(context.Context, func(error)) error {
	return func(ctx context.Context, note func(error)) error { return a.slack.Listen(ctx, a.handle, note) }
}
