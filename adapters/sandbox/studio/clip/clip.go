// Package clip makes what the Runway stand-in shows for its clip: the photo itself, slowly coming
// nearer, with steam rising, fat spitting or highlights glinting where the prompt asks for it. It is no model and
// invents nothing, but it is a real moving picture of the right size and length, made of the
// photo that was sent.
package clip

import (
	"context"
	"errors"
	"fmt"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
)

// Request says what to show. The same request gives the same frames on every machine of a kind.
type Request struct {
	// JPEG, PNG or WebP; what doesn't fit the shape of W x H is cut off around the middle, as Runway does
	Photo    []byte
	Prompt   string // read for what moves; everything else is ignored
	W, H     int    // even
	Seconds  int
	FPS      int
	Seed     uint32
	Out      string        // the MP4, without sound; appears whole at the end
	Preset   string        // of x264; "" is veryfast
	Progress func(float64) // is told 0..1 as it goes on, from Render's goroutine; may be nil
}

// Render makes the clip. It needs about a second of one core for each second of a 720x1280 clip, and memory for
// some thirty frames. When ctx ends it stops and leaves nothing.
func Render(ctx context.Context, t ffmpeg.Tool, r Request) error {
	if r.Seconds <= 0 || r.FPS <= 0 || r.W < 16 || r.H < 16 || r.W%2+r.H%2 != 0 {
		return fmt.Errorf("clip: can't make %d s of %dx%d at %d frames a second", r.Seconds, r.W, r.H, r.FPS)
	}
	f, err := newFilm(r)
	if err != nil {
		return fmt.Errorf("clip: %w", err)
	}
	e, err := t.Encode(ctx, ffmpeg.EncodeOptions{Path: r.Out, W: r.W, H: r.H, FPS: r.FPS, Preset: r.Preset})
	if err != nil {
		return fmt.Errorf("clip: %w", err)
	}
	defer e.Abort()
	frame, total := ffmpeg.NewFrame(r.W, r.H), r.Seconds*r.FPS
	for n := range total {
		f.draw(frame, n)
		if err := e.Write(frame); err != nil {
			return fmt.Errorf("clip: %w", err)
		}
		if r.Progress != nil {
			r.Progress(float64(n+1) / float64(total))
		}
	}
	if err := e.Close(); err != nil {
		return fmt.Errorf("clip: %w", err)
	}
	return nil
}

// film is a clip before it is encoded. Its frames are drawn in order.
type film struct {
	camera camera
	plate  *ffmpeg.Frame
	steam  *steam  // nil: none
	sizzle *sizzle // nil: none
	glints []glint // empty: none
	fps    int
}

func newFilm(r Request) (*film, error) {
	if len(r.Photo) == 0 {
		return nil, errors.New("no photo")
	}
	plate, x, y, err := newPlate(r.Photo, r.W, r.H)
	if err != nil {
		return nil, err
	}
	m := read(r.Prompt)
	f := &film{plate: plate, fps: r.FPS, camera: newCamera(x, y, float64(r.Seconds), m.arc, r.Seed)}
	if m.steam {
		d := soft
		if m.sizzle {
			d = brisk
		}
		f.steam = newSteam(r.W, r.H, x, y, gain(plate, y), d, r.Seed)
	}
	if m.sizzle {
		f.sizzle = newSizzle(plate, x, y, r.Seed)
	}
	if m.glints && !m.sizzle { // what sizzles flickers already
		f.glints = newGlints(plate, x, y, r.Seed)
	}
	return f, nil
}

// draw makes frame n, which must be the one after the last that was drawn.
func (f *film) draw(dst *ffmpeg.Frame, n int) {
	t := float64(n) / float64(f.fps)
	v := f.camera.view(f.plate, t)
	zoom(dst, f.plate, v)
	if f.sizzle != nil {
		f.sizzle.apply(dst, v, t)
	}
	if f.steam != nil {
		f.steam.apply(dst)
		f.steam.advance(f.fps)
	}
	for _, g := range f.glints {
		g.apply(dst, v, t)
	}
}
