package ops

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

// watched is something that is well or isn't, as this process sees it.
type watched struct {
	key  string
	bad  bool
	text func(v view) string                 // when it has become bad
	over func(v view, i bot.Incident) string // when it is well again; nil: that isn't told
}

// observations are what is looked at outside of single orders.
type observations interface {
	bot.Audits
	Overview(ctx context.Context, since, month time.Time) (bot.Overview, error)
	SpendByShop(ctx context.Context, from, to time.Time) ([]bot.SpendRow, error)
	Release(ctx context.Context, reasons ...pipeline.Reason) ([]int64, error)
}

// watcher tells of what lies outside of single orders: providers, what comes in, what is spent, and the ledger.
type watcher struct {
	*announcer
	observed observations
	wake     func(order int64)
	mu       sync.Mutex
	judged   map[string]bool // how this process found what it follows: true is bad
}

// follow tells of what has changed since this process looked last. Other processes may see it otherwise, so
// what stays as it is says nothing.
func (w *watcher) follow(ctx context.Context, x watched) (changed bool, err error) {
	w.mu.Lock()
	was, known := w.judged[x.key]
	w.mu.Unlock()
	if known && was == x.bad {
		return false, nil
	}
	if x.bad {
		err = w.begin(ctx, x.key, x.text)
	} else {
		err = w.end(ctx, x.key, x.over)
	}
	if err != nil {
		return false, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.judged[x.key] = x.bad
	return true, nil
}

// Provider tells when most requests to a provider come to nothing, and when they don't any more.
func (w *watcher) Provider(ctx context.Context, x Verdict) error {
	_, err := w.follow(ctx, watched{
		key: "provider:" + x.Provider, bad: !x.Failing.IsZero(),
		text: func(v view) string {
			var s present.Screen
			rate := present.Args{"n": strconv.Itoa(x.Bad), "all": strconv.Itoa(x.Good + x.Bad)}
			s.Lines = append(s.Lines, "📉 "+v.Fill("ops.provider", present.Args{"name": v.Provider(x.Provider)}),
				v.Fill("ops.provider.rate", rate))
			s.Long(x.Last)
			return strings.Join(s.Lines, "\n")
		},
		over: func(v view, i bot.Incident) string {
			return v.Fill("ops.over.provider", present.Args{
				"name": v.Provider(x.Provider), "time": v.Span(v.now.Sub(i.Since)),
			})
		},
	})
	return err
}

// Intake is told when no updates come in from a platform, and why, or with a nil error that they do again.
func (w *watcher) Intake(ctx context.Context, platform string, why error) error {
	key := "intake:" + platform
	if why == nil {
		return w.end(ctx, key, func(v view, i bot.Incident) string {
			return v.Fill("ops.over.intake", present.Args{
				"name": v.PlatformName(platform), "time": v.Span(v.now.Sub(i.Since)),
			})
		})
	}
	return w.begin(ctx, key, func(v view) string {
		var s present.Screen
		name := present.Args{"name": v.PlatformName(platform)}
		s.Lines = append(s.Lines, "📪 "+v.Fill("ops.intake", name), v.Fill("ops.intake.todo", nil))
		s.Long(why.Error())
		return strings.Join(s.Lines, "\n")
	})
}

// FewClips is how many clips a balance must be good for, or it is low.
const FewClips = 20

// Credits tells when a provider's balance is low, and when it isn't any more. clip is what one costs there.
func (w *watcher) Credits(ctx context.Context, provider string, left, clip pipeline.Credits) error {
	if left < 0 || clip <= 0 {
		return nil
	}
	args := func(v view) present.Args {
		return present.Args{
			"name": v.Provider(provider), "n": present.Credits(left), "all": strconv.FormatInt(int64(left/clip), 10),
		}
	}
	_, err := w.follow(ctx, watched{
		key: "credits:" + provider, bad: left < FewClips*clip,
		text: func(v view) string { return "🪫 " + v.Fill("ops.credits", args(v)) },
		over: func(v view, _ bot.Incident) string { return v.Fill("ops.over.credits", args(v)) },
	})
	return err
}

// Unmarked tells when the films that a template of the operator's makes don't say that AI has made them, and when
// they do.
func (w *watcher) Unmarked(ctx context.Context, unmarked bool) error {
	_, err := w.follow(ctx, watched{
		key: "unmarked", bad: unmarked,
		text: func(v view) string { return "⚖️ " + v.Fill("ops.unmarked", nil) },
		over: func(v view, _ bot.Incident) string { return v.Fill("ops.over.unmarked", nil) },
	})
	return err
}

// Budget tells when most of a day's credits are spent, and when all of them are. Orders that waited for the
// next day go on when it has come, or when there is more to spend. clip is what one more costs: when it doesn't fit
// any more, all is spent.
func (w *watcher) Budget(ctx context.Context, spent, clip, budget pipeline.Credits) error {
	if budget <= 0 {
		return nil
	}
	args := present.Args{"n": present.Credits(spent), "all": present.Credits(budget)}
	full := spent >= budget || spent+clip > budget
	_, err := w.follow(ctx, watched{
		key: "budget:80", bad: spent*100 >= budget*80 && !full,
		text: func(v view) string { return "💳 " + v.Fill("ops.budget.most", args) },
	})
	if err != nil {
		return err
	}
	changed, err := w.follow(ctx, watched{
		key: "budget:100", bad: full,
		text: func(v view) string { return "💳 " + v.Fill("ops.budget.all", args) },
		over: func(v view, _ bot.Incident) string { return v.Fill("ops.over.budget", args) },
	})
	if changed && !full {
		w.release(ctx, pipeline.ReasonBudget)
	}
	return err
}

// release lets orders go on that were held back. Those that are missed go on when their hold is over.
func (w *watcher) release(ctx context.Context, why pipeline.Reason) {
	for more := true; more; {
		ids, err := w.observed.Release(ctx, why)
		if more = errors.Is(err, bot.ErrMoreHeld); err != nil && !more {
			w.log.Warn("held orders go on later", "err", err)
		}
		for _, id := range ids {
			w.wake(id)
		}
	}
}

// Sweep is to be called every minute, on one machine: it tells what wasn't told yet, and what is over.
func (o *Ops) Sweep(ctx context.Context) error {
	o.sweeping.Store(true)
	var errs []error
	for _, f := range []func(context.Context) error{
		o.sweepParked, o.sweepTroubled, o.sweepLate, o.SweepClips, o.sweepRefused, o.sweepMonths,
	} {
		errs = append(errs, f(ctx))
	}
	o.sweeping.Store(false)
	for _, f := range []func(context.Context) error{o.Announce, o.sumUp, o.opts.Store.Audit} {
		errs = append(errs, f(ctx))
	}
	return errors.Join(errs...)
}

// Ledger compares orders with what was paid for them, tells what doesn't fit, and returns it.
func (w *watcher) Ledger(ctx context.Context) (bot.LedgerAudit, error) {
	b, err := w.observed.AuditLedger(ctx)
	if err != nil {
		return b, err
	}
	if len(b.Inconsistencies) == 0 {
		return b, w.end(ctx, "ledger", func(v view, _ bot.Incident) string { return v.Fill("ops.over.ledger", nil) })
	}
	return b, w.begin(ctx, "ledger", func(v view) string { return "🧮 " + v.odd(b) })
}

const shownOdd = 5

// odd lists what doesn't add up.
func (v view) odd(b bot.LedgerAudit) string {
	var s present.Screen
	s.Line(v.Fill("ops.ledger.odd", present.Args{"n": strconv.Itoa(len(b.Inconsistencies))}))
	for _, text := range b.Inconsistencies[:min(len(b.Inconsistencies), shownOdd)] {
		s.Long("· " + text)
	}
	return strings.Join(s.Lines, "\n")
}
