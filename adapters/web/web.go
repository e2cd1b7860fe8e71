// Package web is the chat page of the sandbox: one more messenger, whose platform is this machine's
// browser. A photo and a line go in, the bubbles tell how it goes, and the short plays in the
// chat. A visitor is known by a cookie alone, so the page is for trying the service on one's
// own machine, not for shops.
package web

import (
	"context"
	"embed"
	"html/template"
	"log/slog"
	"net/http"

	"github.com/sajangpick/sajangpick/pipeline"
)

// Platform is the name of this messenger in a pipeline.Thread.
const Platform = "web"

// Store is what the page reads of the orders.
type Store interface {
	Order(ctx context.Context, id int64) (pipeline.Order, error)
	Recent(ctx context.Context, platform, chat string, limit int) ([]pipeline.Order, error)
}

// Options are what a Page is built from.
type Options struct {
	// Place takes an order in; a repeat of its Source gives the order that is there, and false.
	Place func(ctx context.Context, o pipeline.Order) (pipeline.Order, bool, error)
	Store Store
	Blobs pipeline.Blobs
	Look  string // of what is ordered
	Log   *slog.Logger
}

// Page is the chat page, and the pipeline.Chat of its orders. It holds no state of its own.
type Page struct {
	Options
	texts  map[string]texts
	layout *template.Template
	routes http.Handler
}

//go:embed page
var files embed.FS

// New makes the page. It panics only if the files that are compiled in are broken.
func New(o Options) *Page {
	p := &Page{Options: o, texts: readTexts(), layout: template.Must(template.ParseFS(files, "page/index.html"))}
	m := http.NewServeMux()
	m.HandleFunc("GET /{$}", p.index)
	m.HandleFunc("GET /web/page.css", asset("page/page.css", "text/css; charset=utf-8"))
	m.HandleFunc("GET /web/page.js", asset("page/page.js", "text/javascript; charset=utf-8"))
	m.HandleFunc("GET /web/sample.jpg", samplePhoto)
	m.HandleFunc("GET /web/orders", p.list)
	m.HandleFunc("POST /web/orders", p.post)
	m.HandleFunc("GET /web/orders/{id}/photo", p.photo)
	m.HandleFunc("GET /web/orders/{id}/video", p.video)
	p.routes = http.NewCrossOriginProtection().Handler(m)
	return p
}

// policy lets the page use its own files and the pictures that a person has just picked, nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// ServeHTTP answers / and everything under /web/.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	p.routes.ServeHTTP(w, r)
}

func (p *Page) index(w http.ResponseWriter, r *http.Request) {
	lang := language(r)
	p.visitor(w, r)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Vary", "Accept-Language")
	if err := p.layout.Execute(w, p.texts[lang]); err != nil {
		p.Log.Debug("page not sent", "platform", Platform, "err", err)
	}
}
