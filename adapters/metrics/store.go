package metrics

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	countEvery = 30 * time.Second // however often it is asked
	countLimit = 5 * time.Second
)

// Store is what is counted, and summed up.
type Store interface {
	Overview(ctx context.Context, since, month time.Time) (bot.Overview, error)
	Jobs(ctx context.Context) (map[string]int, error)
	SpendByShop(ctx context.Context, from, to time.Time) ([]bot.SpendRow, error)
}

// storeMetrics are those figures that all processes share. Each process tells the same.
type storeMetrics struct {
	store Store
	zone  *time.Location

	up, orders, open, oldest, failures, pending, jobs, credits *prometheus.Desc

	mu    sync.Mutex
	asked time.Time
	known *figures // nil: the database didn't say
}

// figures are how the service stands.
type figures struct {
	bot.Overview
	jobs  map[string]int
	month []bot.SpendRow
}

func newStoreMetrics(o Options) *storeMetrics {
	return &storeMetrics{
		store: o.Store, zone: o.Zone,
		up: describe("sajangpick_store_up", "1 if the database gave the figures below, at most 30 s ago."),
		orders: describe("sajangpick_orders",
			"Orders placed this month, by how they stand; all that are open or parked.", "status"),
		open: describe("sajangpick_open_orders", "Orders on their way, by step.", "step"),
		oldest: describe("sajangpick_oldest_open_order_seconds", "How long the oldest open order is under way: "+
			"since it was placed, or since its step began if it has brought a short before; 0: none is."),
		failures: describe("sajangpick_failures_day",
			"Orders that failed or were parked in the last 24 h and still are.", "reason"),
		pending: describe("sajangpick_outbox_pending", "Messages to people that wait to be sent."),
		jobs:    describe("sajangpick_jobs", "Jobs in the queue, by their state there.", "state"),
		credits: describe("sajangpick_credits_month", "A provider's credits of the calls begun this month: "+
			"settled, or estimated while the price isn't known.", "provider", "state"),
	}
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// Describe implements prometheus.Collector.
func (s *storeMetrics) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{s.up, s.orders, s.open, s.oldest, s.failures, s.pending, s.jobs, s.credits} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (s *storeMetrics) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	f := s.figures()
	if f == nil {
		gauge(s.up, 0)
		return
	}
	gauge(s.up, 1)
	gauge(s.pending, float64(f.OutboxPending))
	open := 0
	for _, n := range f.Open {
		open += n
	}
	gauge(s.orders, float64(open), string(pipeline.Open))
	gauge(s.orders, float64(f.Parked), string(pipeline.Parked))
	for _, status := range []pipeline.Status{pipeline.Delivered, pipeline.Failed, pipeline.Cancelled} {
		gauge(s.orders, float64(f.Orders[status]), string(status))
	}
	for _, step := range []pipeline.Step{pipeline.Fetch, pipeline.Animate, pipeline.Render, pipeline.Deliver} {
		gauge(s.open, float64(f.Open[step]), string(step))
	}
	age := 0.0
	if !f.Longest.IsZero() {
		age = max(time.Since(f.Longest).Seconds(), 0)
	}
	gauge(s.oldest, age)
	for why, n := range f.Failures {
		gauge(s.failures, float64(n), string(why))
	}
	for name, n := range f.jobs {
		gauge(s.jobs, float64(n), name)
	}
	for _, one := range f.month {
		gauge(s.credits, credits(one.Settled), one.Provider, "settled")
		gauge(s.credits, credits(one.Estimated), one.Provider, "estimated")
	}
}

func credits(c pipeline.Credits) float64 { return float64(c) / 100 }

// figures are at most countEvery old. An error counts as long, so that a database in trouble is left alone.
func (s *storeMetrics) figures() *figures {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := time.Now(); now.Sub(s.asked) >= countEvery {
		ctx, cancel := context.WithTimeout(context.Background(), countLimit)
		defer cancel()
		f, err := s.count(ctx, now)
		s.known, s.asked = f, time.Now()
		if err != nil {
			s.known = nil
		}
	}
	return s.known
}

func (s *storeMetrics) count(ctx context.Context, now time.Time) (*figures, error) {
	var f figures
	var err error
	month := present.MonthOf(s.zone, now, 0)
	if f.Overview, err = s.store.Overview(ctx, now.Add(-24*time.Hour), month); err != nil {
		return nil, err
	}
	if f.jobs, err = s.store.Jobs(ctx); err != nil {
		return nil, err
	}
	f.month, err = s.store.SpendByShop(ctx, month, month.AddDate(0, 1, 0))
	return &f, err
}
