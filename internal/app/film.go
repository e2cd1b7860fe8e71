package app

import (
	"context"
	"io"

	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"github.com/sajangpick/sajangpick/adapters/ffmpeg/clipcheck"
	"github.com/sajangpick/sajangpick/adapters/film"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Inspections lets what providers make be looked at. With ffmpeg, clips are compared with their photos, the sound of
// films is measured, and the music that owners bring is levelled.
func (p *Parts) Inspections(ctx context.Context) {
	tool, err := ffmpeg.Find(ctx)
	p.Tool = tool
	var sound film.Loudness
	if err == nil {
		sound = loudness(tool)
	} else {
		p.Log.Info("the sound of films isn't measured, and owners' music isn't levelled", "err", err)
	}
	p.Finish = Finisher(p.wire().Cuts.CutTerms().Template, film.New(sound, p.Log))
	switch {
	case p.Cfg.ClipFallback == config.FallbackOff:
	case err != nil:
		p.Log.Warn("ffmpeg not found: clips aren't compared with their photos", "err", err)
	default:
		p.ClipChecker = clipcheck.New(tool)
	}
}

// firstFrame is outbox.Options.FirstFrame; nil without ffmpeg.
func (p Parts) firstFrame() func(context.Context, io.Reader) ([]byte, error) {
	if p.Tool.FFmpeg == "" {
		return nil
	}
	return p.Tool.FirstFrame
}

func loudness(tool ffmpeg.Tool) film.Loudness {
	return func(ctx context.Context, mp4 io.Reader) (float64, error) {
		_, peak, err := tool.Loudness(ctx, "mp4", mp4, filmHeard)
		return peak, err
	}
}

// filmHeard is how many seconds of a film are heard at the most.
const filmHeard = 60

// clipPreparer is pipeline.Options.PrepareClip. Clips for a template of the operator's keep their speed.
func (p Parts) clipPreparer() pipeline.ClipPreparer {
	plays := look.Playing
	if p.Cuts.CutTerms().Template {
		plays = func(seconds float64) float64 { return seconds }
	}
	return func(file io.ReadSeeker) (pipeline.Clip, error) { return film.Clip(file, plays) }
}

// Finisher is pipeline.Options.Finish. How large and how long a template of the operator's is, only they know.
func Finisher(templated bool, films *film.Checker) pipeline.Finisher {
	return func(ctx context.Context, file io.ReadSeeker, of pipeline.Ordered) (io.Reader, error) {
		return films.Finish(ctx, file, Wanted(templated, of))
	}
}

// Wanted is what the file of an order's cut must be.
func Wanted(templated bool, of pipeline.Ordered) film.Want {
	want := film.Want{Still: of.Size == pipeline.Still, Sound: of.Music && of.Size != pipeline.Still, Title: of.Title}
	if !templated || of.Size != pipeline.Tall || !of.Clip {
		want.W, want.H, want.Seconds = look.Shape(of.Size, of.Seconds)
	}
	if of.Clip {
		want.Comment = AiLabel
	}
	return want
}
