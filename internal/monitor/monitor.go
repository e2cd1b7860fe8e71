// Package monitor looks after the service by itself: what holds paid work back, how the providers are, which orders go
// on when a service is back, and what ops are told.
package monitor

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/sajangpick/sajangpick/bot/ops"
	"github.com/sajangpick/sajangpick/internal/pace"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/cleaner"
)

// Store is what a Monitor needs of the database beside its parts.
type Store interface {
	Flag(ctx context.Context, name string) (string, error)
	SetFlag(ctx context.Context, name, value string) error
}

// Pipeline is what a Monitor has done there.
type Pipeline interface {
	Wake(order int64)
	TakeTurns()
	NotifyStatus(ctx context.Context, order, version int64) (time.Time, error)
}

// Reporter tells ops of its own what has changed.
type Reporter interface {
	Report(ctx context.Context, o *ops.Ops) error
}

// Templated is a renderer that may work by a template of the operator's.
type Templated interface {
	// Unmarked reports whether films of the template don't say that AI has made them. Nothing is rendered.
	Unmarked(ctx context.Context, r pipeline.CutRequest) (bool, error)
}

// Options are what a Monitor is built from.
type Options struct {
	Store     Store
	Pipeline  Pipeline
	Cleaner   *cleaner.Cleaner
	Ops       *ops.Ops
	Gate      *SpendGate
	Providers *Providers
	Recovery  *Recovery
	Clips     pipeline.Animator // one that is a pipeline.Account is asked what is left
	Cuts      pipeline.Renderer // one that is Templated is asked for its mark
	Rehearsal pipeline.CutRequest
	Intakes   []Reporter
	Delete    func(ctx context.Context, key string) error // a blob
	Retention time.Duration                               // after which orders are purged, and compacted
	Compacted func(orders int)                            // counts them
	Schedule  interface{ Next(time.Time) time.Time }      // of reports
	Log       *slog.Logger
}

// Monitor has what Options have, and does it. Its cron lines are those of the app.
type Monitor struct {
	Ops      *ops.Ops
	Recovery *Recovery
	o        Options
}

// New makes a Monitor; it begins with Watch.
func New(o Options) *Monitor { return &Monitor{o.Ops, o.Recovery, o} }

const (
	tickEvery    = 2 * time.Second
	balanceEvery = 10 * time.Minute
	thawEvery    = time.Minute
	markEvery    = 24 * time.Hour   // that a template is looked at
	retryEvery   = 10 * time.Minute // after which one that failed is done again at the latest
	tickLimit    = 10 * time.Second // of one look at the database or at a provider

	// releases is how often one tick goes on with letting go what a pause held back, and releasePause what it leaves to
	// others between: most of the time.
	releases     = 15
	releasePause = 80 * time.Millisecond
)

// periodic is something that Watch does now and then.
type periodic struct {
	do     func(context.Context) error
	every  time.Duration
	failed string    // what the log says when it did
	next   time.Time // when it is done again
}

func (m *Monitor) periodics() []*periodic {
	all := []*periodic{
		{do: m.Resume, every: recoverEvery, failed: "orders that wait for a service were not resumed"},
		{do: m.Thaw, every: thawEvery, failed: "orders due too far in the future were not woken"},
	}
	if a, ok := m.o.Clips.(pipeline.Account); ok {
		ask := func(ctx context.Context) error { return m.askBalance(ctx, a) }
		all = append(all, &periodic{do: ask, every: balanceEvery, failed: m.o.Clips.Name() + "'s balance isn't known"})
	}
	if t, ok := m.o.Cuts.(Templated); ok {
		ask := func(ctx context.Context) error { return m.askMark(ctx, t) }
		failed := "template not checked for its mark that AI made the film"
		all = append(all, &periodic{do: ask, every: markEvery, failed: failed})
	}
	return all
}

// Watch looks after this process until ctx ends.
func (m *Monitor) Watch(ctx context.Context) {
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	all := m.periodics()
	for {
		if err := m.Tick(ctx); err != nil && ctx.Err() == nil {
			m.o.Log.Warn("monitor tick failed", "err", err)
		}
		for _, c := range all {
			if time.Now().Before(c.next) {
				continue
			}
			c.next = time.Now().Add(c.every)
			if err := c.do(ctx); err != nil && ctx.Err() == nil {
				c.next = time.Now().Add(min(c.every, retryEvery))
				m.o.Log.Warn(c.failed, "err", err)
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// Tick refreshes the spend gate, and tells what has changed.
func (m *Monitor) Tick(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, tickLimit)
	defer cancel()
	gate := m.o.Gate
	if err := gate.Refresh(ctx); err != nil {
		return err
	}
	m.o.Pipeline.TakeTurns()
	for n := 0; n < releases && gate.holds(); n++ {
		pace.Sleep(ctx, releasePause)
		if err := gate.release(ctx); err != nil {
			return err
		}
	}
	errs := []error{m.Ops.Budget(ctx, gate.Spent(), gate.Price, gate.Budget)}
	for _, i := range m.o.Intakes {
		errs = append(errs, i.Report(ctx, m.Ops))
	}
	for _, v := range m.o.Providers.verdicts() {
		errs = append(errs, m.Ops.Provider(ctx, v))
	}
	return errors.Join(errs...)
}

// Resume lets orders go on whose services are back.
func (m *Monitor) Resume(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*tickLimit)
	defer cancel()
	return m.Recovery.look(ctx, m.o.Pipeline.Wake)
}

// Thaw wakes what a clock that was ahead has set too far into the future.
func (m *Monitor) Thaw(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, tickLimit)
	defer cancel()
	return m.Ops.Thaw(ctx, m.Recovery.Grace)
}

func (m *Monitor) askBalance(ctx context.Context, a pipeline.Account) error {
	ctx, cancel := context.WithTimeout(ctx, tickLimit)
	defer cancel()
	left, err := a.Balance(ctx)
	if err != nil {
		return err
	}
	m.o.Providers.setLeft(m.o.Clips.Name(), left)
	return m.Ops.Credits(ctx, m.o.Clips.Name(), left, m.o.Gate.Price)
}

// askMark looks whether films of the operator's template say that AI has made them.
func (m *Monitor) askMark(ctx context.Context, t Templated) error {
	ctx, cancel := context.WithTimeout(ctx, tickLimit)
	defer cancel()
	unmarked, err := t.Unmarked(ctx, m.o.Rehearsal)
	if err != nil {
		return err
	}
	return m.Ops.Unmarked(ctx, unmarked)
}

// NotifyStatus is storage.Handlers.NotifyStatus: ops hear of a parked order as its person does.
func (m *Monitor) NotifyStatus(ctx context.Context, order, version int64) (time.Time, error) {
	again, err := m.o.Pipeline.NotifyStatus(ctx, order, version)
	return again, errors.Join(err, m.Ops.Noticed(ctx, order))
}

// Report tells ops how the day before was.
func (m *Monitor) Report(ctx context.Context) error { return m.Ops.Report(ctx, m.o.Schedule) }

// Forget deletes what belongs to shops that asked for it.
func (m *Monitor) Forget(ctx context.Context) error {
	return m.Ops.Forget(ctx, m.o.Cleaner.Purge, m.o.Delete)
}

const (
	cleaning   = "clean" // the flag that says that a clean-up hasn't come to its end
	cleanLimit = 30 * time.Second
)

// Clean begins the clean-up; CleanOn goes on with it every minute, in this process or in another, until all is done.
func (m *Monitor) Clean(ctx context.Context) error {
	if err := m.o.Store.SetFlag(ctx, cleaning, "on"); err != nil {
		return err
	}
	return m.CleanOn(ctx)
}

// CleanOn goes on with a clean-up that isn't over.
func (m *Monitor) CleanOn(ctx context.Context) error {
	on, err := m.o.Store.Flag(ctx, cleaning)
	if err != nil || on == "" {
		return err
	}
	begun, before := time.Now(), time.Now().Add(-m.o.Retention)
	done, err := m.o.Cleaner.Clean(ctx, before, cleanLimit)
	n, over, failed := m.o.Cleaner.Compact(ctx, before, cleanLimit-time.Since(begun))
	m.o.Compacted(n)
	if err = errors.Join(err, failed); err != nil || !done || !over {
		return err
	}
	return m.o.Store.SetFlag(ctx, cleaning, "")
}
