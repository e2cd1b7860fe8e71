// Package film looks at what a renderer returned before it is delivered: whether phones play it, whether it is of the
// size and length that were ordered, whether it has sound. What is delivered is our own copy: its index (moov)
// stands at the front, so that it plays while it loads, and it says what it shows and that AI has made it.
//
// Nothing is decoded but pictures and, where there is ffmpeg, sound. Of the rest a file's index tells, which is read
// with bounds of its own: the file is a stranger's.
package film

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"runtime"
	"time"

	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Want is what a file must be.
type Want struct {
	Still   bool    // a JPEG
	W, H    int     // 0, 0: of any size
	Seconds float64 // of a film; 0: of any length
	Sound   bool    // of a film: it must not be silent
	Title   string  // what it shows: written into the copy
	Comment string  // the same; empty: there is nothing to say
}

// Loudness measures the sound of an MP4 whose index stands at the front, in dB below full scale at its highest;
// silence is -Inf.
type Loudness func(ctx context.Context, mp4 io.Reader) (peak float64, err error)

// Checker looks at files. Many may ask it at once.
type Checker struct {
	loudness Loudness
	places   chan struct{} // for those that are measured at once
	log      *slog.Logger
}

const (
	maxBytes     = 1 << 30 // of a file: its places fit into 32 bits
	lookLimit    = time.Minute
	quietest     = -60 // dB: sound that nowhere is louder can't be heard
	measureLimit = 20 * time.Second
)

// New makes a Checker. Without loudness, only sound that was encoded from nothing but zeros is known to be silent: AAC
// writes it in a few bytes a packet, but silence that was padded, or that has noise in it, looks like music.
func New(loudness Loudness, log *slog.Logger) *Checker {
	return &Checker{loudness: loudness, places: make(chan struct{}, runtime.NumCPU()), log: log}
}

// Finish reads a file and gives the copy that is to be delivered, which is read from the file. A file that isn't as
// it was ordered is a Fault with ReasonUnfit; what can't be read is the reader's own error.
func (c *Checker) Finish(ctx context.Context, file io.ReadSeeker, w Want) (io.Reader, error) {
	look, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	seen := &watched{ReadSeeker: file, ctx: look}
	size, err := seen.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	if size > maxBytes {
		return nil, unfit(fmt.Errorf("the file has %d bytes", size))
	}
	if w.Still {
		if err := checkStill(seen, size, w); err != nil {
			return nil, seen.unread(err)
		}
		return titled(file, size, w.Title)
	}
	m, err := readMovie(seen, size)
	if err != nil {
		return nil, seen.unread(err)
	}
	if err := m.fits(w); err != nil {
		return nil, unfit(err)
	}
	head := m.head(w.Title, w.Comment)
	if w.Sound && c.loudness != nil {
		peak, err := c.measure(ctx, m.copy(file, head))
		switch {
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case err != nil:
			c.log.Warn("a film's sound wasn't measured", "err", err)
		case peak < quietest:
			return nil, unfit(fmt.Errorf("the sound is silent: at most %.0f dB", peak))
		}
	}
	return m.copy(file, head), nil
}

func (c *Checker) measure(ctx context.Context, mp4 io.Reader) (float64, error) {
	select {
	case c.places <- struct{}{}:
		defer func() { <-c.places }()
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, measureLimit)
	defer cancel()
	lent := httpx.Lend(mp4)
	defer lent.End()
	return c.loudness(ctx, lent)
}

func unfit(err error) error {
	err = fmt.Errorf("result isn't as ordered: %w", err)
	return &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonUnfit, Err: err}
}

// watched notes that reading failed, for another reason than the file's end.
type watched struct {
	io.ReadSeeker
	ctx    context.Context
	failed error
}

func (w *watched) Read(p []byte) (int, error) {
	if w.ctx.Err() != nil {
		w.failed = context.Cause(w.ctx)
		return 0, w.failed
	}
	n, err := w.ReadSeeker.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		w.failed = err
	}
	return n, err
}

func (w *watched) Seek(offset int64, whence int) (int64, error) {
	n, err := w.ReadSeeker.Seek(offset, whence)
	if err != nil {
		w.failed = err
	}
	return n, err
}

// unread tells a file that can't be understood from one that couldn't be read.
func (w *watched) unread(err error) error {
	if w.failed != nil {
		return w.failed
	}
	return unfit(err)
}

// apart reports whether two lengths differ by more than frames that begin or end in between.
func apart(a, b float64) bool { return math.Abs(a-b) > .3 }
