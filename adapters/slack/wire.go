package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/internal/pace"
	sdk "github.com/slack-go/slack"
)

// maxAnswer is what an answer of the API may weigh.
const maxAnswer = 4 << 20

// newWire is what our library speaks through. Its errors are *refusal and *httpx.NoResponseError.
func newWire(via *http.Client) *httpx.RecordingTransport {
	return &httpx.RecordingTransport{Via: via, Most: maxAnswer, Read: readAnswer}
}

// refusal is an answer that says no.
type refusal struct {
	status int    // 200 when the API itself says no
	code   string // Slack's name for it, with status 200
	why    string // what else Slack says
	after  time.Duration
}

func (r *refusal) Error() string {
	switch {
	case r.status != http.StatusOK:
		return fmt.Sprintf("HTTP %d", r.status)
	case r.why != "":
		return r.code + " (" + r.why + ")"
	}
	return r.code
}

// readAnswer tells a success from everything else.
func readAnswer(res *http.Response, body []byte) error {
	if res.StatusCode != http.StatusOK {
		return &refusal{status: res.StatusCode, after: retryAfter(res.Header)}
	}
	var a struct {
		OK       bool   `json:"ok"`
		Error    string `json:"error"`
		Needed   string `json:"needed"`
		Metadata struct {
			Messages []string `json:"messages"`
		} `json:"response_metadata"`
	}
	if err := json.Unmarshal(body, &a); err != nil || !a.OK && a.Error == "" {
		return &httpx.NoResponseError{Sent: true, Err: errors.New("what came isn't an answer")}
	}
	if a.OK {
		return nil
	}
	r := &refusal{
		status: res.StatusCode, code: a.Error, why: strings.Join(a.Metadata.Messages, ", "),
		after: retryAfter(res.Header),
	}
	if a.Needed != "" {
		r.why = "needs the scope " + a.Needed
	}
	return r
}

// retryAfter is how long Slack sends us away for; at most an hour is believed. 0: it doesn't say.
func retryAfter(h http.Header) time.Duration {
	n, err := strconv.ParseInt(h.Get("Retry-After"), 10, 64)
	if err != nil {
		return 0
	}
	return time.Duration(min(max(n, 0), 3600)) * time.Second
}

// conn is the way to Slack's API that all parts of a Client share: with the token of a workspace, and with answers
// that are Faults.
type conn struct {
	api    *url.URL
	calls  *httpx.RecordingTransport
	tokens func(ctx context.Context, team string) (string, error) // see Options
	masked []string                                               // appears in no error and no log
	pace   *pace.Pace
	log    *slog.Logger
}

// guarded reads and takes in what Slack sent. An update that is too much for us is logged and let go: see
// bot.RecoverUpdate.
func (c *conn) guarded(take func() error) (err error) {
	defer bot.RecoverUpdate(c.log, Platform, &err)
	return take()
}

// in gives the library's client for a workspace.
func (c *conn) in(ctx context.Context, team string) (*sdk.Client, error) {
	token, err := c.token(ctx, team)
	if err != nil {
		return nil, err
	}
	return c.library(token), nil
}

func (c *conn) library(token string, more ...sdk.Option) *sdk.Client {
	o := []sdk.Option{sdk.OptionAPIURL(c.api.String()), sdk.OptionHTTPClient(c.calls), sdk.OptionLog(mute{})}
	return sdk.New(token, append(o, more...)...)
}

// mute is where the library's own words go: its errors come back to us anyway.
type mute struct{}

func (mute) Output(int, string) error { return nil }

func (c *conn) token(ctx context.Context, team string) (string, error) {
	token, err := c.tokens(ctx, team)
	switch {
	case err != nil:
		return "", httpx.Passing(fmt.Errorf("slack: token of workspace %s: %s", team, c.withoutSecrets(err.Error())))
	case token == "":
		return "", httpx.Undeliverable(fmt.Errorf("slack: we don't belong to workspace %s", team))
	}
	return token, nil
}
