package monitor

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/ops"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Providers knows how those are who are paid: how they answer this process, and what is left there.
type Providers struct {
	names  pipeline.Providers
	health ops.Health

	mu      sync.Mutex
	left    map[string]pipeline.Credits // by name; those that don't say are missing
	failing map[string]time.Time
}

// NewProviders knows nothing yet.
func NewProviders(names pipeline.Providers) *Providers {
	return &Providers{names: names, left: map[string]pipeline.Credits{}, failing: map[string]time.Time{}}
}

// Called hears what came of a request to a provider.
func (p *Providers) Called(provider string, err error) { p.health.Note(provider, err) }

// List is how they are, those who make clips first.
func (p *Providers) List() []bot.Provider {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []bot.Provider
	for _, name := range []string{p.names.Clips, p.names.Cuts} {
		left, known := p.left[name]
		if !known {
			left = -1
		}
		all = append(all, bot.Provider{Name: name, Failing: p.failing[name], Credits: left})
	}
	return all
}

// verdicts are how they answered lately; those are remembered for List.
func (p *Providers) verdicts() []ops.Verdict {
	all := p.health.Verdicts()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, v := range all {
		p.failing[v.Provider] = v.Failing
	}
	return all
}

func (p *Providers) setLeft(name string, left pipeline.Credits) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left[name] = left
}

// Probe asks a provider whether it answers, or one that tells what is left, whether that pays for another piece of its
// work.
func (g *SpendGate) Probe(p pipeline.Provider) Probe {
	if of, ok := p.(pipeline.Account); ok {
		return Probe{Pays: true, Ask: func(ctx context.Context) error {
			left, err := of.Balance(ctx)
			if err == nil && left < g.Price {
				err = errors.New("no credits")
			}
			return err
		}}
	}
	return Probe{Ask: func(ctx context.Context) error {
		_, err := p.Check(ctx, pipeline.NoSuchWork)
		return err
	}}
}
