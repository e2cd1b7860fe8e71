package telegram

import (
	"bytes"
	"embed"
	"net/http"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
)

//go:embed page
var pages embed.FS

// pagePolicy lets the page use its own files and the pictures that the visitor has just picked, nothing else.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self'; " +
	"connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

// page serves a messenger in which one person plays all people. It does all that it does over the controls.
func (s *Server) page(mux *http.ServeMux) {
	var first sync.Once
	index := pageFile("index.html", "text/html; charset=utf-8")
	mux.HandleFunc("GET "+controlPath+"{$}", func(w http.ResponseWriter, r *http.Request) {
		first.Do(s.furnish)
		index(w, r)
	})
	for name, kind := range map[string]string{
		"page.css": "text/css; charset=utf-8", "page.js": "text/javascript; charset=utf-8",
		"ko.json": "application/json", "en.json": "application/json",
	} {
		mux.HandleFunc("GET "+controlPath+name, pageFile(name, kind))
	}
	mux.HandleFunc("GET "+controlPath+"sample.jpg", still("image/jpeg", sample.Photo))
}

// furnish makes sure that a visitor finds a person to play.
func (s *Server) furnish() {
	s.Mu.Lock()
	empty := len(s.order) == 0
	s.Mu.Unlock()
	if empty {
		s.Person("김사장", "ko").Private()
	}
}

func pageFile(name, kind string) http.HandlerFunc {
	data, err := pages.ReadFile("page/" + name)
	if err != nil {
		panic(err) // it is compiled in
	}
	return still(kind, data)
}

// still serves what never changes while the program runs.
func still(kind string, data []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", kind)
		h.Set("Content-Security-Policy", pagePolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	}
}
