package pipeline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

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
	ClipSeconds int               // length that clips are asked for in
	Logo        string            // blob key of the logo of shops that have none
	Music       map[string]string // blob key of each piece of music, by name
	TrackVolume float64           // what shops' own music is played at; 0 is 1

	// CheckClip compares a clip with the photo that it was made from. Both are keys of blobs. An error says nothing
	// about the clip. nil: they aren't compared.
	CheckClip func(ctx context.Context, photo, clip string) (ClipVerdict, error)
	// AlwaysFallback lets orders go on with the photo itself when no clip can be had. Without it they fail or are
	// parked.
	AlwaysFallback bool

	CutRate Rate // requests that the renderer takes, from all processes; zero: no limit

	// most clips that may be under way, of all processes; fewer once the provider lets some wait. 0: no limit
	ClipsAtOnce int

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

// Pipeline moves orders through their steps. Any number of them, in any number of processes,
// may work on one Store at once.
type Pipeline struct {
	opts      Options
	names     Providers
	terms     ClipTerms
	orders    *runner.Runner // drives
	status    *runner.Runner // says how orders stand
	turns     *runner.Runner // lets orders go on whose turn has come; it has one id, 0
	clips     throttled
	unwritten unwritten
	stopping  atomic.Bool
}

// atOnce is how many orders one process drives at the same moment. Driving is mostly waiting for
// the database and for providers' answers, so it is well above the number of cores; more only
// makes those wait that take orders in.
const atOnce = 16

// New makes a Pipeline. It starts nothing: work comes in through Place, HandleCallback and the queue.
func New(o Options) *Pipeline {
	p := &Pipeline{opts: o}
	if o.Random == nil {
		p.opts.Random = rand.Float64
	}
	p.orders = runner.New(atOnce, o.Beside, o.Log, func(ctx context.Context, id int64, h *runner.Hint) {
		if _, err := p.advance(ctx, id, h); err != nil && ctx.Err() == nil && !errors.Is(err, ErrNotFound) {
			if h != nil {
				p.orders.WakeAt(id, time.Now().Add(callbackPause), h)
			}
			p.opts.Log.Warn("advance failed; waiting for scheduled wakeup", "order", id, "err", err)
		}
	})
	p.status = runner.New(atOnce, o.Beside, o.Log, func(ctx context.Context, id int64, h *runner.Hint) {
		p.refreshSoon(ctx, id, h)
	})
	p.turns = runner.New(1, o.Beside, o.Log, func(ctx context.Context, _ int64, _ *runner.Hint) { p.takeTurns(ctx) })
	p.names, p.terms = Providers{o.Clips.Name(), o.Cuts.Name()}, o.Clips.Terms(o.ClipSeconds)
	return p
}

// callbackPause is how long a callback waits that could not be followed: the order could not be read or written.
const callbackPause = 2 * time.Second

// ErrStopping says that this process takes no new work. Nothing was changed.
var ErrStopping = errors.New("shutting down")

// Stop takes no new work and waits for calls that are under way, until ctx ends; then it cuts
// them off. Whatever it cuts off is found again by the order's wakeup.
func (p *Pipeline) Stop(ctx context.Context) error {
	p.stopping.Store(true)
	for _, id := range p.unwritten.orders() { // once more, at once
		p.orders.Wake(id, nil)
	}
	err := errors.Join(p.turns.Stop(ctx), p.orders.Stop(ctx))
	for _, id := range p.unwritten.orders() {
		p.opts.Log.Error("answer lost with this process", "order", id)
	}
	return errors.Join(err, p.status.Stop(ctx))
}

// Place takes an order in: when it returns nil the order survives a crash. One Source is one
// order; a repeat returns the order that is there, and false.
func (p *Pipeline) Place(ctx context.Context, o Order) (Order, bool, error) {
	if p.stopping.Load() {
		return Order{}, false, ErrStopping
	}
	o, fresh, err := p.opts.Store.Place(ctx, p.Accept(o))
	if err != nil {
		return Order{}, false, fmt.Errorf("place order: %w", err)
	}
	if fresh {
		p.opts.Log.Info("order placed", "order", o.ID, "platform", o.Thread.Platform)
		p.Placed(o)
	}
	return o, fresh, nil
}

// Placed goes on with an order that this process has just placed, and tells its person. Nothing depends on it: each
// order has a wakeup in the queue.
func (p *Pipeline) Placed(o Order) {
	p.orders.Wake(o.ID, withRow(nil, o))
	p.refresh(o)
}

// withRow is the hint of whoever wakes an order and knows its row, with or without a callback.
func withRow(h *runner.Hint, o Order) *runner.Hint { return h.WithRow(&o, o.Version) }

// split takes an order's row out of a hint. The hint is nil when no callback came.
func split(h *runner.Hint) (row *Order, callback *runner.Hint) {
	known, callback := h.Split()
	row, _ = known.(*Order)
	return row, callback
}

// Wake drives an order on in this process, soon, after it was changed. Nothing depends on it either.
func (p *Pipeline) Wake(order int64) { p.orders.Wake(order, nil) }

// RefreshStatus tells an order's person how it stands, soon. Nothing depends on it.
func (p *Pipeline) RefreshStatus(order int64) { p.status.Wake(order, nil) }

// refresh is RefreshStatus by whoever has just written or read the order.
func (p *Pipeline) refresh(o Order) { p.status.Wake(o.ID, withRow(nil, o)) }

// HandleCallback answers a provider's callback: it makes the order's check run at once. remote is the id
// that the callback names; it is only a hint. Callbacks may be forged, doubled, early or lost: the
// provider itself is asked, and a check is scheduled anyway. ErrBadToken; ErrStopping; any other error says that the
// order can't be read now, so that it should come again.
func (p *Pipeline) HandleCallback(ctx context.Context, provider string, order int64, token, remote string) error {
	if !p.goodToken(provider, order, token) {
		return ErrBadToken
	}
	h := &runner.Hint{Remote: remote, At: time.Now()}
	o, err := p.read(ctx, order)
	switch {
	case errors.Is(err, ErrNotFound): // it is kept no longer: it needn't come again
		return nil
	case err != nil:
		p.orders.WakeAt(order, time.Now().Add(callbackPause), h) // it may not come again
		return fmt.Errorf("callback for order %d: %w", order, err)
	}
	if !p.orders.Wake(order, withRow(h, o)) {
		return ErrStopping
	}
	return nil
}

// near is how far away a try may be for this process to bring it about itself. Further away it makes no
// difference that the queue looks for what has come due only every five seconds.
const near = 10 * time.Second

// soon drives an order that has to try again on at the moment when it may. Nothing depends on it either.
func (p *Pipeline) soon(o Order) {
	if wait := time.Until(o.Due); o.Status == Open && o.Phase == Ready && wait > 0 && wait <= near {
		p.orders.WakeAt(o.ID, o.Due, nil)
	}
}

// Advance is the queue's way in: an order's wakeup has come due. It returns when to look again, or
// the zero time when this wakeup has nothing left to do.
func (p *Pipeline) Advance(ctx context.Context, id, wakeup int64) (time.Time, error) {
	if p.stopping.Load() {
		return time.Now().Add(time.Second), nil
	}
	o, err := p.opts.Store.Order(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("look at order %d: %w", id, err)
	}
	// A stale wakeup may still find the order overdue: then it is no worse than the live one.
	if o.Status != Open || o.Wakeup != wakeup && time.Now().Before(o.Due) {
		return time.Time{}, nil
	}
	ran := p.orders.Do(ctx, id, func(ctx context.Context, h *runner.Hint) {
		o, err = p.advance(ctx, id, runner.Newer(h, withRow(nil, o)))
	})
	switch {
	case err != nil:
		return time.Time{}, fmt.Errorf("look at order %d: %w", id, err)
	case !ran: // being driven right here
		return time.Now().Add(p.opts.Times.PickUp), nil
	case o.Status != Open || o.Wakeup != wakeup:
		return time.Time{}, nil
	}
	return later(o.Due, time.Now().Add(100*time.Millisecond)), nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
