package ops

import (
	"context"
	"errors"
	"strconv"
	"strings"

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

// follow tells of what has changed since this process looked last. Other processes may see it otherwise, so
// what stays as it is says nothing.
func (o *Ops) follow(ctx context.Context, w watched) (changed bool, err error) {
	o.mu.Lock()
	was, known := o.judged[w.key]
	o.mu.Unlock()
	if known && was == w.bad {
		return false, nil
	}
	if w.bad {
		err = o.begin(ctx, w.key, w.text)
	} else {
		err = o.end(ctx, w.key, w.over)
	}
	if err != nil {
		return false, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.judged[w.key] = w.bad
	return true, nil
}

// Provider tells when most requests to a provider come to nothing, and when they don't any more.
func (o *Ops) Provider(ctx context.Context, x Verdict) error {
	_, err := o.follow(ctx, watched{
		key: "provider:" + x.Provider, bad: !x.Failing.IsZero(),
		text: func(v view) string {
			var s present.Screen
			s.Lines = append(s.Lines, "📉 "+v.Fill("ops.provider", present.Args{"name": v.Provider(x.Provider)}),
				v.Fill("ops.provider.rate", present.Args{
					"n": strconv.Itoa(x.Bad), "all": strconv.Itoa(x.Good + x.Bad),
				}))
			if x.Last != "" {
				s.Long(x.Last)
			}
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

// Intake tells that no updates come in from a platform, and why, or with a nil error that they do again.
func (o *Ops) Intake(ctx context.Context, platform string, why error) error {
	key := "intake:" + platform
	if why == nil {
		return o.end(ctx, key, func(v view, i bot.Incident) string {
			return v.Fill("ops.over.intake", present.Args{
				"name": v.PlatformName(platform), "time": v.Span(v.now.Sub(i.Since)),
			})
		})
	}
	return o.begin(ctx, key, func(v view) string {
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
func (o *Ops) Credits(ctx context.Context, provider string, left, clip pipeline.Credits) error {
	if left < 0 || clip <= 0 {
		return nil
	}
	args := func(v view) present.Args {
		return present.Args{
			"name": v.Provider(provider), "n": present.Credits(left), "all": strconv.FormatInt(int64(left/clip), 10),
		}
	}
	_, err := o.follow(ctx, watched{
		key: "credits:" + provider, bad: left < FewClips*clip,
		text: func(v view) string { return "🪫 " + v.Fill("ops.credits", args(v)) },
		over: func(v view, _ bot.Incident) string { return v.Fill("ops.over.credits", args(v)) },
	})
	return err
}

// Unmarked tells when the films that a template of the operator's makes don't say that AI has made them, and when
// they do.
func (o *Ops) Unmarked(ctx context.Context, unmarked bool) error {
	_, err := o.follow(ctx, watched{
		key: "unmarked", bad: unmarked,
		text: func(v view) string { return "⚖️ " + v.Fill("ops.unmarked", nil) },
		over: func(v view, _ bot.Incident) string { return v.Fill("ops.over.unmarked", nil) },
	})
	return err
}

// Budget tells when most of a day's credits are spent, and when all of them are. Orders that waited for the
// next day go on when it has come, or when there is more to spend. clip is what one more costs: when it doesn't fit
// any more, all is spent.
func (o *Ops) Budget(ctx context.Context, spent, clip, budget pipeline.Credits) error {
	if budget <= 0 {
		return nil
	}
	args := present.Args{"n": present.Credits(spent), "all": present.Credits(budget)}
	full := spent >= budget || spent+clip > budget
	_, err := o.follow(ctx, watched{
		key: "budget:80", bad: spent*100 >= budget*80 && !full,
		text: func(v view) string { return "💳 " + v.Fill("ops.budget.most", args) },
	})
	if err != nil {
		return err
	}
	changed, err := o.follow(ctx, watched{
		key: "budget:100", bad: full,
		text: func(v view) string { return "💳 " + v.Fill("ops.budget.all", args) },
		over: func(v view, _ bot.Incident) string { return v.Fill("ops.over.budget", args) },
	})
	if changed && !full {
		o.release(ctx, pipeline.ReasonBudget)
	}
	return err
}

// release lets orders go on that were held back. Those that are missed go on when their hold is over.
func (o *Ops) release(ctx context.Context, why pipeline.Reason) {
	for more := true; more; {
		ids, err := o.opts.Store.Release(ctx, why)
		if more = errors.Is(err, bot.ErrMoreHeld); err != nil && !more {
			o.opts.Log.Warn("held orders go on later", "err", err)
		}
		for _, id := range ids {
			o.opts.Wake(id)
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
func (o *Ops) Ledger(ctx context.Context) (bot.LedgerAudit, error) {
	b, err := o.opts.Store.AuditLedger(ctx)
	if err != nil {
		return b, err
	}
	if len(b.Inconsistencies) == 0 {
		return b, o.end(ctx, "ledger", func(v view, _ bot.Incident) string { return v.Fill("ops.over.ledger", nil) })
	}
	return b, o.begin(ctx, "ledger", func(v view) string { return "🧮 " + v.odd(b) })
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
