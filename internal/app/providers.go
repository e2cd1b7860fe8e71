package app

import (
	"cmp"
	"context"
	"net/http"
	"runtime"
	"time"

	"github.com/sajangpick/sajangpick/adapters/creatomate"
	"github.com/sajangpick/sajangpick/adapters/download"
	"github.com/sajangpick/sajangpick/adapters/runway"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo"
)

// Provider is what the program needs of one that is paid, beside its work.
type Provider interface {
	pipeline.Provider
	// Labels are what people call it.
	Labels() bot.Labels
	// ResultHosts are where its results may be fetched: names, with a dot before them all below, or addresses.
	ResultHosts() []string
	// CallbackHandler is for POST /webhooks/NAME/{order}/{token}.
	CallbackHandler(httpx.CallbackFunc) http.Handler
}

// ClipProvider makes clips. One that is a pipeline.Account as well is asked what is left.
type ClipProvider interface {
	pipeline.Animator
	Provider
}

// CutProvider makes shorts.
type CutProvider interface {
	pipeline.Renderer
	Provider
}

// Providers are both.
func (p Parts) providers() []Provider { return []Provider{p.Clips, p.Cuts} }

// guide is what people are told of platforms and providers.
func (p Parts) guide(platforms map[string]bot.Platform) present.Guide {
	return present.Guide{
		Platforms: platforms,
		Clips:     bot.Vendor{Name: p.Clips.Name(), Labels: p.Clips.Labels()},
		Cuts:      bot.Vendor{Name: p.Cuts.Name(), Labels: p.Cuts.Labels()},
	}
}

// NewRunway makes its client by the settings.
func NewRunway(p Parts) *runway.Client {
	o := runway.Options{
		BaseURL: p.Cfg.Runway.BaseURL.String(), Key: p.Cfg.Runway.Key.Reveal(),
		Model: p.Cfg.Runway.Model, Seconds: p.Cfg.Runway.Seconds, AtOnce: p.Cfg.Runway.AtOnce, Log: p.Log,
		Gateway: p.Cfg.Runway.Webhook || p.Sandbox && !p.Cfg.Runway.Key.Set(),
	}
	if p.Sandbox && o.Key == "" {
		o.BaseURL, o.Key = p.StandIns, standInKey
	}
	return runway.New(o)
}

// NewCreatomate makes its client by the settings.
func NewCreatomate(p Parts) *creatomate.Client {
	o := creatomate.Options{
		BaseURL: p.Cfg.Creatomate.BaseURL.String(), Key: p.Cfg.Creatomate.Key.Reveal(),
		TemplateID: p.Cfg.Creatomate.TemplateID, Ratio: p.Cfg.Creatomate.Ratio,
		Rate: pipeline.Rate(p.Cfg.Creatomate.Rate), Log: p.Log,
	}
	if p.Engine != nil && o.Rate.N > 0 {
		o.Take = func(ctx context.Context, ahead time.Duration) (time.Duration, error) {
			return p.Engine.Take(ctx, creatomate.Name, o.Rate, ahead)
		}
	}
	if p.Sandbox && o.Key == "" {
		o.BaseURL, o.Key, o.TemplateID = p.StandIns, standInKey, ""
	}
	return creatomate.New(o)
}

// OpenResults fetches what providers made, from where they say, from the stand-ins, and from RESULT_HOSTS.
func OpenResults(p Parts) (*download.Results, error) {
	p = p.wire()
	hosts := append(p.Clips.ResultHosts(), p.Cuts.ResultHosts()...)
	if p.StandIns != "" {
		hosts = append(hosts, p.StandIns)
	}
	return download.New(download.Options{
		Hosts: append(hosts, p.Cfg.ResultHosts...), Proxy: http.ProxyFromEnvironment,
		MaxBytes: resultLimit, Timeout: resultTimeout, Stall: resultStall,
	})
}

// Pictures lets photos and logos be prepared, as many at once as there are cores.
func (p *Parts) Pictures() {
	by := p.wire()
	preparer := photo.New(runtime.GOMAXPROCS(0))
	preparer.Ratio = photo.Ratio(cmp.Or(by.Cuts.CutTerms().Ratio, by.Clips.ClipTerms().Ratio))
	p.Prepare, p.Logo = photo.PreparePhoto(preparer), photo.PrepareLogo(preparer)
}
