package app

import (
	"net/http"
	"sync/atomic"

	"github.com/sajangpick/sajangpick/adapters/creatomate"
	"github.com/sajangpick/sajangpick/adapters/runway"
)

// Routes is every HTTP route, each with its caller.
func (a *App) Routes() http.Handler {
	m := http.NewServeMux()

	// Telegram: what people do there. 200 only after the commit.
	if a.telegram != nil {
		m.Handle("/webhooks/telegram", a.Metrics.door("telegram", a.telegram.Webhook(a.handle)))
	}

	// Slack: what people do there. 200 only after the commit.
	if a.slack != nil && a.Cfg.Slack.Signing.Set() {
		m.Handle("/webhooks/slack/events", a.Metrics.door("slack_events", a.slack.Events(a.handle)))
		m.Handle("/webhooks/slack/commands", a.Metrics.door("slack_commands", a.slack.Commands(a.handle)))
		m.Handle("/webhooks/slack/interactions", a.Metrics.door("slack_interactions", a.slack.Interactions(a.handle)))
	}
	// A person: installs the app in their workspace of Slack.
	if a.install != nil {
		m.HandleFunc("GET /slack/install", a.install.Begin)
		m.HandleFunc("GET /slack/callback", a.install.Finish)
	}

	// A gateway in front of Runway: the callback. Repeats are harmless.
	m.Handle("POST /webhooks/runway/{order}/{token}", a.Metrics.door("runway", runway.CallbackHandler(a.handleCallback("runway"))))
	// Creatomate: the callback. Repeats are harmless.
	m.Handle("POST /webhooks/creatomate/{order}/{token}", a.Metrics.door("creatomate", creatomate.CallbackHandler(a.handleCallback("creatomate"))))

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
