package pipeline

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/pipeline/callback"
	"github.com/sajangpick/sajangpick/pipeline/runner"
	"github.com/sajangpick/sajangpick/pipeline/sign"
)

// Options are what a Pipeline is built from; internal/app fills them in.
type Options struct {
	Store   Store
	Blobs   Blobs
	Chats   map[string]Chat // by Thread.Platform
	Clips   Animator
	Cuts    Renderer
	Results Results
	Prepare Framer   // turns whatever a person sent into the picture that is animated: see PreparePhoto
	Finish  Finisher // nil: what a renderer returns is delivered as it is

	// PrepareClip reads a clip that was copied. nil: clips stay as they come, and are taken to be as they were asked
	// for.
	PrepareClip ClipPreparer

	Process     string            // name of this process, with which the ids of what it begins begin; may be empty
	Signer      sign.Signer       // signs callback tokens and makes blob names unguessable
	CallbackURL string            // base that providers can call; empty: no callbacks come
	Logo        string            // blob key of the logo of shops that have none
	Music       map[string]string // blob key of each piece of music, by name
	TrackVolume float64           // what shops' own music is played at; 0 is 1

	// CheckClip compares a clip with the photo that it was made from. Both are keys of blobs. An error says nothing
	// about the clip. nil: they aren't compared.
	CheckClip func(ctx context.Context, photo, clip string) (ClipVerdict, error)
	// AlwaysFallback lets orders go on with the photo itself when no clip can be had. Without it they fail or are
	// parked.
	AlwaysFallback bool

	Budget Credits        // most that clips begun on one day may cost; 0: no limit
	Zone   *time.Location // in which the budget's days begin; nil: UTC

	Observe Observer // nil: none
	// Trace gives the context in which the requests of one drive of an order are made, so that they are found in the
	// order's trace. nil: orders aren't traced.
	Trace func(ctx context.Context, o Order) context.Context
	Times Times
	Log   *slog.Logger

	// Beside and Random are what a simulation puts in the place of goroutines and of chance: Random is a number from 0
	// to below 1 that pauses are spread by. nil: a process's own.
	Beside runner.Beside
	Random func() float64
}

// Times are the pipeline's patience.
type Times struct {
	PickUp           time.Duration // an accepted order that wasn't begun is looked at after this
	Call             time.Duration // a paid request may take this long; afterwards its answer is lost
	Poll             time.Duration // a provider is asked this often, at the least, when no callback comes
	PollWithCallback time.Duration // the same when a callback is expected
	RetryUnknown     time.Duration // a lost start is started once more after this
	NeverRetry       bool          // leave lost starts to an admin
	GiveUp           time.Duration // an order that is in its step for longer is set aside for an admin
	// what only an operator can mend is tried again for so long, slowly: it may mend itself
	Setup   time.Duration
	Clip    time.Duration // with AlwaysFallback: a clip provider that takes no work for so long is given up
	BackOff time.Duration // first pause after a passing failure; doubles each time
	Late    time.Duration // the sweep wakes orders overdue for so long
}

// DefaultTimes are what production uses.
func DefaultTimes() Times {
	return Times{
		PickUp:           10 * time.Second,
		Call:             60 * time.Second,
		Poll:             5 * time.Second,
		PollWithCallback: time.Minute,
		RetryUnknown:     10 * time.Minute,
		GiveUp:           6 * time.Hour,
		Setup:            15 * time.Minute,
		Clip:             10 * time.Minute,
		BackOff:          2 * time.Second,
		Late:             time.Minute,
	}
}

// base is what all parts of a Pipeline share. None of them writes into it.
type base struct {
	opts      Options
	names     Providers
	clipTerms ClipTerms
	cutTerms  CutTerms
	callbacks callback.Addresses
}

// provider names who does a paid step.
func (b *base) provider(s Step) string { return b.names.Of(s) }

// call is the ledger row of the order's current call in a new state.
func (b *base) call(o Order, s CallState) Call {
	return Call{
		ID: o.Call, Order: o.ID, Cut: o.Cut.N, Step: o.Step, Provider: b.provider(o.Step), State: s, Remote: o.Remote,
	}
}

// closed is the ledger row of a call that has ended. A provider that doesn't name its price
// (cost below 0) is taken at its estimate, which the row keeps.
func (b *base) closed(o Order, cost Credits) Call {
	c := b.call(o, CallSettled)
	c.Ended, c.Settled = time.Now(), cost
	return c
}

// chat is the messenger of an order. Another process may have it when this one doesn't.
func (b *base) chat(o Order) (Chat, error) {
	c := b.opts.Chats[o.Thread.Platform]
	if c == nil {
		return nil, &Fault{
			Kind: Transient, Reason: ReasonSetup, RateLimited: true, RetryAfter: time.Minute,
			Err: fmt.Errorf("platform %q isn't turned on in this process", o.Thread.Platform),
		}
	}
	return c, nil
}

// expectsCallback reports whether a callback comes when a step's work is done.
func (b *base) expectsCallback(s Step) bool {
	return b.opts.CallbackURL != "" && (s == Render || b.clipTerms.Callbacks)
}

// usesFallback reports whether an order that would end in its present step goes on without that step's result.
func (b *base) usesFallback(o Order) bool { return b.opts.AlwaysFallback && o.Step == Animate }

// limit is how long the request of a step may take. A short on a slow line takes its time, and a second
// one would be no faster; and a photo that is costly to open is to be refused by its worker's own limits, which a busy
// machine comes to later.
func (b *base) limit(s Step) time.Duration {
	switch s {
	case Fetch:
		return 2 * b.opts.Times.Call
	case Deliver:
		return 3 * b.opts.Times.Call
	}
	return b.opts.Times.Call
}

// shown are the blobs of the clip and the music that an order's cut is made with; empty: there is none.
func (b *base) shown(o Order) (clip, music string) {
	if o.Fallback == ReasonNone {
		clip = o.ClipKey
	}
	if strings.HasPrefix(o.Cut.Music, TrackPrefix) {
		return clip, o.Cut.Music
	}
	return clip, b.opts.Music[o.Cut.Music]
}

// clipSeconds is how long the clip plays that an order's cuts are made with.
func (b *base) clipSeconds(o Order) float64 {
	if clip, _ := b.shown(o); clip != "" && o.Framing.ClipSeconds > 0 {
		return o.Framing.ClipSeconds
	}
	return float64(b.clipTerms.Seconds)
}
