// Package slack is a bot.Messenger for Slack's Web API, and the ways in which updates come from there:
// events, commands and interactions over HTTP, or all of them through a socket. Each error is a Fault,
// and none of them holds a token.
//
// A chat is "team:channel". A thread is named by the time stamp of its parent, which is the Topic of all
// that belongs to it: a post is answered in its own thread. A Topic of "@user" is no thread but a person,
// who alone sees the answer: that is how a slash command is answered in a channel.
package slack

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	sdk "github.com/slack-go/slack"

	"github.com/sajangpick/sajangpick/bot"
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
	SigningSecret string // signs what Slack sends over HTTP; empty: nobody is let in that way
	AppToken      string // for the socket
	// Tokens gives the bot's token in a workspace, "" for one that we don't belong to. A chat without a
	// team, as a setting may name it, is asked for with "".
	Tokens func(ctx context.Context, team string) (string, error)
	// Gone is called when a workspace has thrown us out; its error brings the event back. May be nil.
	Gone func(ctx context.Context, team string) error
	Log  *slog.Logger
}

// Client is a bot.Messenger. It may be used by many at once.
type Client struct {
	Options
	api    *url.URL
	calls  *wire
	files  *http.Client
	large  *http.Client // for uploads
	pace   *pace
	lanes  *lanes
	begun  *begun
	every  time.Duration // between two looks at a file
	asking sync.Map      // team → *sync.Mutex
	selves sync.Map      // team → Self
	odd    sync.Map      // kinds of event that were logged as unknown
}

var (
	_ bot.Messenger = (*Client)(nil)
	_ bot.Marker    = (*Client)(nil)
)

// New makes a Client; it sends nothing.
func New(o Options) (*Client, error) {
	if o.APIURL == "" {
		o.APIURL = sdk.APIURL
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	c := &Client{Options: o, pace: newPace(), lanes: newLanes(), begun: newBegun(), every: shareEvery}
	var err error
	if c.api, err = url.Parse(o.APIURL); err != nil || c.api.Host == "" || !strings.HasSuffix(c.api.Path, "/") {
		return nil, errors.New("slack: the API's address isn't one that ends with a slash")
	}
	if o.Tokens == nil {
		return nil, errors.New("slack: no tokens")
	}
	kept, fresh := transport(), transport()
	fresh.DisableKeepAlives = true // an upload on a connection that died meanwhile is lost
	c.calls = &wire{via: client(kept, callLimit)}
	c.files, c.large = client(kept, fileLimit), client(fresh, uploadLimit)
	return c, nil
}

// transport keeps to HTTP/1.1: HTTP/2 has ways of its own to send a request again.
func transport() *http.Transport {
	t := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSHandshakeTimeout:    10 * time.Second,
		MaxIdleConnsPerHost:    16,
		IdleConnTimeout:        30 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		Protocols:              new(http.Protocols),
	}
	t.Protocols.SetHTTP1(true)
	return t
}

// client never follows a redirect: the token would go along.
func client(t *http.Transport, limit time.Duration) *http.Client {
	return &http.Client{
		Transport: t, Timeout: limit,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// split parts a chat into workspace and channel.
func split(chat string) (team, channel string) {
	if team, channel, ok := strings.Cut(chat, ":"); ok {
		return team, channel
	}
	return "", chat
}

func chatOf(team, channel string) string { return team + ":" + channel }
