package slack

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
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

// maxAhead is how wrong our clock may be before operators are told. From five minutes on all that Slack
// sends looks forged.
const maxAhead = time.Minute

// identity is who we are in each workspace, and what it says of its people and channels.
type identity struct {
	*conn
	mu    sync.Mutex
	teams map[string]*knownTeam
}

// knownTeam is a workspace as this process knows it.
type knownTeam struct {
	asking sync.Mutex           // held by the call that asks who we are there
	self   atomic.Pointer[Self] // nil: it wasn't asked
}

// at is what is known of a workspace.
func (i *identity) at(id string) *knownTeam {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.teams == nil {
		i.teams = map[string]*knownTeam{}
	}
	if i.teams[id] == nil {
		i.teams[id] = new(knownTeam)
	}
	return i.teams[id]
}

// Me asks a workspace who we are there, once.
func (i *identity) Me(ctx context.Context, team string) (Self, error) {
	known := i.at(team)
	if s := known.self.Load(); s != nil {
		return *s, nil
	}
	known.asking.Lock()
	defer known.asking.Unlock()
	if s := known.self.Load(); s != nil {
		return *s, nil
	}
	api, err := i.in(ctx, team)
	if err != nil {
		return Self{}, err
	}
	a, err := api.AuthTestContext(ctx)
	if err != nil {
		return Self{}, i.fault("", "auth.test", repeatable, err)
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
		i.log.Error(
			"the clock of this machine is wrong: soon nothing that Slack sends will be believed", "platform", Platform,
			"ahead", s.Ahead,
		)
	}
	known.self.Store(&s)
	return s, nil
}

// known is our own id in a workspace if it was asked for already.
func (i *identity) known(team string) string {
	if s := i.at(team).self.Load(); s != nil {
		return s.User
	}
	return ""
}

// learn asks who we are, unless it is being asked already.
func (i *identity) learn(team string) {
	asking := &i.at(team).asking
	if !asking.TryLock() {
		return
	}
	asking.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), callLimit)
	defer cancel()
	if _, err := i.Me(ctx, team); err != nil {
		i.log.Warn("getting our own name failed", "platform", Platform, "err", err)
	}
}

// RunsChat is part of bot.Members: channels have no admins of their own, workspaces have (users.info). A guest from
// another workspace runs nothing here.
func (i *identity) RunsChat(ctx context.Context, chat, user string) (bool, error) {
	team, _ := split(chat)
	api, err := i.in(ctx, team)
	if err != nil {
		return false, err
	}
	u, err := api.GetUserInfoContext(ctx, user)
	if err != nil {
		if err = i.fault("", "users.info", repeatable, err); pipeline.AsFault(err).Kind == pipeline.Rejected {
			return false, nil
		}
		return false, err
	}
	if team == "" { // as chats were called before there could be several workspaces
		self, err := i.Me(ctx, team)
		if err != nil {
			return false, err
		}
		team = self.Team
	}
	return u.TeamID == team && (u.IsAdmin || u.IsOwner || u.IsPrimaryOwner), nil
}

// Reaches is nil when the bot may write to a channel. It writes nothing.
func (i *identity) Reaches(ctx context.Context, chat string) error {
	team, channel := split(chat)
	api, err := i.in(ctx, team)
	if err != nil {
		return err
	}
	info, err := api.GetConversationInfoContext(ctx, &sdk.GetConversationInfoInput{ChannelID: channel})
	if err != nil {
		return i.fault("", "conversations.info", repeatable, err)
	}
	if !info.IsMember || info.IsArchived {
		return httpx.Undeliverable(errors.New("slack: the bot isn't in this channel, or it is archived"))
	}
	return nil
}
