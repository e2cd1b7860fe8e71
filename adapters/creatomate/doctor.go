package creatomate

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Rehearsal is what Creatomate says of a cut that it doesn't render.
type Rehearsal struct {
	Warnings []string // what would be ignored, such as a name that no element of the template has, and what would fail
	Unmarked bool     // it is of a template, and nothing on the film would say that AI has made it
}

// mark is the element that says that a film was made with AI, as our own looks call it.
const mark = "ai_text_layer"

// Rehearse has Creatomate look at a cut without rendering it, which costs nothing ("dry_run"). The media aren't
// fetched.
func (c *Client) Rehearse(ctx context.Context, r pipeline.CutRequest) (Rehearsal, error) {
	body, err := c.render(r)
	if err != nil {
		return Rehearsal{}, fault(pipeline.Misconfigured, pipeline.ReasonTemplate, "rehearse: %w", err)
	}
	if m, ok := body["modifications"].(map[string]any); ok {
		m[mark+".visible"] = true // a template that has no such element says so
	}
	body["dry_run"] = true
	if err := c.mayAsk(ctx, "rehearsal"); err != nil {
		return Rehearsal{}, err
	}
	a, err := c.api.Post(ctx, "/v2/renders", nil, body)
	if err != nil {
		return Rehearsal{}, err
	}
	if !a.OK() {
		f := fault(pipeline.Misconfigured, pipeline.ReasonSetup, "rehearse: %s", c.explain(a, secrets(r)...))
		if a.Status == http.StatusBadRequest || isGone(a) {
			f.Reason = pipeline.ReasonTemplate
		}
		a.Passing(f, limitPause)
		return Rehearsal{}, f
	}
	var v struct {
		ID, Valid, Errors, Warnings, Source json.RawMessage
	}
	if json.Unmarshal(httpx.Object(a.Body), &v) != nil || v.Valid == nil {
		if v.ID != nil {
			return Rehearsal{}, fault(
				pipeline.Misconfigured, pipeline.ReasonSetup,
				"rehearse: dry_run isn't known there, so something was rendered",
			)
		}
		return Rehearsal{}, fault(pipeline.Transient, pipeline.ReasonTrouble, "rehearse: answer isn't a verdict")
	}
	var out Rehearsal
	for _, x := range append(remarks(v.Errors), remarks(v.Warnings)...) {
		if strings.Contains(x, mark) {
			out.Unmarked = true
			continue
		}
		out.Warnings = append(out.Warnings, c.api.Clean(x, secrets(r)...))
	}
	if len(out.Warnings) == 0 && !out.Unmarked && string(v.Valid) != "true" {
		out.Warnings = []string{"not valid, without an explanation"}
	}
	var source map[string]any
	if json.Unmarshal(v.Source, &source) == nil && len(source) > 0 {
		out.Unmarked = !marked(source)
	}
	out.Unmarked = out.Unmarked && body["template_id"] != nil
	return out, nil
}

var saysAI = regexp.MustCompile(`\bAI\b|인공지능`)

// marked reports whether a text of a document, however deep, says that AI was at work.
func marked(element map[string]any) bool {
	if text, _ := element["text"].(string); saysAI.MatchString(text) && element["visible"] != false {
		return true
	}
	inner, _ := element["elements"].([]any)
	return slices.ContainsFunc(inner, func(x any) bool {
		e, ok := x.(map[string]any)
		return ok && e["visible"] != false && marked(e)
	})
}

// Unmarked reports whether films of the operator's template don't say that AI has made them; without a template it asks
// nothing.
func (c *Client) Unmarked(ctx context.Context, r pipeline.CutRequest) (bool, error) {
	if c.template == "" {
		return false, nil
	}
	got, err := c.Rehearse(ctx, r)
	return got.Unmarked, err
}
