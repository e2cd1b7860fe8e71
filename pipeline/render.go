package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
)

// TrackPrefix begins the blob keys of shops' own music. Cut.Music is such a key or a built-in piece's name.
const TrackPrefix = "tracks/"

func (p *Pipeline) cutRequest(ctx context.Context, o Order) (CutRequest, error) {
	r := CutRequest{
		Call:     o.Call,
		Words:    o.Cut.Words,
		Look:     o.Cut.Look,
		Size:     o.Cut.Size,
		Framing:  o.Framing,
		Seconds:  p.clipSeconds(o),
		Callback: p.callbackURL(p.provider(Render), o.ID),
	}
	logo := cmp.Or(o.Cut.Words.Logo, p.opts.Logo)
	clip, music := p.shown(o)
	if strings.HasPrefix(music, TrackPrefix) {
		r.Volume = p.opts.TrackVolume
	}
	for _, x := range []struct {
		to  *string
		key string
	}{{&r.Photo, o.PhotoKey}, {&r.Clip, clip}, {&r.Logo, logo}, {&r.Music, music}} {
		if x.key == "" {
			continue
		}
		l, err := p.opts.Blobs.Link(ctx, x.key, linkTTL)
		if err != nil {
			return CutRequest{}, fmt.Errorf("link %s: %w", x.key, err)
		}
		*x.to = l.URL
	}
	return r, nil
}

// shown are the blobs of the clip and the music that an order's cut is made with; empty: there is none.
func (p *Pipeline) shown(o Order) (clip, music string) {
	if o.Fallback == ReasonNone {
		clip = o.ClipKey
	}
	if strings.HasPrefix(o.Cut.Music, TrackPrefix) {
		return clip, o.Cut.Music
	}
	return clip, p.opts.Music[o.Cut.Music]
}

// clipSeconds is how long the clip plays that an order's cuts are made with.
func (p *Pipeline) clipSeconds(o Order) float64 {
	if clip, _ := p.shown(o); clip != "" && o.Framing.ClipSeconds > 0 {
		return o.Framing.ClipSeconds
	}
	return float64(p.opts.ClipSeconds)
}

// Bounds of a clip's length in seconds, outside of which it is taken to be as it was asked for.
const (
	minClip = 1
	maxClip = 60
)

// prepareClip reads the clip that was copied to key, and leaves there the one that is shown. A clip that can't be read
// is taken to be as it was asked for.
func (p *Pipeline) prepareClip(ctx context.Context, o Order, key string) (Order, error) {
	o.Framing.ClipW, o.Framing.ClipH, o.Framing.ClipSeconds = 0, 0, 0
	if p.opts.PrepareClip == nil {
		return o, nil
	}
	ctx, cancel := context.WithTimeout(ctx, copyLimit)
	defer cancel()
	raw, err := p.opts.Blobs.Open(ctx, key)
	if err != nil {
		return o, from(ServiceBlobs, fmt.Errorf("open clip: %w", err))
	}
	defer raw.Close()
	clip, err := p.opts.PrepareClip(raw)
	if err == nil && (clip.Seconds < minClip || clip.Seconds > maxClip) {
		err = fmt.Errorf("it plays for %g seconds", clip.Seconds)
	}
	if err != nil {
		p.opts.Log.Warn("the clip's file wasn't understood; taken as asked for", "order", o.ID, "err", err)
		return o, nil
	}
	if clip.Slower != nil {
		if err := p.opts.Blobs.Put(ctx, key, resultType(key), clip.Slower); err != nil {
			return o, from(ServiceBlobs, fmt.Errorf("keep clip: %w", err))
		}
	}
	o.Framing.ClipW, o.Framing.ClipH, o.Framing.ClipSeconds = clip.W, clip.H, clip.Seconds
	return o, nil
}

// finish looks at a cut that was copied to key, and leaves there what is delivered.
func (p *Pipeline) finish(ctx context.Context, o Order, key string) error {
	if p.opts.Finish == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, copyLimit)
	defer cancel()
	raw, err := p.opts.Blobs.Open(ctx, key)
	if err != nil {
		return from(ServiceBlobs, fmt.Errorf("open result: %w", err))
	}
	defer raw.Close()
	clip, music := p.shown(o)
	done, err := p.opts.Finish(ctx, raw, Ordered{
		Size: o.Cut.Size, Seconds: p.clipSeconds(o), Clip: clip != "" && o.Cut.Size != Still,
		Music: music != "", Title: o.Cut.Words.Menu,
	})
	var f *Fault
	switch {
	case errors.As(err, &f) && f.Reason == ReasonUnfit:
		return from(p.provider(Render), err)
	case err != nil:
		return from(ServiceBlobs, fmt.Errorf("read result: %w", err))
	}
	if err := p.opts.Blobs.Put(ctx, key, resultType(key), done); err != nil {
		return from(ServiceBlobs, fmt.Errorf("keep result: %w", err))
	}
	return nil
}
