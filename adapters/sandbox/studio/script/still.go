package script

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"os"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
)

// Stills draws single frames of a composition: those at the given times, in seconds, which must rise.
// It encodes nothing, so it is for looking at a look while it is being drawn.
func Stills(
	ctx context.Context, t ffmpeg.Tool, c Composition, a Assets, scale float64, at ...float64,
) ([]*image.RGBA, error) {
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

// still writes the frame at the composition's Snapshot, or the last one before.
func (r *render) still(ctx context.Context) error {
	at := max(min(r.c.Snapshot, r.seconds-1/float64(r.c.FPS)), 0)
	if err := r.frame(ctx, at, make([]bool, len(r.actors))); err != nil {
		return err
	}
	if err := writePicture(r.o.Out, r.c.Format, r.work.ToRGBA()); err != nil {
		return err
	}
	if r.o.Progress != nil {
		r.o.Progress(1)
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
