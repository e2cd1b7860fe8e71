package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/film"
	"github.com/sajangpick/sajangpick/pipeline/photo"
	"github.com/sajangpick/sajangpick/pipeline/truth"
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

	guard *truth.Guard // nil: clips aren't compared with their photos
	scale float64      // of what is rendered to what was ordered; 0 is 1
}

// databases are the two that everything must work on: a fresh one each time.
func databases() map[string]func(t testing.TB) string {
	return map[string]func(t testing.TB) string{
		"postgres": func(t testing.TB) string { return storagetest.Postgres(t) },
		"sqlite":   func(t testing.TB) string { return "sqlite:" + storagetest.Migrated(t) },
	}
}

// tiny is a file that passes for an MP4: the providers of these tests are instant.
var tiny = []byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom")

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

// process is one process of the service, in this one.
type process struct {
	*app
	t      testing.TB
	server *httptest.Server
	engine *watched
	rings  sync.Map // when a doorbell was first rung, by its path without the token
}

// noting writes down when doorbells ring.
func (p *process) noting(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/webhooks/") {
			p.rings.LoadOrStore(path.Dir(r.URL.Path), time.Now())
		}
		h.ServeHTTP(w, r)
	})
}

func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Path
}

// hurried are times that make a test's orders come back soon.
func hurried() pipeline.Times {
	return pipeline.Times{
		PickUp: 100 * time.Millisecond, Call: 800 * time.Millisecond, Poll: 100 * time.Millisecond,
		PollRung: 300 * time.Millisecond, RetryUnknown: 200 * time.Millisecond, GiveUp: time.Hour,
		BackOff: 20 * time.Millisecond, Late: time.Second,
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

// start begins a process on the world. wrap may stand between it and its database.
func (w *world) start(times pipeline.Times, wrap func(storage.Engine) storage.Engine) *process {
	t := w.t
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	if w.log != nil {
		log = slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	g := &gate{}
	p := &process{t: t}
	p.server = httptest.NewServer(p.noting(g))
	cfg, err := config.Load(func(name string) (string, bool) {
		v, ok := w.settings[name]
		if name == "PUBLIC_URL" && !ok { // nothing stands in front
			return p.server.URL, true
		}
		return v, ok
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	e, err := openEngine(t.Context(), cfg, log)
	if err != nil {
		t.Fatal(err)
	}
	if wrap != nil {
		e = wrap(e)
	}
	p.engine = &watched{Engine: e, ends: make(chan pipeline.Order, 100_000), moved: make(chan struct{})}
	p.app, err = newApp(t.Context(), parts{
		cfg: cfg, log: log, self: p.server.URL, sandbox: !w.earnest, engine: p.engine,
		guard: w.guard, prepare: w.prepare, finish: w.finisher(log), logo: pipeline.PrepareLogo(photo.New(1)),
		times: times,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.app.start(t.Context()); err != nil && !errors.Is(err, errDead) {
		t.Fatal(err)
	}
	if err := p.blobs.Put(t.Context(), "uploads/test", "application/octet-stream", bytes.NewReader(tinyPhoto())); err != nil {
		t.Fatal(err)
	}
	g.open(p.routes())
	return p
}

// stop ends a process in order.
func (p *process) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := p.app.stop(ctx); err != nil {
		p.t.Errorf("stop: %v", err)
	}
	p.end()
}

// kill ends a process as a power cut would, as far as that can be done from inside.
func (p *process) kill() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_ = p.app.stop(ctx) // that it had no time is the point
	p.end()
}

func (p *process) end() {
	p.server.CloseClientConnections()
	p.server.Close()
	if err := p.app.close(); err != nil {
		p.t.Errorf("close: %v", err)
	}
}

// place puts one order in. Its photo is with the chat already.
func (p *process) place(source string) (pipeline.Order, error) {
	o, _, err := p.pipe.Place(context.Background(), orderOf(source))
	return o, err
}

func orderOf(source string) pipeline.Order {
	return pipeline.Order{
		Source: source,
		Thread: pipeline.Thread{Platform: "web", Chat: "test", Lang: "ko"},
		Photo:  pipeline.Photo{Ref: "uploads/test"},
		Cut:    pipeline.Cut{Words: pipeline.Words{Menu: "새우 파스타", Price: "18,000원", Won: 18000}, Look: "clean", Music: "bright"},
	}
}

// watched tells when orders come to their end.
type watched struct {
	storage.Engine
	ends chan pipeline.Order

	mu    sync.Mutex
	moved chan struct{} // closed at the next change
}

func (e *watched) Move(ctx context.Context, o pipeline.Order, m pipeline.Move) (pipeline.Order, error) {
	o, err := e.Engine.Move(ctx, o, m)
	if err == nil && o.Status != pipeline.Open {
		e.ends <- o
	}
	e.changed()
	return o, err
}

func (e *watched) Commit(ctx context.Context, c state.Change) ([]pipeline.Order, error) {
	defer e.changed()
	return e.Engine.Commit(ctx, c)
}

func (e *watched) changed() {
	e.mu.Lock()
	defer e.mu.Unlock()
	close(e.moved)
	e.moved = make(chan struct{})
}

// until waits for an order to be as is says.
func (p *process) until(id int64, is func(pipeline.Order) bool) (o pipeline.Order) {
	p.t.Helper()
	defer func() {
		if p.t.Failed() {
			p.t.Logf("order %d stays %s %s %s: %s", id, o.Status, o.Step, o.Phase, o.Detail)
		}
	}()
	p.wait(func() bool {
		var err error
		if o, err = p.engine.Order(p.t.Context(), id); err != nil {
			p.t.Fatal(err)
		}
		return is(o)
	})
	return o
}

// wait waits for the database to be as ok says.
func (p *process) wait(ok func() bool) {
	p.t.Helper()
	timeout := time.After(patience)
	for {
		p.engine.mu.Lock()
		moved := p.engine.moved
		p.engine.mu.Unlock()
		if ok() {
			return
		}
		select {
		case <-moved:
		case <-timeout:
			p.t.Fatal("the database doesn't come to be as it should")
		}
	}
}

// ended waits until n orders have come to their end in this process.
func (p *process) ended(n int, limit time.Duration) []pipeline.Order {
	p.t.Helper()
	timeout := time.After(limit)
	var got []pipeline.Order
	for len(got) < n {
		select {
		case o := <-p.engine.ends:
			got = append(got, o)
		case <-timeout:
			p.t.Fatalf("%d of %d orders ended within %s", len(got), n, limit)
		}
	}
	return got
}

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

// tinyPhoto is the smallest picture that everybody takes.
var tinyPhoto = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 225, 400)), nil); err != nil {
		panic(err)
	}
	return b.Bytes()
})

// dishName is the n-th of 48 names of dishes about which there is no doubt.
func dishName(n int) string {
	kinds := []string{"파스타", "리조또", "볶음밥", "덮밥", "우동", "피자"}
	with := []string{"새우", "김치", "크림", "매운", "불고기", "버섯", "치즈", "해물"}
	return with[n/len(kinds)%len(with)] + " " + kinds[n%len(kinds)]
}
