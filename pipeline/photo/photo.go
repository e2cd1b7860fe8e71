// Package photo makes whatever an owner sends into the one picture that the rest of the house works
// with: upright, cut to the shape that suits it, in an ordinary JPEG that tells nothing about the phone
// or the place it was taken with. Every pixel of it is the photo's own: nothing is added around it.
//
// Files come from strangers. They are recognised by their first bytes, then measured and decoded in worker
// processes (package worker), which are killed and replaced when a file takes more memory or time than a picture
// may. A program that prepares photos calls worker.Serve(photo.Work) before anything else.
package photo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"

	"github.com/sajangpick/sajangpick/pipeline/worker"
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
	ErrCostly     = errors.New("takes more memory or time than a picture may")
)

const (
	maxBytes   = 20 << 20 // what a messenger's bot may download
	maxJPEG    = 3 << 20  // a data URI of it must stay under the clip provider's 5 MB
	firstGrade = 90       // JPEG quality
)

// Prepared is a picture that is ready for the provider.
type Prepared struct {
	JPEG  []byte `json:"-"` // W x H, under 3 MB, without metadata
	W, H  int    // as Ratio says
	Ratio Ratio
	Dish  Box     // where the plate is in the picture; zero while Sure is 0
	Sure  float64 // how clear the plate's rim is, of 1; 0: none was found, and all of the photo's shape was taken
	Doubt Doubt   // why no good video is likely to come of it; empty: nothing speaks against it
}

// Box is a part of a picture, in fractions of its width and height.
type Box struct{ Left, Top, Right, Bottom float64 }

// Preparer prepares photos. It may be used by many goroutines.
type Preparer struct {
	Ratio   Ratio // that every picture gets; empty: the one that suits it. Not to be changed once photos are prepared
	workers *worker.Pool
	reading chan struct{}
}

// readers is how many photos may be in memory undecoded, each up to maxBytes.
const readers = 4

// New makes a Preparer that opens at most so many photos at once, each within worker.OpenLimits.
func New(parallel int) *Preparer {
	return &Preparer{
		workers: worker.NewPool(parallel, worker.OpenLimits()),
		reading: make(chan struct{}, parallel+readers),
	}
}

// Prepare reads at most 20 MB from r, waits for its turn, calls begin, which may be nil, and then
// opens the file. When begin fails the file isn't opened and the error is begin's. An error that is
// worker.ErrNoTurn says that it wasn't its turn in time, one that is worker.ErrDied that the worker was killed
// from outside; both say nothing about the file.
func (p *Preparer) Prepare(ctx context.Context, r io.Reader, begin func() error) (Prepared, error) {
	a, err := p.open(ctx, r, p.Ratio.job(), begin)
	return a.Prepared, err
}

func (p *Preparer) open(ctx context.Context, r io.Reader, what byte, begin func() error) (answer, error) {
	select {
	case p.reading <- struct{}{}:
		defer func() { <-p.reading }()
	case <-ctx.Done():
		return answer{}, fmt.Errorf("photo: %w: %w", worker.ErrNoTurn, context.Cause(ctx))
	}
	job, err := io.ReadAll(io.MultiReader(bytes.NewReader([]byte{what}), io.LimitReader(r, maxBytes+1)))
	if err != nil {
		return answer{}, fmt.Errorf("read photo: %w", err)
	}
	file := job[1:]
	if len(file) > maxBytes {
		return answer{}, fmt.Errorf("photo: %w: over %d", ErrHeavy, maxBytes)
	}
	if _, err := sniff(file); err != nil {
		return answer{}, fmt.Errorf("photo: %w", err)
	}
	reply, err := p.workers.Do(ctx, job, begin)
	if errors.Is(err, worker.ErrLimit) {
		err = fmt.Errorf("%w: %w", ErrCostly, err)
	}
	if err != nil {
		return answer{}, fmt.Errorf("photo: %w", err)
	}
	return readAnswer(reply)
}

func prepare(b []byte, ratio Ratio) (Prepared, error) {
	src, err := measure(b, minSide)
	if err != nil {
		return Prepared{}, err
	}
	im, reduced, short, err := open(b, src)
	if err != nil {
		return Prepared{}, err
	}
	all := planesOf(im)
	doubts := doubt(all, short)
	picture, f := compose(all, reduced, ratio)
	grade(picture)
	file, err := encode(picture)
	if err != nil {
		return Prepared{}, err
	}
	return Prepared{
		JPEG: file, W: picture.Rect.Dx(), H: picture.Rect.Dy(), Ratio: f.ratio, Dish: f.dish, Sure: f.sure,
		Doubt: doubts,
	}, nil
}

func encode(im image.Image) ([]byte, error) {
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
