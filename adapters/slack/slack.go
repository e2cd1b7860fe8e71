// Package slack is a bot.Messenger for Slack's Web API, and the ways in which updates come from there:
// events, commands and interactions over HTTP, or all of them through a socket. Each error is a Fault,
// and none of them holds a token.
//
// A chat is "team:channel". A thread is named by the time stamp of its parent, which is the Topic of all
// that belongs to it: a post is answered in its own thread. A Topic of "@user" is no thread but a person,
// who alone sees the answer: that is how a slash command is answered in a channel.
package slack

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/internal/pace"
	sdk "github.com/slack-go/slack"
)

// Platform is this messenger's name in threads, updates and settings.
const Platform = "slack"

// How long a request may take as a whole.
const (
	callLimit   = 30 * time.Second
	fileLimit   = 2 * time.Minute
	uploadLimit = 10 * time.Minute
)

// Options are what a Client is made from.
type Options struct {
	APIURL        string // ends with /api/; empty: the official one
	SigningSecret string // signs what Slack sends over HTTP; empty: nothing is taken in that way
	AppToken      string // for the socket
	// Tokens gives the bot's token in a workspace, "" for one that we don't belong to. A chat without a
	// team, as a setting may name it, is asked for with "".
	Tokens func(ctx context.Context, team string) (string, error)
	// Gone is called when a workspace has thrown us out, which was so at the time t: an installation after
	// that isn't meant. Its error brings the event back. May be nil.
	Gone   func(ctx context.Context, team string, t time.Time) error
	Booker pace.Booker // counts what Slack limits; nil: in this process alone
	Log    *slog.Logger
}

// Client is a bot.Messenger. It may be used by many at once. Each of its parts holds what it may touch, and no more.
type Client struct {
	*conn
	*identity
	*receiver
	*uploader
	*history
	sender
	downloader
}

var (
	_ bot.Messenger = (*Client)(nil)
	_ bot.Marker    = (*Client)(nil)
	_ bot.Members   = (*Client)(nil)
	_ bot.History   = (*Client)(nil)
	_ bot.Paced     = (*Client)(nil)
)

// New makes a Client; it sends nothing.
func New(o Options) (*Client, error) {
	o.APIURL = cmp.Or(o.APIURL, sdk.APIURL)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	api, err := url.Parse(o.APIURL)
	if err != nil || api.Host == "" || !strings.HasSuffix(api.Path, "/") {
		return nil, errors.New("slack: the API's address isn't one that ends with a slash")
	}
	if o.Tokens == nil {
		return nil, errors.New("slack: no tokens")
	}
	kept, fresh := httpx.Transport(), httpx.Transport()
	fresh.DisableKeepAlives = true // an upload on a connection that died meanwhile is lost
	c := &conn{
		api: api, calls: newWire(httpx.NewNoRedirectClient(kept, callLimit)), tokens: o.Tokens,
		masked: []string{o.SigningSecret, o.AppToken}, pace: newPace(o.Booker, o.Log), log: o.Log,
	}
	i, s := &identity{conn: c}, sender{c}
	return &Client{
		conn: c, identity: i, sender: s, downloader: downloader{c, httpx.NewNoRedirectClient(kept, fileLimit)},
		receiver: &receiver{
			identity: i, signing: o.SigningSecret, appToken: o.AppToken, gone: o.Gone, bodies: httpx.NewIntake(maxBody),
		},
		uploader: &uploader{
			sender: s, large: httpx.NewNoRedirectClient(fresh, uploadLimit), lanes: newLanes(), fresh: newFresh(),
			every: shareEvery,
		},
		history: &history{i, tier3},
	}, nil
}

// split parts a chat into workspace and channel.
func split(chat string) (team, channel string) {
	if team, channel, ok := strings.Cut(chat, ":"); ok {
		return team, channel
	}
	return "", chat
}

func chatOf(team, channel string) string { return team + ":" + channel }
