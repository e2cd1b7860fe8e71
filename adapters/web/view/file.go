package view

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Photo is the blob of an order's photo and its type: the prepared one or, while that isn't there, the upload, whose
// type only its bytes tell. "" when another platform has it.
func Photo(o pipeline.Order) (key, contentType string) {
	switch {
	case o.PhotoKey != "":
		return o.PhotoKey, "image/jpeg"
	case o.Thread.Platform == bot.PagePlatform:
		return o.Photo.Ref, ""
	}
	return "", ""
}

// Attachment saves a file under a name (RFC 6266).
func Attachment(name string) string {
	return mime.FormatMediaType("attachment", map[string]string{"filename": name})
}

// ServeBlob sends a blob with ranges. An empty type is looked up in the bytes, which must be a
// picture then: an upload may be anything, and nothing else may show under our address. What isn't there, or isn't a
// picture, is pipeline.ErrNotFound: then nothing was sent.
func ServeBlob(w http.ResponseWriter, r *http.Request, blobs pipeline.Blobs, key, contentType string) error {
	blob, err := openBlob(r.Context(), blobs, key)
	if err != nil {
		return err
	}
	defer blob.Close()
	if contentType == "" {
		if contentType = pictureType(blob); contentType == "" {
			return pipeline.ErrNotFound
		}
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Set("ETag", strconv.Quote(key))
	if strings.Contains(r.Header.Get("Range"), ",") {
		// each range is a read of its own: who asks for several gets the whole, as RFC 9110 allows
		r.Header.Del("Range")
	}
	http.ServeContent(w, r, "", time.Time{}, blob)
	return nil
}

func openBlob(ctx context.Context, blobs pipeline.Blobs, key string) (io.ReadSeekCloser, error) {
	if key == "" {
		return nil, pipeline.ErrNotFound
	}
	blob, err := blobs.Open(ctx, key)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, pipeline.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("open blob: %w", err)
	}
	return blob, nil
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
