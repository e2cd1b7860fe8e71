// Package photo makes whatever an owner sends into the one picture that the rest of the house works
// with: upright, 1080 x 1920, the dish where the words don't cover it, in an ordinary JPEG that
// tells nothing about the phone or the place it was taken with.
//
// Files come from strangers. They are recognised by their bytes, measured before they are decoded,
// and decoded one or few at a time.
package photo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
)

// W and H are the size of every prepared picture.
const (
	W = 1080
	H = 1920
)

// What can be wrong with a file. Prepare wraps one of these with a detail for operators; any other
// error came from the reader or the context and says nothing about the file.
var (
	ErrEmpty      = errors.New("empty file")
	ErrNotPicture = errors.New("not a picture")
	ErrKind       = errors.New("a kind of picture that isn't read")
	ErrBroken     = errors.New("broken picture")
	ErrHeavy      = errors.New("too many bytes")
	ErrLarge      = errors.New("too many pixels")
	ErrSmall      = errors.New("too few pixels")
)

const (
	maxBytes   = 20 << 20 // what a messenger's bot may download
	maxJPEG    = 3 << 20  // a data URI of it must stay under the clip provider's 5 MB
	smallSide  = 700      // below it the short looks soft
	firstGrade = 90       // JPEG quality
)

// Prepared is a picture that is ready for the provider.
type Prepared struct {
	JPEG  []byte // W x H, under 3 MB, without metadata
	W, H  int
	Small bool // the source's short side was under 700 pixels: it works, but looks soft
}

// Preparer prepares photos. It may be used by many goroutines.
type Preparer struct {
	slots   chan struct{}
	heic    chan struct{}
	reading chan struct{}
}

// readers is how many photos may be in memory undecoded, each up to maxBytes.
const readers = 4

// New makes a Preparer that decodes at most so many photos at once. One may need 300 MB for a moment,
// the largest HEIC 1 GB, of which only one is decoded at a time.
func New(parallel int) *Preparer {
	return &Preparer{
		slots:   make(chan struct{}, max(parallel, 1)),
		heic:    make(chan struct{}, 1),
		reading: make(chan struct{}, max(parallel, readers)),
	}
}

// Prepare reads at most 20 MB from r and waits for its turn until ctx ends. Decoding itself, at
// most a few seconds, isn't interrupted.
func (p *Preparer) Prepare(ctx context.Context, r io.Reader) (out Prepared, err error) {
	err = p.take(ctx, r, minSide, func(b []byte, src source) (err error) {
		out, err = prepare(b, src)
		return err
	})
	return out, err
}

// take reads a picture, both sides of which must have at least so many pixels, and lets use work on
// it when it is its turn.
func (p *Preparer) take(ctx context.Context, r io.Reader, least int, use func([]byte, source) error) error {
	if err := enter(ctx, p.reading); err != nil {
		return fmt.Errorf("photo: wait for a turn to read: %w", err)
	}
	defer func() { <-p.reading }()
	b, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return fmt.Errorf("read photo: %w", err)
	}
	if len(b) > maxBytes {
		return fmt.Errorf("photo: %w: over %d", ErrHeavy, maxBytes)
	}
	src, err := measure(b, least)
	if err != nil {
		return fmt.Errorf("photo: %w", err)
	}
	if err := p.enter(ctx, src.kind); err != nil {
		return fmt.Errorf("photo: wait for a turn to decode: %w", err)
	}
	defer p.leave(src.kind)
	if err := use(b, src); err != nil {
		return fmt.Errorf("photo: %w", err)
	}
	return nil
}

func (p *Preparer) enter(ctx context.Context, k kind) error {
	if k == kindHEIC {
		if err := enter(ctx, p.heic); err != nil {
			return err
		}
	}
	err := enter(ctx, p.slots)
	if err != nil && k == kindHEIC {
		<-p.heic
	}
	return err
}

func (p *Preparer) leave(k kind) {
	<-p.slots
	if k == kindHEIC {
		<-p.heic
	}
}

func enter(ctx context.Context, slots chan struct{}) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func prepare(b []byte, src source) (Prepared, error) {
	im, small, err := open(b, src)
	if err != nil {
		return Prepared{}, err
	}
	picture := compose(im)
	grade(picture)
	file, err := encode(picture)
	if err != nil {
		return Prepared{}, err
	}
	return Prepared{JPEG: file, W: W, H: H, Small: small}, nil
}

// open decodes a picture, turns it upright and reduces it to about the size that is needed.
func open(b []byte, src source) (out *image.RGBA, small bool, err error) {
	defer survive(&err)
	im, err := decode(b, src.kind)
	if err != nil {
		return nil, false, err
	}
	w, h := im.Bounds().Dx(), im.Bounds().Dy()
	if err := checkSize(w, h, minSide, 1); err != nil { // a HEIC may be another size than its headers say
		return nil, false, err
	}
	if src.turn >= 5 {
		w, h = h, w
	}
	return turned(shrink(im, spare(w, h), image.White), src.turn), min(w, h) < smallSide, nil
}

// survive is deferred: a panic of a decoder, which only a hostile file can cause, is ErrBroken.
func survive(err *error) {
	if v := recover(); v != nil {
		*err = fmt.Errorf("%w: the decoder panicked: %v", ErrBroken, v)
	}
}

func encode(im *image.RGBA) ([]byte, error) {
	var b bytes.Buffer
	for q := firstGrade; q > 0; q -= 15 {
		b.Reset()
		if err := jpeg.Encode(&b, im, &jpeg.Options{Quality: q}); err != nil {
			return nil, fmt.Errorf("encode: %w", err)
		}
		if b.Len() < maxJPEG {
			break
		}
	}
	return b.Bytes(), nil
}
