package creatomate

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline"
)

func TestARehearsalAsksForNoRender(t *testing.T) {
	t.Parallel()
	c := provider(t, "tpl", func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		b, _ := io.ReadAll(r.Body)
		if json.Unmarshal(b, &body) != nil || body["dry_run"] != true || body["template_id"] != "tpl" {
			t.Errorf("asked for %s", b)
		}
		io.WriteString(w, `{"valid":true,"errors":[],"warnings":["no element is named bgm_track","see https://bucket.example.com/orders/7/clip.mp4?X-Amz-Signature=8f4c0d1e2b3a"]}`)
	})
	said, err := c.Rehearse(t.Context(), order)
	if err != nil || !slices.Equal(said, []string{"no element is named bgm_track", "see ***"}) {
		t.Errorf("%q, %v", said, err)
	}
}

func TestARehearsalThatIsRefusedSaysWhy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		body   string
		kind   pipeline.Kind
		reason pipeline.Reason
		words  string
	}{
		"wrong key":               {401, `{"hint":"The API key {key} is wrong."}`, pipeline.Misconfigured, pipeline.ReasonSetup, "HTTP 401"},
		"no such template":        {404, `{"hint":"The template does not exist."}`, pipeline.Misconfigured, pipeline.ReasonTemplate, "does not exist"},
		"no such address":         {404, `not found`, pipeline.Misconfigured, pipeline.ReasonSetup, "HTTP 404"},
		"busy":                    {429, `Too many requests`, pipeline.Transient, pipeline.ReasonBusy, "HTTP 429"},
		"trouble there":           {503, ``, pipeline.Transient, pipeline.ReasonBusy, "HTTP 503"},
		"something else answers":  {200, `<html>`, pipeline.Transient, pipeline.ReasonTrouble, "isn't a verdict"},
		"dry_run isn't heeded":    {202, `{"id":"` + renderID + `","status":"planned"}`, pipeline.Misconfigured, pipeline.ReasonSetup, "something was rendered"},
		"dry_run isn't heeded, 1": {202, `[{"id":"` + renderID + `","status":"planned"}]`, pipeline.Misconfigured, pipeline.ReasonSetup, "something was rendered"},
	} {
		_, err := provider(t, "tpl", says(c.status, c.body)).Rehearse(t.Context(), order)
		f := pipeline.AsFault(err)
		if err == nil || f.Kind != c.kind || f.Reason != c.reason || !strings.Contains(err.Error(), c.words) || strings.Contains(err.Error(), key) {
			t.Errorf("%s: %v", name, err)
		}
	}
	said, err := provider(t, "tpl", says(200, `{"valid":false}`)).Rehearse(t.Context(), order)
	if err != nil || len(said) != 1 {
		t.Errorf("not valid, without a word: %q, %v", said, err)
	}
}
