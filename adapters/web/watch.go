package web

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"mime"
	"net/http"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Watch is the page on which a person watches and saves one short, for chats that can't carry it. Whoever
// has its address may watch: it can't be guessed, and shows nothing but the short.
type Watch struct {
	Store interface {
		Order(ctx context.Context, id int64) (pipeline.Order, error)
	}
	Blobs  pipeline.Blobs
	Secret []byte
	Base   string // public address of this service; empty: there are no links
	Log    *slog.Logger
}

//go:embed page/watch.html
var watchPage string

var watchLayout = template.Must(template.New("watch").Parse(watchPage))

// Link is the address of an order's page, "" when nobody could open it.
func (w *Watch) Link(o pipeline.Order) string {
	if w.Base == "" {
		return ""
	}
	return w.Base + "/v/" + w.token(o.ID)
}

// tokenMAC is how many bytes of a token prove that we made it.
const tokenMAC = 16

func (w *Watch) token(order int64) string {
	id := binary.AppendUvarint(nil, uint64(order))
	m := hmac.New(sha256.New, w.Secret)
	fmt.Fprintf(m, "watch\x00%d", order)
	return base64.RawURLEncoding.EncodeToString(append(m.Sum(nil)[:tokenMAC], id...))
}

func (w *Watch) order(token string) (int64, bool) {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) <= tokenMAC {
		return 0, false
	}
	id, n := binary.Uvarint(b[tokenMAC:])
	if n != len(b)-tokenMAC || !hmac.Equal([]byte(token), []byte(w.token(int64(id)))) {
		return 0, false
	}
	return int64(id), true
}

// ServeHTTP answers /v/{token}: the page; with ?play the film or the picture itself, with ?save as a file.
func (w *Watch) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	h := rw.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'")
	id, ok := w.order(r.PathValue("token"))
	if !ok {
		http.NotFound(rw, r)
		return
	}
	o, err := w.Store.Order(r.Context(), id)
	if errors.Is(err, pipeline.ErrNotFound) || err == nil && o.Cut.ShortKey == "" {
		http.NotFound(rw, r)
		return
	}
	if err != nil {
		w.failed(rw, err)
		return
	}
	if q := r.URL.Query(); q.Has("play") || q.Has("save") {
		if q.Has("save") {
			h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": shortName(o)}))
		}
		if err := serveBlob(rw, r, w.Blobs, o.Cut.ShortKey, shortType(o)); err != nil {
			w.failed(rw, err)
		}
		return
	}
	lang, save := o.Thread.Lang, "watch.save"
	if o.Cut.Size == pipeline.Still {
		save = "watch.save.still"
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	err = watchLayout.Execute(rw, map[string]string{
		"Lang": lang, "Menu": o.Cut.Words.Menu, "Price": o.Cut.Words.Price, "Shop": o.Cut.Words.Shop,
		"Size": string(o.Cut.Size), "Save": phrase.Fill(lang, save, nil), "Name": shortName(o),
	})
	if err != nil {
		w.Log.Debug("page not sent", "platform", Platform, "err", err)
	}
}

func (w *Watch) failed(rw http.ResponseWriter, err error) {
	w.Log.Error("short can't be shown", "platform", Platform, "err", err)
	http.Error(rw, phrase.Reason("ko", pipeline.ReasonTrouble), http.StatusInternalServerError)
}
