package pipeline

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/sign"
)

// checkpointLimit is how long writing one may take: a drive waits for it, and nothing else does.
const checkpointLimit = 10 * time.Second

// checkpoint keeps beside an order's files how it stands, after each drive in which something was done to it that is
// known outside: a provider has taken work, or the order has ended or was cancelled. A database that is restored from
// an older backup learns from it what was done since (see Restored). Nothing else reads it, and nothing depends on it.
func (d *driver) checkpoint(ctx context.Context, o Order) {
	if o.Phase != Waiting && o.Status == Open {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), checkpointLimit)
	defer cancel()
	if err := WriteCheckpoint(ctx, d.opts.Blobs, d.opts.Signer, o); err != nil {
		d.opts.Log.Warn("checkpoint not written", "order", o.ID, "err", err)
	}
}

// WriteCheckpoint keeps how an order stands. It doesn't keep who it is for: the database knows that since it was
// placed.
func WriteCheckpoint(ctx context.Context, b Blobs, s sign.Signer, o Order) error {
	o.Source, o.Thread, o.Maker, o.Photo, o.Callback, o.Traceparent = "", Thread{}, "", Photo{}, "", ""
	text, err := json.Marshal(o)
	if err != nil {
		return err
	}
	put := b.Put
	if u, ok := b.(UnsyncedBlobs); ok {
		put = u.PutUnsynced
	}
	text = fmt.Appendf(text, "\n%x", sha256.Sum256(text))
	return put(ctx, CheckpointKey(s, o.ID), "application/json", bytes.NewReader(text))
}

// maxCheckpoint is how long a checkpoint may be.
const maxCheckpoint = 1 << 20

// Checkpoint reads how an order stood when something was last done to it, as its files say. nil when they say nothing
// newer than o does: a database that was restored gives numbers out again, so one of another order may lie there.
func Checkpoint(ctx context.Context, b Blobs, s sign.Signer, o Order) (*Order, error) {
	key := CheckpointKey(s, o.ID)
	r, err := b.Open(ctx, key)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var text []byte
	if err == nil {
		defer r.Close()
		text, err = io.ReadAll(io.LimitReader(r, maxCheckpoint))
	}
	if err != nil {
		return nil, fmt.Errorf("read checkpoint %s: %w", key, err)
	}
	// A power cut, or another process, may have left some of a former one in it or behind it.
	text, rest, _ := bytes.Cut(text, []byte("\n"))
	var c Order
	if !bytes.HasPrefix(rest, fmt.Appendf(nil, "%x", sha256.Sum256(text))) || json.Unmarshal(text, &c) != nil {
		return nil, nil
	}
	if c.ID != o.ID || !c.Placed.Equal(o.Placed) || c.Version <= o.Version {
		return nil, nil
	}
	return &c, nil
}
