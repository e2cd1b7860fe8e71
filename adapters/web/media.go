package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// own finds the order that the address names, if it is one of this browser's.
func (p *Page) own(w http.ResponseWriter, r *http.Request) (pipeline.Order, bool) {
	v, ok := known(r)
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if !ok || err != nil {
		http.NotFound(w, r)
		return pipeline.Order{}, false
	}
	o, err := p.Store.Order(r.Context(), id)
	switch {
	case err == nil && o.Thread.Platform == Platform && o.Thread.Chat == v.Chat:
		return o, true
	case err == nil || errors.Is(err, pipeline.ErrNotFound):
		http.NotFound(w, r)
	default:
		p.failed(w, language(r), fmt.Errorf("read order: %w", err))
	}
	return pipeline.Order{}, false
}

// video plays the short; with ?save it is saved as a file.
func (p *Page) video(w http.ResponseWriter, r *http.Request) {
	o, ok := p.own(w, r)
	if !ok {
		return
	}
	if !plays(o) {
		http.NotFound(w, r)
		return
	}
	if r.URL.Query().Has("save") {
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": shortName(o)}))
	}
	p.serve(w, r, o.Cut.ShortKey, shortType(o))
}

// photo shows the prepared photo, or the upload while that isn't there.
func (p *Page) photo(w http.ResponseWriter, r *http.Request) {
	o, ok := p.own(w, r)
	if !ok {
		return
	}
	if o.PhotoKey != "" {
		p.serve(w, r, o.PhotoKey, "image/jpeg")
		return
	}
	p.serve(w, r, o.Photo.Ref, "")
}

// serve sends a blob with ranges, or says that it can't.
func (p *Page) serve(w http.ResponseWriter, r *http.Request, key, contentType string) {
	if err := serveBlob(w, r, p.Blobs, key, contentType); err != nil {
		p.failed(w, language(r), err)
	}
}

// serveBlob sends a blob with ranges. An empty type is looked up in the bytes, which must be a
// picture then: an upload may be anything, and nothing else may show under our address.
func serveBlob(w http.ResponseWriter, r *http.Request, blobs pipeline.Blobs, key, contentType string) error {
	blob, err := blobs.Open(r.Context(), key)
	if errors.Is(err, fs.ErrNotExist) {
		http.NotFound(w, r)
		return nil
	}
	if err != nil {
		return fmt.Errorf("open blob: %w", err)
	}
	defer blob.Close()
	if contentType == "" {
		if contentType = pictureType(blob); contentType == "" {
			http.NotFound(w, r)
			return nil
		}
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Set("ETag", strconv.Quote(key))
	if strings.Contains(r.Header.Get("Range"), ",") {
		r.Header.Del("Range") // each range is a read of its own: who asks for several gets the whole, as RFC 9110 allows
	}
	http.ServeContent(w, r, "", time.Time{}, blob)
	return nil
}

func pictureType(blob io.ReadSeeker) string {
	var head bytes.Buffer
	if _, err := io.CopyN(&head, blob, 512); err != nil && err != io.EOF {
		return ""
	}
	if _, err := blob.Seek(0, io.SeekStart); err != nil {
		return ""
	}
	switch found := http.DetectContentType(head.Bytes()); found {
	case "image/jpeg", "image/png", "image/webp":
		return found
	}
	return ""
}

// shortType is what kind of file an order's short is.
func shortType(o pipeline.Order) string {
	if o.Cut.Size == pipeline.Still {
		return "image/jpeg"
	}
	return "video/mp4"
}

// shortName is a file name that every system takes.
func shortName(o pipeline.Order) string {
	menu := strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|.`, r) {
			return ' '
		}
		return r
	}, o.Cut.Words.Menu)
	menu = strings.Join(strings.Fields(menu), " ")
	if menu == "" {
		menu = strconv.FormatInt(o.ID, 10)
	}
	if o.Cut.Size == pipeline.Still {
		return "사장픽 " + menu + ".jpg"
	}
	return "사장픽 " + menu + ".mp4"
}
