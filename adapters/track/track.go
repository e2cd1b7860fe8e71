// Package track gets the music that shops bring themselves: an MP3 from an address that a person has given.
// With ffmpeg it is decoded, made as loud as the built-in pieces and written anew, so that no short fails for it
// later. Without, only its first bytes are looked at, and it is played at Volume.
package track

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"

	"github.com/sajangpick/sajangpick/adapters/download"
	"github.com/sajangpick/sajangpick/adapters/ffmpeg"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// MaxBytes is how heavy a piece may be.
const MaxBytes = 15 << 20

// How long a piece may be, in seconds. One that is shorter than its short is played again.
const (
	shortest = 1
	longest  = 600
)

// heard is how many seconds of a piece are kept where it is levelled: more than any short lasts.
const heard = 30

// atOnce is how many pieces are fetched at the same moment, since each is held in memory, in twice its room while
// it grows. A caller that comes in between is to come back later: to wait here would hold up what else its caller does.
const atOnce = 2

// Volume is what the pieces that a Fetcher with this tool gives are to be played at, 0 to 1. Music is mastered 6 to
// 8 dB louder than the built-in pieces are, so what nothing has levelled is played at half of its volume.
func Volume(tool ffmpeg.Tool) float64 {
	if tool.MP3 {
		return 1
	}
	return .5
}

// Fetcher gets pieces from the internet.
type Fetcher struct {
	results pipeline.Results
	tool    ffmpeg.Tool
	places  chan struct{}
}

// NewFetcher makes one that opens addresses with r, which must refuse all that is inside our own network and
// more than MaxBytes. With the zero Tool, or one that writes no MP3, pieces stay as they are.
func NewFetcher(r pipeline.Results, tool ffmpeg.Tool) *Fetcher {
	return &Fetcher{results: r, tool: tool, places: make(chan struct{}, atOnce)}
}

// Fetch gets a piece, and calls begin before it looks into it; when that fails nothing is opened and the error is
// begin's. The error has a bot.TrackRefusal when another try would find the same, else it is a passing
// Fault. It names no more of the address than its host.
func (f *Fetcher) Fetch(ctx context.Context, address string, begin func() error) ([]byte, error) {
	select {
	case f.places <- struct{}{}:
		defer func() { <-f.places }()
	default:
		return nil, &pipeline.Fault{
			Kind: pipeline.Transient, RateLimited: true, Err: errors.New("fetch music: others come first"),
		}
	}
	data, err := f.read(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("fetch music: %w", refusal(address, err))
	}
	if err := begin(); err != nil {
		return nil, fmt.Errorf("fetch music: %w", err)
	}
	sound := data
	if f.tool.MP3 {
		sound, err = f.level(ctx, data)
	} else {
		err = sniff(data)
	}
	if err != nil {
		return nil, fmt.Errorf("fetch music: %w", err)
	}
	return sound, nil
}

func (f *Fetcher) read(ctx context.Context, address string) ([]byte, error) {
	r, err := f.results.Open(ctx, address)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// refusal makes of a failed download what a person can do something about. A server that answers so is asked
// no more, nor is one whose name doesn't resolve; one that is busy or silent may be.
func refusal(address string, err error) error {
	var (
		status download.Status
		name   *net.DNSError
	)
	f := pipeline.AsFault(err)
	switch {
	case errors.Is(err, download.ErrLarge):
		return fmt.Errorf("%w: %w", bot.TrackLarge, err)
	case f.Kind == pipeline.Misconfigured && !secure(address):
		return fmt.Errorf("%w: %w", bot.TrackPlain, err)
	case f.Kind == pipeline.Misconfigured, errors.As(err, &status) &&
		f.Reason != pipeline.ReasonBusy, errors.As(err, &name) && name.IsNotFound:
		return fmt.Errorf("%w: %w", bot.TrackAway, err)
	}
	return err
}

func secure(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https"
}
