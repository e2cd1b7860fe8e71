// Package apptest runs the whole service for tests: a World has its database and all that is outside of it (stand-ins
// over HTTP), a Process is one process of the service in it, a Child the built program in a process of its own.
package apptest

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

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"github.com/sajangpick/sajangpick/adapters/ffmpeg/clipcheck"
	"github.com/sajangpick/sajangpick/adapters/film"
	"github.com/sajangpick/sajangpick/adapters/sandbox"
	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// World is what is outside of a process and survives it: the providers, the database and the files.
type World struct {
	T        testing.TB
	StandIns *sandbox.Server
	Provider *httptest.Server
	People   *people.Server // nil: no Telegram
	Settings map[string]string
	Holding  atomic.Bool   // clips don't come to an end
	Release  chan struct{} // closed: clips that were held come to their end
	Sources  sync.Map      // what was rendered: the document by order and render
	Earnest  bool          // not the sandbox: only those who are invited get in
	Log      io.Writer     // gets all that processes log; nil: it is dropped
	Prepare  pipeline.Framer
	Wire     func(*app.Parts) // puts others in the place of what is wired in; nil: it stays

	// How clips and shorts are really made; nil: files that pass for them are enough.
	Clip func(context.Context, sandbox.ClipJob) error
	Cut  func(context.Context, sandbox.CutJob) error

	held held // requests that are kept on their way

	Tool        ffmpeg.Tool        // zero: there is no ffmpeg
	ClipChecker *clipcheck.Checker // nil: clips aren't compared with their photos
	// CheckClip stands in for ClipChecker in the processes that start from now on.
	CheckClip func(ctx context.Context, photo, clip string) (pipeline.ClipVerdict, error)
	Scale     float64 // of what is rendered to what was ordered; 0 is 1
}

// Databases are the two that everything must work on: a fresh one each time.
func Databases() map[string]func(t testing.TB) string {
	return map[string]func(t testing.TB) string{
		"postgres": func(t testing.TB) string { return storagetest.MigratedPostgres(t) },
		"sqlite":   func(t testing.TB) string { return "sqlite:" + storagetest.Migrated(t) },
	}
}

func NewWorld(t testing.TB, database string) *World { return NewWorldWith(t, database, "") }

// NewWorldWith is a world whose providers have their tasks in a folder; "": in none.
func NewWorldWith(t testing.TB, database, tasks string) *World {
	w := &World{T: t, Release: make(chan struct{})}
	w.Prepare = func(_ context.Context, r io.Reader, begin func() error) (pipeline.Prepared, error) {
		b, err := io.ReadAll(r)
		return pipeline.Prepared{JPEG: b}, errors.Join(err, begin())
	}
	s, err := sandbox.New(sandbox.Options{
		Ephemeral: tasks == "", Dir: tasks, RunwayConcurrency: 1 << 20, CreatomateLimit: -1, Parallel: 64, Unseen: true,
		Clip: func(ctx context.Context, j sandbox.ClipJob) error {
			if w.Holding.Load() {
				select {
				case <-ctx.Done():
				case <-w.Release:
				}
			}
			if w.Clip != nil {
				return w.Clip(ctx, j)
			}
			return os.WriteFile(j.Out, tiny, 0o600)
		},
		Cut: func(ctx context.Context, j sandbox.CutJob) error {
			source, err := json.Marshal(j.Source)
			w.Sources.Store(string(source), true)
			if w.Cut != nil {
				return errors.Join(err, w.Cut(ctx, j))
			}
			return errors.Join(err, os.WriteFile(j.Out, Canned(j, 0), 0o600))
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.StandIns, w.Provider = s, httptest.NewServer(w.held.before(s.Handler()))
	t.Cleanup(func() { w.Provider.Close(); s.Close() })
	dir := t.TempDir()
	w.Settings = map[string]string{
		"RUNWAY_CONCURRENCY": "1000", "CREATOMATE_RATE": "10000/1s", "TELEGRAM_RATE": "10000/1s",
		"DATABASE_URL":        database,
		"BLOB_URL":            "file:" + filepath.Join(dir, "blobs"),
		"SECRET_KEY":          "0123456789abcdef0123456789abcdef",
		"RUNWAYML_BASE_URL":   w.Provider.URL,
		"RUNWAYML_API_SECRET": "key_test",
		"CREATOMATE_BASE_URL": w.Provider.URL,
		"CREATOMATE_API_KEY":  "key_test",
		"RUNWAY_WEBHOOK":      "on",
		"CLIP_FALLBACK":       "off",        // nothing can be seen in such clips
		"REPORT_CRON":         "0 0 29 2 *", // else tests of a day's first hours would be told how the day before was
	}
	return w
}

// WithTelegram lets there be a Telegram, whose updates arrive by a webhook.
func (w *World) WithTelegram() *World {
	w.People = people.New(people.Options{Second: 10 * time.Millisecond})
	api := httptest.NewServer(w.held.before(w.People.Handler()))
	w.T.Cleanup(func() { w.People.Close(); api.Close() })
	w.Settings["TELEGRAM_BOT_TOKEN"] = w.People.Token()
	w.Settings["TELEGRAM_API_URL"] = api.URL
	w.Settings["SIGNUP"] = "open"
	return w
}

// Servable is a world with an address for the program.
func Servable(t testing.TB, database string) (*World, string) {
	w := NewWorld(t, database)
	addr := FreeAddress(t)
	w.Settings["LISTEN"], w.Settings["PUBLIC_URL"] = addr, "http://"+addr
	return w, addr
}

// Config reads the world's settings.
func (w *World) Config() config.Config {
	w.T.Helper()
	cfg, err := config.Load(func(name string) (string, bool) { v, ok := w.Settings[name]; return v, ok }, "")
	if err != nil {
		w.T.Fatal(err)
	}
	return cfg
}

// Faults lets things go wrong with the providers.
func (w *World) Faults(all ...sandbox.Fault) {
	w.T.Helper()
	for _, f := range all {
		if err := w.StandIns.Fault(f); err != nil {
			w.T.Fatal(err)
		}
	}
}

// Kept is what a process has in a blob.
func (w *World) Kept(p *Process, key string) []byte {
	w.T.Helper()
	f, err := p.Blobs.Open(w.T.Context(), key)
	if err != nil {
		w.T.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		w.T.Fatal(err)
	}
	return b
}

// finisher looks at what is rendered as production does, in the size that this world renders in.
func (w *World) finisher(log *slog.Logger) pipeline.Finisher {
	looks := film.New(nil, log)
	if w.Scale == 0 {
		return app.Finisher(false, looks)
	}
	return func(ctx context.Context, file io.ReadSeeker, of pipeline.Ordered) (io.Reader, error) {
		want := app.Wanted(false, of)
		want.W, want.H = w.scaled(want.W), w.scaled(want.H)
		return looks.Finish(ctx, file, want)
	}
}

func (w *World) scaled(pixels int) int { return int(math.Round(float64(pixels)*w.Scale/2)) * 2 }

// PaidStep is one thing that should be bought once.
type PaidStep struct {
	Order    int64
	Provider string
}

// Starts counts the paid starts that the providers took.
func (w *World) Starts() map[PaidStep]int {
	tasks, err := w.StandIns.Tasks()
	if err != nil {
		w.T.Fatal(err)
	}
	n := map[PaidStep]int{}
	for _, task := range tasks {
		order, err := strconv.ParseInt(path.Base(task.Callback), 10, 64)
		if err != nil {
			w.T.Fatalf("task without an order in its callback %q", task.Callback)
		}
		n[PaidStep{order, task.Provider}]++
	}
	return n
}

// Balanced checks an order that has ended against what the providers took: one paid start a step,
// and one more for each that the ledger calls unknown.
func (w *World) Balanced(e storage.Engine, starts map[PaidStep]int, o pipeline.Order) {
	w.T.Helper()
	if o.Status != pipeline.Delivered && o.Status != pipeline.Parked {
		w.T.Errorf("order %d is %s at %s: %s", o.ID, o.Status, o.Step, o.Detail)
	}
	calls, err := e.Calls(w.T.Context(), o.ID)
	if err != nil {
		w.T.Fatal(err)
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
	if o.Reason == pipeline.ReasonUnknownStart && max(unknown["runway"], unknown["creatomate"]) < 2 {
		w.T.Errorf("order %d is parked although no start was lost twice: %v", o.ID, unknown)
	}
	for _, provider := range []string{"runway", "creatomate"} {
		n := starts[PaidStep{o.ID, provider}]
		if n > 1+unknown[provider] || known[provider] > 1 || n < known[provider] {
			w.T.Errorf(
				"order %d: %s took %d starts; the ledger knows %d, and %d unknown ones", o.ID, provider, n,
				known[provider], unknown[provider],
			)
		}
		if o.Status == pipeline.Delivered && known[provider] != 1 {
			w.T.Errorf("order %d was delivered with %d calls of %s in the ledger", o.ID, known[provider], provider)
		}
	}
}
