package toy_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
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
	Ref, Photo, Clip, Price, Ratio, Callback string
	W, H                                     int
	Seconds                                  float64
}

// work is how it says that a piece of work stands.
type work struct{ ID, Ref, URL string }

// vendor is the outside of both providers: it has each film at once unless it is busy, and calls back.
type vendor struct {
	*httptest.Server
	t     *testing.T
	calls sync.WaitGroup

	mu    sync.Mutex
	taken []order
	busy  bool
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
	id := workID(len(v.taken) - 1)
	v.mu.Unlock()
	_ = json.NewEncoder(w).Encode(work{ID: id})
	v.calls.Go(func() { o.callBack(id) }) // it may come before the answer, or never
}

func (o order) callBack(id string) {
	if resp, err := http.Post(o.Callback, "application/json", strings.NewReader(`{"id":"`+id+`"}`)); err == nil {
		_ = resp.Body.Close()
	}
}

// setBusy lets the films that are ordered from now on wait, or all of them be there.
func (v *vendor) setBusy(busy bool) {
	v.mu.Lock()
	v.busy = busy
	taken := slices.Clone(v.taken)
	v.mu.Unlock()
	if !busy {
		for i, o := range taken {
			o.callBack(workID(i))
		}
	}
}

// workID names the work that was taken after n others.
func workID(n int) string { return fmt.Sprintf("w-%d", n+1) }

func (v *vendor) of(id string) (o order, busy, ok bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for i := range v.taken {
		if id == workID(i) {
			return v.taken[i], v.busy, true
		}
	}
	return order{}, false, false
}

func (v *vendor) check(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	o, busy, ok := v.of(id)
	if !ok {
		http.NotFound(w, r)
		return
	}
	state := work{ID: id, Ref: o.Ref}
	if !busy {
		state.URL = v.URL + "/films/" + id
	}
	_ = json.NewEncoder(w).Encode(state)
}

func (v *vendor) film(w http.ResponseWriter, r *http.Request) {
	o, _, ok := v.of(r.PathValue("id"))
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
	case w.URL == "":
		return pipeline.Progress{State: pipeline.Running, Ref: w.Ref}, nil
	}
	return pipeline.Progress{State: pipeline.Succeeded, URL: w.URL, Ref: w.Ref, Cost: 7_00}, nil
}

func (c client) fault(format string, args ...any) *pipeline.Fault {
	return &pipeline.Fault{
		Kind: pipeline.Transient, Reason: pipeline.ReasonBusy, Err: fmt.Errorf(c.name+": "+format, args...),
	}
}

// kiln makes clips, all of them square.
type kiln struct{ client }

// kilnHas is how many clips it makes at once.
const kilnHas = 2

func (kiln) ClipTerms() pipeline.ClipTerms {
	return pipeline.ClipTerms{
		Seconds: 4, Ratio: "1:1", Price: 7_00, Callbacks: true, Inline: 1 << 20, AtOnce: kilnHas,
	}
}

func (k kiln) StartClip(ctx context.Context, r pipeline.ClipRequest) (pipeline.Started, error) {
	return k.send(ctx, order{
		Ref: r.Call, Photo: r.Photo, Ratio: r.Ratio, Callback: r.Callback, W: 720, H: 720, Seconds: float64(r.Seconds),
	})
}

// Balance and Usage are those of a pipeline.Account.
func (kiln) Balance(context.Context) (pipeline.Credits, error) { return 1234_00, nil }

func (kiln) Usage(context.Context, time.Time, time.Time) (map[string]pipeline.Credits, error) {
	return nil, nil
}

// loom makes shorts, and begins no more than one in an hour: the other request is for the check.
type loom struct{ client }

func (loom) CutTerms() pipeline.CutTerms {
	return pipeline.CutTerms{Rate: pipeline.Rate{N: 2, Per: time.Hour}}
}

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
