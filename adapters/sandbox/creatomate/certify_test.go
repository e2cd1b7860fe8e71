//go:build certify

package creatomate_test

import (
	"context"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"github.com/sajangpick/sajangpick/adapters/sandbox"
	"github.com/sajangpick/sajangpick/adapters/sandbox/studio/script"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
)

// TestSandboxCreatomate_IsUnderstoodByCreatomatesOwnLibrary needs node, and certify's packages: script/certify
// brings them.
func TestSandboxCreatomate_IsUnderstoodByCreatomatesOwnLibrary(t *testing.T) {
	tool, err := ffmpeg.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	srv, err := sandbox.New(sandbox.Options{
		Ephemeral: true, CreatomateKey: "right", CreatomateCredits: 100,
		Clip: func(context.Context, sandbox.ClipJob) error { return nil },
		Cut:  func(ctx context.Context, j sandbox.CutJob) error { return cut(ctx, tool, j) },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "dish.jpg"), sample.Photo, 0o600); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", srv.Handler())
	mux.Handle("/media/", http.StripPrefix("/media/", http.FileServer(http.Dir(dir))))
	web := httptest.NewServer(mux)
	defer web.Close()

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", "certify.mjs", web.URL, "right", dir)
	cmd.Dir = "certify"
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if in, err := tool.Probe(t.Context(), filepath.Join(dir, "film.mp4")); err != nil || in.W != 90 || in.H != 160 {
		t.Errorf("the film is %+v, %v", in, err)
	}
	f, err := os.Open(filepath.Join(dir, "still.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if in, err := jpeg.DecodeConfig(f); err != nil || in.Width != 180 || in.Height != 320 {
		t.Errorf("the still is %d x %d, %v", in.Width, in.Height, err)
	}
}

func cut(ctx context.Context, tool ffmpeg.Tool, j sandbox.CutJob) error {
	c, _, err := script.Parse(j.Source)
	if err != nil {
		return err
	}
	return script.Render(ctx, tool, c, j.Fetch, script.Options{
		Out: j.Out, Scale: j.Scale, Preset: "ultrafast", Progress: j.Progress,
	})
}
