// Package metrics tells a Prometheus what this process does, and how the service stands.
package metrics

import (
	"errors"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Metrics is what this process tells a Prometheus. Labels are words of ours, of which there are few:
// never a chat, a shop or an order.
type Metrics struct {
	Registry *prometheus.Registry

	ends      *prometheus.CounterVec
	fallbacks *prometheus.CounterVec
	compacted prometheus.Counter
	whole     prometheus.Histogram
	steps     *prometheus.HistogramVec
	callbacks prometheus.Histogram
	calls     *prometheus.HistogramVec
	updates   *prometheus.HistogramVec
	webhooks  *prometheus.HistogramVec
}

var _ pipeline.Observer = (*Metrics)(nil)

// Bounds of what a computer does, and of what people wait for, in seconds.
var (
	quick = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
	slow  = []float64{.1, .25, .5, 1, 2.5, 5, 10, 20, 40, 60, 120, 300, 600, 1800, 3600}
)

// Options are what Metrics are built from.
type Options struct {
	Version   string // of the program
	Store     Store
	Zone      *time.Location         // in which months begin
	Providers func() []bot.Provider  // how those are who are paid
	Paused    func() bool            // an admin has stopped paid work
	Intakes   func() map[string]bool // by platform, whether updates come in through this process
}

// New makes Metrics.
func New(o Options) *Metrics {
	m := &Metrics{
		Registry: prometheus.NewRegistry(),
		ends: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sajangpick_order_ends_total",
			Help: "Times that this process brought an order to its end, but for those that people took back.",
		}, []string{"status", "reason"}),
		fallbacks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sajangpick_order_fallback_total",
			Help: "Orders that this process let go on with the photo itself in place of a clip.",
		}, []string{"reason"}),
		compacted: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "sajangpick_orders_compacted_total",
			Help: "Orders that this process took away after RETENTION, but for their sums.",
		}),
		whole: histogram("sajangpick_order_seconds",
			"From an order's being placed to its first short's being delivered.", slow),
		steps: histograms("sajangpick_step_seconds",
			"A step that went well, waiting and other tries included.", slow, "step"),
		callbacks: histogram("sajangpick_callback_seconds", "From a provider's callback to the work that it asks "+
			"for.", quick),
		calls: histograms("sajangpick_provider_call_seconds", "Requests to those who are paid.", slow,
			"provider", "what", "result"),
		updates: histograms("sajangpick_update_seconds", "What people did, until all that it leads to was kept.", quick,
			"platform", "result"),
		webhooks: histograms("sajangpick_webhook_seconds", "Requests to our webhooks.", quick, "webhook", "code"),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "sajangpick_build_info", Help: "1, for the version.",
		ConstLabels: prometheus.Labels{"version": o.Version},
	})
	build.Set(1)
	m.Registry.MustRegister(
		m.ends, m.fallbacks, m.compacted, m.whole, m.steps, m.callbacks, m.calls, m.updates, m.webhooks, build,
		newStoreMetrics(o),
		gauges{o},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

func histogram(name, help string, bounds []float64) prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: bounds})
}

func histograms(name, help string, bounds []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: bounds}, labels)
}

// Page is for GET /metrics.
func (m *Metrics) Page() http.Handler {
	return promhttp.HandlerFor(m.Registry, promhttp.HandlerOpts{
		MaxRequestsInFlight: 4, ErrorHandling: promhttp.ContinueOnError,
	})
}

// Webhook counts the requests to one webhook.
func (m *Metrics) Webhook(name string, h http.Handler) http.Handler {
	return promhttp.InstrumentHandlerDuration(m.webhooks.MustCurryWith(prometheus.Labels{"webhook": name}), h)
}

// Compacted counts orders that were taken away but for their sums.
func (m *Metrics) Compacted(orders int) { m.compacted.Add(float64(orders)) }

// Moved implements pipeline.Observer.
func (m *Metrics) Moved(before, after pipeline.Order) {
	ended := before.Status == pipeline.Open && after.Status != pipeline.Open && after.Status != pipeline.Cancelled
	if ended {
		why := after.Reason
		if after.Status == pipeline.Delivered {
			why = pipeline.ReasonNone
		}
		m.ends.WithLabelValues(string(after.Status), string(why)).Inc()
	}
	if before.Fallback != after.Fallback && after.Fallback != pipeline.ReasonNone {
		m.fallbacks.WithLabelValues(string(after.Fallback)).Inc()
	}
	done := ended && after.Status == pipeline.Delivered
	if done && before.Shown == 0 {
		m.whole.Observe(after.Changed.Sub(after.Placed).Seconds())
	}
	if done || after.Status == pipeline.Open && after.Step != before.Step && after.Cut.N == before.Cut.N {
		m.steps.WithLabelValues(string(before.Step)).Observe(time.Since(before.Since).Seconds())
	}
}

// CallbackHandled implements pipeline.Observer.
func (m *Metrics) CallbackHandled(after time.Duration) { m.callbacks.Observe(after.Seconds()) }

// Called implements pipeline.Observer.
func (m *Metrics) Called(provider, what string, took time.Duration, err error) {
	m.calls.WithLabelValues(provider, what, result(err)).Observe(took.Seconds())
}

// result is what came of a request.
func result(err error) string {
	var f *pipeline.Fault
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &f) && f.RateLimited:
		return "busy"
	}
	return pipeline.AsFault(err).Kind.String()
}

// Updated counts an update that was taken in.
func (m *Metrics) Updated(platform string, took time.Duration, err error) {
	result := "ok"
	if err != nil {
		result = "error"
	}
	m.updates.WithLabelValues(platform, result).Observe(took.Seconds())
}
