package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/film"
	"github.com/sajangpick/sajangpick/pipeline/truth"
	"github.com/sajangpick/sajangpick/pipeline/video"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// world is what is outside of a process and survives it: the providers, the database and the files.
type world struct {
	t        testing.TB
	standIns *sandbox.Server
	provider *httptest.Server
	people   *people.Server // nil: no Telegram
	settings map[string]string
	holding  atomic.Bool   // clips don't come to an end
	release  chan struct{} // closed: clips that were held come to their end
	sources  sync.Map      // what was rendered: the document by order and render
	earnest  bool          // not the sandbox: only those who are invited get in
	short    atomic.Int64  // bytes of what is rendered; 0: as few as possible
	log      io.Writer     // gets all that processes log; nil: nobody listens
	prepare  pipeline.Framer

	// How clips and shorts are really made; nil: files that pass for them are enough.
	clip func(context.Context, sandbox.ClipJob) error
	cut  func(context.Context, sandbox.CutJob) error

	tool  video.Tool     // zero: there is no ffmpeg
	guard *truth.Checker // nil: clips aren't compared with their photos
	scale float64        // of what is rendered to what was ordered; 0 is 1
}

// databases are the two that everything must work on: a fresh one each time.
func databases() map[string]func(t testing.TB) string {
	return map[string]func(t testing.TB) string{
		"postgres": func(t testing.TB) string { return storagetest.Postgres(t) },
		"sqlite":   func(t testing.TB) string { return "sqlite:" + storagetest.Migrated(t) },
	}
}

func newWorld(t testing.TB, database string) *world {
	w := &world{t: t, release: make(chan struct{})}
	w.prepare = func(_ context.Context, r io.Reader, begin func() error) (pipeline.Prepared, error) {
		b, err := io.ReadAll(r)
		return pipeline.Prepared{JPEG: b}, errors.Join(err, begin())
	}
	s, err := sandbox.New(sandbox.Options{
		Ephemeral: true, RunwayConcurrency: 1 << 20, CreatomateLimit: -1, Parallel: 64, Unseen: true,
		Clip: func(ctx context.Context, j sandbox.ClipJob) error {
			if w.holding.Load() {
				select {
				case <-ctx.Done():
				case <-w.release:
				}
			}
			if w.clip != nil {
				return w.clip(ctx, j)
			}
			return os.WriteFile(j.Out, tiny, 0o600)
		},
		Cut: func(ctx context.Context, j sandbox.CutJob) error {
			source, err := json.Marshal(j.Source)
			w.sources.Store(string(source), true)
			if w.cut != nil {
				return errors.Join(err, w.cut(ctx, j))
			}
			return errors.Join(err, os.WriteFile(j.Out, canned(j, int(w.short.Load())), 0o600))
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.standIns, w.provider = s, httptest.NewServer(s.Handler())
	t.Cleanup(func() { w.provider.Close(); s.Close() })
	dir := t.TempDir()
	w.settings = map[string]string{
		"DATABASE_URL":        database,
		"BLOB_URL":            "file:" + filepath.Join(dir, "blobs"),
		"SECRET_KEY":          "0123456789abcdef0123456789abcdef",
		"RUNWAYML_BASE_URL":   w.provider.URL,
		"RUNWAYML_API_SECRET": "key_test",
		"CREATOMATE_BASE_URL": w.provider.URL,
		"CREATOMATE_API_KEY":  "key_test",
		"RUNWAY_WEBHOOK":      "on",
		"CLIP_FALLBACK":       "off", // nothing can be seen in such clips
	}
	return w
}

// withTelegram lets there be a Telegram, whose updates arrive by a webhook.
func (w *world) withTelegram() *world {
	return w.withTelegramAs(people.Options{})
}

func (w *world) withTelegramAs(o people.Options) *world {
	o.Second = 10 * time.Millisecond
	w.people = people.New(o)
	api := httptest.NewServer(w.people.Handler())
	w.t.Cleanup(func() { w.people.Close(); api.Close() })
	w.settings["TELEGRAM_BOT_TOKEN"] = w.people.Token()
	w.settings["TELEGRAM_API_URL"] = api.URL
	w.settings["SIGNUP"] = "open"
	return w
}

// servable is a world with an address for the program.
func servable(t testing.TB, database string) (*world, string) {
	w := newWorld(t, database)
	addr := freeAddress(t)
	w.settings["LISTEN"], w.settings["PUBLIC_URL"] = addr, "http://"+addr
	return w, addr
}

// config reads the world's settings.
func (w *world) config() config.Config {
	w.t.Helper()
	cfg, err := config.Load(func(name string) (string, bool) { v, ok := w.settings[name]; return v, ok }, "")
	if err != nil {
		w.t.Fatal(err)
	}
	return cfg
}

// faults lets things go wrong with the providers.
func (w *world) faults(all ...sandbox.Fault) {
	w.t.Helper()
	for _, f := range all {
		if err := w.standIns.Fault(f); err != nil {
			w.t.Fatal(err)
		}
	}
}

// kept is what a process has in a blob.
func (w *world) kept(p *process, key string) []byte {
	w.t.Helper()
	f, err := p.blobs.Open(w.t.Context(), key)
	if err != nil {
		w.t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

// finisher looks at what is rendered as production does, in the size that this world renders in.
func (w *world) finisher(log *slog.Logger) pipeline.Finisher {
	looks := film.New(nil, log)
	if w.scale == 0 {
		return finisher(false, looks)
	}
	return func(ctx context.Context, file io.ReadSeeker, of pipeline.Ordered) (io.Reader, error) {
		want := wanted(false, of)
		want.W, want.H = w.scaled(want.W), w.scaled(want.H)
		return looks.Finish(ctx, file, want)
	}
}

func (w *world) scaled(pixels int) int { return int(math.Round(float64(pixels)*w.scale/2)) * 2 }

// paidStep is one thing that should be bought once.
type paidStep struct {
	order    int64
	provider string
}

// starts counts the paid starts that the providers took.
func (w *world) starts() map[paidStep]int {
	tasks, err := w.standIns.Tasks()
	if err != nil {
		w.t.Fatal(err)
	}
	n := map[paidStep]int{}
	for _, task := range tasks {
		order, err := strconv.ParseInt(path.Base(task.Callback), 10, 64)
		if err != nil {
			w.t.Fatalf("task without an order in its callback %q", task.Callback)
		}
		n[paidStep{order, task.Provider}]++
	}
	return n
}

// balanced checks an order that has ended against what the providers took: one paid start a step,
// and one more for each that the ledger calls unknown.
func (w *world) balanced(e storage.Engine, starts map[paidStep]int, o pipeline.Order) {
	w.t.Helper()
	if o.Status != pipeline.Delivered && o.Status != pipeline.Parked {
		w.t.Errorf("order %d is %s at %s: %s", o.ID, o.Status, o.Step, o.Detail)
	}
	calls, err := e.Calls(w.t.Context(), o.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	known, unknown := map[string]int{}, map[string]int{}
	for _, c := range calls {
		switch c.State {
		case pipeline.CallUnknown, pipeline.CallBegun:
			unknown[c.Provider]++
		case pipeline.CallVoid:
		default:
			known[c.Provider]++
		}
	}
	for _, provider := range []string{"runway", "creatomate"} {
		n := starts[paidStep{o.ID, provider}]
		if n > 1+unknown[provider] || known[provider] > 1 || n < known[provider] {
			w.t.Errorf("order %d: %s took %d starts; the ledger knows %d, and %d unknown ones", o.ID, provider, n, known[provider], unknown[provider])
		}
		if o.Status == pipeline.Delivered && known[provider] != 1 {
			w.t.Errorf("order %d was delivered with %d calls of %s in the ledger", o.ID, known[provider], provider)
		}
	}
}
