package app

import (
	"time"

	"github.com/sajangpick/sajangpick/adapters/download"
	"github.com/sajangpick/sajangpick/adapters/track"
	"github.com/sajangpick/sajangpick/pipeline"
)

// How long a piece of music may take. All that is to be said in its chat waits for it.
const (
	trackTimeout = 40 * time.Second
	trackStall   = 10 * time.Second
)

// newTracks gets the music that owners name: from anywhere on the internet, but never from inside our own
// network unless the operator vouches for the place; and what they upload from our own blobs.
func newTracks(p Parts, blobs pipeline.Blobs) (*track.Fetcher, error) {
	from, err := download.New(download.Options{
		Hosts: p.Cfg.ResultHosts, Anywhere: true, MaxBytes: track.MaxBytes, Timeout: trackTimeout, Stall: trackStall,
	})
	if err != nil {
		return nil, err
	}
	return track.NewFetcher(track.WithUploads(from, blobs), p.Tool), nil
}
