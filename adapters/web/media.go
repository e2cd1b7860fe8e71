package web

import (
	"archive/zip"
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

	"github.com/sajangpick/sajangpick/adapters/web/view"
	"github.com/sajangpick/sajangpick/pipeline"
)

// short plays an order's short; with ?save it is saved as a file.
func (p *Page) short(w http.ResponseWriter, r *http.Request, v *visitor) {
	o, ok := p.own(w, r, v)
	if !ok {
		return
	}
	if !view.Plays(o) {
		p.refuse(w, r, v, http.StatusNotFound, "page.missing", nil)
		return
	}
	if r.URL.Query().Has("save") {
		w.Header().Set("Content-Disposition", attachment(view.FileName(o)))
	}
	p.serve(w, r, v, o.Cut.ShortKey, view.FileType(o))
}

// attachment saves a file under a name (RFC 6266).
func attachment(name string) string {
	return mime.FormatMediaType("attachment", map[string]string{"filename": name})
}

// photo shows the prepared photo, or the upload while that isn't there.
func (p *Page) photo(w http.ResponseWriter, r *http.Request, v *visitor) {
	o, ok := p.own(w, r, v)
	if !ok {
		return
	}
	switch {
	case o.PhotoKey != "":
		p.serve(w, r, v, o.PhotoKey, "image/jpeg")
	case o.Thread.Platform == Platform:
		p.serve(w, r, v, o.Photo.Ref, "")
	default: // another platform has it
		p.refuse(w, r, v, http.StatusNotFound, "page.missing", nil)
	}
}

func (p *Page) logo(w http.ResponseWriter, r *http.Request, v *visitor) {
	if v.shop.Logo == "" {
		p.refuse(w, r, v, http.StatusNotFound, "page.missing", nil)
		return
	}
	p.serve(w, r, v, v.shop.Logo, "image/png")
}

// serve sends a blob with ranges, or says that it can't.
func (p *Page) serve(w http.ResponseWriter, r *http.Request, v *visitor, key, contentType string) {
	if err := serveBlob(w, r, p.Blobs, key, contentType); err != nil {
		p.failed(w, r, v, err)
	}
}

// export sends every short of the shop in one archive, the newest first. Films aren't pressed again.
func (p *Page) export(w http.ResponseWriter, r *http.Request, v *visitor) {
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", attachment("shorts.zip"))
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(exportLimit)) // a recorder in a test has none
	z := zip.NewWriter(w)
	for skip := 0; ; skip += onPage {
		orders, err := p.Store.ShortsOf(r.Context(), v.Shop, skip, onPage)
		for _, o := range orders {
			if err == nil {
				err = p.pack(r, z, o)
			}
		}
		switch {
		case err != nil: // what was sent can't be taken back: an archive without its end says that it isn't whole
			p.Log.Warn("export broke off", "platform", Platform, "err", err)
			panic(http.ErrAbortHandler)
		case len(orders) < onPage:
			_ = z.Close() // the browser is gone, so the error can't be told
			return
		}
	}
}

const exportLimit = time.Hour

// pack adds a short to an archive, unless its file is gone.
func (p *Page) pack(r *http.Request, z *zip.Writer, o pipeline.Order) error {
	blob, err := p.Blobs.Open(r.Context(), o.Cut.ShortKey)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer blob.Close()
	out, err := z.CreateHeader(&zip.FileHeader{
		Name: fmt.Sprintf("%d-%s", o.ID, view.FileName(o)), Method: zip.Store, Modified: o.Changed,
	})
	if err == nil {
		_, err = io.Copy(out, blob)
	}
	return err
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
