package apptest

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo"
	"github.com/sajangpick/sajangpick/storage"
)

// TestVersion is what a process of a test is called.
const TestVersion = "v0.0.0-test"

// Process is one process of the service, in this one.
type Process struct {
	*app.App
	t         testing.TB
	Server    *httptest.Server
	Engine    *watched
	Callbacks sync.Map // when a callback first came, by its path without the token

	ended    atomic.Bool
	mu       sync.Mutex
	accepted []time.Duration
}

// noting writes down when callbacks come, and how long each of a messenger's takes.
func (p *Process) noting(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		if strings.HasPrefix(r.URL.Path, "/webhooks/") {
			p.Callbacks.LoadOrStore(path.Dir(r.URL.Path), began)
		}
		h.ServeHTTP(w, r)
		if r.URL.Path == "/webhooks/telegram" {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.accepted = append(p.accepted, time.Since(began))
		}
	})
}

// Accepted is how long each update of Telegram took until it was answered, which is once it is kept. It forgets them.
func (p *Process) Accepted() []time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer func() { p.accepted = nil }()
	return p.accepted
}

func PathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Path
}

// Hurried are times that make a test's orders come back soon.
func Hurried() pipeline.Times {
	return pipeline.Times{
		PickUp: 100 * time.Millisecond, Call: 800 * time.Millisecond, Poll: 100 * time.Millisecond,
		PollWithCallback: 300 * time.Millisecond, RetryUnknown: 200 * time.Millisecond, GiveUp: time.Hour,
		BackOff: 20 * time.Millisecond, Late: time.Second,
	}
}

// Start begins a process on the world. wrap may stand between it and its database.
func (w *World) Start(times pipeline.Times, wrap func(storage.Engine) storage.Engine) *Process {
	t := w.T
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	if w.Log != nil {
		log = slog.New(slog.NewTextHandler(w.Log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	g := &app.Gate{}
	p := &Process{t: t}
	p.Server = httptest.NewServer(p.noting(g))
	cfg, err := config.Load(func(name string) (string, bool) {
		v, ok := w.Settings[name]
		if name == "PUBLIC_URL" && !ok { // nothing stands in front
			return p.Server.URL, true
		}
		return v, ok
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	e, err := app.OpenEngine(t.Context(), cfg, log)
	if err != nil {
		t.Fatal(err)
	}
	if wrap != nil {
		e = wrap(e)
	}
	p.Engine = &watched{Engine: e, Ends: make(chan pipeline.Order, 100_000), moved: make(chan struct{})}
	parts := app.Parts{
		Version: TestVersion, Cfg: cfg, Log: log, Self: p.Server.URL, Sandbox: !w.Earnest, Engine: p.Engine,
		Tool: w.Tool, ClipChecker: w.ClipChecker, Prepare: w.Prepare, Finish: w.finisher(log),
		Logo:  photo.PrepareLogo(photo.New(1)),
		Times: times,
	}
	if w.CheckClip != nil {
		parts.Pipeline = func(o *pipeline.Options) { o.CheckClip = w.CheckClip }
	}
	if w.Wire != nil {
		w.Wire(&parts)
	}
	if p.App, err = app.NewApp(t.Context(), parts); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.leave)
	if err := p.App.Start(t.Context()); err != nil && !errors.Is(err, ErrDead) {
		t.Fatal(err)
	}
	if err := p.Blobs.Put(
		t.Context(), "uploads/test", "application/octet-stream", bytes.NewReader(TinyPhoto()),
	); err != nil {
		t.Fatal(err)
	}
	g.Open(p.Routes())
	return p
}

// Stop ends a process in order.
func (p *Process) Stop() {
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	if err := p.App.Stop(ctx); err != nil {
		p.t.Errorf("stop: %v", err)
	}
	p.end()
}

// Kill ends a process as a power cut would, as far as that can be done from inside.
func (p *Process) Kill() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_ = p.App.Stop(ctx) // that it had no time is the point
	p.end()
}

// leave ends a process that its test has left running, so that it writes nothing into folders that go with the test.
func (p *Process) leave() {
	if p.ended.Load() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), leaveLimit)
	defer cancel()
	_ = p.App.Stop(ctx) // what a test has broken may not end in order
	p.Server.CloseClientConnections()
	p.Server.Close()
	_ = p.App.Close()
}

// leaveLimit is how long a process has that a test has left running.
const leaveLimit = 10 * time.Second

func (p *Process) end() {
	p.ended.Store(true)
	p.Server.CloseClientConnections()
	p.Server.Close()
	if err := p.App.Close(); err != nil {
		p.t.Errorf("close: %v", err)
	}
}

// Place puts one order in. Its photo is with the chat already.
func (p *Process) Place(source string) (pipeline.Order, error) {
	o, _, err := p.Pipe.Place(context.Background(), OrderOf(source))
	return o, err
}

// PlaceAll puts n orders in.
func (p *Process) PlaceAll(n int) {
	p.t.Helper()
	for i := range n {
		if _, err := p.Place(strconv.Itoa(i)); err != nil {
			p.t.Fatal(err)
		}
	}
}

func OrderOf(source string) pipeline.Order {
	return pipeline.Order{
		Source: source,
		Thread: pipeline.Thread{Platform: "web", Chat: "test", Lang: "ko"},
		Photo:  pipeline.Photo{Ref: "uploads/test"},
		Cut: pipeline.Cut{
			Words: pipeline.Words{Menu: "새우 파스타", Price: "18,000원", Won: 18000}, Look: "clean", Music: "bright",
		},
	}
}

// watched tells when orders come to their end.
type watched struct {
	storage.Engine
	Ends chan pipeline.Order

	mu    sync.Mutex
	moved chan struct{} // closed at the next change
}

func (e *watched) Move(ctx context.Context, o pipeline.Order, m pipeline.Move) (pipeline.Order, error) {
	o, err := e.Engine.Move(ctx, o, m)
	if err == nil && o.Status != pipeline.Open {
		e.Ends <- o
	}
	e.changed()
	return o, err
}

func (e *watched) Commit(ctx context.Context, c bot.Change) ([]pipeline.Order, error) {
	defer e.changed()
	return e.Engine.Commit(ctx, c)
}

func (e *watched) changed() {
	e.mu.Lock()
	defer e.mu.Unlock()
	close(e.moved)
	e.moved = make(chan struct{})
}

// Until waits for an order to be as is says.
func (p *Process) Until(id int64, is func(pipeline.Order) bool) (o pipeline.Order) {
	p.t.Helper()
	defer func() {
		if p.t.Failed() {
			p.t.Logf("order %d stays %s %s %s: %s", id, o.Status, o.Step, o.Phase, o.Detail)
		}
	}()
	p.Wait(func() bool {
		var err error
		if o, err = p.Engine.Order(p.t.Context(), id); err != nil {
			p.t.Fatal(err)
		}
		return is(o)
	})
	return o
}

// Wait waits for the database to be as ok says.
func (p *Process) Wait(ok func() bool) {
	p.t.Helper()
	timeout := time.After(Patience)
	for {
		p.Engine.mu.Lock()
		moved := p.Engine.moved
		p.Engine.mu.Unlock()
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

// Ended waits until n orders have come to their end in this process.
func (p *Process) Ended(n int) []pipeline.Order {
	p.t.Helper()
	timeout := time.After(Patience)
	var got []pipeline.Order
	for len(got) < n {
		select {
		case o := <-p.Engine.Ends:
			got = append(got, o)
		case <-timeout:
			p.t.Fatalf("%d of %d orders ended within %s", len(got), n, Patience)
		}
	}
	return got
}
