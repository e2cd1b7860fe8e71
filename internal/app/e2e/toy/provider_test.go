package toy_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/film/filmtest"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
)

// The names of both providers in the ledger.
const (
	clipsName = "kiln"
	cutsName  = "loom"
)

// order is what their API takes: the film that is wanted, and where to call when it is done.
type order struct {
	Ref, Photo, Clip, Price, Callback string
	W, H                              int
	Seconds                           float64
}

// work is how it says that a piece of work stands.
type work struct{ ID, Ref, URL string }

// vendor is the outside of both providers: it has each film at once, and calls back.
type vendor struct {
	*httptest.Server
	t     *testing.T
	calls sync.WaitGroup

	mu    sync.Mutex
	taken []order
}

func newVendor(t *testing.T) *vendor {
	v := &vendor{t: t}
	m := http.NewServeMux()
	m.HandleFunc("POST /works", v.start)
	m.HandleFunc("GET /works/{id}", v.check)
	m.HandleFunc("GET /films/{id}", v.film)
	v.Server = httptest.NewServer(m)
	t.Cleanup(func() { v.calls.Wait(); v.Close() })
	return v
}

func (v *vendor) start(w http.ResponseWriter, r *http.Request) {
	var o order
	if err := json.NewDecoder(r.Body).Decode(&o); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	v.mu.Lock()
	v.taken = append(v.taken, o)
	id := fmt.Sprintf("w-%d", len(v.taken))
	v.mu.Unlock()
	_ = json.NewEncoder(w).Encode(work{ID: id})
	v.calls.Go(func() { // it may come before the answer, or never
		if resp, err := http.Post(o.Callback, "application/json", strings.NewReader(`{"id":"`+id+`"}`)); err == nil {
			_ = resp.Body.Close()
		}
	})
}

func (v *vendor) of(id string) (o order, ok bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for i := range v.taken {
		if id == fmt.Sprintf("w-%d", i+1) {
			return v.taken[i], true
		}
	}
	return order{}, false
}

func (v *vendor) check(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	o, ok := v.of(id)
	if !ok {
		http.NotFound(w, r)
		return
	}
	_ = json.NewEncoder(w).Encode(work{ID: id, Ref: o.Ref, URL: v.URL + "/films/" + id})
}

func (v *vendor) film(w http.ResponseWriter, r *http.Request) {
	o, ok := v.of(r.PathValue("id"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "video/mp4")
	_, _ = w.Write(filmtest.Short(o.W, o.H, o.Seconds, 0))
}

// client is what both adapters have in common.
type client struct {
	name   string
	labels bot.Labels
	api    *httpx.Client
}

func (v *vendor) client(name, ko, en string) client {
	return client{
		name, bot.Labels{"ko": ko, "en": en}, httpx.New(httpx.Options{Name: name, BaseURL: v.URL, Key: "key"}),
	}
}

func (c client) Name() string          { return c.name }
func (c client) Labels() bot.Labels    { return c.labels }
func (c client) ResultHosts() []string { return []string{c.api.Origin()} }
func (c client) CallbackHandler(handle httpx.CallbackFunc) http.Handler {
	return httpx.CallbackHandler(handle)
}

func (c client) send(ctx context.Context, o order) (pipeline.Started, error) {
	a, err := c.api.Post(ctx, "/works", nil, o)
	if err != nil {
		return pipeline.Started{}, err
	}
	var w work
	if !a.OK() || json.Unmarshal(a.Body, &w) != nil {
		return pipeline.Started{}, c.fault("start: HTTP %d", a.Status)
	}
	return pipeline.Started{Remote: w.ID, Estimated: 7_00}, nil
}

func (c client) Check(ctx context.Context, remote string) (pipeline.Progress, error) {
	a, err := c.api.Get(ctx, "/works/"+remote)
	if err != nil {
		return pipeline.Progress{}, err
	}
	var w work
	switch {
	case a.Status == http.StatusNotFound:
		return pipeline.Progress{State: pipeline.Broken, Cost: -1, Fault: c.fault("no such work")}, nil
	case !a.OK() || json.Unmarshal(a.Body, &w) != nil:
		return pipeline.Progress{}, c.fault("check: HTTP %d", a.Status)
	}
	return pipeline.Progress{State: pipeline.Succeeded, URL: w.URL, Ref: w.Ref, Cost: 7_00}, nil
}

func (c client) fault(format string, args ...any) *pipeline.Fault {
	return &pipeline.Fault{
		Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, Err: fmt.Errorf(c.name+": "+format, args...),
	}
}

// kiln makes clips.
type kiln struct{ client }

func (kiln) Terms(int) pipeline.ClipTerms {
	return pipeline.ClipTerms{Price: 7_00, Callbacks: true, Inline: 1 << 20}
}

func (k kiln) StartClip(ctx context.Context, r pipeline.ClipRequest) (pipeline.Started, error) {
	return k.send(ctx, order{
		Ref: r.Call, Photo: r.Photo, Callback: r.Callback, W: 720, H: 1280, Seconds: float64(r.Seconds),
	})
}

// Balance and Usage are those of a pipeline.Account.
func (kiln) Balance(context.Context) (pipeline.Credits, error) { return 1234_00, nil }

func (kiln) Usage(context.Context, time.Time, time.Time) (map[string]pipeline.Credits, error) {
	return nil, nil
}

// loom makes shorts.
type loom struct{ client }

func (l loom) StartCut(ctx context.Context, r pipeline.CutRequest) (pipeline.Started, error) {
	want := app.Wanted(false, pipeline.Ordered{
		Size: r.Size, Seconds: r.Seconds, Clip: r.Clip != "", Music: r.Music != "",
	})
	return l.send(ctx, order{
		Ref: r.Call, Photo: r.Photo, Clip: r.Clip, Price: r.Words.Price, Callback: r.Callback,
		W: want.W, H: want.H, Seconds: want.Seconds,
	})
}

var (
	_ app.ClipProvider = kiln{}
	_ app.CutProvider  = loom{}
	_ pipeline.Account = kiln{}
)
