package creatomate

import (
	"encoding/json"
	"errors"
	"math"

	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
)

// parseStarted reads the answer to a start: a render object, or an array of one as in v1. Without
// an id it could not be asked for, so an id of the wrong form is an error.
func (c *Client) parseStarted(body []byte, r pipeline.CutRequest) (pipeline.Started, error) {
	var a struct {
		ID, Errors, Warnings json.RawMessage
	}
	if json.Unmarshal(httpx.Object(body), &a) != nil {
		return pipeline.Started{}, errors.New("answer isn't a render object")
	}
	s := pipeline.Started{Remote: httpx.Text(a.ID)}
	if !httpx.IsID(s.Remote) {
		return pipeline.Started{}, errors.New("answer has no render id")
	}
	for _, list := range []json.RawMessage{a.Errors, a.Warnings} {
		for _, x := range remarks(list) {
			s.Warnings = append(s.Warnings, c.api.Clean(x, secrets(r)...))
		}
	}
	return s, nil
}

// secrets are the addresses in a request: a client that has one has the file.
func secrets(r pipeline.CutRequest) []string {
	return []string{r.Callback, r.Clip, r.Photo, r.Logo, r.Music}
}

// remarks lists what errors or warnings say, in whatever shape: none of them may go unheard.
func remarks(v json.RawMessage) []string {
	var all []json.RawMessage
	if json.Unmarshal(v, &all) != nil && len(v) > 0 {
		all = []json.RawMessage{v}
	}
	var out []string
	for _, x := range all {
		s := httpx.Text(x)
		if s == "" {
			s = string(x)
		}
		if s != `""` && s != "null" {
			out = append(out, s)
		}
	}
	return out
}

// parseRender reads a render object. A status that isn't among the documented ones may be a new way
// of waiting, so it is Pending: the pipeline's own deadline ends it. url is there from the first
// answer on, but the file isn't before it has succeeded ("The render object").
func (c *Client) parseRender(body []byte) (pipeline.Progress, error) {
	var a struct {
		Status, URL, Metadata      json.RawMessage
		Errors, Warnings, Duration json.RawMessage
		ErrorMessage               json.RawMessage `json:"error_message"`
	}
	if json.Unmarshal(httpx.Object(body), &a) != nil {
		return pipeline.Progress{}, fault(
			pipeline.Transient, pipeline.ReasonBusy, "check render: answer isn't a render object",
		)
	}
	p := pipeline.Progress{State: pipeline.Pending, Ref: httpx.Text(a.Metadata), Cost: -1}
	for _, x := range append(remarks(a.Errors), remarks(a.Warnings)...) {
		p.Warnings = append(p.Warnings, c.api.Clean(x))
	}
	switch httpx.Text(a.Status) {
	case "transcribing", "rendering":
		p.State = pipeline.Running
	case "succeeded":
		p.State, p.URL = pipeline.Succeeded, httpx.Text(a.URL)
		if p.URL == "" {
			return pipeline.Progress{}, fault(
				pipeline.Transient, pipeline.ReasonTrouble, "check render: succeeded, but has no url",
			)
		}
		if httpx.Number(a.Duration) > 0 { // what was made says what it cost
			p.Cost = estimate(body, nil, pipeline.CutRequest{})
		}
	case "failed": // mostly a file of ours that it couldn't fetch: another try sends fresh links
		p.State = pipeline.Broken
		p.Fault = fault(
			pipeline.Transient, pipeline.ReasonTrouble, "render failed: %s", c.api.Clean(httpx.Text(a.ErrorMessage)),
		)
		p.Fault.MaxAttempts = 2
	case "cancelled":
		p.State = pipeline.Broken
		p.Fault = fault(pipeline.Transient, pipeline.ReasonTrouble, "render was cancelled at Creatomate")
		p.Fault.MaxAttempts = 2
	}
	return p, nil
}

// estimate is what a render will cost: a picture one credit, a film one for each 100 million pixels, begun
// ones count ("Credits"). Kind, size, rate and length are the answer's, else the request's, else those of a
// vertical short as long as its clip.
func estimate(answer []byte, request map[string]any, r pipeline.CutRequest) pipeline.Credits {
	var a map[string]any
	_ = json.Unmarshal(httpx.Object(answer), &a)
	kind, _ := a["output_format"].(string)
	if kind == "" {
		kind, _ = request["output_format"].(string)
	}
	if kind == "jpg" {
		return httpx.Credits(1)
	}
	n := 1.0
	for _, x := range []struct {
		name      string
		otherwise float64
	}{{"width", 1080}, {"height", 1920}, {"frame_rate", 30}, {"duration", r.Seconds}} {
		v, _ := a[x.name].(float64)
		if v <= 0 {
			v, _ = request[x.name].(float64)
		}
		if v <= 0 {
			v = x.otherwise
		}
		n *= v
	}
	return max(httpx.Credits(math.Ceil(n/1e8)), 0)
}
