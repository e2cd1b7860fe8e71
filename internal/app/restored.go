package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/sign"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/disk"
)

// restoredAtOnce is how many orders are listed at a time.
const restoredAtOnce = 500

// Restored is what has become of the orders that were under way at a backup.
type Restored struct {
	Ended int // since the backup, as their checkpoints say
	Aside int // they are set aside
	Named int // of these, whose work their provider knows by its name
	Asked int // of these, whose short may have come: their persons are asked
}

// Restore looks for what was done since the backup that a database was restored from, and sets aside what isn't known.
// From then on the database may be used. It may be broken off and called again.
func Restore(ctx context.Context, cfg config.Config, e storage.Engine) (done Restored, err error) {
	secret, err := SecretKey(cfg)
	if err != nil {
		return done, err
	}
	there, err := e.Flag(ctx, SecretSwitch)
	if err != nil {
		return done, err
	}
	now, old := Fingerprint(secret), OldSecret(cfg)
	if there != "" && there != now && (old == nil || there != Fingerprint(old)) {
		return done, fmt.Errorf("SECRET_KEY: it isn't the one that this database was used with "+
			"(fingerprint %s, this one has %s). "+
			"Put that one back: what was done since the backup is found by it", there, now)
	}
	signer := sign.New(secret, nil)
	blobs, _, err := openBlobs(ctx, cfg.Blobs, disk.Options{Signer: signer})
	if err != nil {
		return done, err
	}
	if c, ok := blobs.(io.Closer); ok {
		defer c.Close()
	}
	p := Parts{Cfg: cfg}.wire()
	r := restoring{
		Engine: e, blobs: blobs, signer: signer, by: pipeline.Providers{Clips: p.Clips.Name(), Cuts: p.Cuts.Name()},
		price: p.Clips.ClipTerms().Price,
	}
	if err := r.all(ctx); err != nil {
		return r.done, err
	}
	return r.done, lastUse{e, blobs}.renew(ctx)
}

// restoring is a Restore on its way.
type restoring struct {
	storage.Engine
	blobs  pipeline.Blobs
	signer sign.Signer
	by     pipeline.Providers
	price  pipeline.Credits // of a clip
	done   Restored
}

// all looks after each order that is parked or open. Those that were parked come first: the others will be, too.
func (r *restoring) all(ctx context.Context) error {
	for skip := 0; ; {
		parked, err := r.Parked(ctx, skip, restoredAtOnce)
		if err != nil {
			return err
		}
		if len(parked) == 0 {
			break
		}
		for _, o := range parked {
			still, err := r.one(ctx, o.ID)
			if err != nil {
				return err
			}
			if still == pipeline.Parked {
				skip++
			}
		}
	}
	for left := 0; ; { // open orders that stay open
		open, err := r.Overdue(ctx, time.Now().AddDate(100, 0, 0), restoredAtOnce+left)
		if err != nil || len(open) <= left {
			return err
		}
		left = 0
		for _, id := range open {
			still, err := r.one(ctx, id)
			if err != nil {
				return err
			}
			if still == pipeline.Open {
				left++
			}
		}
	}
}

// one brings an order up to date, and returns how it stands then.
func (r *restoring) one(ctx context.Context, id int64) (pipeline.Status, error) {
	for {
		o, err := r.Order(ctx, id)
		if err != nil {
			return "", fmt.Errorf("bring order %d up to date: %w", id, err)
		}
		since, err := pipeline.Checkpoint(ctx, r.blobs, r.signer, o)
		if err != nil {
			return "", fmt.Errorf("bring order %d up to date: %w", id, err)
		}
		next, m, err := pipeline.Restored(o, since, r.by, r.price)
		if err != nil { // there is nothing to be done
			return o.Status, nil
		}
		moved, err := r.Move(ctx, next, m)
		if errors.Is(err, pipeline.ErrMoved) {
			continue
		}
		if err == nil && since != nil { // it is known now, and not to be found again
			err = pipeline.WriteCheckpoint(ctx, r.blobs, r.signer, moved)
		}
		if err != nil {
			return "", fmt.Errorf("bring order %d up to date: %w", id, err)
		}
		r.count(moved)
		return moved.Status, nil
	}
}

func (r *restoring) count(o pipeline.Order) {
	if o.Status != pipeline.Parked {
		r.done.Ended++
		return
	}
	r.done.Aside++
	if o.Phase == pipeline.Waiting {
		r.done.Named++
	}
	if o.Reason == pipeline.ReasonMaybeDelivered {
		r.done.Asked++
	}
}
