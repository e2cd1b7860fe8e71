package app

import (
	"net"
	"net/http"

	"github.com/sajangpick/sajangpick/adapters/metrics"
	"github.com/sajangpick/sajangpick/config"
)

func (a *App) openMetrics(p Parts) {
	a.Metrics = metrics.New(metrics.Options{
		Version: p.Version, Store: a.Engine, Zone: config.Home(), Providers: a.health.List, Paused: a.SpendGate.Paused,
		Intakes: func() map[string]bool {
			up := map[string]bool{}
			for _, i := range a.Intakes {
				up[i.Platform] = i.Receiving()
			}
			return up
		},
	})
}

// ServeMetrics listens for a Prometheus at METRICS_LISTEN, which is not where the world comes in. A port that is taken
// costs the figures of this process, not its work: several may run on one machine.
func (a *App) ServeMetrics() (stop func()) {
	if a.Cfg.MetricsListen == "" {
		return func() {}
	}
	l, err := net.Listen("tcp", a.Cfg.MetricsListen)
	if err != nil {
		a.log.Warn("no /metrics: give this process a METRICS_LISTEN of its own, or off", "err", err)
		return func() {}
	}
	m := http.NewServeMux()
	m.Handle("GET /metrics", a.Metrics.Page())
	s := newServer(m, a.log)
	go func() { _ = s.Serve(l) }() // until it is closed, which is the last thing of all
	a.log.Info("metrics", "address", selfURL(l.Addr())+"/metrics")
	return func() { _ = s.Close() }
}
