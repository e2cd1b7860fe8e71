package pipeline

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"
)

// steps is the order of the steps.
var steps = []Step{Fetch, Animate, Render, Deliver}

// after names the step that follows, or "" after the last.
func (s Step) after() Step {
	for i, x := range steps[:len(steps)-1] {
		if x == s {
			return steps[i+1]
		}
	}
	return ""
}

// paid tells whether a step buys something.
func (s Step) paid() bool { return s == Animate || s == Render }

// drive takes an order as far as it goes without waiting, and returns how it stands then. It may
// run anywhere, any number of times at once: each change is fenced by the row's version, and
// what must not be done twice is begun by a change that only one can make.
func (p *Pipeline) drive(ctx context.Context, id int64, r *ring) (Order, error) {
	o, err := p.Store.Order(ctx, id)
	mine := "" // the call that this drive has begun, and so may make
	for err == nil && o.Status == Open && !(p.stopping.Load() && o.Phase != Begun) {
		var next Order
		var m Move
		now := time.Now()
		switch {
		case o.Phase == Begun && o.Call == mine:
			next, m = p.perform(ctx, o)
			mine = ""
		case o.Phase == Ready && (o.Version == 1 || !now.Before(o.Due)):
			next, m = p.ready(ctx, o)
		case (o.Phase == Begun || o.Phase == Unknown) && r != nil && r.remote != "" && o.Step.paid():
			next, m, err = p.adopt(ctx, o, r.remote)
			r = &ring{} // the hint is used up; the ring still asks for a check
		case o.Phase == Waiting && (r != nil || !now.Before(o.Due)):
			next, m, err = p.check(ctx, o)
			r = nil
		case o.Phase == Begun && !now.Before(o.Due):
			next, m = p.lost(o)
		case o.Phase == Unknown && !now.Before(o.Due):
			next, m = p.again(o)
		default:
			return o, nil
		}
		if err != nil || next.ID == 0 { // nothing to write
			return o, err
		}
		if o, err = p.write(ctx, next, m); errors.Is(err, ErrMoved) {
			o, err = p.Store.Order(ctx, id)
			continue
		}
		if err == nil && o.Phase == Begun {
			mine = o.Call
		}
	}
	return o, err
}

// ready does what a step can do at once, or begins what must not be done twice.
func (p *Pipeline) ready(ctx context.Context, o Order) (Order, Move) {
	if o.Step != Fetch {
		return p.begin(o)
	}
	err := p.fetch(ctx, &o)
	if err != nil {
		return p.settle(o, AsFault(err))
	}
	return p.advance(o, "photo prepared")
}

// advance moves an order that is through with its step to the next one, begun already, so that
// the end of one step and the beginning of the next are a single commit.
func (p *Pipeline) advance(o Order, note string) (Order, Move) {
	o.Step = o.Step.after()
	o.Attempt, o.Progress, o.Call, o.Remote = 0, 0, "", ""
	if p.stopping.Load() {
		o.Phase, o.Due = Ready, time.Now()
		return o, Move{Alarm: true, Note: note}
	}
	o, m := p.begin(o)
	m.Note = note
	return o, m
}

// begin writes down that the step's request is about to leave. Whoever commits this, and nobody
// else, makes the request.
func (p *Pipeline) begin(o Order) (Order, Move) {
	now := time.Now()
	o.Phase, o.Due, o.Remote, o.Progress = Begun, now.Add(p.Times.Call+p.Times.Call/4), "", 0
	o.Call = strings.ToLower(rand.Text())
	if !o.Step.paid() {
		return o, Move{}
	}
	return o, Move{Calls: []Call{{
		ID: o.Call, Order: o.ID, Cut: o.Cut.N, Step: o.Step, Provider: provider(o.Step), State: CallBegun, Begun: now,
	}}}
}

// perform makes the request that was begun and says what came of it.
func (p *Pipeline) perform(ctx context.Context, o Order) (Order, Move) {
	// A shutdown lets a request that is under way come to its end.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.Times.Call)
	defer cancel()
	stop := context.AfterFunc(p.base, cancel)
	defer stop()
	if o.Step == Deliver {
		return p.deliver(ctx, o)
	}
	started, err := p.start(ctx, o)
	if err != nil {
		return p.settle(o, AsFault(err))
	}
	return p.started(o, started)
}

// start makes the paid request of a step. Whatever fails before it leaves is transient.
func (p *Pipeline) start(ctx context.Context, o Order) (Started, error) {
	if o.Step == Animate {
		r, err := p.clipRequest(ctx, o)
		if err != nil {
			return Started{}, notSent(err)
		}
		return p.Clips.StartClip(ctx, r)
	}
	r, err := p.cutRequest(ctx, o)
	if err != nil {
		return Started{}, notSent(err)
	}
	return p.Cuts.StartCut(ctx, r)
}

// notSent marks an error that came before the request: certainly nothing was bought.
func notSent(err error) error {
	var f *Fault
	if errors.As(err, &f) {
		return err
	}
	return &Fault{Kind: Transient, Reason: ReasonTrouble, Err: err}
}

// started writes down the id of a paid request; until that is done, nothing else is.
func (p *Pipeline) started(o Order, s Started) (Order, Move) {
	now := time.Now()
	o.Phase, o.Remote, o.Attempt = Waiting, s.Remote, 0
	o.Due = now.Add(p.pause(o, now, now))
	m := Move{Alarm: true, Note: "accepted as " + s.Remote}
	call := p.call(o, CallKnown)
	call.Remote, call.Estimated = s.Remote, s.Estimated
	m.Calls = []Call{call}
	if len(s.Warnings) > 0 {
		// The short would show something else than the order's words: nobody may get it.
		o, m = p.park(o, m, ReasonTemplate, fmt.Errorf("%s ignored part of the request: %s", provider(o.Step), strings.Join(s.Warnings, "; ")))
	}
	return o, m
}

// adopt attaches a remote id that came with a ring to a start whose answer isn't here, once the
// provider itself says that the id belongs to our call.
func (p *Pipeline) adopt(ctx context.Context, o Order, remote string) (Order, Move, error) {
	pr, err := p.ask(ctx, o, remote)
	if err != nil || pr.Ref != o.Call {
		p.Log.Info("ring for a call that isn't ours or can't be checked", "order", o.ID, "step", o.Step, "err", err)
		return Order{}, Move{}, nil
	}
	o, m := p.started(o, Started{Remote: remote})
	m.Note = "found again as " + remote
	return o, m, nil
}

// lost gives up on a request that was begun and never heard of again, usually because its process died.
func (p *Pipeline) lost(o Order) (Order, Move) {
	return p.settle(o, &Fault{Kind: Lost, Reason: ReasonUnknownStart, Err: errors.New("no word since the request was begun")})
}

// again starts a call of unknown outcome once more after its grace time, at most once an order.
func (p *Pipeline) again(o Order) (Order, Move) {
	if o.Again > 0 || p.Times.NeverRetry {
		return p.park(o, Move{}, ReasonUnknownStart, fmt.Errorf("%s: a paid start was lost and its outcome is unknown", o.Step))
	}
	o.Again++
	o, m := p.begin(o)
	m.Note = "started once more after an unknown outcome"
	return o, m
}

// write commits a change, and makes sure to know whether it did. A failed commit may have been
// done: the row tells. It is tried for a while, since what it writes may be worth money.
func (p *Pipeline) write(ctx context.Context, o Order, m Move) (Order, error) {
	ctx = context.WithoutCancel(ctx)
	pause := 50 * time.Millisecond
	for try := 1; ; try++ {
		moved, err := p.Store.Move(ctx, o, m)
		if err == nil {
			p.tellIfNews(o, moved)
			return moved, nil
		}
		if errors.Is(err, ErrMoved) {
			if try > 1 { // was it us, in a try whose answer was lost?
				if now, rerr := p.Store.Order(ctx, o.ID); rerr == nil && now.Version == o.Version+1 && same(now, o) {
					return now, nil
				}
			}
			if o.Remote != "" && o.Phase == Waiting {
				p.Log.Warn("order moved while its call was answered", "order", o.ID, "step", o.Step, "remote", o.Remote)
			}
			return Order{}, ErrMoved
		}
		if try == 8 || p.base.Err() != nil {
			p.Log.Error("change could not be written", "order", o.ID, "step", o.Step, "remote", o.Remote, "err", err)
			return Order{}, fmt.Errorf("write order %d: %w", o.ID, err)
		}
		select {
		case <-time.After(pause):
		case <-p.base.Done():
		}
		pause *= 2
	}
}

// same tells whether two states of an order were made by the same change.
func same(a, b Order) bool {
	return a.Status == b.Status && a.Step == b.Step && a.Phase == b.Phase && a.Call == b.Call && a.Remote == b.Remote && a.Attempt == b.Attempt
}

// call is the ledger row of the order's current call in a new state.
func (p *Pipeline) call(o Order, s CallState) Call {
	return Call{ID: o.Call, Order: o.ID, Cut: o.Cut.N, Step: o.Step, Provider: provider(o.Step), State: s, Remote: o.Remote}
}

func provider(s Step) string {
	if s == Animate {
		return "runway"
	}
	return "creatomate"
}
