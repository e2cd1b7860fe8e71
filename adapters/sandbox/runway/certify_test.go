//go:build certify

package runway_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"github.com/sajangpick/sajangpick/adapters/sandbox"
	"github.com/sajangpick/sajangpick/adapters/sandbox/studio/clip"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
)

// TestSandboxRunway_IsUnderstoodByRunwaysOwnLibrary needs node, and certify's packages: script/certify brings them.
func TestSandboxRunway_IsUnderstoodByRunwaysOwnLibrary(t *testing.T) {
	tool, err := ffmpeg.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var srv *sandbox.Server
	srv, err = sandbox.New(sandbox.Options{
		Ephemeral: true, RunwayKey: "key_test", RunwayCredits: 100,
		Clip: func(ctx context.Context, j sandbox.ClipJob) error {
			if j.Prompt == "until the second is seen" {
				awaitLook(ctx, srv)
			}
			return clip.Render(ctx, tool, clip.Request{Photo: j.Photo, Prompt: j.Prompt, W: j.W / 4, H: j.H / 4,
				Seconds: j.Seconds, FPS: 10, Seed: j.Seed, Out: j.Out, Preset: "ultrafast", Progress: j.Progress})
		},
		Cut: func(context.Context, sandbox.CutJob) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	web := httptest.NewServer(srv.Handler())
	defer web.Close()

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", "certify.mjs", web.URL, "key_test")
	cmd.Dir = "certify"
	var wrong bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(sample.Photo), &wrong
	film, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &wrong)
	}
	out := filepath.Join(t.TempDir(), "clip.mp4")
	if err := os.WriteFile(out, film, 0o600); err != nil {
		t.Fatal(err)
	}
	if in, err := tool.Probe(t.Context(), out); err != nil || in.W != 180 || in.H != 320 || in.Seconds < 1.9 ||
		in.HasAudio {
		t.Errorf("the library got %+v, %v", in, err)
	}
}

// awaitLook returns when one more task was looked at.
func awaitLook(ctx context.Context, srv *sandbox.Server) {
	looks := func() (n int) {
		for _, r := range srv.Requests() {
			if r.Route == "GET /v1/tasks/{id}" && r.Status == http.StatusOK {
				n++
			}
		}
		return n
	}
	for before := looks(); looks() == before && ctx.Err() == nil; {
		time.Sleep(20 * time.Millisecond)
	}
}
