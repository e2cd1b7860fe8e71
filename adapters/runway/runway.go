// Package runway makes clips with Runway's API, or with a gateway that speaks it. It is a
// pipeline.Animator: single requests, each error a Fault, no retries of its own.
//
// Runway has no webhooks, no idempotency key and no list of tasks (its OpenAPI description): a
// start whose answer is lost can't be found again.
package runway

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
)

// version is the only value that X-Runway-Version may have; without it every request is a 400.
const version = "2024-11-06"

// Options are what a Client is made from.
type Options struct {
	BaseURL string // https://api.dev.runwayml.com, or a gateway's (paths begin with /v1/)
	Key     string
	Model   string // one that CheckModel takes
	Seconds int    // length that clips are asked for in, with which CheckModel takes the model
	AtOnce  int    // most clips under way; 0: no limit
	Gateway bool   // something in front of Runway calls back the address in X-Callback-Url
	Log     *slog.Logger
}

// Client is a pipeline.Animator. It may be used by many at once.
type Client struct {
	api     *httpx.Client
	model   model
	seconds int
	atOnce  int
	gateway bool
}

var (
	_ pipeline.Animator = (*Client)(nil)
	_ pipeline.Account  = (*Client)(nil)
)

// New makes a Client; it sends nothing.
func New(o Options) *Client {
	return &Client{
		api: httpx.New(httpx.Options{
			Name: Name, BaseURL: o.BaseURL, Key: o.Key, Log: o.Log,
			Header: http.Header{"X-Runway-Version": {version}},
		}),
		model: named(o.Model), seconds: o.Seconds, atOnce: o.AtOnce, gateway: o.Gateway,
	}
}

// clip is the body of POST /v1/image_to_video. An empty promptText is invalid: it is left out.
type clip struct {
	Model       string  `json:"model"`
	PromptImage string  `json:"promptImage"`
	PromptText  string  `json:"promptText,omitempty"`
	Ratio       string  `json:"ratio"`
	Duration    int     `json:"duration"`
	Seed        *uint32 `json:"seed,omitempty"`
}

// StartClip sends one POST /v1/image_to_video. Started.Estimated is Runway's own ceiling, 0 if it
// names none.
func (c *Client) StartClip(ctx context.Context, r pipeline.ClipRequest) (pipeline.Started, error) {
	header := http.Header{}
	if c.gateway && r.Callback != "" {
		header.Set("X-Callback-Url", r.Callback)
	}
	body := clip{
		Model: c.model.name, PromptImage: r.Photo, PromptText: r.Prompt, Ratio: c.model.format(r.Ratio),
		Duration: r.Seconds,
	}
	if c.model.seed {
		body.Seed = &r.Seed
	}
	a, err := c.api.Post(ctx, "/v1/image_to_video", header, body)
	if err != nil {
		return pipeline.Started{}, err
	}
	if !a.OK() {
		return pipeline.Started{}, c.startFault(a, r)
	}
	s, err := parseStarted(a.Body)
	if err != nil {
		return pipeline.Started{}, fault(
			pipeline.Indeterminate, pipeline.ReasonUnknownStart, "start clip: HTTP %d: %w", a.Status, err,
		)
	}
	return s, nil
}

// Check sends one GET /v1/tasks/{id}. Runway wants it no more than once in 5 s for each task.
// Progress.URL is fresh with every call and lives for a day or two.
func (c *Client) Check(ctx context.Context, task string) (pipeline.Progress, error) {
	if !httpx.IsID(task) {
		return pipeline.Progress{}, fault(
			pipeline.Misconfigured, pipeline.ReasonTrouble, "check task: %d bytes that are no task id", len(task),
		)
	}
	a, err := c.api.Get(ctx, "/v1/tasks/"+task)
	if err != nil {
		return pipeline.Progress{}, err
	}
	switch {
	case a.OK():
		return c.parseTask(a.Body)
	case isGone(a):
		return pipeline.Progress{State: pipeline.Broken, Cost: -1, Fault: c.checkFault(a)}, nil
	}
	return pipeline.Progress{}, c.checkFault(a)
}
