package bot

import (
	"context"
	"time"
)

// Uploads remembers pictures that came with forms of the page, so that those which no order took are deleted. Every
// method is one transaction.
type Uploads interface {
	// NoteUpload writes a blob down before its bytes are: what isn't written down is never found again. It may be
	// called again for the same blob, whose time begins anew.
	NoteUpload(ctx context.Context, ref string, shop int64, at time.Time) error
	// UploadedSince reports whether a blob was written down at a time or after it.
	UploadedSince(ctx context.Context, ref string, since time.Time) (bool, error)
	// StrayUploads lists blobs that were written down before a time and that no order of their shop has, the oldest
	// first. Those that an order has are forgotten: they go with it.
	StrayUploads(ctx context.Context, before time.Time, limit int) ([]string, error)
	// DropUpload forgets one whose blob is deleted, unless it was written down at a time or after it.
	DropUpload(ctx context.Context, ref string, before time.Time) error
}
