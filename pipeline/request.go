package pipeline

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/prompt"
)

// linkTTL is how long our links live: providers queue, and a link must outlive the queue.
const linkTTL = 6 * time.Hour

// afterAClip is the lowest version at which an order can begin its second clip: it was placed, and the first one was
// begun, accepted and ended in changes of their own.
const afterAClip = 5

// TrackPrefix begins the blob keys of shops' own music. Cut.Music is such a key or a built-in piece's name.
const TrackPrefix = "tracks/"

// requester asks the providers.
type requester struct{ *base }

// start makes the paid request of a step. Whatever fails before it leaves is transient.
func (q requester) start(ctx context.Context, o Order) (s Started, err error) {
	var send func() (Started, error)
	if o.Step == Animate {
		var r ClipRequest
		r, err = q.clipRequest(ctx, o)
		send = func() (Started, error) { return q.opts.Clips.StartClip(ctx, r) }
	} else {
		var r CutRequest
		r, err = q.cutRequest(ctx, o)
		send = func() (Started, error) { return q.opts.Cuts.StartCut(ctx, r) }
	}
	if err != nil {
		return Started{}, from(ServiceBlobs, notSent(err))
	}
	began := time.Now()
	s, err = send()
	q.called(o.Step, CallStart, began, err)
	return s, from(q.provider(o.Step), err)
}

// called lets it be known what came of a request.
func (q requester) called(s Step, what string, began time.Time, err error) {
	if q.opts.Observe != nil {
		q.opts.Observe.Called(q.provider(s), what, time.Since(began), err)
	}
}

func (q requester) ask(ctx context.Context, o Order, remote string) (Progress, error) {
	ctx, cancel := context.WithTimeout(ctx, q.opts.Times.Call)
	defer cancel()
	of := Checker(q.opts.Cuts)
	if o.Step == Animate {
		of = q.opts.Clips
	}
	began := time.Now()
	pr, err := of.Check(ctx, remote)
	came := err
	if err == nil && pr.State == Broken && pr.Fault != nil {
		came = pr.Fault
	}
	q.called(o.Step, CallCheck, began, came)
	return pr, err
}

// answers asks an order's provider for work that doesn't exist, which costs nothing. That there is none is an answer,
// and so is a limit that was met.
func (q requester) answers(ctx context.Context, o Order) error {
	_, err := q.ask(ctx, o, NoSuchWork)
	if err != nil && AsFault(err).RateLimited {
		return nil
	}
	return err
}

func (q requester) clipRequest(ctx context.Context, o Order) (ClipRequest, error) {
	photo, err := q.photoAddress(ctx, o.PhotoKey)
	if err != nil {
		return ClipRequest{}, err
	}
	h := fnv.New32a()
	io.WriteString(h, o.Call)
	menu := o.Cut.Words.Menu
	if o.Version >= afterAClip { // else it is the first one
		tries, err := q.tries(ctx, o)
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
		Seconds:  q.clipTerms.Seconds,
		Seed:     h.Sum32(),
		Callback: q.callbackURL(o),
	}, nil
}

// callbackURL is where the provider of an order's step calls back; empty: it doesn't.
func (q requester) callbackURL(o Order) string {
	if !q.expectsCallback(o.Step) {
		return ""
	}
	return q.callbacks.URL(q.provider(o.Step), o.ID)
}

// photoAddress is how the clip provider gets the photo: by a link if it can be reached and answers
// HEAD, else inline.
func (q requester) photoAddress(ctx context.Context, key string) (string, error) {
	l, err := q.opts.Blobs.Link(ctx, key, linkTTL)
	if err != nil {
		return "", fmt.Errorf("link photo: %w", err)
	}
	if l.Head && l.Public {
		return l.URL, nil
	}
	r, err := q.opts.Blobs.Open(ctx, key)
	if err != nil {
		return "", fmt.Errorf("open photo: %w", err)
	}
	defer r.Close()
	const head = "data:image/jpeg;base64,"
	most := q.clipTerms.Inline
	b, err := io.ReadAll(io.LimitReader(r, int64(most)))
	if err != nil {
		return "", fmt.Errorf("read photo: %w", err)
	}
	if len(head)+base64.StdEncoding.EncodedLen(len(b)) > most {
		return "", fmt.Errorf("photo %s is too large to be sent inline", key)
	}
	return head + base64.StdEncoding.EncodeToString(b), nil
}

func (q requester) cutRequest(ctx context.Context, o Order) (CutRequest, error) {
	r := CutRequest{
		Call:     o.Call,
		Words:    o.Cut.Words,
		Look:     o.Cut.Look,
		Size:     o.Cut.Size,
		Framing:  o.Framing,
		Seconds:  q.clipSeconds(o),
		Callback: q.callbackURL(o),
	}
	logo := cmp.Or(o.Cut.Words.Logo, q.opts.Logo)
	clip, music := q.shown(o)
	if strings.HasPrefix(music, TrackPrefix) {
		r.Volume = q.opts.TrackVolume
	}
	for _, x := range []struct {
		to  *string
		key string
	}{{&r.Photo, o.PhotoKey}, {&r.Clip, clip}, {&r.Logo, logo}, {&r.Music, music}} {
		if x.key == "" {
			continue
		}
		l, err := q.opts.Blobs.Link(ctx, x.key, linkTTL)
		if err != nil {
			return CutRequest{}, fmt.Errorf("link %s: %w", x.key, err)
		}
		*x.to = l.URL
	}
	return r, nil
}

// tries counts the paid calls that this step of this cut has been accepted for so far.
func (q requester) tries(ctx context.Context, o Order) (int, error) {
	calls, err := q.opts.Store.Calls(ctx, o.ID)
	if err != nil {
		return 0, fmt.Errorf("count calls of order %d: %w", o.ID, err)
	}
	n := 0
	for _, c := range calls {
		if c.Step == o.Step && c.Cut == o.Cut.N && c.Remote != "" {
			n++
		}
	}
	return n, nil
}

// notSent marks an error that came before the request: certainly nothing was bought.
func notSent(err error) error {
	if _, ok := errors.AsType[*Fault](err); ok {
		return err
	}
	return &Fault{Kind: Transient, Reason: ReasonTrouble, Err: err}
}
