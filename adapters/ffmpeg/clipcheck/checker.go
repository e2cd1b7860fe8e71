package clipcheck

import (
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
)

const (
	maxBytes   = 64 << 20 // of a clip: ten times what a provider sends
	maxSeconds = 60       // of a clip
	rate       = 8        // frames a second that are decoded: the last one stands at most 1/8 s before the end
	limit      = time.Minute
	stale      = 10 * limit // a file that is older was left behind by a process that died
)

// Checker compares clips with photos, one at a time for each two cores. Many may ask it at once.
type Checker struct {
	tool   ffmpeg.Tool
	places chan struct{}
}

// New makes a Checker that decodes clips with tool.
func New(tool ffmpeg.Tool) *Checker {
	return &Checker{tool: tool, places: make(chan struct{}, max(runtime.NumCPU()/2, 1))}
}

// Compare reads a photo and a clip to their ends and tells how alike they are. An error says nothing about
// the clip.
func (g *Checker) Compare(ctx context.Context, photo, clip io.Reader) (Verdict, error) {
	select {
	case g.places <- struct{}{}:
		defer func() { <-g.places }()
	case <-ctx.Done():
		return Verdict{}, context.Cause(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	v, err := g.compare(ctx, photo, clip)
	if err != nil {
		return Verdict{}, fmt.Errorf("compare a clip: %w", err)
	}
	return v, nil
}

func (g *Checker) compare(ctx context.Context, photo, clip io.Reader) (Verdict, error) {
	still, _, err := image.Decode(io.LimitReader(photo, maxBytes))
	if err != nil {
		return Verdict{}, fmt.Errorf("photo: %w", err)
	}
	path, err := keep(clip)
	if err != nil {
		return Verdict{}, err
	}
	defer os.Remove(path)
	return g.judge(ctx, still, path)
}

// files are the names of clips while they are looked at, in the folder for temporary files.
const files = "sajangpick-clip-*.mp4"

// keep writes a clip to a file, since decoders want to go back and forth in it. Files that a process which was
// killed has left behind are removed on the occasion.
func keep(clip io.Reader) (path string, err error) {
	left, _ := filepath.Glob(filepath.Join(os.TempDir(), files))
	for _, old := range left {
		if info, err := os.Lstat(old); err == nil && time.Since(info.ModTime()) > stale {
			os.Remove(old)
		}
	}
	f, err := os.CreateTemp("", files)
	if err != nil {
		return "", fmt.Errorf("file for the clip: %w", err)
	}
	n, err := io.Copy(f, io.LimitReader(clip, maxBytes+1))
	if n > maxBytes {
		err = fmt.Errorf("more than %d bytes", maxBytes)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(f.Name())
		return "", fmt.Errorf("clip: %w", err)
	}
	return f.Name(), nil
}

// judge decodes a clip, small, and compares its frames as they come.
func (g *Checker) judge(ctx context.Context, still image.Image, path string) (Verdict, error) {
	in, err := g.tool.Probe(ctx, path)
	if err != nil {
		return Verdict{}, err
	}
	if !in.HasVideo || in.W < 16 || in.H < 16 || in.Seconds <= 0 || in.Seconds > maxSeconds {
		return Verdict{}, fmt.Errorf("a clip of %dx%d and %.1f s isn't looked at", in.W, in.H, in.Seconds)
	}
	c := newComparison(still, in.W, in.H)
	d, err := g.tool.Decode(ctx, path, c.frame.y.w, c.frame.y.h, rate)
	if err != nil {
		return Verdict{}, err
	}
	defer d.Close()
	f := ffmpeg.NewFrame(c.frame.y.w, c.frame.y.h)
	for n := 0; ; n++ {
		if err := d.Read(f); errors.Is(err, io.EOF) {
			return c.verdict(), nil
		} else if err != nil {
			return Verdict{}, err
		}
		if n > rate*(maxSeconds+1) {
			return Verdict{}, errors.New("the clip has no end")
		}
		c.see(f, float64(n)/rate)
	}
}
