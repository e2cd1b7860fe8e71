// Package creatomate is a stand-in of Creatomate's API, version 2 and the older version 1 that its
// npm client speaks, and really renders. What it knows of the real one was read in Creatomate's
// documentation (creatomate.com/docs/api) and measured with the npm client 1.2.1.
package creatomate

import (
	"context"
	"fmt"
	"image"
	"net/http"

	"github.com/sajangpick/sajangpick/adapters/sandbox/stage"
)

const (
	provider  = "creatomate"
	filesPath = stage.Files + provider + "/"
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
	// Still takes the picture at a time, in seconds, out of a film that was rendered. Without it films
	// have no snapshots.
	Still func(ctx context.Context, film string, at float64) (image.Image, error)
	// Check judges a document before it is rendered; err predicts failure. Nil finds no fault.
	Check func(source map[string]any) (warnings []string, err error)
}

// Creatomate is the stand-in. It is ready to be routed to once New returns.
type Creatomate struct {
	opt       Options
	stage     *stage.Stage
	works     *stage.Works
	templates *stage.Drawer
	limit     *window
	media     *http.Client
}

// New opens the stand-in's renders on a stage and goes on with unfinished ones.
func New(s *stage.Stage, o Options) (*Creatomate, error) {
	if o.Limit == 0 {
		o.Limit = limitRequests
	}
	c := &Creatomate{opt: o, stage: s, limit: newWindow(o.Limit), media: newMediaClient()}
	var err error
	if c.templates, err = s.Drawer("creatomate-templates"); err != nil {
		return nil, err
	}
	c.sweep()
	c.works, err = s.Works(stage.Play{
		Name: provider, Credits: o.Credits,
		Film: c.film, Body: func(t stage.Task) any { return c.show(t) },
		Settle: func(stage.Task) float64 { return 0 },
	})
	return c, err
}

// Routes adds the paths of the API and of its results.
func (c *Creatomate) Routes(mux *http.ServeMux) {
	api := func(pattern string, h http.HandlerFunc) {
		c.stage.Route(mux, pattern, refuse, c.guard(h))
	}
	api("POST /v2/renders", c.create)
	api("GET /v2/renders/{id}", c.render)
	api("POST /v1/renders", c.createOld)
	api("GET /v1/renders/{id}", c.render)
	api("POST /v2/templates", c.addTemplate)
	api("GET /v2/templates", c.listTemplates)
	api("GET /v2/templates/{id}", c.template)
	api("PATCH /v2/templates/{id}", c.changeTemplate)
	api("DELETE /v2/templates/{id}", c.deleteTemplate)
	c.stage.Route(mux, "GET "+filesPath+"{file}", refuse, c.works.ServeResult)
	c.stage.Route(mux, "GET "+snapshotsPath+"{file}", refuse, c.snapshot)
	mux.HandleFunc("POST /sandbox/creatomate/templates/{id}/recover", c.recoverTemplate)
}

// Works gives access to the renders, for counting them.
func (c *Creatomate) Works() *stage.Works { return c.works }

// guard checks the key, then the rate.
func (c *Creatomate) guard(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !stage.Allowed(r, c.opt.Key) {
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
	stage.JSON(w, status, map[string]string{"hint": fmt.Sprintf(format, args...), "documentation": docURL})
}

// refuse words planted statuses; 429 is plain text, the one error that isn't JSON.
func refuse(w http.ResponseWriter, status int) {
	if status == http.StatusTooManyRequests {
		http.Error(w, "Too many requests", status)
		return
	}
	hint(w, status, "%s", http.StatusText(status))
}
