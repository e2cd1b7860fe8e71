package main

import (
	"context"
	"io"
	"log/slog"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/film"
	"github.com/sajangpick/sajangpick/pipeline/look"
	"github.com/sajangpick/sajangpick/pipeline/video"
)

// openFilms finds what films are looked at by before they are delivered: with ffmpeg their sound is measured too.
func openFilms(ctx context.Context, log *slog.Logger) *film.Checker {
	tool, err := video.Find(ctx)
	if err != nil {
		log.Info("the sound of films isn't measured", "err", err)
		return film.New(nil, log)
	}
	return film.New(func(ctx context.Context, mp4 io.Reader) (float64, error) {
		_, peak, err := tool.Loudness(ctx, "mp4", mp4, filmHeard)
		return peak, err
	}, log)
}

// filmHeard is how many seconds of a film are heard at the most.
const filmHeard = 60

// templated tells whether tall films are made from a template of the operator's.
func (p parts) templated() bool {
	ours := p.sandbox && !p.cfg.Creatomate.Key.Set() // the stand-in has no templates
	return p.cfg.Creatomate.TemplateID != "" && !ours
}

// finisher is pipeline.Options.Finish. How large and how long a template of the operator's is, only they know.
func finisher(templated bool, films *film.Checker) pipeline.Finisher {
	return func(ctx context.Context, file io.ReadSeeker, of pipeline.Ordered) (io.Reader, error) {
		return films.Finish(ctx, file, wanted(templated, of))
	}
}

// wanted is what the file of an order's cut must be.
func wanted(templated bool, of pipeline.Ordered) film.Want {
	want := film.Want{Still: of.Size == pipeline.Still, Sound: of.Music && of.Size != pipeline.Still, Title: of.Title}
	if !templated || of.Size != pipeline.Tall || !of.Clip {
		want.W, want.H, want.Seconds = look.Shape(of.Size, of.Seconds)
	}
	if of.Clip {
		want.Comment = aiLabel
	}
	return want
}
