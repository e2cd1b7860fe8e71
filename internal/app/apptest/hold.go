package apptest

import (
	"net/http"
	"strings"
	"sync"
)

// held are requests of the service that don't get to the server that they were sent to. It is safe for concurrent use.
type held struct {
	mu    sync.Mutex
	rules []*rule
}

type rule struct {
	match   func(*http.Request) bool
	release chan struct{}
}

// HoldRequest keeps the next request that match accepts on its way, until release is called. The process that sent it
// must have the patience: see Times.Call.
func (w *World) HoldRequest(match func(*http.Request) bool) (release func()) {
	r := &rule{match, make(chan struct{})}
	w.held.mu.Lock()
	w.held.rules = append(w.held.rules, r)
	w.held.mu.Unlock()
	release = sync.OnceFunc(func() { close(r.release) })
	w.T.Cleanup(release)
	return release
}

// To matches requests as faults name them: by method and path.
func To(on string) func(*http.Request) bool {
	return func(r *http.Request) bool { return r.Method+" "+r.URL.Path == on }
}

// Method matches requests for a method of Telegram's.
func Method(name string) func(*http.Request) bool {
	return func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/"+name) }
}

// next is the first rule for a request, which is used up by it.
func (h *held) next(r *http.Request) *rule {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, x := range h.rules {
		if x.match(r) {
			h.rules = append(h.rules[:i], h.rules[i+1:]...)
			return x
		}
	}
	return nil
}

func (h *held) before(to http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if x := h.next(r); x != nil {
			select {
			case <-x.release:
			case <-r.Context().Done():
				return
			}
		}
		to.ServeHTTP(w, r)
	})
}
