// Package runway is a stand-in of Runway's API: its paths, limits and errors, and clips that are
// really made from the photo. What it knows of the real one was checked against Runway's OpenAPI
// document, SDK 4.20.1 and raw captures of 2026-08 (docs.dev.runwayml.com/api).
package runway

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/sajangpick/sajangpick/adapters/sandbox/taskstore"
)

// Version is the only value of the header X-Runway-Version that Runway takes.
const Version = "2024-11-06"

const (
	provider = "runway"
	docURL   = "https://docs.dev.runwayml.com/api"
)

// ClipJob asks a filmer for a clip.
type ClipJob struct {
	Photo    []byte // JPEG, PNG or WebP of any shape; it is cropped to the middle
	Prompt   string
	W, H     int
	Seconds  int
	Seed     uint32
	Out      string             // write an MP4 without sound here
	Progress func(done float64) // 0..1; may be called often
}

// Options of the stand-in.
type Options struct {
	Key         string  // bearer token; empty: any
	Concurrency int     // clips at once, the rest is THROTTLED; 0: 1, as on a new account
	Credits     float64 // the account's balance at the start
	Clip        func(ctx context.Context, j ClipJob) error
}

// Runway is the stand-in. It is ready to be routed to once New returns.
type Runway struct {
	opt   Options
	store *taskstore.Store
	queue *taskstore.Queue
	fetch *http.Client
}

// New opens the stand-in's tasks in a store and goes on with unfinished ones.
func New(s *taskstore.Store, o Options) (*Runway, error) {
	if o.Concurrency <= 0 {
		o.Concurrency = 1
	}
	r := &Runway{opt: o, store: s, fetch: newFetcher()}
	var err error
	r.queue, err = s.Queue(taskstore.Provider{
		Name: provider, Limit: o.Concurrency, Credits: o.Credits,
		Render: r.film, Body: callbackBody, Settle: settle,
	})
	return r, err
}

// Routes adds the paths of the API and of its results.
func (r *Runway) Routes(mux *http.ServeMux) {
	api := func(pattern string, h http.HandlerFunc) {
		r.store.Route(mux, pattern, r.refuse(), r.guard(h))
	}
	api("POST /v1/image_to_video", r.create)
	api("GET /v1/tasks/{id}", r.task)
	api("GET /v1/organization", r.organization)
	api("POST /v1/organization/usage", r.usage)
	r.store.Route(mux, "GET "+filesPath+"{file}", r.refuse(), r.file)
}

// Queue gives access to the tasks, for counting them.
func (r *Runway) Queue() *taskstore.Queue { return r.queue }

// guard checks what every request needs: a key and a version.
func (r *Runway) guard(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		if !taskstore.Allowed(req, r.opt.Key) {
			refuse(w, http.StatusUnauthorized, "You did not provide a valid API key.")
			return
		}
		if v := req.Header.Get("X-Runway-Version"); v != Version {
			refuse(w, http.StatusBadRequest, "The X-Runway-Version header must be "+Version+".")
			return
		}
		h(w, req)
	}
}

// film makes the clip of one task.
func (r *Runway) film(ctx context.Context, j taskstore.Job) error {
	var c clip
	if err := json.Unmarshal(j.Task.Spec, &c); err != nil {
		return err
	}
	photo, err := j.Input()
	if err != nil {
		return err
	}
	if j.Task.Fault.Swap {
		if photo, err = otherDish(); err != nil {
			return err
		}
	}
	err = r.opt.Clip(ctx, ClipJob{
		Photo: photo, Prompt: c.Prompt, W: c.W, H: c.H, Seconds: c.Seconds, Seed: c.Seed,
		Out: j.Out, Progress: j.Progress,
	})
	if err != nil {
		return &taskstore.Failure{Code: "INTERNAL", Message: err.Error()}
	}
	return nil
}
