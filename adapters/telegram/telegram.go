// Package telegram is a bot.Messenger for Telegram's Bot API, and the two ways in which updates come
// from there: a webhook and a poll. Each error is a Fault, and none of them holds the bot's token,
// which stands in every address of the API.
//
// The library makes the calls. Its own loop and webhook confirm an update before it is stored,
// so neither is used here.
package telegram

import (
	"cmp"
	"errors"
	"log/slog"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/internal/pace"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Platform is this messenger's name in threads, updates and settings.
const Platform = "telegram"

// How long a request may take as a whole.
const (
	callLimit   = 30 * time.Second
	pollLimit   = (pollSeconds + 15) * time.Second
	fileLimit   = 2 * time.Minute
	uploadLimit = 10 * time.Minute
)

// maxUploads is how many files are on their way at once: the library holds each in memory.
const maxUploads = 2

// official is Telegram's own server.
const official = "https://api.telegram.org"

// Options are what a Client is made from.
type Options struct {
	Token  string
	APIURL string // empty: the official server
	Secret string // comes with every update to the webhook; 1 to 256 of A-Z a-z 0-9 _ -
	// Rate is how many messages the bot may send, from all processes together; zero: 25 in a second.
	Rate   pipeline.Rate
	Booker pace.Booker // counts them, and those of each chat; nil: in this process alone
	Log    *slog.Logger
}

// Client is a bot.Messenger. It may be used by many at once. Each of its parts holds what it may touch, and no more.
type Client struct {
	*conn
	*identity
	*receiver
	*uploader
	*downloader
	*setup
	sender
}

var (
	_ bot.Messenger = (*Client)(nil)
	_ bot.Paced     = (*Client)(nil)
	_ bot.Members   = (*Client)(nil)
)

// New makes a Client; it sends nothing.
func New(o Options) (*Client, error) {
	o.APIURL = cmp.Or(o.APIURL, official)
	_, key, _ := strings.Cut(o.Token, ":")
	c := &conn{
		log: o.Log, token: o.Token, base: strings.TrimRight(o.APIURL, "/"),
		masked: []string{o.Token, url.QueryEscape(o.Token), key, o.Secret},
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	c.pace = newPace(o.Rate, o.Booker, c.log)
	if u, err := url.Parse(c.base); err != nil || u.Host == "" || o.Token == "" || url.PathEscape(o.Token) != o.Token {
		return nil, errors.New("telegram: the API's address or the token isn't one")
	}
	kept, fresh := httpx.Transport(), httpx.Transport()
	fresh.DisableKeepAlives = true // an upload on a connection that died meanwhile is lost
	var err error
	if c.api, err = c.library(httpx.NewNoRedirectClient(kept, callLimit)); err != nil {
		return nil, err
	}
	large, err := c.library(httpx.NewNoRedirectClient(fresh, uploadLimit))
	if err != nil {
		return nil, err
	}
	i, s := &identity{conn: c}, sender{c}
	d := &downloader{identity: i, files: httpx.NewNoRedirectClient(kept, fileLimit)}
	return &Client{
		conn: c, identity: i, sender: s, downloader: d,
		receiver: &receiver{
			identity: i, ready: d.ready, secret: o.Secret, asks: newWire(httpx.NewNoRedirectClient(kept, pollLimit)),
		},
		uploader: &uploader{sender: s, large: large, uploads: make(chan struct{}, maxUploads)},
		setup:    &setup{identity: i, ready: d.ready, secret: o.Secret},
	}, nil
}

var (
	personID = regexp.MustCompile(`^[0-9]{1,20}$`)
	chatID   = regexp.MustCompile(`^-?[0-9]{1,20}$`)
)

// Describe says what there is to know of Telegram. name is the bot's, "" while it isn't known; nil: it never is.
func Describe(name func() string) bot.Platform {
	return bot.Platform{
		Name: Platform, Labels: bot.Labels{"ko": "텔레그램", "en": "Telegram"},
		Private: func(user string) string { return user }, // a private chat is called as its person
		Link: func(code string) string {
			if name == nil || name() == "" {
				return ""
			}
			to := "https://t.me/" + name()
			if code != "" {
				to += "?start=" + code
			}
			return to
		},
		People: bot.IDs{Form: personID, Example: "123456"}, Chats: bot.IDs{Form: chatID, Example: "-1001234567890"},
	}
}

// Platform is part of bot.Messenger.
func (c *Client) Platform() bot.Platform { return Describe(c.Name) }
