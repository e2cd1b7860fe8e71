package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	recoverEvery = 10 * time.Second
	probeEvery   = time.Minute
	canaryEvery  = 30 * time.Minute
	resumeAtOnce = 500 // parked orders in one pass
)

// recovery lets orders go on that wait for a service, as soon as this process sees that it does its part again: in
// any order that it brings on, or in an answer that costs nothing. It may run in any number of processes.
type recovery struct {
	store  state.Night
	parked func(ctx context.Context, f state.ParkedFilter, limit int) ([]pipeline.Order, error)
	poke   func(order int64)
	grace  time.Duration // how long a start of unknown outcome waits for news
	// probes ask a service something that costs nothing. Nothing but an order's success proves those that are missing.
	probes map[string]func(ctx context.Context) error

	mu   sync.Mutex
	good map[string]time.Time // when a service last did its part

	looking  sync.Mutex // what follows is of whoever looks
	probed   map[string]time.Time
	canaries map[string]time.Time // when a parked order was last taken up for no more than a probe
}

// Moved implements pipeline.Observer.
func (r *recovery) Moved(before, after pipeline.Order) {
	for _, service := range pipeline.Proves(before, after) {
		r.mu.Lock()
		r.good[service] = after.Changed
		r.mu.Unlock()
	}
}

// Answered implements pipeline.Observer.
func (*recovery) Answered(time.Duration) {}

// look lets go on what may. It is to be called every few seconds.
func (r *recovery) look(ctx context.Context) error {
	r.looking.Lock()
	defer r.looking.Unlock()
	waiting, err := r.store.Waiting(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, w := range waiting {
		r.mu.Lock()
		good := r.good[w.Service]
		r.mu.Unlock()
		switch {
		case good.After(w.Oldest):
			errs = append(errs, r.resume(ctx, w.Service, good, true))
		case r.answers(ctx, w.Service):
			errs = append(errs, r.resume(ctx, w.Service, time.Now(), false))
		}
	}
	return errors.Join(errs...)
}

// answers asks a service, now and then, whether it is there.
func (r *recovery) answers(ctx context.Context, service string) bool {
	probe, now := r.probes[service], time.Now()
	if probe == nil || now.Sub(r.probed[service]) < probeEvery {
		return false
	}
	r.probed[service] = now
	return probe(ctx) == nil
}

// resume lets orders go on that wait for a service and haven't failed since t. That it has done its part for an order
// brings the parked ones back as well; an answer alone brings now and then one of them back, whose success does the rest.
func (r *recovery) resume(ctx context.Context, service string, t time.Time, proven bool) error {
	ids, err := r.store.Resume(ctx, service, t, r.grace)
	for _, id := range ids {
		r.poke(id)
	}
	now := time.Now()
	if err != nil || !proven && now.Sub(r.canaries[service]) < canaryEvery {
		return err
	}
	parked, err := r.parked(ctx, state.ParkedFilter{Service: service, Before: t}, resumeAtOnce)
	for _, o := range parked {
		if err != nil {
			return err
		}
		if !mayResume(o, proven) {
			continue
		}
		next, m, none := pipeline.Retry(o)
		if none != nil {
			continue
		}
		m.Note = "taken up again: " + service + " answers"
		if _, err = r.store.Move(ctx, next, m); errors.Is(err, pipeline.ErrMoved) {
			err = nil
			continue
		}
		r.poke(o.ID)
		if !proven {
			r.canaries[service] = now
			break
		}
	}
	return err
}

// mayResume tells whether a parked order may go on by itself. One whose paid start may have been made stays with an
// admin; and so does one that can't be paid for, unless that is known to be over: Runway's answer tells, Creatomate's
// doesn't.
func mayResume(o pipeline.Order, proven bool) bool {
	switch o.Reason {
	case pipeline.ReasonUnknownStart, pipeline.ReasonTemplate:
		return false
	case pipeline.ReasonOutOfCredits:
		return proven || o.Trouble.Service == "runway"
	}
	return true
}
