// Package cleaner deletes what is kept no longer: files and words of orders that ended long ago, then their rows.
package cleaner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/sign"
)

// Archive is where orders lie that are over.
type Archive interface {
	// Purgeable lists orders that are to be purged, oldest first; Parked those that are parked, by number.
	Purgeable(ctx context.Context, t time.Time, limit int) ([]pipeline.Order, error)
	Parked(ctx context.Context, skip, limit int) ([]pipeline.Order, error)
	// Files lists the blobs that an order may have. MarkPurged writes down that they are gone.
	Files(ctx context.Context, order int64) ([]string, error)
	MarkPurged(ctx context.Context, order int64) error
	// Compact takes some purged orders that ended before t away, but for their sums. It returns how many, and whether
	// there are no more.
	Compact(ctx context.Context, t time.Time) (n int, done bool, err error)
}

// OriginalKeeper is a pipeline.Chat that keeps the pictures it gets among our blobs.
type OriginalKeeper interface {
	Original(o pipeline.Order) string // its key
}

// Options are what a Cleaner is built from.
type Options struct {
	Archive Archive
	Store   interface { // that of the pipeline
		Move(ctx context.Context, o pipeline.Order, m pipeline.Move) (pipeline.Order, error)
	}
	Blobs  pipeline.Blobs
	Chats  map[string]pipeline.Chat // by Thread.Platform
	Signer sign.Signer              // that of the pipeline, which names the files
	Log    *slog.Logger
}

// Cleaner deletes what orders leave that are over.
type Cleaner struct {
	opts Options
}

// New makes a Cleaner.
func New(o Options) *Cleaner { return &Cleaner{o} }

// atOnce is how many orders a pass reads at a time.
const atOnce = 100

// Clean deletes the files and the words of all orders that ended before t, for as long as limit, and
// reports whether it came to the end of them. It may be broken off anywhere, and run twice at once.
func (c *Cleaner) Clean(ctx context.Context, t time.Time, limit time.Duration) (done bool, err error) {
	if err := c.giveUpParked(ctx, t); err != nil {
		return false, fmt.Errorf("clean: %w", err)
	}
	n := 0
	defer func() {
		if n > 0 {
			c.opts.Log.Info("orders purged", "count", n)
		}
	}()
	for end := time.Now().Add(limit); time.Now().Before(end); {
		expired, err := c.opts.Archive.Purgeable(ctx, t, atOnce)
		if err != nil {
			return false, fmt.Errorf("clean: %w", err)
		}
		before := n
		var failed error
		for _, o := range expired {
			if ctx.Err() != nil || !time.Now().Before(end) {
				return false, nil
			}
			if err := c.Purge(ctx, o); err != nil {
				failed = errors.Join(failed, err)
				continue
			}
			n++
		}
		switch {
		case len(expired) < atOnce:
			return failed == nil, failed
		case n == before: // the rest would fare no better
			return false, failed
		}
	}
	return false, nil
}

// rowsKept is how long an order that has ended keeps its rows at the least: reports and limits look at the last days.
const rowsKept = 7 * 24 * time.Hour

// Compact takes away what Clean has left of orders that ended before t, and a week ago, for as long as limit. done
// means that there was no more. It may be broken off anywhere, and run twice at once.
func (c *Cleaner) Compact(ctx context.Context, t time.Time, limit time.Duration) (n int, done bool, err error) {
	now := time.Now()
	if week := now.Add(-rowsKept); week.Before(t) {
		t = week
	}
	for end := now.Add(limit); !done && err == nil && ctx.Err() == nil && time.Now().Before(end); {
		var some int
		some, done, err = c.opts.Archive.Compact(ctx, t)
		n += some
	}
	if n > 0 {
		c.opts.Log.Info("orders compacted", "count", n)
	}
	if err != nil {
		return n, false, fmt.Errorf("clean: %w", err)
	}
	return n, done, nil
}

// Purge deletes an order's files, then its words: so a process that is broken off finds the files again.
func (c *Cleaner) Purge(ctx context.Context, o pipeline.Order) error {
	keys, err := c.opts.Archive.Files(ctx, o.ID)
	if err != nil {
		return fmt.Errorf("empty order %d: %w", o.ID, err)
	}
	if key := pipeline.PhotoKey(c.opts.Signer, o.ID); !slices.Contains(keys, key) { // taken back while it was fetched
		keys = append(keys, key)
	}
	keys = append(keys, pipeline.CheckpointKey(c.opts.Signer, o.ID))
	if k, ok := c.opts.Chats[o.Thread.Platform].(OriginalKeeper); ok && k.Original(o) != "" {
		keys = append(keys, k.Original(o))
	}
	for _, key := range keys {
		if err := c.opts.Blobs.Delete(ctx, key); err != nil {
			return fmt.Errorf("empty order %d: %w", o.ID, err)
		}
	}
	err = c.opts.Archive.MarkPurged(ctx, o.ID)
	if err != nil && !errors.Is(err, pipeline.ErrMoved) { // it was taken up again
		return fmt.Errorf("empty order %d: %w", o.ID, err)
	}
	return nil
}

// giveUpParked cancels orders that weren't decided on for so long that their files are due.
func (c *Cleaner) giveUpParked(ctx context.Context, t time.Time) error {
	for skip := 0; ; {
		parked, err := c.opts.Archive.Parked(ctx, skip, atOnce)
		if err != nil || len(parked) == 0 {
			return err
		}
		for _, o := range parked {
			if !o.Changed.Before(t) {
				skip++
				continue
			}
			if err := c.GiveUp(ctx, o); err != nil {
				return err
			}
		}
	}
}

// GiveUp cancels an order without a message: its chat is gone. One that has ended, or
// goes on meanwhile, stays as it is.
func (c *Cleaner) GiveUp(ctx context.Context, o pipeline.Order) error {
	o, m, err := pipeline.Cancel(o)
	if err != nil {
		return nil
	}
	m.Notify = false
	if _, err := c.opts.Store.Move(ctx, o, m); err != nil && !errors.Is(err, pipeline.ErrMoved) {
		return fmt.Errorf("give up order %d: %w", o.ID, err)
	}
	return nil
}
