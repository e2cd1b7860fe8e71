//go:build browser

package browser_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/sign"
	"github.com/sajangpick/sajangpick/storage/disk"
)

var errNotYet = errors.New("not yet")

// playable is a film in the size and length of a short that a browser can play, and that costs little to make and to
// show: one picture with a tone.
func playable(t *testing.T) func() []byte {
	return sync.OnceValue(func() []byte {
		out := filepath.Join(t.TempDir(), "short.mp4")
		w, h, seconds := look.Shape(pipeline.Tall, 3)
		length := strconv.FormatFloat(seconds, 'f', -1, 64)
		size := strconv.Itoa(w) + "x" + strconv.Itoa(h)
		cmd := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error",
			"-f", "lavfi", "-i", "color=c=0xB5532A:s="+size+":r=30:d="+length,
			"-f", "lavfi", "-i", "sine=frequency=330:sample_rate=48000:d="+length,
			"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2", "-movflags",
			"+faststart", out)
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("ffmpeg: %v: %s", err, said)
		}
		film, err := os.ReadFile(out)
		if err != nil {
			t.Error(err)
		}
		return film
	})
}

// open opens the service's database for looking.
func (s *service) open() {
	s.t.Helper()
	e, err := app.OpenEngine(s.t.Context(), s.world.Config(), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	s.engine = e
	s.t.Cleanup(func() { _ = e.Close() }) // nothing was written
}

// kept is what the service has in a blob.
func (s *service) kept(key string) []byte {
	s.t.Helper()
	blobs, err := disk.New(s.world.Config().Blobs.Dir, disk.Options{
		Signer: sign.New([]byte(s.world.Settings["SECRET_KEY"]), nil),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	defer blobs.Close()
	f, err := blobs.Open(context.Background(), key)
	if err != nil {
		s.t.Fatal(err)
	}
	defer f.Close()
	var b bytes.Buffer
	if _, err := io.Copy(&b, f); err != nil {
		s.t.Fatal(err)
	}
	return b.Bytes()
}
