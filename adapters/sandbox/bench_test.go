package sandbox_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
)

// BenchmarkSandbox_OneOrder is what an order costs the stand-ins: a clip with its photo inline and a cut,
// each asked about once, over HTTP.
func BenchmarkSandbox_OneOrder(b *testing.B) {
	srv, err := sandbox.New(sandbox.Options{
		Ephemeral: true, CreatomateLimit: -1, RunwayConcurrency: 100, RunwayCredits: 1e12, CreatomateCredits: 1e12,
		Clip: instantClip, Cut: instantCut,
	})
	if err != nil {
		b.Fatal(err)
	}
	defer srv.Close()
	web := httptest.NewServer(srv.Handler())
	defer web.Close()
	send := func(method, path string, body []byte) (id string) {
		req, err := http.NewRequest(method, web.URL+path, bytes.NewReader(body))
		if err != nil {
			b.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer k")
		req.Header.Set("X-Runway-Version", "2024-11-06")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		defer res.Body.Close()
		raw, err := io.ReadAll(res.Body)
		var a struct{ ID string }
		if err != nil || res.StatusCode >= 300 || json.Unmarshal(raw, &a) != nil {
			b.Fatalf("%s %s: %d %s", method, path, res.StatusCode, raw)
		}
		return a.ID
	}
	clip, err1 := json.Marshal(map[string]any{
		"model": "gen4_turbo", "promptImage": dataURI(b, 1080, 1920), "ratio": "720:1280", "duration": 3,
	})
	cut, err2 := json.Marshal(map[string]any{
		"elements": []any{map[string]any{"type": "text", "name": "menu", "text": "김밥"}},
	})
	if err1 != nil || err2 != nil {
		b.Fatal(err1, err2)
	}
	for b.Loop() {
		send("GET", "/v1/tasks/"+send("POST", "/v1/image_to_video", clip), nil)
		send("GET", "/v2/renders/"+send("POST", "/v2/renders", cut), nil)
	}
}
