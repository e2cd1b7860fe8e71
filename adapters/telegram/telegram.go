// Package telegram is a bot.Messenger for Telegram's Bot API, and the two ways in which updates come
// from there: a webhook and a poll. Each error is a Fault, and none of them holds the bot's token,
// which stands in every address of the API.
//
// The library makes the calls. Its own loop and webhook confirm an update before anybody has kept it,
// so neither is used here.
package telegram

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	tg "github.com/go-telegram/bot"
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

// Client is a bot.Messenger. It may be used by many at once.
type Client struct {
	log     *slog.Logger
	token   string
	secret  string
	base    string
	api     *tg.Bot
	large   *tg.Bot                   // for uploads
	asks    *httpx.RecordingTransport // for getUpdates, which the library would confirm too early
	failed  atomic.Int64              // last failure of the webhook when we registered it, by Telegram's clock
	opens   atomic.Bool               // whether files can be fetched, as far as it can be known
	polls   atomic.Bool               // whether this process has ended the webhook
	files   *http.Client
	uploads chan struct{}
	pace    *pace.Pace
	self    atomic.Pointer[Self]
	asking  sync.Mutex
}

var _ bot.Messenger = (*Client)(nil)

// New makes a Client; it sends nothing.
func New(o Options) (*Client, error) {
	o.APIURL = cmp.Or(o.APIURL, official)
	c := &Client{
		log: o.Log, token: o.Token, secret: o.Secret, base: strings.TrimRight(o.APIURL, "/"),
		uploads: make(chan struct{}, maxUploads),
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	c.pace = newPace(o.Rate, o.Booker, c.log)
	if u, err := url.Parse(c.base); err != nil || u.Host == "" || o.Token == "" || url.PathEscape(o.Token) != o.Token {
		return nil, errors.New("telegram: the API's address or the token isn't one")
	}
	kept := httpx.Transport()
	fresh := httpx.Transport()
	fresh.DisableKeepAlives = true // an upload on a connection that died meanwhile is lost
	c.asks = newWire(httpx.NewNoRedirectClient(kept, pollLimit))
	c.files = httpx.NewNoRedirectClient(kept, fileLimit)
	var err error
	if c.api, err = c.library(httpx.NewNoRedirectClient(kept, callLimit)); err != nil {
		return nil, err
	}
	c.large, err = c.library(httpx.NewNoRedirectClient(fresh, uploadLimit))
	return c, err
}

func (c *Client) library(via *http.Client) (*tg.Bot, error) {
	b, err := tg.New(c.token, tg.WithServerURL(c.base), tg.WithSkipGetMe(),
		tg.WithHTTPClient(callLimit, lenient{newWire(via), c.log}),
		tg.WithErrorsHandler(func(err error) {
			c.log.Warn("Telegram client error", "platform", Platform, "err", c.withoutSecrets(err.Error()))
		}))
	if err != nil {
		return nil, fmt.Errorf("telegram: %s", c.withoutSecrets(err.Error()))
	}
	return b, nil
}

// Self is the bot as Telegram knows it.
type Self struct {
	ID      int64
	Name    string // without the @; empty while it isn't known
	SeesAll bool   // privacy mode is off: all that is written in groups reaches us
}

// Me asks Telegram who we are, once.
func (c *Client) Me(ctx context.Context) (Self, error) {
	if s := c.self.Load(); s != nil {
		return *s, nil
	}
	c.asking.Lock()
	defer c.asking.Unlock()
	if s := c.self.Load(); s != nil {
		return *s, nil
	}
	u, err := c.api.GetMe(ctx)
	if err != nil {
		return Self{}, c.fault("", "getMe", repeatable, err)
	}
	s := Self{ID: u.ID, Name: u.Username, SeesAll: u.CanReadAllGroupMessages}
	c.self.Store(&s)
	return s, nil
}

// known is what we know about ourselves without asking: the token begins with the id.
func (c *Client) known() Self {
	if s := c.self.Load(); s != nil {
		return *s
	}
	id, _, _ := strings.Cut(c.token, ":")
	n, _ := strconv.ParseInt(id, 10, 64) // 0 is no user's id
	return Self{ID: n}
}

// Name is ours in links, without the @; empty while it isn't known.
func (c *Client) Name() string { return c.known().Name }
