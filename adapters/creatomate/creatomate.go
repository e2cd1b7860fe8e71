// Package creatomate renders shorts with Creatomate's API (v2). It is a pipeline.Renderer: single
// requests, each error a Fault, no retries of its own.
//
// There is no idempotency key and no list of renders, but metadata and webhook_url come back with
// the callback: a start whose answer was lost is found again by them.
package creatomate

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Options are what a Client is made from.
type Options struct {
	BaseURL    string // https://api.creatomate.com (paths begin with /v2/)
	Key        string // of a project
	TemplateID string // a dashboard template for tall shorts; empty: the built-in looks go along as RenderScript
	Ratio      string // width:height of the clip that the template wants
	// Rate is the account's limit, 30 requests in 10 s ("Limits and concurrency"). Zero: there is none.
	Rate pipeline.Rate
	// Take asks for one look under the Rate, which all processes share. More than 0 says how long to wait; up to ahead
	// the look has its place then. nil: looks aren't counted. Starts are counted where they are begun: see
	// pipeline.Reservation.
	Take func(ctx context.Context, ahead time.Duration) (time.Duration, error)
	Log  *slog.Logger
}

// Client is a pipeline.Renderer. It may be used by many at once.
type Client struct {
	api      *httpx.Client
	template string
	terms    pipeline.CutTerms
	take     func(ctx context.Context, ahead time.Duration) (time.Duration, error)

	mu     sync.Mutex
	booked map[string]time.Time // when the look at a render has its place
}

var _ pipeline.Renderer = (*Client)(nil)

// New makes a Client; it sends nothing.
func New(o Options) *Client {
	terms := pipeline.CutTerms{Rate: o.Rate}
	if o.TemplateID != "" {
		terms.Template, terms.Ratio = true, o.Ratio
	}
	return &Client{
		api:      httpx.New(httpx.Options{Name: Name, BaseURL: o.BaseURL, Key: o.Key, Log: o.Log}),
		template: o.TemplateID, terms: terms,
		take: o.Take, booked: map[string]time.Time{},
	}
}

// StartCut sends one POST /v2/renders. Warnings holds what Creatomate will ignore (a name that
// matches no element leaves the template's sample text on the short) and what it expects to fail.
// Estimated is computed: Creatomate names no price.
func (c *Client) StartCut(ctx context.Context, r pipeline.CutRequest) (pipeline.Started, error) {
	body, err := c.render(r)
	if err != nil {
		return pipeline.Started{}, fault(pipeline.Misconfigured, pipeline.ReasonTemplate, "start cut: %w", err)
	}
	a, err := c.api.Post(ctx, "/v2/renders", nil, body)
	if err != nil {
		return pipeline.Started{}, err
	}
	if !a.OK() {
		return pipeline.Started{}, c.startFault(a, r)
	}
	s, err := c.parseStarted(a.Body, r)
	if err != nil {
		return pipeline.Started{}, fault(
			pipeline.Indeterminate, pipeline.ReasonUnknownStart, "start cut: HTTP %d: %w", a.Status, err,
		)
	}
	s.Estimated = estimate(a.Body, body, r)
	return s, nil
}

// render is the body of POST /v2/renders. RenderScript stands at its top level. A dashboard template has one
// size, and a layer for a clip: whatever is to be of another, or to show the photo, is a built-in look.
func (c *Client) render(r pipeline.CutRequest) (map[string]any, error) {
	body := map[string]any{"template_id": c.template, "modifications": look.Modifications(r)}
	if c.template == "" || r.Size != pipeline.Tall || r.Clip == "" {
		doc, err := look.Document(r)
		if err != nil {
			return nil, err
		}
		body = doc
	}
	body["metadata"] = r.Call
	if r.Callback != "" {
		body["webhook_url"] = r.Callback
	}
	return body, nil
}

// Check sends one GET /v2/renders/{id}. Progress.Ref is the ledger id that went along at the start.
func (c *Client) Check(ctx context.Context, render string) (pipeline.Progress, error) {
	if !httpx.IsID(render) {
		return pipeline.Progress{}, fault(
			pipeline.Misconfigured, pipeline.ReasonTrouble, "check render: %d bytes that are no render id",
			len(render),
		)
	}
	if err := c.mayAsk(ctx, render); err != nil {
		return pipeline.Progress{}, err
	}
	a, err := c.api.Get(ctx, "/v2/renders/"+render)
	if err != nil {
		return pipeline.Progress{}, err
	}
	switch {
	case a.OK():
		return c.parseRender(a.Body)
	case isGone(a):
		return pipeline.Progress{State: pipeline.Broken, Cost: -1, Fault: c.checkFault(a)}, nil
	}
	return pipeline.Progress{}, c.checkFault(a)
}

// bookAhead is how far away a look may have a place of its own.
const bookAhead = 20 * time.Second

// mayAsk is an error when it isn't a render's turn to be asked for; nothing is sent then. Who has to wait is told when
// its place comes, so that none asks in between, and those that came first go first.
func (c *Client) mayAsk(ctx context.Context, render string) error {
	if c.take == nil {
		return nil
	}
	wait, booked := c.place(render)
	if !booked {
		var err error
		if wait, err = c.take(ctx, bookAhead); err != nil {
			return fault(pipeline.Transient, pipeline.ReasonTrouble, "ask for a place under the rate limit: %w", err)
		}
		if booked = wait > 0 && wait <= bookAhead; booked {
			c.book(render, wait)
		}
	}
	if wait <= 0 {
		return nil
	}
	f := fault(pipeline.Transient, pipeline.ReasonBusy, "our own share of the rate limit is used up for %s", wait)
	f.RateLimited, f.RetryAfter, f.Booked = true, wait, booked
	return f
}

// place is how far away a render's place is, which is used up when it has come.
func (c *Client) place(render string) (wait time.Duration, booked bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at, booked := c.booked[render]
	if wait = time.Until(at); booked && wait <= 0 {
		delete(c.booked, render)
		return 0, wait > -bookAhead // one that was missed for so long is over
	}
	return wait, booked
}

func (c *Client) book(render string, wait time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, at := range c.booked {
		if time.Since(at) > bookAhead {
			delete(c.booked, id)
		}
	}
	c.booked[render] = time.Now().Add(wait)
}
