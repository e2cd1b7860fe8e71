package main

import (
	"context"
	"time"

	"github.com/sajangpick/sajangpick/adapters/slack"
)

// openSlack builds Slack's client, and what lets workspaces install the app; nothing when Slack is
// turned off.
func (a *app) openSlack(secret []byte) error {
	s := a.cfg.Slack
	if !s.On() {
		return nil
	}
	api, one := s.APIURL.String()+"/", s.Token.Reveal()
	o := slack.Options{
		APIURL: api, SigningSecret: s.Signing.Reveal(), AppToken: s.AppToken.Reveal(), Log: a.log,
		Tokens: func(context.Context, string) (string, error) { return one, nil },
		Gone:   a.expelled,
	}
	if s.Installs() {
		all, err := slack.NewWorkspaces(a.engine, secret)
		if err != nil {
			return err
		}
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
func (a *app) expelled(ctx context.Context, team string, _ time.Time) error {
	return a.desk.Expelled(ctx, slack.Platform, team+":")
}

// slackSocket takes Slack's events from a socket.
func (a *app) slackSocket() func(context.Context, func(error)) error {
	return func(ctx context.Context, note func(error)) error { return a.slack.Listen(ctx, a.handle, note) }
}
