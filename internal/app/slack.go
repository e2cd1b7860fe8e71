package app

import (
	"context"
	"net/http"
	"time"

	"github.com/sajangpick/sajangpick/adapters/slack"
	"github.com/sajangpick/sajangpick/internal/pace"
)

// wireSlack builds the messenger with its ways in, requests or a socket, and what lets workspaces install the app.
func wireSlack(a *App, _ Parts) (*Messenger, error) {
	s := a.Cfg.Slack
	if !s.On() {
		return nil, nil
	}
	m := &Messenger{Run: []func(context.Context){a.lookBack}}
	api, one := s.APIURL.String()+"/", s.Token.Reveal()
	o := slack.Options{
		APIURL: api, SigningSecret: s.Signing.Reveal(), AppToken: s.AppToken.Reveal(), Booker: a.Engine, Log: a.log,
		Tokens: func(context.Context, string) (string, error) { return one, nil },
		Gone:   a.expelled,
	}
	if s.Installs() {
		all, err := slack.NewWorkspaces(a.Engine, a.secret, OldSecret(a.Cfg))
		if err != nil {
			return nil, err
		}
		m.Reseal = all.Reseal
		o.Tokens, o.Gone = all.Token, func(ctx context.Context, team string, t time.Time) error {
			if err := all.Forget(ctx, team, t); err != nil {
				return err
			}
			if token, err := all.Token(ctx, team); err != nil || token != "" { // installed again meanwhile
				return err
			}
			return a.expelled(ctx, team, t)
		}
		install := slack.NewInstaller(slack.InstallOptions{
			APIURL: api, ID: s.ID, Secret: s.Key.Reveal(), Base: a.public, Workspaces: all, Log: a.log,
		})
		// A person: installs the app in their workspace.
		m.Routes = append(m.Routes, Route{"GET /slack/install", "", http.HandlerFunc(install.Begin)},
			Route{"GET /slack/callback", "", http.HandlerFunc(install.Finish)})
	}
	c, err := slack.New(o)
	if err != nil {
		return nil, err
	}
	m.Messenger = c
	if s.Signing.Set() { // what people do there. 200 only after the commit
		m.Routes = append(m.Routes, Route{"/webhooks/slack/events", "slack_events", c.Events(a.Handle)},
			Route{"/webhooks/slack/commands", "slack_commands", c.Commands(a.Handle)},
			Route{"/webhooks/slack/interactions", "slack_interactions", c.Interactions(a.Handle)})
	}
	if s.Sockets() {
		listen := func(ctx context.Context, note func(error)) error { return c.Listen(ctx, a.Handle, note) }
		m.Intakes = []*Intake{{
			Platform: slack.Platform, Log: a.log,
			Open: func() func(context.Context, func(error)) error { return listen },
		}}
	}
	return m, nil
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
			if err := a.Conversation.LookBack(held, a.Handle); err != nil && held.Err() == nil {
				a.log.Warn("photos that no event told of may be missing", "err", err)
				pause = time.Minute
			}
			pace.Sleep(held, pause)
		}
		release()
	}
}
