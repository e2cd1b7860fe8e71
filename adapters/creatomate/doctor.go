package creatomate

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/remote"
)

// Rehearse has Creatomate look at a cut without rendering it, which costs nothing ("dry_run"). It
// lists what would be ignored, such as a name that no element of the template has, and what would fail.
// The media aren't fetched.
func (c *Client) Rehearse(ctx context.Context, r pipeline.CutRequest) ([]string, error) {
	body, err := c.render(r)
	if err != nil {
		return nil, fault(pipeline.Misconfigured, pipeline.ReasonTemplate, "rehearse: %w", err)
	}
	body["dry_run"] = true
	if err := c.mayAsk(ctx); err != nil {
		return nil, err
	}
	a, err := c.api.Post(ctx, "/v2/renders", nil, body)
	if err != nil {
		return nil, err
	}
	if !a.OK() {
		f := fault(pipeline.Misconfigured, pipeline.ReasonSetup, "rehearse: %s", c.explain(a, secrets(r)...))
		if a.Status == http.StatusBadRequest || isGone(a) {
			f.Reason = pipeline.ReasonTemplate
		}
		a.Passing(f, limitPause)
		return nil, f
	}
	var v struct {
		ID, Valid, Errors, Warnings json.RawMessage
	}
	if json.Unmarshal(remote.Object(a.Body), &v) != nil || v.Valid == nil {
		if v.ID != nil {
			return nil, fault(pipeline.Misconfigured, pipeline.ReasonSetup, "rehearse: dry_run isn't known there, so something was rendered")
		}
		return nil, fault(pipeline.Transient, pipeline.ReasonTrouble, "rehearse: answer isn't a verdict")
	}
	var said []string
	for _, x := range append(remarks(v.Errors), remarks(v.Warnings)...) {
		said = append(said, c.api.Clean(x, secrets(r)...))
	}
	if len(said) == 0 && string(v.Valid) != "true" {
		said = []string{"not valid, without an explanation"}
	}
	return said, nil
}
