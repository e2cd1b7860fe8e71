package app

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	recoverEvery = 10 * time.Second
	probeEvery   = time.Minute
	canaryEvery  = 30 * time.Minute
	resumeAtOnce = 1000 // orders in one pass
	patientFrom  = 20   // an order that has failed so often isn't hurried by an answer alone
)

// Recovery lets orders go on that wait for a service, as soon as this process sees that it does its part again: in
// any order that it brings on, or in an answer that costs nothing. It may run in any number of processes.
type Recovery struct {
	store bot.Reporting
	poke  func(order int64)
	grace time.Duration // how long a start of unknown outcome waits for news
	Rest  time.Duration // a parked order isn't taken up because of an answer alone before it has rested for so long
	// probes ask a service something that costs nothing. Nothing but an order's success proves those that are missing.
	probes map[string]func(ctx context.Context) error

	mu   sync.Mutex
	Good map[string][]time.Time // when a service did its part, at most once a minute and the latest

	Looking  sync.Mutex // what follows is of whoever looks
	Probed   map[string]time.Time
	canaries map[string]time.Time // when a parked order was last taken up because of an answer alone
}

// MaxGood is how many such times are remembered: hours of them.
const MaxGood = 600

// Moved implements pipeline.Observer.
func (r *Recovery) Moved(before, after pipeline.Order) {
	for _, service := range pipeline.Proves(before, after) {
		r.mu.Lock()
		all := r.Good[service]
		if n := len(all); n > 1 && after.Changed.Sub(all[n-2]) < time.Minute {
			all = all[:n-1]
		}
		if all = append(all, after.Changed); len(all) > MaxGood {
			all = slices.Delete(all, 0, MaxGood/2)
		}
		r.Good[service] = all
		r.mu.Unlock()
	}
}

// Proven reports whether a service has done its part for another order since this one failed last, and for none while
// this one failed: then it is the order that can't get through.
func (r *Recovery) Proven(o pipeline.Order) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := r.Good[o.Trouble.Service]
	return len(all) > 0 && all[len(all)-1].After(o.Changed) &&
		!slices.ContainsFunc(all, func(t time.Time) bool { return t.After(o.Trouble.Since) && t.Before(o.Changed) })
}

// CallbackHandled implements pipeline.Observer.
func (*Recovery) CallbackHandled(time.Duration) {}

// look lets go on what may. It is to be called every few seconds.
func (r *Recovery) look(ctx context.Context) error {
	r.Looking.Lock()
	defer r.Looking.Unlock()
	waiting, err := r.store.Waiting(ctx)
	if err != nil || len(waiting) == 0 {
		return err
	}
	answers := map[string]bool{}
	for _, w := range waiting {
		answers[w.Service] = r.answers(ctx, w.Service)
	}
	orders, err := r.store.Troubled(ctx, time.Now(), resumeAtOnce)
	if err != nil {
		return err
	}
	var open []int64
	for _, o := range orders {
		proven := r.Proven(o)
		switch {
		case !proven && !answers[o.Trouble.Service]:
		case o.Status == pipeline.Open && (proven || o.Phase != pipeline.Unknown && o.Attempt < patientFrom):
			open = append(open, o.ID)
		case o.Status == pipeline.Parked && pipeline.MayResume(o, proven) &&
			(proven || time.Since(o.Changed) >= r.Rest && r.canary(o.Trouble.Service)):
			if err := r.takeUp(ctx, o); err != nil {
				return err
			}
		}
	}
	ids, err := r.store.Resume(ctx, open, r.grace)
	for _, id := range ids {
		r.poke(id)
	}
	return err
}

// takeUp opens a parked order again.
func (r *Recovery) takeUp(ctx context.Context, o pipeline.Order) error {
	next, m, err := pipeline.Retry(o)
	if err != nil {
		return nil
	}
	m.Note = "taken up again: " + o.Trouble.Service + " answers"
	if _, err := r.store.Move(ctx, next, m); err != nil {
		if errors.Is(err, pipeline.ErrMoved) {
			return nil
		}
		return err
	}
	r.poke(o.ID)
	return nil
}

// canary reports whether an answer alone may bring a parked order of a service back: now and then one, whose success
// brings the others back.
func (r *Recovery) canary(service string) bool {
	if now := time.Now(); now.Sub(r.canaries[service]) >= canaryEvery {
		r.canaries[service] = now
		return true
	}
	return false
}

// answers asks a service, now and then, whether it is there.
func (r *Recovery) answers(ctx context.Context, service string) bool {
	probe, now := r.probes[service], time.Now()
	if probe == nil || now.Sub(r.Probed[service]) < probeEvery {
		return false
	}
	r.Probed[service] = now
	return probe(ctx) == nil
}
