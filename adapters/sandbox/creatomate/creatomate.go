// Package creatomate is a stand-in of Creatomate's API, version 2 and the older version 1 that its
// npm client speaks, and really renders. What it knows of the real one was read in Creatomate's
// documentation (creatomate.com/docs/api) and measured with the npm client 1.2.1.
package creatomate

import (
	"cmp"
	"context"
	"fmt"
	"net/http"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
	"github.com/sajangpick/sajangpick/adapters/sandbox/taskstore"
)

const (
	provider  = "creatomate"
	filesPath = taskstore.Files + provider + "/"
	docURL    = "https://creatomate.com/docs/api/introduction"
)

// CutJob asks a filmer for a short or a picture.
type CutJob struct {
	Source map[string]any // RenderScript after the modifications
	Scale  float64        // of the output's size; 1 is the size in Source
	Format string         // mp4, jpg or png
	// Fetch gets a medium that Source names and returns the path of a file, which stays until the
	// job ends. It may be called again for the same address, and at the same time.
	Fetch    func(ctx context.Context, url string) (path string, err error)
	Out      string             // write the file here
	Progress func(done float64) // 0..1; may be called often
}

// Options of the stand-in.
type Options struct {
	Key     string  // bearer token; empty: any
	Limit   int     // requests in 10 seconds; 0: 30 as documented, negative: no limit
	Credits float64 // the account's balance at the start
	Unseen  bool    // only what Cut asks for is fetched; otherwise all that Source shows
	Cut     func(ctx context.Context, j CutJob) error
	// Check judges a document before it is rendered; err predicts failure. Nil finds no fault.
	Check func(source map[string]any) (warnings []string, err error)
}

// Creatomate is the stand-in. It is ready to be routed to once New returns.
type Creatomate struct {
	opt       Options
	store     *taskstore.Store
	queue     *taskstore.Queue
	templates taskstore.KV
	limit     *window
	media     *http.Client
}

// New opens the stand-in's renders in a store and goes on with unfinished ones.
func New(s *taskstore.Store, o Options) (*Creatomate, error) {
	o.Limit = cmp.Or(o.Limit, limitRequests)
	c := &Creatomate{opt: o, store: s, limit: newWindow(o.Limit), media: newMediaClient()}
	var err error
	if c.templates, err = s.KV("creatomate-templates"); err != nil {
		return nil, err
	}
	c.queue, err = s.Queue(taskstore.Provider{
		Name: provider, Credits: o.Credits,
		Render: c.film, Body: func(t taskstore.Task) any { return c.show(t) },
		Settle: func(taskstore.Task) float64 { return 0 },
	})
	return c, err
}

// Routes adds the paths of the API and of its results.
func (c *Creatomate) Routes(mux *http.ServeMux) {
	api := func(pattern string, h http.HandlerFunc) {
		c.store.Route(mux, pattern, refuse, c.guard(h))
	}
	api("POST /v2/renders", c.create)
	api("GET /v2/renders/{id}", c.render)
	api("POST /v1/renders", c.createOld)
	api("GET /v1/renders/{id}", c.render)
	api("POST /v2/templates", c.addTemplate)
	c.store.Route(mux, "GET "+filesPath+"{file}", refuse, c.queue.ServeResult)
}

// Queue gives access to the renders, for counting them.
func (c *Creatomate) Queue() *taskstore.Queue { return c.queue }

// guard checks the key, then the rate.
func (c *Creatomate) guard(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !taskstore.Allowed(r, c.opt.Key) {
			hint(w, http.StatusUnauthorized, "The API key is missing or invalid.")
			return
		}
		if !c.limit.take() {
			refuse(w, http.StatusTooManyRequests)
			return
		}
		h(w, r)
	}
}

// hint is how Creatomate words an error.
func hint(w http.ResponseWriter, status int, format string, args ...any) {
	standin.JSON(w, status, map[string]string{"hint": fmt.Sprintf(format, args...), "documentation": docURL})
}

// refuse words planted statuses; 429 is plain text, the one error that isn't JSON.
func refuse(w http.ResponseWriter, status int) {
	if status == http.StatusTooManyRequests {
		http.Error(w, "Too many requests", status)
		return
	}
	hint(w, status, "%s", http.StatusText(status))
}
