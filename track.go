package main

import (
	"bytes"
	"context"
	"log/slog"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/download"
	"github.com/sajangpick/sajangpick/pipeline/track"
	"github.com/sajangpick/sajangpick/pipeline/video"
)

// How long a piece of music may take. All that is to be said in its chat waits for it.
const (
	trackTimeout = 40 * time.Second
	trackStall   = 10 * time.Second
)

// newTracks gets the music that owners name: from anywhere on the internet, but never from inside our own
// network unless the operator vouches for the place.
func newTracks(p parts) (*track.Fetcher, error) {
	from, err := download.New(download.Options{
		Hosts: p.cfg.ResultHosts, Anywhere: true, MaxBytes: track.MaxBytes, Timeout: trackTimeout, Stall: trackStall,
	})
	if err != nil {
		return nil, err
	}
	return track.NewFetcher(from, measureWith(p.log)), nil
}

const (
	trackHeard   = 15 // seconds of a piece that are heard at the most
	trackMeasure = 15 * time.Second
)

// measureWith measures music where ffmpeg is. Where it isn't, pieces stay as loud as they are.
func measureWith(log *slog.Logger) track.Measure {
	return func(ctx context.Context, sound []byte) (lufs, peak float64, err error) {
		defer func() {
			if err != nil && ctx.Err() == nil {
				log.Warn("loudness normalisation failed", "err", err)
			}
		}()
		tool, err := video.Find(ctx)
		if err != nil {
			return 0, 0, err
		}
		ctx, cancel := context.WithTimeout(ctx, trackMeasure)
		defer cancel()
		return tool.Loudness(ctx, "mp3", bytes.NewReader(sound), trackHeard)
	}
}
