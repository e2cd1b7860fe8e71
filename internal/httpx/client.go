// Package httpx is what the adapters of web APIs share: one request, sent once, and an honest
// account of how far it got. It knows no provider and no platform; it uses net/http alone.
package httpx

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// What an answer may weigh and how long it may take. A caller's ctx may end sooner.
const (
	maxAnswer  = 1 << 20
	startLimit = 60 * time.Second
	askLimit   = 20 * time.Second
)

// Options are what a Client is made from.
type Options struct {
	Name    string      // of the provider, in errors and logs
	BaseURL string      // a slash at its end makes no difference
	Key     string      // sent as the bearer token
	Header  http.Header // sent with every request
	Log     *slog.Logger
}

// Client speaks JSON to one provider. It never follows a redirect, since the key would go along,
// and never repeats a request. It may be used by many at once.
type Client struct {
	name   string
	base   string
	key    string
	header http.Header
	log    *slog.Logger
	starts *http.Client
	asks   *http.Client
}

// New makes a Client; it sends nothing.
func New(o Options) *Client {
	c := &Client{
		name: o.Name, base: strings.TrimRight(o.BaseURL, "/"), key: o.Key, header: o.Header.Clone(), log: o.Log,
	}
	if c.header == nil {
		c.header = http.Header{}
	}
	c.header.Set("Authorization", "Bearer "+o.Key)
	c.header.Set("Accept", "application/json")
	c.header.Set("User-Agent", "sajangpick")
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	// A paid request has a connection of its own: one that was kept may be dead already, and a
	// request that dies with it is lost, though it was never read.
	fresh := Transport()
	fresh.DisableKeepAlives = true
	c.starts, c.asks = NewNoRedirectClient(fresh, 0), NewNoRedirectClient(Transport(), 0)
	return c
}

// Origin is where the client asks: the scheme and the host of its base URL, "" if that isn't one.
func (c *Client) Origin() string {
	u, err := url.Parse(c.base)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// Answer is what a provider said. Body is whole when Status is 2xx; of an error it is as much as came.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// OK reports whether the provider says that it did what was asked.
func (a Answer) OK() bool { return a.Status/100 == 2 }

// Post sends one paid request with body as JSON. Its errors are Faults: Transient when no
// connection to the provider was made, so that nothing can have been read there; Indeterminate when one
// was made and no complete answer came back. Any answer with a status is no error here.
func (c *Client) Post(ctx context.Context, path string, header http.Header, body any) (Answer, error) {
	b, err := json.Marshal(body)
	if err != nil {
		return Answer{}, &pipeline.Fault{
			Kind: pipeline.Misconfigured, Reason: pipeline.ReasonTrouble,
			Err: fmt.Errorf("%s: request: %w", c.name, err),
		}
	}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	var sent atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { sent.Store(true) },
	})
	a, err := c.do(ctx, c.starts, http.MethodPost, path, header, b)
	switch {
	case err == nil:
		return a, nil
	case sent.Load():
		return Answer{}, &pipeline.Fault{
			Kind: pipeline.Indeterminate, Reason: pipeline.ReasonUnknownStart,
			Err: fmt.Errorf("%s: sent, but no whole answer: %w", c.name, err),
		}
	}
	return Answer{}, c.unreached(err)
}

// Get asks for something that costs nothing, so whatever goes wrong is Transient.
func (c *Client) Get(ctx context.Context, path string) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	a, err := c.do(ctx, c.asks, http.MethodGet, path, nil, nil)
	if err != nil {
		return Answer{}, c.unreached(err)
	}
	return a, nil
}

func (c *Client) unreached(err error) error {
	return &pipeline.Fault{
		Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, Err: fmt.Errorf("%s: no answer: %w", c.name, err),
	}
}

func (c *Client) do(
	ctx context.Context, via *http.Client, method, path string, header http.Header, body []byte,
) (Answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return Answer{}, StripURL(err)
	}
	req.Header = c.header.Clone()
	for name, values := range header {
		req.Header[name] = values
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	began := time.Now()
	res, err := via.Do(req)
	if err != nil {
		return Answer{}, StripURL(err)
	}
	defer res.Body.Close()
	a := Answer{Status: res.StatusCode, Header: res.Header}
	a.Body, err = io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	c.log.DebugContext(ctx, "provider answered", "provider", c.name, "method", method, "status", a.Status,
		"took", time.Since(began), "request", res.Header.Get("Apigw-Requestid"))
	if len(a.Body) > maxAnswer {
		err = errors.New("answer is larger than 1 MB")
		a.Body = a.Body[:maxAnswer]
	}
	if err != nil && a.OK() {
		return Answer{}, fmt.Errorf("HTTP %d: %w", a.Status, err)
	}
	return a, nil
}
