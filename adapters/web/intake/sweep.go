package intake

import (
	"context"
	"fmt"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// keptFor is how long a form that was refused finds its picture again; after strayAfter one that no order took is
// deleted. Between the two nothing can become of it, so a sweep takes no order's picture away.
const (
	keptFor     = 24 * time.Hour
	strayAfter  = 3 * keptFor
	sweepAtOnce = 500
)

// Sweep deletes pictures that no order took. It may be broken off anywhere, and run twice at once.
func Sweep(ctx context.Context, uploads bot.Uploads, blobs pipeline.Blobs, now time.Time) error {
	before := now.Add(-strayAfter)
	for {
		refs, err := uploads.StrayUploads(ctx, before, sweepAtOnce)
		if err != nil {
			return err
		}
		for _, ref := range refs {
			if err := blobs.Delete(ctx, ref); err != nil {
				return fmt.Errorf("delete upload: %w", err)
			}
			if err := uploads.DropUpload(ctx, ref, before); err != nil {
				return err
			}
		}
		if len(refs) < sweepAtOnce {
			return nil
		}
	}
}
