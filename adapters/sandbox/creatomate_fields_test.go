package sandbox_test

import (
	"context"
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
)

// What was seen of Creatomate's answers (its documentation of 2026-09, npm client 1.2.1), field by field.

var hinted = fields{"hint": text, "documentation": like(regexp.MustCompile(`^https://creatomate\.com/`))}

// rendering is the render object of document(), with some fields changed.
func (s site) rendering(id any, status string, more fields) fields {
	want := fields{
		"id": id, "status": status, "url": like(regexp.MustCompile(`^` + s.base + `/.*\.mp4$`)),
		"snapshot_url": nil,
		"template_id":  nil, "template_name": nil, "template_tags": nil, "output_format": "mp4", "render_scale": 1.0,
		"width": 1080.0, "height": 1920.0, "frame_rate": 30.0, "duration": 7.0, "file_size": nil,
		"modifications": nil, "webhook_url": nil, "metadata": nil,
	}
	maps.Copy(want, more)
	return want
}

func TestSandboxCreatomate_EveryRenderHasTheFieldsOfItsStatus(t *testing.T) {
	media := mediaSite(t)
	gate := make(chan struct{})
	s := open(t, sandbox.Options{Parallel: 1, Cut: func(ctx context.Context, j sandbox.CutJob) error {
		select {
		case <-gate:
		case <-ctx.Done():
		}
		return instantCut(ctx, j)
	}})
	start := func(fault string) string {
		if fault != "" {
			s.fault(`{"on":"POST /v2/renders",` + fault + `}`)
		}
		return s.ask("POST", "/v2/renders", document(media)).want(t, 202).body["id"].(string)
	}
	first, second := start(""), start("")
	failed, cancelled := start(`"fail":"the file is broken"`), start(`"fail":"CANCELLED"`)
	look := func(version, id, status string, more fields) {
		t.Helper()
		a := s.poll("/"+version+"/renders/"+id, status)
		if why := misfit(s.rendering(id, status, more), any(a.body)); why != "" {
			t.Errorf("%s %s%s", version, status, why)
		}
	}
	look("v2", first, "rendering", nil)
	look("v2", second, "planned", nil)
	close(gate)
	size := fields{"file_size": float64(len(canned))}
	look("v2", first, "succeeded", size)
	look("v1", second, "succeeded", size)
	look("v2", failed, "failed", fields{"error_message": "the file is broken"})
	look("v1", cancelled, "cancelled", nil)
}

func TestSandboxCreatomate_EveryAnswerHasItsStatusAndFields(t *testing.T) {
	media := mediaSite(t)
	s := open(t, sandbox.Options{CreatomateKey: "key_test", CreatomateCredits: 30})
	doc := func(pairs ...any) fields { return with(document(media), pairs...) }
	made := s.ask("POST", "/v2/templates", fields{
		"name": "깔끔", "source": doc(), "tags": []string{"a"},
	}).want(t, 201).body
	template := fields{
		"id": id, "name": "깔끔", "tags": []any{"a"}, "created_at": text, "updated_at": text, "source": object,
	}
	planned := func(more fields) fields { return s.rendering(id, "planned", more) }
	for _, c := range []struct {
		name, method, path string
		body               any
		header             []string
		status             int
		shape              any
	}{
		{
			name: "a document", method: "POST", path: "/v2/renders", body: doc("metadata", "12"), status: 202,
			shape: planned(fields{"metadata": "12"}),
		},
		{name: "an unknown name", method: "POST", path: "/v2/renders", body: doc("modifications", fields{"nobody": 1}),
			status: 202,
			shape:  planned(fields{"modifications": fields{"nobody": 1.0}, "warnings": []any{text}})},
		{name: "a template", method: "POST", path: "/v2/renders",
			body: fields{"template_id": made["id"], "max_width": 540, "frame_rate": 25}, status: 202,
			shape: planned(fields{"template_id": made["id"], "template_name": "깔끔", "template_tags": []any{"a"},
				"render_scale": 0.5,
				"width":        540.0, "height": 960.0, "frame_rate": 25.0})},
		{name: "a word in vain", method: "POST", path: "/v2/renders",
			body: fields{"template_id": made["id"], "width": 720, "dry_run": true}, status: 200,
			shape: fields{
				"valid": true, "errors": []any{}, "warnings": []any{`"width" is ignored beside template_id`},
				"source": object,
			}},
		{name: "a word of version 1", method: "POST", path: "/v2/renders", body: doc("tags", []string{"a"}),
			status: 202,
			shape:  planned(fields{"warnings": []any{text}})},
		{name: "version 1", method: "POST", path: "/v1/renders", body: fields{"source": doc("output_format", "png")},
			status: 202,
			shape: []any{
				planned(fields{
					"output_format": "png", "url": like(regexp.MustCompile(`\.png$`)), "frame_rate": nil,
					"duration": nil,
				}),
			}},
		{name: "a dry run", method: "POST", path: "/v2/renders",
			body: doc("dry_run", true, "modifications", fields{"nobody": 1}), status: 200,
			shape: fields{"valid": true, "errors": []any{}, "warnings": []any{text}, "source": object}},
		{
			name: "a new template", method: "POST", path: "/v2/templates",
			body: fields{"name": "깔끔", "source": doc(), "tags": []string{"a"}}, status: 201, shape: template,
		},
		{
			name: "no template", method: "POST", path: "/v2/renders", body: fields{"template_id": "none"}, status: 404,
			shape: hinted,
		},
		{name: "no render", method: "GET", path: "/v2/renders/none", status: 404, shape: hinted},
		{name: "nothing to render", method: "POST", path: "/v2/renders", body: fields{}, status: 400, shape: hinted},
		{
			name: "a gif", method: "POST", path: "/v2/renders", body: doc("output_format", "gif"), status: 400,
			shape: hinted,
		},
		{
			name: "no credits", method: "POST", path: "/v2/renders", body: doc("duration", 100), status: 402,
			shape: hinted,
		},
		{
			name: "no key", method: "GET", path: "/v2/renders/none", header: []string{"Authorization", ""},
			status: 401, shape: hinted,
		},
		{
			name: "a wrong key", method: "GET", path: "/v2/renders/none",
			header: []string{"Authorization", "Bearer other"}, status: 401, shape: hinted,
		},
	} {
		a := s.ask(c.method, c.path, c.body, c.header...)
		switch {
		case a.status != c.status:
			t.Errorf("%s: status %d, want %d: %s", c.name, a.status, c.status, a.raw)
		case c.shape == nil && a.raw != "":
			t.Errorf("%s says %s", c.name, a.raw)
		case c.shape != nil:
			var got any
			decode(t, a, &got)
			if why := misfit(c.shape, got); why != "" {
				t.Errorf("%s%s", c.name, why)
			}
			if typ := a.header.Get("Content-Type"); typ != "application/json; charset=utf-8" {
				t.Errorf("%s is %s", c.name, typ)
			}
		}
	}
}

func TestSandboxCreatomate_TheThirtyFirstRequestIsTooManyInPlainText(t *testing.T) {
	s := open(t, sandbox.Options{CreatomateLimit: 30})
	for range 30 {
		s.ask("GET", "/v2/renders/none", nil).want(t, 404)
	}
	if a := s.ask("GET", "/v2/renders/none", nil).want(t, 429); a.body != nil ||
		!strings.HasPrefix(a.header.Get("Content-Type"), "text/plain") {
		t.Errorf("429 says %q, %s", a.raw, a.header.Get("Content-Type"))
	}
}

func TestSandboxCreatomate_NoFileIsThereBeforeTheEnd(t *testing.T) {
	gate := make(chan struct{})
	s := open(t, sandbox.Options{
		Cut: func(ctx context.Context, j sandbox.CutJob) error { <-gate; return instantCut(ctx, j) },
	})
	a := s.ask("POST", "/v2/renders", document(mediaSite(t))).want(t, 202).body
	s.ask("GET", a["url"].(string), nil).want(t, 404)
	close(gate)
	s.poll("/v2/renders/"+a["id"].(string), "succeeded")
	s.ask("GET", a["url"].(string), nil).want(t, 200)
}
