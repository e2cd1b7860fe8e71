package creatomate

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
)

// limitPause is the window of the rate limit ("Limits and concurrency"): 30 requests in 10 s.
const limitPause = 10 * time.Second

func fault(k pipeline.Kind, r pipeline.Reason, format string, args ...any) *pipeline.Fault {
	return &pipeline.Fault{Kind: k, Reason: r, Err: fmt.Errorf("creatomate: "+format, args...)}
}

// startFault classifies an answer to a start that isn't a success. What a 5xx means is not
// documented, so a render may exist after any of them; its callback will tell.
func (c *Client) startFault(a httpx.Answer, r pipeline.CutRequest) *pipeline.Fault {
	f := fault(pipeline.Misconfigured, pipeline.ReasonSetup, "start cut: %s", c.explain(a, secrets(r)...))
	switch {
	case a.Status == http.StatusBadRequest, isGone(a) && c.template != "":
		f.Reason = pipeline.ReasonTemplate
	case a.Status == http.StatusPaymentRequired:
		f.Reason = pipeline.ReasonOutOfCredits
	case a.Status == http.StatusTooManyRequests:
		a.Limited(f, limitPause)
	case a.Status >= 500, a.Status == http.StatusRequestTimeout:
		f.Kind, f.Reason, f.Answered = pipeline.Indeterminate, pipeline.ReasonUnknownStart, true
	}
	return f
}

// checkFault classifies an answer to a check that isn't a success. Asking again is free. A render that
// is known and isn't there any more is an operator's too: it was deleted, or the key is another
// account's now, and to buy all of them again would be the dearest answer.
func (c *Client) checkFault(a httpx.Answer) *pipeline.Fault {
	f := fault(pipeline.Misconfigured, pipeline.ReasonSetup, "check render: %s", c.explain(a))
	a.Passing(f, limitPause)
	return f
}

// isGone tells Creatomate's own 404 (no such template, no such render, or older than 30 days) from
// that of a wrong address, which would have us buy a render again.
func isGone(a httpx.Answer) bool {
	return a.Status == http.StatusNotFound && hint(a.Body) != ""
}

// hint is what Creatomate says in an error, "" when it isn't its JSON (a 429 is plain text).
func hint(body []byte) string {
	var e struct {
		Hint json.RawMessage `json:"hint"`
	}
	_ = json.Unmarshal(body, &e)
	return httpx.Text(e.Hint)
}

func (c *Client) explain(a httpx.Answer, secrets ...string) string {
	text := fmt.Sprintf("HTTP %d", a.Status)
	if h := hint(a.Body); h != "" {
		text += ": " + c.api.Clean(h, secrets...)
	}
	return text
}
