// Package sandbox plays the outside world on the operator's own machine: stand-ins of Runway and
// Creatomate that speak their HTTP APIs, really make the videos, and fail on demand.
package sandbox

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
	"github.com/sajangpick/sajangpick/adapters/sandbox/creatomate"
	"github.com/sajangpick/sajangpick/adapters/sandbox/runway"
	"github.com/sajangpick/sajangpick/adapters/sandbox/taskstore"
)

// ClipJob asks for a clip: what Runway would animate.
type ClipJob = runway.ClipJob

// CutJob asks for a short: what Creatomate would render.
type CutJob = creatomate.CutJob

// Fault is something that goes wrong on demand.
type Fault = standin.Fault

// Task is one paid request that a stand-in took.
type Task = taskstore.Task

// Request is one line of the record of what the stand-ins were asked.
type Request = taskstore.Request

// credits is the balance of an account that has no other.
const credits = 1_000_000

// Options of a Server. Dir or Ephemeral, Clip and Cut are required.
type Options struct {
	Dir       string       // tasks live here; several processes may share it
	Ephemeral bool         // tasks end with the Server, for tests and benchmarks; Dir is ignored
	Log       *slog.Logger // nil: silent

	RunwayKey, CreatomateKey         string  // bearer tokens; empty: any will do
	RunwayConcurrency                int     // clips at once, more are THROTTLED; 0: 1
	CreatomateLimit                  int     // requests in 10 seconds; 0: 30 as documented, negative: no limit
	RunwayCredits, CreatomateCredits float64 // balances at the start; 0: plenty, negative: empty

	BaseURL  string        // address in links, without a slash at its end; empty: the one that a request came to
	LinkLife time.Duration // how long a clip's link works; 0: 24 hours
	Parallel int           // renders at once; 0: one for each two processors

	// Clip and Cut film: they write to the job's Out, and may be called at the same time.
	Clip func(ctx context.Context, j ClipJob) error
	Cut  func(ctx context.Context, j CutJob) error
	// Unseen leaves the media of a cut to Cut. Otherwise all that it shows are fetched before, as
	// Creatomate does.
	Unseen bool
	// Check judges a RenderScript document before it is cut; err predicts failure. Optional.
	Check func(source map[string]any) (warnings []string, err error)
}

// Server is both stand-ins behind one handler.
type Server struct {
	store      *taskstore.Store
	runway     *runway.Runway
	creatomate *creatomate.Creatomate
	mux        *http.ServeMux
}

// New opens the stand-ins and goes on with tasks that were left unfinished in Dir.
func New(o Options) (*Server, error) {
	switch {
	case o.Clip == nil || o.Cut == nil:
		return nil, errors.New("sandbox: Clip and Cut are required")
	case o.Ephemeral:
		o.Dir = ""
	case o.Dir == "":
		return nil, errors.New("sandbox: Dir is required unless Ephemeral")
	}
	st, err := taskstore.Open(taskstore.Options{
		Dir: o.Dir, Log: o.Log, Parallel: o.Parallel, BaseURL: o.BaseURL, LinkLife: o.LinkLife,
	})
	if err != nil {
		return nil, err
	}
	s := &Server{store: st, mux: http.NewServeMux()}
	if err := s.open(o); err != nil {
		st.Close()
		return nil, err
	}
	return s, nil
}

func (s *Server) open(o Options) (err error) {
	s.runway, err = runway.New(s.store, runway.Options{
		Key: o.RunwayKey, Concurrency: o.RunwayConcurrency, Credits: balance(o.RunwayCredits), Clip: o.Clip,
	})
	if err != nil {
		return err
	}
	s.creatomate, err = creatomate.New(s.store, creatomate.Options{
		Key: o.CreatomateKey, Limit: o.CreatomateLimit, Credits: balance(o.CreatomateCredits),
		Cut: o.Cut, Unseen: o.Unseen, Check: o.Check,
	})
	if err != nil {
		return err
	}
	s.runway.Routes(s.mux)
	s.creatomate.Routes(s.mux)
	s.controls()
	return nil
}

func balance(n float64) float64 {
	if n == 0 {
		return credits
	}
	return max(n, 0)
}

// Handler serves the APIs of both providers, their files, and the controls under /sandbox/. The
// controls ask for no key: don't serve them to strangers.
func (s *Server) Handler() http.Handler { return s.mux }

// Close stops the renders and waits for them; it may be called twice. Unfinished tasks in Dir are
// taken up by the next Server there. Close the HTTP server first: without it creates are answered 503.
func (s *Server) Close() { s.store.Close() }
