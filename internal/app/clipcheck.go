package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg/clipcheck"
	"github.com/sajangpick/sajangpick/pipeline"
)

// compareLimit is how long a clip may wait for its comparison; then it is taken without.
const compareLimit = 3 * time.Minute

// checkClip is pipeline.Options.CheckClip.
func (a *App) checkClip(g *clipcheck.Checker) func(
	ctx context.Context, photo, clip string,
) (pipeline.ClipVerdict, error) {
	if g == nil {
		return nil
	}
	return func(ctx context.Context, photo, clip string) (pipeline.ClipVerdict, error) {
		ctx, cancel := context.WithTimeout(ctx, compareLimit)
		defer cancel()
		v, err := compare(ctx, g, a.Blobs, photo, clip)
		if err != nil {
			return pipeline.ClipVerdict{}, err
		}
		name, _, _ := strings.Cut(clip, "-") // the rest is a secret
		a.log.Debug("clip compared with its photo", "clip", name, "similarity", v.String())
		if !v.Changed() {
			return pipeline.ClipVerdict{}, nil
		}
		return pipeline.ClipVerdict{Changed: v.String(), Decides: clipcheck.Decides && v.Another()}, nil
	}
}

func compare(
	ctx context.Context, g *clipcheck.Checker, blobs pipeline.Blobs, photo, clip string,
) (clipcheck.Verdict, error) {
	p, err := blobs.Open(ctx, photo)
	if err != nil {
		return clipcheck.Verdict{}, fmt.Errorf("open the photo: %w", err)
	}
	defer p.Close()
	c, err := blobs.Open(ctx, clip)
	if err != nil {
		return clipcheck.Verdict{}, fmt.Errorf("open the clip: %w", err)
	}
	defer c.Close()
	return g.Compare(ctx, p, c)
}
