package pipeline

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// copyLimit is how long copying a result into our blobs may take.
const copyLimit = 3 * time.Minute

// importer copies what providers have made into our blobs.
type importer struct{ *base }

// copyResult copies a provider's file into our blobs: their links die within days, and some carry tokens.
func (i importer) copyResult(ctx context.Context, provider, url, key string) error {
	ctx, cancel := context.WithTimeout(ctx, copyLimit)
	defer cancel()
	r, err := i.opts.Results.Open(ctx, url)
	if err != nil {
		return from(provider, fmt.Errorf("open result: %w", err))
	}
	defer r.Close()
	br := bufio.NewReader(r)
	kind, err := kindOf(br)
	if err != nil {
		return from(provider, fmt.Errorf("read result: %w", err))
	}
	if want := resultType(key); kind != want {
		return &Fault{Kind: Transient, Reason: ReasonUnfit, Err: fmt.Errorf("result isn't of type %s", want)}
	}
	if err := i.opts.Blobs.Put(ctx, key, kind, br); err != nil {
		return from(ServiceBlobs, fmt.Errorf("keep result: %w", err))
	}
	return nil
}

// resultType is what a result must be that is kept under a ResultKey.
func resultType(key string) string {
	if strings.HasSuffix(key, ".jpg") {
		return "image/jpeg"
	}
	return "video/mp4"
}

// kindOf tells by its first bytes which of the two kinds of results a file is; "" is neither.
func kindOf(r *bufio.Reader) (string, error) {
	head, err := r.Peek(8)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return "", err
	case len(head) == 8 && string(head[4:]) == "ftyp": // ISO/IEC 14496-12 §4.3: a file begins with its type box
		return "video/mp4", nil
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return "image/jpeg", nil
	}
	return "", nil
}

// Bounds of a clip's length in seconds, outside of which it is taken to be as it was asked for.
const (
	minClip = 1
	maxClip = 60
)

// prepareClip reads the clip that was copied to key, and leaves there the one that is shown. A clip that can't be read
// is taken to be as it was asked for.
func (i importer) prepareClip(ctx context.Context, o Order, key string) (Order, error) {
	o.Framing.ClipW, o.Framing.ClipH, o.Framing.ClipSeconds = 0, 0, 0
	if i.opts.PrepareClip == nil {
		return o, nil
	}
	ctx, cancel := context.WithTimeout(ctx, copyLimit)
	defer cancel()
	raw, err := i.opts.Blobs.Open(ctx, key)
	if err != nil {
		return o, from(ServiceBlobs, fmt.Errorf("open clip: %w", err))
	}
	defer raw.Close()
	clip, err := i.opts.PrepareClip(raw)
	if err == nil && (clip.Seconds < minClip || clip.Seconds > maxClip) {
		err = fmt.Errorf("it plays for %g seconds", clip.Seconds)
	}
	if err != nil {
		i.opts.Log.Warn("the clip's file wasn't understood; taken as asked for", "order", o.ID, "err", err)
		return o, nil
	}
	if clip.Slower != nil {
		if err := i.opts.Blobs.Put(ctx, key, resultType(key), clip.Slower); err != nil {
			return o, from(ServiceBlobs, fmt.Errorf("keep clip: %w", err))
		}
	}
	o.Framing.ClipW, o.Framing.ClipH, o.Framing.ClipSeconds = clip.W, clip.H, clip.Seconds
	return o, nil
}

// finish looks at a cut that was copied to key, and leaves there what is delivered.
func (i importer) finish(ctx context.Context, o Order, key string) error {
	if i.opts.Finish == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, copyLimit)
	defer cancel()
	raw, err := i.opts.Blobs.Open(ctx, key)
	if err != nil {
		return from(ServiceBlobs, fmt.Errorf("open result: %w", err))
	}
	defer raw.Close()
	clip, music := i.shown(o)
	done, err := i.opts.Finish(ctx, raw, Ordered{
		Size: o.Cut.Size, Seconds: i.clipSeconds(o), Clip: clip != "" && o.Cut.Size != Still,
		Music: music != "", Title: o.Cut.Words.Menu,
	})
	var f *Fault
	switch {
	case errors.As(err, &f) && f.Reason == ReasonUnfit:
		return from(i.provider(Render), err)
	case err != nil:
		return from(ServiceBlobs, fmt.Errorf("read result: %w", err))
	}
	if err := i.opts.Blobs.Put(ctx, key, resultType(key), done); err != nil {
		return from(ServiceBlobs, fmt.Errorf("keep result: %w", err))
	}
	return nil
}

// ClipVerdict is what came of comparing a clip with the photo that it was made from.
type ClipVerdict struct {
	Changed string // in what the clip shows another dish, for operators; empty: it shows the same
	Decides bool   // the photo itself takes a changed clip's place; else the clip is used, and operators are told
}

// compare compares a clip with its photo. A clip that can't be compared is taken, for
// want of anything better; one whose comparison was cut off by the end of this process is compared by the next.
func (i importer) compare(ctx context.Context, o Order, clip string) (ClipVerdict, error) {
	if i.opts.CheckClip == nil {
		return ClipVerdict{}, nil
	}
	v, err := i.opts.CheckClip(ctx, o.PhotoKey, clip)
	switch {
	case ctx.Err() != nil:
		return ClipVerdict{}, fmt.Errorf("compare the clip of order %d: %w", o.ID, context.Cause(ctx))
	case err != nil:
		i.opts.Log.Warn("clip not compared with its photo", "order", o.ID, "err", err)
		return ClipVerdict{}, nil
	}
	return v, nil
}
