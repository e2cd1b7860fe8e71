package pipeline

import (
	"context"
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
		Seconds:  float64(p.ClipSeconds),
		Callback: p.callback(provider(Render), o.ID),
	}
	logo := o.Cut.Words.Logo
	if logo == "" {
		logo = p.Logo
	}
	clip := o.ClipKey
	if o.Plain != ReasonNone {
		clip = ""
	}
	music := p.Music[o.Cut.Music]
	if strings.HasPrefix(o.Cut.Music, TrackPrefix) {
		music = o.Cut.Music
	}
	for _, x := range []struct {
		to  *string
		key string
	}{{&r.Photo, o.PhotoKey}, {&r.Clip, clip}, {&r.Logo, logo}, {&r.Music, music}} {
		if x.key == "" {
			continue
		}
		l, err := p.Blobs.Link(ctx, x.key, linkTTL)
		if err != nil {
			return CutRequest{}, fmt.Errorf("link %s: %w", x.key, err)
		}
		*x.to = l.URL
	}
	return r, nil
}
