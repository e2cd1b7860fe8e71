package script

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"os"

	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"github.com/sajangpick/sajangpick/adapters/sandbox/studio/lettering"
)

// Options says what Render makes.
type Options struct {
	Out      string        // path of the MP4; it appears whole when Render returns nil
	Scale    float64       // of the composition's size; 0 is 1
	Preset   string        // of x264; "" is the encoder's default
	Comment  string        // metadata of the file
	Progress func(float64) // may be nil; 0..1, from the rendering goroutine
}

// Render makes what the composition's Format says: an MP4, or as a jpg or png the frame at its Snapshot. Errors name
// the element and hold no address. At 1080 x 1920 it
// uses about 50 MB and a third of a core besides ffmpeg, whose encoder takes all cores and 300 MB: run
// few at once. It may be called at the same time for different outputs. When ctx ends it stops and
// leaves no file.
func Render(ctx context.Context, t ffmpeg.Tool, c Composition, a Assets, o Options) error {
	r, err := prepare(ctx, t, c, a, o)
	if err != nil {
		return fmt.Errorf("script: %w", err)
	}
	defer r.close()
	draw := r.run
	if c.Format == "jpg" || c.Format == "png" {
		draw = r.still
	}
	if err := draw(ctx); err != nil {
		return fmt.Errorf("script: %w", err)
	}
	return nil
}

// render is one rendering under way.
type render struct {
	canvas
	tool    ffmpeg.Tool
	c       Composition
	o       Options
	files   map[string]string
	info    map[string]ffmpeg.Info
	turns   []turn
	seconds float64
	fonts   *lettering.Fonts
	noise   *noise
	work    *ffmpeg.Frame
	actors  []actor // in the order of the elements; nil for sounds
}

// actor is a visible element while it is rendered.
type actor interface {
	// enter makes ready what the element needs; it is called once, before its first frame.
	enter(ctx context.Context) error
	// draw paints the frame at t. Frames come in order, but not every one: a covered element has none.
	draw(ctx context.Context, f *ffmpeg.Frame, t float64) error
	// covers reports whether at t the element hides everything below.
	covers(t float64) bool
	leave()
}

func prepare(ctx context.Context, t ffmpeg.Tool, c Composition, a Assets, o Options) (*render, error) {
	o.Scale = cmp.Or(o.Scale, 1)
	if !(o.Scale > 0 && o.Scale <= 2) {
		return nil, fmt.Errorf("scale %g", o.Scale)
	}
	side := func(n int) int { return max(2*int(math.Round(float64(n)*o.Scale/2)), 16) }
	r := &render{
		tool: t, c: c, o: o, files: map[string]string{}, info: map[string]ffmpeg.Info{}, fonts: lettering.New(),
		noise: newNoise(),
	}
	r.work = ffmpeg.NewFrame(side(c.Width), side(c.Height))
	r.canvas = canvas{float64(r.work.W), float64(r.work.H), float64(r.work.W) / float64(c.Width)}
	if err := r.fetch(ctx, a); err != nil {
		return nil, err
	}
	r.turns, r.seconds = schedule(c, r.plays)
	r.cast()
	return r, nil
}

// fetch gets every file and asks ffmpeg what it is.
func (r *render) fetch(ctx context.Context, a Assets) error {
	for _, e := range r.c.Elements {
		src := e.Media.Source
		if src == "" || r.files[src] != "" {
			continue
		}
		path, err := a(ctx, src)
		if err != nil {
			return r.fault(e, err)
		}
		r.files[src] = path
		if e.Kind == KindImage {
			continue
		}
		if r.info[src], err = r.tool.Probe(ctx, path); err != nil {
			return r.fault(e, err)
		}
		if in := r.info[src]; e.Kind == KindVideo && !in.HasVideo || e.Kind == KindAudio && !in.HasAudio {
			return r.fault(e, fmt.Errorf("the file has no %s", e.Kind))
		}
	}
	return nil
}

func (r *render) fault(e Element, err error) error {
	return fmt.Errorf("%s %q: %w", e.Kind, e.Name, err)
}

// plays is how long an element's file plays once.
func (r *render) plays(e Element) float64 { return r.info[e.Media.Source].Seconds }

// cast gives every visible element its actor.
func (r *render) cast() {
	r.actors = make([]actor, len(r.c.Elements))
	for i, e := range r.c.Elements {
		switch e.Kind {
		case KindAudio:
		case KindVideo:
			r.actors[i] = &clipActor{r: r, e: e, turn: r.turns[i]}
		case KindImage:
			r.actors[i] = &photoActor{still: still{r: r, e: e, turn: r.turns[i]}}
		default:
			r.actors[i] = &still{r: r, e: e, turn: r.turns[i]}
		}
	}
}

func (r *render) close() {
	for _, a := range r.actors {
		if a != nil {
			a.leave()
		}
	}
}

// run draws and encodes all frames.
func (r *render) run(ctx context.Context) (err error) {
	frames := int(math.Round(r.seconds * float64(r.c.FPS)))
	if frames == 0 {
		return errors.New("a composition of no length")
	}
	wav, err := r.sound(ctx)
	if err != nil {
		return err
	}
	if wav != "" {
		defer os.Remove(wav)
	}
	enc, err := r.tool.Encode(ctx, ffmpeg.EncodeOptions{Path: r.o.Out, W: r.work.W, H: r.work.H, FPS: r.c.FPS,
		Preset: r.o.Preset, Audio: wav, Seconds: float64(frames) / float64(r.c.FPS), Comment: r.o.Comment})
	if err != nil {
		return err
	}
	defer enc.Abort()
	entered := make([]bool, len(r.actors))
	for n := range frames {
		if err := r.frame(ctx, float64(n)/float64(r.c.FPS), entered); err != nil {
			return err
		}
		if err := enc.Write(r.work); err != nil {
			return err
		}
		if r.o.Progress != nil {
			r.o.Progress(float64(n+1) / float64(frames))
		}
	}
	return enc.Close()
}

// frame draws the picture at t, from the topmost element that hides all others upwards.
func (r *render) frame(ctx context.Context, t float64, entered []bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	first := -1
	for i, a := range r.actors {
		if a == nil || !r.turns[i].on(t) {
			continue
		}
		if !entered[i] {
			entered[i] = true
			if err := a.enter(ctx); err != nil {
				return r.fault(r.c.Elements[i], err)
			}
		}
		if a.covers(t) {
			first = i
		}
	}
	if first < 0 {
		flood(r.work, r.c.Background)
	}
	for i, a := range r.actors {
		switch {
		case a == nil:
		case t >= r.turns[i].end:
			a.leave()
		case i >= first && r.turns[i].on(t):
			if err := a.draw(ctx, r.work, t); err != nil {
				return r.fault(r.c.Elements[i], err)
			}
		}
	}
	return nil
}
