package script

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"os"

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

// Still writes the picture of a composition whose Format is jpg or png to o.Out: the frame at its
// Snapshot, or the last one before. It leaves no file if it fails. Its errors are like Render's.
func Still(ctx context.Context, t video.Tool, c Composition, a Assets, o Options) error {
	r, err := prepare(ctx, t, c, a, o)
	if err != nil {
		return fmt.Errorf("script: %w", err)
	}
	defer r.close()
	at := max(min(c.Snapshot, r.seconds-1/float64(c.FPS)), 0)
	if err := r.frame(ctx, at, make([]bool, len(r.actors))); err != nil {
		return fmt.Errorf("script: %w", err)
	}
	if err := writePicture(o.Out, c.Format, r.work.ToRGBA()); err != nil {
		return fmt.Errorf("script: %w", err)
	}
	if o.Progress != nil {
		o.Progress(1)
	}
	return nil
}

// pictureQuality of a JPEG keeps letters sharp.
const pictureQuality = 92

func writePicture(path, format string, im image.Image) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if format == "png" {
		err = png.Encode(f, im)
	} else {
		err = jpeg.Encode(f, im, &jpeg.Options{Quality: pictureQuality})
	}
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(path)
	}
	return err
}
