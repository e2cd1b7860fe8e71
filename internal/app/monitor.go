package app

import (
	"context"
	"time"

	"github.com/sajangpick/sajangpick/adapters/creatomate/look"
	"github.com/sajangpick/sajangpick/bot/ops"
	"github.com/sajangpick/sajangpick/config"
	"github.com/sajangpick/sajangpick/internal/monitor"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/cleaner"
)

// Rehearsal is a cut with everything in it. What it names isn't fetched.
func Rehearsal(look string, seconds int) pipeline.CutRequest {
	return pipeline.CutRequest{
		Call: "doctor", Look: look, Seconds: float64(seconds),
		Words: pipeline.Words{Menu: "새우 파스타", Price: "18,000원", Won: 18000, Shop: "사장픽"},
		Clip:  "https://example.com/clip.mp4", Logo: "https://example.com/logo.png",
		Music: "https://example.com/music.mp3",
	}
}

// DayBudget is what may be spent on clips in a day; 0: no limit.
func DayBudget(cfg config.Config) pipeline.Credits { return pipeline.Credits(100 * cfg.DailyCredits) }

// usageLimit is how long a provider is asked for its own figures.
const usageLimit = 10 * time.Second

// openGate builds what the pipeline, the conversation and metrics ask of the monitor's.
func (a *App) openGate(p Parts) {
	names := a.guide.Providers()
	a.SpendGate = &monitor.SpendGate{
		Store: a.Engine, Provider: names.Clips, Budget: DayBudget(p.Cfg),
		Price: p.Clips.ClipTerms().Price, Zone: config.Home(), Log: p.Log,
	}
	a.health = monitor.NewProviders(names)
	a.recovery = &monitor.Recovery{
		Store: a.Engine, Names: names, Grace: p.Times.RetryUnknown, Rest: monitor.Restful,
		Every: monitor.ProbeEvery,
		Probes: map[string]monitor.Probe{
			names.Clips: a.SpendGate.Probe(p.Clips), names.Cuts: a.SpendGate.Probe(p.Cuts),
			pipeline.ServiceBlobs: {Ask: func(ctx context.Context) error {
				r, err := a.Blobs.Open(ctx, a.logo)
				if err != nil {
					return err
				}
				return r.Close()
			}},
		},
	}
	if p.Recovery != nil {
		p.Recovery(a.recovery)
	}
}

// openMonitor builds what goes on by itself, on top of all else.
func (a *App) openMonitor(p Parts, c *cleaner.Cleaner) {
	tells := ops.New(ops.Options{
		Store: a.Engine, Reporting: a.Engine, Wake: a.Pipe.Wake, OpsChat: p.Cfg.OpsChat, Zone: config.Home(),
		Limit: p.Cfg.MonthlyLimit, Health: a.health.List, Log: p.Log, Guide: a.guide, Usage: usages(p),
	})
	o := monitor.Options{
		Store: a.Engine, Pipeline: a.Pipe, Cleaner: c, Ops: tells,
		Gate: a.SpendGate, Providers: a.health, Recovery: a.recovery,
		Clips: p.Clips, Cuts: p.Cuts, Rehearsal: Rehearsal(look.Names()[0], p.Clips.ClipTerms().Seconds),
		Delete:    func(ctx context.Context, key string) error { return a.Blobs.Delete(ctx, key) },
		Retention: p.Cfg.Retention, Compacted: a.Metrics.Compacted, Schedule: p.Cfg.Report.Schedule, Log: p.Log,
	}
	for _, i := range a.Intakes {
		o.Intakes = append(o.Intakes, i)
	}
	a.Monitor = monitor.New(o)
}

// usages ask those providers for their own figures that have some.
func usages(p Parts) map[string]ops.Usage {
	all := map[string]ops.Usage{}
	for _, x := range p.providers() {
		if of, ok := x.(pipeline.Account); ok {
			all[x.Name()] = func(ctx context.Context, from, to time.Time) (map[string]pipeline.Credits, error) {
				ctx, cancel := context.WithTimeout(ctx, usageLimit)
				defer cancel()
				return of.Usage(ctx, from, to)
			}
		}
	}
	return all
}
