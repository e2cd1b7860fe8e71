// Package creatomate renders shorts with Creatomate's API (v2). It is a pipeline.Renderer: single
// requests, each error a Fault, no retries of its own.
//
// There is no idempotency key and no list of renders, but metadata and webhook_url come back with
// the callback: a start whose answer was lost is found again by them.
package creatomate

import (
	"context"
	"log/slog"
	"net/http"
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
	// Take asks for one request under the account's limit, 30 in 10 s ("Limits and concurrency"),
	// which all processes share; start says that it begins a render. More than 0 says how long to wait. nil: requests aren't counted.
	Take func(ctx context.Context, start bool) (time.Duration, error)
	Log  *slog.Logger
}

// Client is a pipeline.Renderer. It may be used by many at once.
type Client struct {
	api      *httpx.Client
	template string
	take     func(ctx context.Context, start bool) (time.Duration, error)
}

var _ pipeline.Renderer = (*Client)(nil)

// New makes a Client; it sends nothing.
func New(o Options) *Client {
	return &Client{
		api:      httpx.New(httpx.Options{Name: "creatomate", BaseURL: o.BaseURL, Key: o.Key, Log: o.Log}),
		template: o.TemplateID,
		take:     o.Take,
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
	if err := c.mayAsk(ctx, true); err != nil {
		return pipeline.Started{}, err
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
		return pipeline.Started{}, fault(pipeline.Indeterminate, pipeline.ReasonUnknownStart, "start cut: HTTP %d: %w", a.Status, err)
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
		return pipeline.Progress{}, fault(pipeline.Misconfigured, pipeline.ReasonTrouble, "check render: %d bytes that are no render id", len(render))
	}
	if err := c.mayAsk(ctx, false); err != nil {
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

// mayAsk is an error when the account's limit has no room now; nothing is sent then.
func (c *Client) mayAsk(ctx context.Context, start bool) error {
	if c.take == nil {
		return nil
	}
	wait, err := c.take(ctx, start)
	if err != nil {
		return fault(pipeline.Transient, pipeline.ReasonTrouble, "ask for a place under the rate limit: %w", err)
	}
	if wait <= 0 {
		return nil
	}
	f := fault(pipeline.Transient, pipeline.ReasonBusy, "our own share of the rate limit is used up for %s", wait)
	f.RateLimited, f.RetryAfter = true, wait
	return f
}

// CallbackHandler is for POST /webhooks/creatomate/{order}/{token}, which Creatomate calls with the render
// object, unsigned, when a render has ended.
func CallbackHandler(ring httpx.CallbackFunc) http.Handler { return httpx.CallbackHandler(ring) }
