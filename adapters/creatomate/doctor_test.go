package creatomate

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

func TestRehearse_AsksForNoRender(t *testing.T) {
	t.Parallel()
	c := provider(t, "tpl", func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		b, _ := io.ReadAll(r.Body)
		if json.Unmarshal(b, &body) != nil || body["dry_run"] != true || body["template_id"] != "tpl" ||
			body["modifications"].(map[string]any)["ai_text_layer.visible"] != true {
			t.Errorf("asked for %s", b)
		}
		io.WriteString(w, `{"valid":true,"errors":[],"warnings":["no element is named bgm_track","see https://bucket.example.com/orders/7/clip.mp4?X-Amz-Signature=8f4c0d1e2b3a"]}`)
	})
	got, err := c.Rehearse(t.Context(), order)
	if said := got.Warnings; err != nil || got.Unmarked ||
		!slices.Equal(said, []string{"no element is named bgm_track", "see ***"}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestRehearse_SaysWhyItIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		body   string
		kind   pipeline.Kind
		reason pipeline.Reason
		words  string
	}{
		"wrong key": {
			401, `{"hint":"The API key {key} is wrong."}`, pipeline.Misconfigured, pipeline.ReasonSetup, "HTTP 401",
		},
		"no such template": {
			404, `{"hint":"The template does not exist."}`, pipeline.Misconfigured, pipeline.ReasonTemplate,
			"does not exist",
		},
		"no such address":        {404, `not found`, pipeline.Misconfigured, pipeline.ReasonSetup, "HTTP 404"},
		"busy":                   {429, `Too many requests`, pipeline.Transient, pipeline.ReasonBusy, "HTTP 429"},
		"trouble there":          {503, ``, pipeline.Transient, pipeline.ReasonBusy, "HTTP 503"},
		"something else answers": {200, `<html>`, pipeline.Transient, pipeline.ReasonTrouble, "isn't a verdict"},
		"dry_run isn't heeded": {
			202, `{"id":"` + renderID + `","status":"planned"}`, pipeline.Misconfigured, pipeline.ReasonSetup,
			"something was rendered",
		},
		"dry_run isn't heeded, 1": {
			202, `[{"id":"` + renderID + `","status":"planned"}]`, pipeline.Misconfigured, pipeline.ReasonSetup,
			"something was rendered",
		},
	} {
		_, err := provider(t, "tpl", says(c.status, c.body)).Rehearse(t.Context(), order)
		f := pipeline.AsFault(err)
		if err == nil || f.Kind != c.kind || f.Reason != c.reason || !strings.Contains(err.Error(), c.words) ||
			strings.Contains(err.Error(), key) {
			t.Errorf("%s: %v", name, err)
		}
	}
	got, err := provider(t, "tpl", says(200, `{"valid":false}`)).Rehearse(t.Context(), order)
	if err != nil || len(got.Warnings) != 1 {
		t.Errorf("not valid, without a word: %+v, %v", got, err)
	}
	_, err = provider(t, "tpl", cut(t, "")).Rehearse(t.Context(), order)
	if f := pipeline.AsFault(err); err == nil || f.Kind == pipeline.Misconfigured {
		t.Errorf("there was no answer, and the settings are blamed: %v", err)
	}
}

// TestRehearse_SendsNothingWhenItCannotBeAskedFor has a look that isn't there, and a limit that is used up.
func TestRehearse_SendsNothingWhenItCannotBeAskedFor(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("sent") }))
	defer s.Close()
	baroque := order
	baroque.Look = "baroque"
	full := func(context.Context, time.Duration) (time.Duration, error) { return time.Second, nil }
	_, err := New(Options{BaseURL: s.URL, Key: key}).Rehearse(t.Context(), baroque)
	wantFault(t, err, pipeline.Fault{Kind: pipeline.Misconfigured, Reason: pipeline.ReasonTemplate})
	for _, ask := range []func(c *Client) error{
		func(c *Client) error { _, err := c.Rehearse(t.Context(), order); return err },
		func(c *Client) error {
			_, err := c.UnknownFamilies(t.Context(), nil, func(context.Context, string) (io.ReadCloser, error) {
				t.Error("fetched")
				return nil, io.EOF
			})
			return err
		},
	} {
		wantFault(t, ask(New(Options{BaseURL: s.URL, Key: key, Take: full})), pipeline.Fault{
			Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, RetryAfter: time.Second, RateLimited: true,
			Booked: true,
		})
	}
}

func TestClient_RehearseFindsWhatSaysThatAIMadeIt(t *testing.T) {
	t.Parallel()
	text := func(s, more string) string { return `{"type":"text","text":"` + s + `"` + more + `}` }
	for name, c := range map[string]struct {
		template, body string
		unmarked       bool
	}{
		"no element is called so": {
			"tpl", `{"valid":true,"warnings":["no element is named ai_text_layer"]}`, true,
		},
		"an element is called so": {"tpl", `{"valid":true,"warnings":[]}`, false},
		"its text says something else": {
			"tpl", `{"valid":true,"source":{"elements":[` + text("맛집 DAILY", `,"name":"ai_text_layer"`) + `]}}`, true,
		},
		"another text says it": {
			"tpl",
			`{"valid":true,"warnings":["ai_text_layer: unknown"],"source":{"elements":[{"type":"composition","elements":[` + text("AI로 만든 영상", "") + `]}]}}`,
			false,
		},
		"of an empty document nothing is known": {"tpl", `{"valid":true,"source":{}}`, false},
		"it isn't valid, and no element is called so": {
			"tpl", `{"valid":false,"errors":["no element is named ai_text_layer"]}`, true,
		},
		"a hidden group says it": {
			"tpl", `{"valid":true,"source":{"elements":["AI",{"visible":false,"elements":[` + text("AI", "") + `]}]}}`,
			true,
		},
		"it is hidden": {
			"tpl", `{"valid":true,"source":{"elements":[` + text("AI로 만든 영상", `,"visible":false`) + `]}}`, true,
		},
		"a look of ours": {
			"", `{"valid":true,"source":{"elements":[` + text("새우 파스타", "") + `]}}`, false,
		},
	} {
		p := provider(t, c.template, says(200, c.body))
		got, err := p.Rehearse(t.Context(), order)
		if err != nil || got.Unmarked != c.unmarked || len(got.Warnings) != 0 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if unmarked, err := p.Unmarked(t.Context(), order); err != nil || unmarked != c.unmarked {
			t.Errorf("%s: unmarked is %t, %v", name, unmarked, err)
		}
	}
	never := provider(t, "", func(http.ResponseWriter, *http.Request) { t.Error("asked without a template") })
	if unmarked, err := never.Unmarked(t.Context(), order); err != nil || unmarked {
		t.Errorf("without a template: %t, %v", unmarked, err)
	}
}
