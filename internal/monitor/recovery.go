package monitor

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
	canaryEvery  = 30 * time.Minute
	resumeAtOnce = 1000 // orders in one pass
	patientFrom  = 20   // an order that has failed so often isn't hurried by an answer alone
)

// RecoveryStore is what a Recovery reads and writes.
type RecoveryStore interface {
	Waiting(ctx context.Context) ([]bot.Waiting, error)
	Troubled(ctx context.Context, t time.Time, limit int) ([]pipeline.Order, error)
	Resume(ctx context.Context, orders []int64, grace time.Duration) ([]int64, error)
	Move(ctx context.Context, o pipeline.Order, m pipeline.Move) (pipeline.Order, error)
}

// Probe asks a service something that costs nothing.
type Probe struct {
	Ask  func(ctx context.Context) error
	Pays bool // its answer shows that work can be paid for as well
}

// Recovery lets orders go on that wait for a service, as soon as this process sees that it does its part again: in
// any order that it brings on, or in an answer that costs nothing. It may run in any number of processes.
type Recovery struct {
	Store RecoveryStore
	Names pipeline.Providers
	Grace time.Duration // how long a start of unknown outcome waits for news
	Rest  time.Duration // a parked order isn't taken up because of an answer alone before it has rested for so long
	Every time.Duration // between two questions to a service
	// Probes are by service. Nothing but an order's success proves those that are missing.
	Probes map[string]Probe

	mu   sync.Mutex
	good map[string][]time.Time // when a service did its part, at most once a minute and the latest

	looking  sync.Mutex           // what follows is of the goroutine that looks
	probed   map[string]time.Time // when a service was asked last
	canaries map[string]time.Time // when a parked order was last taken up because of an answer alone
}

// Restful and ProbeEvery are the Rest and the Every of a Recovery in production.
const (
	Restful    = time.Minute
	ProbeEvery = time.Minute
)

// maxGood is how many times of a service are remembered: hours of them.
const maxGood = 600

// Moved hears of every change of an order in this process. One good answer alone says nothing about the next order.
func (r *Recovery) Moved(before, after pipeline.Order) {
	for _, service := range proves(r.Names, before, after) {
		r.mu.Lock()
		all := r.good[service]
		if n := len(all); n > 1 && after.Changed.Sub(all[n-2]) < time.Minute {
			all = all[:n-1]
		}
		if all = append(all, after.Changed); len(all) > maxGood {
			all = slices.Delete(all, 0, maxGood/2)
		}
		if r.good == nil {
			r.good = map[string][]time.Time{}
		}
		r.good[service] = all
		r.mu.Unlock()
	}
}

// proves names the services that have done their part for what has become of an order.
func proves(by pipeline.Providers, before, after pipeline.Order) []string {
	switch {
	case before.Version >= after.Version || after.Status != pipeline.Open && after.Status != pipeline.Delivered:
		return nil
	case before.Step == pipeline.Fetch && after.Step == pipeline.Animate:
		return []string{before.Thread.Platform, pipeline.ServiceBlobs}
	case before.Phase != pipeline.Waiting && after.Phase == pipeline.Waiting:
		return []string{by.Of(after.Step)}
	case before.Phase == pipeline.Waiting && after.Step == before.Step.Next() && after.Fallback == before.Fallback:
		return []string{by.Of(before.Step), pipeline.ServiceBlobs}
	case before.Step == pipeline.Deliver && after.Status == pipeline.Delivered && before.Status == pipeline.Open:
		return []string{before.Thread.Platform, pipeline.ServiceBlobs}
	}
	return nil
}

// Proven reports whether a service has done its part for another order since this one failed last, and for none while
// this one failed: then it is the order that can't get through.
func (r *Recovery) Proven(o pipeline.Order) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := r.good[o.Trouble.Service]
	return len(all) > 0 && all[len(all)-1].After(o.Changed) &&
		!slices.ContainsFunc(all, func(t time.Time) bool { return t.After(o.Trouble.Since) && t.Before(o.Changed) })
}

// look lets go on what may, and drives it on with wake. It is to be called every few seconds.
func (r *Recovery) look(ctx context.Context, wake func(order int64)) error {
	r.looking.Lock()
	defer r.looking.Unlock()
	waiting, err := r.Store.Waiting(ctx)
	if err != nil || len(waiting) == 0 {
		return err
	}
	answers := map[string]bool{}
	for _, w := range waiting {
		answers[w.Service] = r.answers(ctx, w.Service)
	}
	orders, err := r.Store.Troubled(ctx, time.Now(), resumeAtOnce)
	if err != nil {
		return err
	}
	var open []int64
	for _, o := range orders {
		proven := r.Proven(o)
		switch {
		case !proven && !answers[o.Trouble.Service]:
		case o.Status == pipeline.Open && (proven || mayHurry(o)):
			open = append(open, o.ID)
		case o.Status == pipeline.Parked && pipeline.MayResume(o, proven || r.Probes[o.Trouble.Service].Pays) &&
			(proven || time.Since(o.Changed) >= r.Rest && r.canary(o.Trouble.Service)):
			if err := r.takeUp(ctx, o, wake); err != nil {
				return err
			}
		}
	}
	ids, err := r.Store.Resume(ctx, open, r.Grace)
	for _, id := range ids {
		wake(id)
	}
	return err
}

// mayHurry reports whether an open order is to be tried again as soon as its service answers. One that has only met
// limits waits for as long as it was asked to.
func mayHurry(o pipeline.Order) bool {
	return o.Phase != pipeline.Unknown && o.Attempt > 0 && o.Attempt < patientFrom
}

// takeUp opens a parked order again.
func (r *Recovery) takeUp(ctx context.Context, o pipeline.Order, wake func(order int64)) error {
	next, m, err := pipeline.Retry(o)
	if err != nil {
		return nil
	}
	m.Note = "taken up again: " + o.Trouble.Service + " answers"
	if _, err := r.Store.Move(ctx, next, m); err != nil {
		if errors.Is(err, pipeline.ErrMoved) {
			return nil
		}
		return err
	}
	wake(o.ID)
	return nil
}

// canary reports whether an answer alone may bring a parked order of a service back: now and then one, whose success
// brings the others back.
func (r *Recovery) canary(service string) bool {
	if now := time.Now(); now.Sub(r.canaries[service]) >= canaryEvery {
		if r.canaries == nil {
			r.canaries = map[string]time.Time{}
		}
		r.canaries[service] = now
		return true
	}
	return false
}

// answers asks a service, now and then, whether it is there.
func (r *Recovery) answers(ctx context.Context, service string) bool {
	probe, now := r.Probes[service], time.Now()
	if probe.Ask == nil || now.Sub(r.probed[service]) < r.Every {
		return false
	}
	if r.probed == nil {
		r.probed = map[string]time.Time{}
	}
	r.probed[service] = now
	return probe.Ask(ctx) == nil
}
