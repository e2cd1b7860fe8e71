package pipeline

import (
	"context"
	"fmt"
)

func (p *Pipeline) cutRequest(ctx context.Context, o Order) (CutRequest, error) {
	r := CutRequest{
		Call:     o.Call,
		Words:    o.Cut.Words,
		Look:     o.Cut.Look,
		Seconds:  float64(p.ClipSeconds),
		Callback: p.callback(provider(Render), o.ID),
	}
	logo := o.Cut.Words.Logo
	if logo == "" {
		logo = p.Logo
	}
	for _, x := range []struct {
		to  *string
		key string
	}{{&r.Clip, o.ClipKey}, {&r.Logo, logo}, {&r.Music, p.Music[o.Cut.Music]}} {
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
