package web

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"slices"

	"github.com/sajangpick/sajangpick/adapters/web/intake"
	"github.com/sajangpick/sajangpick/adapters/web/view"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/sign"
)

// Watch is the page on which a person watches and saves an order's short of one size, for chats that can't
// carry it: always the newest. A person who has its address may watch: it can't be guessed, and shows nothing else.
type Watch struct {
	Store interface {
		Short(ctx context.Context, order int64, size pipeline.Size) (pipeline.Order, error)
	}
	Blobs  pipeline.Blobs
	Signer sign.Signer // signs links
	Base   string      // public address of this service; empty: there are no links
	Log    *slog.Logger
}

//go:embed page/watch.html
var watchPage string

var watchLayout = template.Must(template.New("watch").Parse(watchPage))

// Link is the address of the page of an order's short, "" when it couldn't be opened from outside.
func (w *Watch) Link(o pipeline.Order) string {
	if w.Base == "" {
		return ""
	}
	return w.Base + "/v/" + w.token(o.ID, o.Cut.Size)
}

// watching is the use that links are signed for.
const watching = "watch"

// token is base64url(signature, name).
func (w *Watch) token(order int64, size pipeline.Size) string {
	return base64.RawURLEncoding.EncodeToString(
		append(w.Signer.Sign(watching, signedShort(order, size)), linkName(order, size)...),
	)
}

// linkName names an order, and behind that a size by its place among them; Tall, which is the first, by nothing.
func linkName(order int64, size pipeline.Size) []byte {
	name := binary.AppendUvarint(nil, uint64(order))
	if i := slices.Index(pipeline.Sizes(), size); i > 0 {
		name = binary.AppendUvarint(name, uint64(i))
	}
	return name
}

func signedShort(order int64, size pipeline.Size) string {
	if size == pipeline.Tall {
		return fmt.Sprint(order)
	}
	return fmt.Sprintf("%d\x00%s", order, size)
}

// short is what a token of ours is for.
func (w *Watch) short(token string) (order int64, size pipeline.Size, ok bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) <= sign.Size {
		return 0, "", false
	}
	sig, name := b[:sign.Size], b[sign.Size:]
	id, n := binary.Uvarint(name)
	if n <= 0 {
		return 0, "", false
	}
	place, _ := binary.Uvarint(name[n:])
	if place >= uint64(len(pipeline.Sizes())) {
		return 0, "", false
	}
	order, size = int64(id), pipeline.Sizes()[place]
	return order, size, bytes.Equal(name, linkName(order, size)) &&
		w.Signer.Verify(watching, signedShort(order, size), sig)
}

// ServeHTTP answers /v/{token}: the page; with ?play the film or the picture itself, with ?save as a file.
func (w *Watch) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	h := rw.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; img-src "+
		"'self'; base-uri 'none'; frame-ancestors 'none'")
	id, size, ok := w.short(r.PathValue("token"))
	if !ok {
		http.NotFound(rw, r)
		return
	}
	o, err := w.Store.Short(r.Context(), id, size)
	if errors.Is(err, pipeline.ErrPurged) {
		http.Error(rw, present.Fill(intake.Language(r), "order.gone", nil), http.StatusGone)
		return
	}
	if errors.Is(err, pipeline.ErrNotFound) {
		http.NotFound(rw, r)
		return
	}
	if err != nil {
		w.failed(rw, err)
		return
	}
	if q := r.URL.Query(); q.Has("play") || q.Has("save") {
		if q.Has("save") {
			h.Set("Content-Disposition", view.Attachment(view.FileName(o)))
		}
		switch err := view.ServeBlob(rw, r, w.Blobs, o.Cut.ShortKey, view.FileType(o)); {
		case errors.Is(err, pipeline.ErrNotFound):
			http.NotFound(rw, r)
		case err != nil:
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
		"Size": string(o.Cut.Size), "Save": present.Fill(lang, save, nil), "Name": view.FileName(o),
	})
	if err != nil {
		w.Log.Debug("page not sent", "platform", Platform, "err", err)
	}
}

func (w *Watch) failed(rw http.ResponseWriter, err error) {
	w.Log.Error("short can't be shown", "platform", Platform, "err", err)
	http.Error(rw, present.Reason("ko", pipeline.ReasonTrouble), http.StatusInternalServerError)
}
