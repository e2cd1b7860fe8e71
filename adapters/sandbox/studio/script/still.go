package script

import (
	"context"
	"fmt"
	"image"

	"github.com/sajangpick/sajangpick/pipeline/video"
)

// Stills draws single frames of a composition: those at the given times, in seconds, which must rise.
// It encodes nothing, so it is for looking at a look while it is being drawn.
func Stills(ctx context.Context, t video.Tool, c Composition, a Assets, scale float64, at ...float64) ([]*image.RGBA, error) {
	r, err := prepare(ctx, t, c, a, Options{Scale: scale})
	if err != nil {
		return nil, fmt.Errorf("script: %w", err)
	}
	defer r.close()
	var out []*image.RGBA
	entered := make([]bool, len(r.actors))
	for _, seconds := range at {
		if err := r.frame(ctx, seconds, entered); err != nil {
			return nil, fmt.Errorf("script: %w", err)
		}
		out = append(out, r.work.ToRGBA())
	}
	return out, nil
}
