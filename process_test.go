package main

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
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo"
	"github.com/sajangpick/sajangpick/storage"
)

// testVersion is what a process of a test is called.
const testVersion = "v0.0.0-test"

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
		version: testVersion, cfg: cfg, log: log, self: p.server.URL, sandbox: !w.earnest, engine: p.engine,
		tool: w.tool, guard: w.guard, prepare: w.prepare, finish: w.finisher(log), logo: pipeline.PrepareLogo(photo.New(1)),
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

// placeAll puts n orders in.
func (p *process) placeAll(n int) {
	p.t.Helper()
	for i := range n {
		if _, err := p.place(strconv.Itoa(i)); err != nil {
			p.t.Fatal(err)
		}
	}
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
