package web

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
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
		w.Header().Set("Content-Disposition", view.Attachment(view.FileName(o)))
	}
	p.serve(w, r, v, o.Cut.ShortKey, view.FileType(o))
}

// photo shows the prepared photo, or the upload while that isn't there.
func (p *Page) photo(w http.ResponseWriter, r *http.Request, v *visitor) {
	if o, ok := p.own(w, r, v); ok {
		key, contentType := view.Photo(o)
		p.serve(w, r, v, key, contentType)
	}
}

func (p *Page) logo(w http.ResponseWriter, r *http.Request, v *visitor) {
	p.serve(w, r, v, v.shop.Logo, "image/png")
}

// serve sends a blob with ranges, or says that it can't.
func (p *Page) serve(w http.ResponseWriter, r *http.Request, v *visitor, key, contentType string) {
	if err := view.ServeBlob(w, r, p.opts.Blobs, key, contentType); err != nil {
		p.failed(w, r, v, err)
	}
}

// export sends every short of the shop in one archive, the newest first. Films aren't pressed again.
func (p *Page) export(w http.ResponseWriter, r *http.Request, v *visitor) {
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", view.Attachment("shorts.zip"))
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(exportLimit)) // a recorder in a test has none
	z := zip.NewWriter(w)
	for skip := 0; ; skip += onPage {
		orders, err := p.opts.Store.ShortsOf(r.Context(), v.Shop, skip, onPage)
		for _, o := range orders {
			if err == nil {
				err = p.pack(r, z, o)
			}
		}
		switch {
		case err != nil: // what was sent can't be taken back: an archive without its end says that it isn't whole
			p.opts.Log.Warn("export broke off", "platform", Platform, "err", err)
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
	blob, err := p.opts.Blobs.Open(r.Context(), o.Cut.ShortKey)
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
