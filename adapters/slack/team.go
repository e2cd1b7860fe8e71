package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
	sdk "github.com/slack-go/slack"
)

// Self is the bot as a workspace knows it.
type Self struct {
	Team   string
	Name   string // of the workspace
	User   string // our own id there
	Scopes []string
	Ahead  time.Duration // of Slack's clock, ours; about
}

// maxAhead is how wrong our clock may be before anybody is told. From five minutes on all that Slack
// sends looks forged.
const maxAhead = time.Minute

// in gives the library's client for a workspace.
func (c *Client) in(ctx context.Context, team string) (*sdk.Client, error) {
	token, err := c.token(ctx, team)
	if err != nil {
		return nil, err
	}
	return c.library(token), nil
}

func (c *Client) library(token string, more ...sdk.Option) *sdk.Client {
	o := []sdk.Option{sdk.OptionAPIURL(c.api.String()), sdk.OptionHTTPClient(c.calls), sdk.OptionLog(mute{})}
	return sdk.New(token, append(o, more...)...)
}

// mute is where the library's own words go: its errors come back to us anyway.
type mute struct{}

func (mute) Output(int, string) error { return nil }

func (c *Client) token(ctx context.Context, team string) (string, error) {
	token, err := c.opts.Tokens(ctx, team)
	switch {
	case err != nil:
		return "", httpx.Passing(fmt.Errorf("slack: token of workspace %s: %s", team, c.withoutSecrets(err.Error())))
	case token == "":
		return "", &pipeline.Fault{
			Kind: pipeline.Rejected, Reason: pipeline.ReasonCantDeliver,
			Err: fmt.Errorf("slack: we don't belong to workspace %s", team),
		}
	}
	return token, nil
}

// Me asks a workspace who we are there, once.
func (c *Client) Me(ctx context.Context, team string) (Self, error) {
	if s, ok := c.selves.Load(team); ok {
		return s.(Self), nil
	}
	lock, _ := c.asking.LoadOrStore(team, new(sync.Mutex))
	lock.(*sync.Mutex).Lock()
	defer lock.(*sync.Mutex).Unlock()
	if s, ok := c.selves.Load(team); ok {
		return s.(Self), nil
	}
	api, err := c.in(ctx, team)
	if err != nil {
		return Self{}, err
	}
	a, err := api.AuthTestContext(ctx)
	if err != nil {
		return Self{}, c.fault("", "auth.test", repeatable, err)
	}
	if a.UserID == "" {
		return Self{}, httpx.Passing(errors.New("slack: auth.test: it doesn't say who we are"))
	}
	s := Self{Team: a.TeamID, Name: a.Team, User: a.UserID}
	for scope := range strings.SplitSeq(a.Header.Get("X-OAuth-Scopes"), ",") {
		if scope = strings.TrimSpace(scope); scope != "" {
			s.Scopes = append(s.Scopes, scope)
		}
	}
	if now, err := http.ParseTime(a.Header.Get("Date")); err == nil {
		s.Ahead = time.Since(now).Round(time.Second)
	}
	if s.Ahead.Abs() > maxAhead {
		c.opts.Log.Error(
			"the clock of this machine is wrong: soon nothing that Slack sends will be believed", "platform", Platform,
			"ahead", s.Ahead,
		)
	}
	c.selves.Store(team, s)
	return s, nil
}

// known is our own id in a workspace if it was asked for already.
func (c *Client) known(team string) string {
	if s, ok := c.selves.Load(team); ok {
		return s.(Self).User
	}
	return ""
}

// learn asks who we are, unless it is being asked already.
func (c *Client) learn(team string) {
	lock, _ := c.asking.LoadOrStore(team, new(sync.Mutex))
	if !lock.(*sync.Mutex).TryLock() {
		return
	}
	lock.(*sync.Mutex).Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), callLimit)
	defer cancel()
	if _, err := c.Me(ctx, team); err != nil {
		c.opts.Log.Warn("getting our own name failed", "platform", Platform, "err", err)
	}
}
