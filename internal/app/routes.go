package app

import (
	"net/http"
	"sync/atomic"
)

// Routes is every HTTP route, each with its caller.
func (a *App) Routes() http.Handler {
	m := http.NewServeMux()

	// Platforms: what people do there. A webhook answers 200 only after the commit.
	for _, of := range a.Messengers {
		for _, r := range of.Routes {
			if r.Name != "" {
				r.Handler = a.Metrics.Webhook(r.Name, r.Handler)
			}
			m.Handle(r.Pattern, r.Handler)
		}
	}

	// Providers, or what stands in front of them: callbacks. Repeats are harmless.
	for _, p := range a.providers {
		name := p.Name()
		callback := p.CallbackHandler(a.handleCallback(name))
		m.Handle("POST /webhooks/"+name+"/{order}/{token}", a.Metrics.Webhook(name, callback))
	}

	// A person: watches and saves one short.
	m.Handle("GET /v/{token}", a.watch)

	// A browser or a provider: a blob of the disk store.
	if a.files != nil {
		m.Handle("GET /files/{token}", a.files)
	}

	// A browser: the page. Everything but its assets and its sign-in needs a session.
	if a.page != nil {
		m.Handle("/", a.page)
	}
	if a.people != nil {
		m.Handle("/sandbox/telegram/", a.people)
	}

	// Operators: is the process alive; may it get work.
	m.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { Answer(w, nil) })
	m.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) { Answer(w, a.ready(r.Context())) })
	return m
}

// Draining is what is left of the routes while the process leaves: the files that providers fetch
// for the requests that are still under way.
func (a *App) Draining() http.Handler {
	m := http.NewServeMux()
	if a.files != nil {
		m.Handle("GET /files/{token}", a.files)
	}
	m.HandleFunc("/", NotReady)
	return m
}

func NotReady(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Retry-After", "1")
	http.Error(w, "not ready", http.StatusServiceUnavailable)
}

func Answer(w http.ResponseWriter, err error) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if err != nil {
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ok\n"))
}

// Gate answers 503 until there is something behind it, so that a starting process isn't taken for
// one that does its work.
type Gate struct{ behind atomic.Pointer[http.Handler] }

func (g *Gate) Open(h http.Handler) { g.behind.Store(&h) }

func (g *Gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h := g.behind.Load(); h != nil {
		(*h).ServeHTTP(w, r)
		return
	}
	NotReady(w, r)
}
