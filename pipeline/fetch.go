package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/worker"
)

// Prepare opens a stranger's picture and makes of it what is kept. It calls begin, which may be nil, when the
// picture's turn to be opened has come, and opens nothing if that fails; the error is begin's then. Other errors are
// Faults or anything transient; one that is worker.ErrDied leaves open whether the picture is to blame.
type Prepare func(ctx context.Context, r io.Reader, begin func() error) ([]byte, error)

// Framer does the same for the photo of an order, which it cuts to a shape that suits it.
type Framer func(ctx context.Context, r io.Reader, begin func() error) (Prepared, error)

// Prepared is a picture that is ready for the clip provider.
type Prepared struct {
	JPEG    []byte
	Framing Framing
}

// MaxDeaths is how often what opens a stranger's file may die of it; then the file is refused.
const MaxDeaths = 3

// unopened is the fault of a file that MaxDeaths have died of.
func unopened() *Fault {
	err := fmt.Errorf("it was opened %d times, and each time the process that opened it died", MaxDeaths)
	return &Fault{Kind: Rejected, Reason: ReasonPhotoUnopened, Err: err}
}

// CheckOpened refuses a picture that MaxDeaths have died of; the error is a Fault.
func (p Photo) CheckOpened() error {
	if p.Opened >= MaxDeaths {
		return unopened()
	}
	return nil
}

// open opens an order's photo and returns what came of it, with the call that stands for the opening: that is on
// disk before a byte of the photo is looked at, so that a photo which kills this process is counted.
func (d *driver) open(ctx context.Context, o Order) (Order, *Move, string) {
	if err := o.Photo.CheckOpened(); err != nil {
		o, m := d.settler.fail(o, &Move{}, AsFault(err))
		return o, m, ""
	}
	err := d.fetch(ctx, &o)
	call := o.Call
	o.Phase, o.Call = Ready, ""
	if !errors.Is(err, worker.ErrDied) {
		o.Photo.Opened = 0
	}
	if err != nil {
		o, m := d.settler.settle(o, AsFault(err))
		return o, m, call
	}
	if o.Framing.Doubt != ReasonNone && !o.Framing.Anyway {
		o, m := askAboutPhoto(o)
		return o, m, call
	}
	o, m := d.reserver.startStep(o, "photo prepared")
	return o, m, call
}

// opening writes down that an order's photo is about to be opened. The first time was written when the order was
// placed: before PickUp only the process that has placed it opens it, and as long as that one isn't gone, nothing has
// died of the photo.
func (d *driver) opening(ctx context.Context, o *Order) error {
	counted := o.Version == 1 && o.Photo.Opened == 1 && o.PlacedBy != ""
	if counted && o.PlacedBy == d.opts.Process && time.Since(o.Placed) < d.opts.Times.PickUp {
		return nil
	}
	next, m := d.reserver.reserve(*o)
	if !counted {
		next.Photo.Opened++
	}
	m.Note = "photo is being opened"
	moved, err := d.writer.write(ctx, &answer{change: change{before: *o, next: next, move: m}})
	if err == nil {
		*o = moved
	}
	return err
}

// fetch gets the photo, prepares it and keeps it. It may be done twice: the second writes the same.
func (d *driver) fetch(ctx context.Context, o *Order) error {
	chat, err := d.chat(*o)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, d.limit(Fetch))
	defer cancel()
	reading, cancel := context.WithTimeout(ctx, d.opts.Times.Call)
	defer cancel()
	r, err := chat.Photo(reading, *o)
	if err != nil {
		return from(o.Thread.Platform, fmt.Errorf("fetch photo: %w", err))
	}
	defer r.Close()
	got, err := d.opts.Prepare(ctx, r, func() error { return d.opening(ctx, o) })
	if err != nil {
		return fmt.Errorf("prepare photo: %w", err)
	}
	key := PhotoKey(d.opts.Signer, o.ID)
	if err := d.opts.Blobs.Put(ctx, key, "image/jpeg", bytes.NewReader(got.JPEG)); err != nil {
		return from(ServiceBlobs, fmt.Errorf("keep photo: %w", err))
	}
	got.Framing.Anyway = o.Framing.Anyway
	o.PhotoKey, o.Framing = key, got.Framing
	return nil
}
