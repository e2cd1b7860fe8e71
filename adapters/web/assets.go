package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"time"
)

// assets are the files that need no session.
func (p *Page) assets(m *http.ServeMux) {
	for name, kind := range map[string]string{
		"app.css": "text/css; charset=utf-8", "app.js": "text/javascript; charset=utf-8",
		"form.js": "text/javascript; charset=utf-8",
	} {
		data, err := files.ReadFile("page/" + name)
		if err != nil {
			panic(err) // it is compiled in
		}
		m.HandleFunc("GET /web/"+name, asset(data, kind))
	}
	m.HandleFunc("GET /web/icon.png", asset(p.opts.Icon, "image/png"))
	m.HandleFunc("GET /web/app.webmanifest", asset(manifest(), "application/manifest+json"))
	m.HandleFunc("GET /web/sample.jpg", samplePhoto)
	for _, name := range p.opts.Music {
		if piece, ok := p.opts.Piece(name); ok {
			m.HandleFunc("GET /web/music/"+name+".mp3", asset(piece, "audio/mpeg"))
		}
	}
}

// asset serves bytes that change with the program only.
func asset(data []byte, contentType string) http.HandlerFunc {
	sum := sha256.Sum256(data)
	etag := `"` + hex.EncodeToString(sum[:8]) + `"`
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("ETag", etag)
		serveBytes(w, r, data)
	}
}

func serveBytes(w http.ResponseWriter, r *http.Request, data []byte) {
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

// manifest lets a phone install the page, and share photos with it (W3C Web App Manifest; Web Share Target).
func manifest() []byte {
	icon := map[string]string{"src": "/web/icon.png", "sizes": "512x512", "type": "image/png", "purpose": "any"}
	data, err := json.Marshal(map[string]any{
		"name": "사장픽", "short_name": "사장픽", "lang": "ko", "id": "/", "start_url": "/", "scope": "/",
		"display":          "standalone",
		"background_color": "#F7F5F1", "theme_color": "#F7F5F1", "icons": []any{icon},
		"share_target": map[string]any{
			"action": "/web/share", "method": "POST", "enctype": "multipart/form-data",
			"params": map[string]any{"files": []any{map[string]any{"name": "photo", "accept": []string{"image/*"}}}},
		},
	})
	if err != nil {
		panic(err) // nothing of it comes from outside
	}
	return data
}
