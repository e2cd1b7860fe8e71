package app

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/adapters/creatomate"
	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/adapters/runway"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/ops"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Rehearsal is a cut with everything in it. What it names isn't fetched.
func Rehearsal(look string, seconds int) pipeline.CutRequest {
	return pipeline.CutRequest{
		Call: "doctor", Look: look, Seconds: float64(seconds),
		Words: pipeline.Words{Menu: "새우 파스타", Price: "18,000원", Won: 18000, Shop: "사장픽"},
		Clip:  "https://example.com/clip.mp4", Logo: "https://example.com/logo.png", Music: "https://example.com/music.mp3",
	}
}

// monitor looks after the service by itself: the gate of paid work, the providers' health,
// and what ops are told. Its cron lines are in schedule.go.
type monitor struct {
	*App
	gate   *spendGate
	health *ops.Health
	Runway *runway.Client
	cuts   *creatomate.Client
	Ops    *ops.Ops
	Back   *Recovery

	mu      sync.Mutex
	left    pipeline.Credits // Runway's balance; below 0: unknown
	failing map[string]time.Time
}

const (
	tickEvery    = 2 * time.Second
	balanceEvery = 10 * time.Minute
	thawEvery    = time.Minute
	markEvery    = 24 * time.Hour   // that a template is looked at
	retryEvery   = 10 * time.Minute // after which one that failed is done again at the latest
	tickLimit    = 10 * time.Second // of one look at the database or at a provider
)

// openMonitor builds what the pipeline and the conversation ask of it.
func (a *App) openMonitor(p Parts) {
	clips := NewRunway(p)
	a.Monitor = &monitor{
		App: a, health: &ops.Health{}, Runway: clips, cuts: NewCreatomate(p), left: -1, failing: map[string]time.Time{},
		gate: &spendGate{
			store: a.Engine, budget: DayBudget(p.Cfg),
			clip: clips.Price(p.Cfg.Runway.Seconds), zone: config.Home(),
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
		{do: n.Resume, every: recoverEvery, failed: "orders that wait for a service were not resumed"},
		{do: n.Thaw, every: thawEvery, failed: "orders due too far in the future were not woken"},
	}
	if n.Cfg.Creatomate.TemplateID != "" {
		all = append(all, &periodic{do: n.askMark, every: markEvery, failed: "template not checked for its mark that AI made the film"})
	}
	return all
}

// watch looks after this process until ctx ends.
func (n *monitor) watch(ctx context.Context) {
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	all := n.periodics()
	for {
		if err := n.Tick(ctx); err != nil && ctx.Err() == nil {
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

// Tick refreshes the brake, and tells what has changed.
func (n *monitor) Tick(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, tickLimit)
	defer cancel()
	if err := n.gate.refresh(ctx); err != nil {
		return err
	}
	n.Pipe.TakeTurns()
	errs := []error{n.Ops.Budget(ctx, n.gate.spending(), n.gate.clip, n.gate.budget)}
	for _, i := range n.Intakes {
		errs = append(errs, i.report(ctx, n.Ops))
	}
	for _, v := range n.health.Verdicts() {
		n.mu.Lock()
		n.failing[v.Provider] = v.Failing
		n.mu.Unlock()
		errs = append(errs, n.Ops.Provider(ctx, v))
	}
	return errors.Join(errs...)
}

// Resume lets orders go on whose services are back.
func (n *monitor) Resume(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*tickLimit)
	defer cancel()
	return n.Back.look(ctx)
}

func (n *monitor) Thaw(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, tickLimit)
	defer cancel()
	return n.Ops.Thaw(ctx, n.Pipe.Times.RetryUnknown)
}

// openRecovery builds what lets orders go on. Runway's balance says whether it can be paid, Creatomate's doesn't.
func (n *monitor) openRecovery(p Parts, cuts pipeline.Checker, logo string) {
	n.Back = &Recovery{
		store: n.Engine, poke: func(id int64) { n.Pipe.Wake(id) }, grace: p.Times.RetryUnknown, Rest: probeEvery,
		Good: map[string][]time.Time{}, Probed: map[string]time.Time{}, canaries: map[string]time.Time{},
		probes: map[string]func(context.Context) error{
			"runway": func(ctx context.Context) error {
				a, err := n.Runway.Account(ctx)
				if err == nil && a.Credits < n.gate.clip {
					err = errors.New("no credits")
				}
				return err
			},
			"creatomate": func(ctx context.Context) error {
				_, err := cuts.Check(ctx, pipeline.NoSuchWork)
				return err
			},
			pipeline.ServiceBlobs: func(ctx context.Context) error {
				r, err := n.Blobs.Open(ctx, logo)
				if err != nil {
					return err
				}
				return r.Close()
			},
		},
	}
}

func (n *monitor) askBalance(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, tickLimit)
	defer cancel()
	a, err := n.Runway.Account(ctx)
	if err != nil {
		return err
	}
	n.mu.Lock()
	n.left = a.Credits
	n.mu.Unlock()
	return n.Ops.Credits(ctx, "runway", a.Credits, n.gate.clip)
}

// askMark looks whether films of the operator's template say that AI has made them.
func (n *monitor) askMark(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, tickLimit)
	defer cancel()
	got, err := n.cuts.Rehearse(ctx, Rehearsal(look.Names()[0], n.Cfg.Runway.Seconds))
	if err != nil {
		return err
	}
	return n.Ops.Unmarked(ctx, got.Unmarked)
}

// providers is how those are who are paid, for the conversation.
func (n *monitor) providers() []bot.Provider {
	n.mu.Lock()
	defer n.mu.Unlock()
	return []bot.Provider{
		{Name: "runway", Failing: n.failing["runway"], Credits: n.left},
		{Name: "creatomate", Failing: n.failing["creatomate"], Credits: -1},
	}
}

// RefreshFlags lets a switch that was set in this process count at once.
func (n *monitor) RefreshFlags() {
	ctx, cancel := context.WithTimeout(context.Background(), tickLimit)
	defer cancel()
	if err := n.gate.refresh(ctx); err != nil {
		n.log.Warn("refresh of service flags failed", "err", err)
	}
}

// tell is storage.Handlers.Tell: ops hear of a parked order as its person does.
func (n *monitor) tell(ctx context.Context, order, version int64) (time.Time, error) {
	again, err := n.Pipe.NotifyStatus(ctx, order, version)
	return again, errors.Join(err, n.Ops.Noticed(ctx, order))
}

func (n *monitor) Forget(ctx context.Context) error {
	empty := func(ctx context.Context, o pipeline.Order) error { return n.Pipe.Purge(ctx, n.Engine, o) }
	return n.Ops.Forget(ctx, empty, n.Blobs.Delete)
}

// usage is what Runway says was spent.
func (n *monitor) usage(ctx context.Context, from, to time.Time) (map[string]pipeline.Credits, error) {
	ctx, cancel := context.WithTimeout(ctx, tickLimit)
	defer cancel()
	return n.Runway.Usage(ctx, from, to)
}

func (n *monitor) report(ctx context.Context) error { return n.Ops.Report(ctx, n.Cfg.Report.Schedule) }

const (
	cleaning   = "clean" // the switch that says that a clean-up hasn't come to its end
	cleanLimit = 30 * time.Second
)

// Clean begins the clean-up; cleanOn goes on with it every minute, in this process or in another, until all
// is done.
func (n *monitor) Clean(ctx context.Context) error {
	if err := n.Engine.SetFlag(ctx, cleaning, "on"); err != nil {
		return err
	}
	return n.CleanOn(ctx)
}

func (n *monitor) CleanOn(ctx context.Context) error {
	on, err := n.Engine.Flag(ctx, cleaning)
	if err != nil || on == "" {
		return err
	}
	done, err := n.Pipe.Clean(ctx, n.Engine, time.Now().Add(-n.Cfg.Retention), cleanLimit)
	if err != nil || !done {
		return err
	}
	return n.Engine.SetFlag(ctx, cleaning, "")
}
