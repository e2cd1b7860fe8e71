package simtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/worker"
)

// prepare is pipeline.Options.Prepare.
func (w *world) prepare(ctx context.Context, r io.Reader, begin func() error) (p pipeline.Prepared, err error) {
	if err := begin(); err != nil {
		return p, err
	}
	how := w.befalls("prepare")
	if err := w.latency(ctx, w.quick()); err != nil {
		return p, err
	}
	p.Framing.Ratio = pipeline.Tall916
	switch how {
	case "too small":
		return p, rejected(pipeline.ReasonPhotoSmall, "40 x 30")
	case "died":
		return p, worker.ErrDied
	case "kill":
		w.die(w.frame)
	case "broken off":
		return p, io.ErrUnexpectedEOF
	case "dark":
		p.Framing.Doubt = pipeline.ReasonAskDark
	}
	p.JPEG, err = io.ReadAll(r)
	return p, err
}

// blobs are the files of the service.
type blobs struct{ w *world }

// Put implements pipeline.Blobs.
func (b blobs) Put(ctx context.Context, key, _ string, r io.Reader) error {
	data, err := io.ReadAll(r)
	how := b.w.befalls("file")
	if how == "refused" {
		return errors.New("the disk is full")
	}
	if err == nil {
		err = b.w.latency(ctx, time.Millisecond)
	}
	if err == nil {
		b.w.plant.put(b.w, key, data)
	}
	if how == "kill after" {
		b.w.die(b.w.frame)
	}
	return err
}

type file struct{ *bytes.Reader }

func (file) Close() error { return nil }

// Open implements pipeline.Blobs.
func (b blobs) Open(_ context.Context, key string) (io.ReadSeekCloser, error) {
	b.w.alive(b.w.frame.p)
	data, found := b.w.files[key]
	if !found {
		return nil, fmt.Errorf("%s: %w", key, fs.ErrNotExist)
	}
	return file{bytes.NewReader(data)}, nil
}

// Delete implements pipeline.Blobs.
func (b blobs) Delete(_ context.Context, key string) error {
	delete(b.w.files, key)
	return nil
}

// Link implements pipeline.Blobs.
func (b blobs) Link(_ context.Context, key string, _ time.Duration) (pipeline.Link, error) {
	return pipeline.Link{URL: "https://us.example/" + key, Head: true, Public: true}, nil
}
