package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/adapters/creatomate"
	"github.com/sajangpick/sajangpick/adapters/runway"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/look"
)

// monitor is who looks after the service when nobody does: the brake on paid work, an ear on the providers,
// and what ops are told. Its cron lines are in schedule.go.
type monitor struct {
	*app
	brake  *spendGate
	health *bot.Health
	runway *runway.Client
	cuts   *creatomate.Client
	ops    *bot.Ops
	back   *recovery

	mu      sync.Mutex
	left    pipeline.Credits // Runway's balance; below 0: nobody knows
	failing map[string]time.Time
}

const (
	brakeEvery   = 2 * time.Second
	balanceEvery = 10 * time.Minute
	thawEvery    = time.Minute
	markEvery    = 24 * time.Hour   // that a template is looked at
	retryEvery   = 10 * time.Minute // after which one that failed is done again at the latest
	nightLimit   = 10 * time.Second // of one look at the database or at a provider
)

// openMonitor builds what the pipeline and the desk ask of it.
func (a *app) openMonitor(p parts) {
	clips := newRunway(p)
	a.monitor = &monitor{
		app: a, health: &bot.Health{}, runway: clips, cuts: newCreatomate(p), left: -1, failing: map[string]time.Time{},
		brake: &spendGate{
			store: a.engine, budget: dayBudget(p.cfg),
			clip: clips.Price(p.cfg.Runway.Seconds), zone: config.Home(),
		},
	}
}

// periodic is something that watch does now and then.
type periodic struct {
	do     func(context.Context) error
	every  time.Duration
	failed string    // what the log says when it did
	next   time.Time // when it is done again
}

func (n *monitor) periodics() []*periodic {
	all := []*periodic{
		{do: n.askBalance, every: balanceEvery, failed: "Runway's balance isn't known"},
		{do: n.resume, every: recoverEvery, failed: "orders that wait for a service were not resumed"},
		{do: n.thaw, every: thawEvery, failed: "orders due too far in the future were not woken"},
	}
	if n.cfg.Creatomate.TemplateID != "" {
		all = append(all, &periodic{do: n.askMark, every: markEvery, failed: "template not checked for its mark that AI made the film"})
	}
	return all
}

// watch looks after this process until ctx ends.
func (n *monitor) watch(ctx context.Context) {
	tick := time.NewTicker(brakeEvery)
	defer tick.Stop()
	all := n.periodics()
	for {
		if err := n.tick(ctx); err != nil && ctx.Err() == nil {
			n.log.Warn("monitor tick failed", "err", err)
		}
		for _, c := range all {
			if time.Now().Before(c.next) {
				continue
			}
			c.next = time.Now().Add(c.every)
			if err := c.do(ctx); err != nil && ctx.Err() == nil {
				c.next = time.Now().Add(min(c.every, retryEvery))
				n.log.Warn(c.failed, "err", err)
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// tick refreshes the brake, and tells what has changed.
func (n *monitor) tick(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, nightLimit)
	defer cancel()
	if err := n.brake.refresh(ctx); err != nil {
		return err
	}
	errs := []error{n.ops.Budget(ctx, n.brake.spending(), n.brake.clip, n.brake.budget)}
	for _, i := range n.intakes {
		errs = append(errs, i.report(ctx, n.ops))
	}
	for _, v := range n.health.Verdicts() {
		n.mu.Lock()
		n.failing[v.Provider] = v.Failing
		n.mu.Unlock()
		errs = append(errs, n.ops.Provider(ctx, v))
	}
	return errors.Join(errs...)
}

// resume lets orders go on whose services are back.
func (n *monitor) resume(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*nightLimit)
	defer cancel()
	return n.back.look(ctx)
}

func (n *monitor) thaw(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, nightLimit)
	defer cancel()
	return n.ops.Thaw(ctx, n.pipe.Times.RetryUnknown)
}

// openRecovery builds what lets orders go on. Runway's balance says whether it can be paid, Creatomate's doesn't.
func (n *monitor) openRecovery(p parts, cuts pipeline.Checker, logo string) {
	n.back = &recovery{
		store: n.engine, poke: func(id int64) { n.pipe.Wake(id) }, grace: p.times.RetryUnknown, rest: probeEvery,
		good: map[string][]time.Time{}, probed: map[string]time.Time{}, canaries: map[string]time.Time{},
		probes: map[string]func(context.Context) error{
			"runway": func(ctx context.Context) error {
				a, err := n.runway.Account(ctx)
				if err == nil && a.Credits < n.brake.clip {
					err = errors.New("no credits")
				}
				return err
			},
			"creatomate": func(ctx context.Context) error {
				_, err := cuts.Check(ctx, pipeline.NoSuchWork)
				return err
			},
			pipeline.ServiceBlobs: func(ctx context.Context) error {
				r, err := n.blobs.Open(ctx, logo)
				if err != nil {
					return err
				}
				return r.Close()
			},
		},
	}
}

func (n *monitor) askBalance(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, nightLimit)
	defer cancel()
	a, err := n.runway.Account(ctx)
	if err != nil {
		return err
	}
	n.mu.Lock()
	n.left = a.Credits
	n.mu.Unlock()
	return n.ops.Credits(ctx, "runway", a.Credits, n.brake.clip)
}

// askMark looks whether films of the operator's template say that AI has made them.
func (n *monitor) askMark(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, nightLimit)
	defer cancel()
	got, err := n.cuts.Rehearse(ctx, rehearsal(look.Names()[0], n.cfg.Runway.Seconds))
	if err != nil {
		return err
	}
	return n.ops.Unmarked(ctx, got.Unmarked)
}

// providers is how those are who are paid, for the desk.
func (n *monitor) providers() []bot.Provider {
	n.mu.Lock()
	defer n.mu.Unlock()
	return []bot.Provider{
		{Name: "runway", Failing: n.failing["runway"], Credits: n.left},
		{Name: "creatomate", Failing: n.failing["creatomate"], Credits: -1},
	}
}

// refreshFlags lets a switch that was set in this process count at once.
func (n *monitor) refreshFlags() {
	ctx, cancel := context.WithTimeout(context.Background(), nightLimit)
	defer cancel()
	if err := n.brake.refresh(ctx); err != nil {
		n.log.Warn("refresh of service flags failed", "err", err)
	}
}

// tell is storage.Handlers.Tell: ops hear of a parked order as its person does.
func (n *monitor) tell(ctx context.Context, order, version int64) (time.Time, error) {
	again, err := n.pipe.NotifyStatus(ctx, order, version)
	return again, errors.Join(err, n.ops.Noticed(ctx, order))
}

func (n *monitor) forget(ctx context.Context) error {
	empty := func(ctx context.Context, o pipeline.Order) error { return n.pipe.Purge(ctx, n.engine, o) }
	return n.ops.Forget(ctx, empty, n.blobs.Delete)
}

// usage is what Runway says was spent.
func (n *monitor) usage(ctx context.Context, from, to time.Time) (map[string]pipeline.Credits, error) {
	ctx, cancel := context.WithTimeout(ctx, nightLimit)
	defer cancel()
	return n.runway.Usage(ctx, from, to)
}

func (n *monitor) report(ctx context.Context) error { return n.ops.Report(ctx, n.cfg.Report.Schedule) }

const (
	cleaning   = "clean" // the switch that says that a clean-up hasn't come to its end
	cleanLimit = 30 * time.Second
)

// clean begins the clean-up; cleanOn goes on with it every minute, in this process or in another, until all
// is done.
func (n *monitor) clean(ctx context.Context) error {
	if err := n.engine.SetFlag(ctx, cleaning, "on"); err != nil {
		return err
	}
	return n.cleanOn(ctx)
}

func (n *monitor) cleanOn(ctx context.Context) error {
	on, err := n.engine.Flag(ctx, cleaning)
	if err != nil || on == "" {
		return err
	}
	done, err := n.pipe.Clean(ctx, n.engine, time.Now().Add(-n.cfg.Retention), cleanLimit)
	if err != nil || !done {
		return err
	}
	return n.engine.SetFlag(ctx, cleaning, "")
}
