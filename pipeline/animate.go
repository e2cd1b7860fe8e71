package pipeline

import (
	"context"
	"encoding/base64"
	"fmt"
	"hash/fnv"
	"io"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/prompt"
)

// linkTTL is how long our links live: providers queue, and a link must outlive the queue.
const linkTTL = 6 * time.Hour

// afterAClip is the lowest version at which an order can begin its second clip: it was placed, and the first one was
// begun, accepted and ended in changes of their own.
const afterAClip = 5

func (p *Pipeline) clipRequest(ctx context.Context, o Order) (ClipRequest, error) {
	photo, err := p.photoAddress(ctx, o.PhotoKey)
	if err != nil {
		return ClipRequest{}, err
	}
	h := fnv.New32a()
	io.WriteString(h, o.Call)
	menu := o.Cut.Words.Menu
	if o.Version >= afterAClip { // else it is the first one
		tries, err := p.tries(ctx, o)
		if err != nil {
			return ClipRequest{}, err
		}
		if tries > 0 { // the last clip went wrong: ask for less
			menu = ""
		}
	}
	return ClipRequest{
		Call:     o.Call,
		Photo:    photo,
		Ratio:    o.Framing.AskedRatio(),
		Prompt:   prompt.For(menu, h.Sum32()).Prompt,
		Seconds:  p.opts.ClipSeconds,
		Seed:     h.Sum32(),
		Callback: p.clipCallbackURL(o),
	}, nil
}

func (p *Pipeline) clipCallbackURL(o Order) string {
	if !p.terms.Callbacks {
		return ""
	}
	return p.callbackURL(p.provider(Animate), o.ID)
}

// photoAddress is how the clip provider gets the photo: by a link if it can be reached and answers
// HEAD, else inline.
func (p *Pipeline) photoAddress(ctx context.Context, key string) (string, error) {
	l, err := p.opts.Blobs.Link(ctx, key, linkTTL)
	if err != nil {
		return "", fmt.Errorf("link photo: %w", err)
	}
	if l.Head && l.Public {
		return l.URL, nil
	}
	r, err := p.opts.Blobs.Open(ctx, key)
	if err != nil {
		return "", fmt.Errorf("open photo: %w", err)
	}
	defer r.Close()
	const head = "data:image/jpeg;base64,"
	most := p.terms.Inline
	b, err := io.ReadAll(io.LimitReader(r, int64(most)))
	if err != nil {
		return "", fmt.Errorf("read photo: %w", err)
	}
	if len(head)+base64.StdEncoding.EncodedLen(len(b)) > most {
		return "", fmt.Errorf("photo %s is too large to be sent inline", key)
	}
	return head + base64.StdEncoding.EncodeToString(b), nil
}
