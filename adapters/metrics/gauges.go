package metrics

import "github.com/prometheus/client_golang/prometheus"

// gauges are what this process knows without a database.
type gauges struct{ o Options }

// Descriptions of gauges; they are never changed.
var (
	balanceDesc = prometheus.NewDesc("sajangpick_provider_balance_credits", "What a provider says that we have left.",
		[]string{"provider"}, nil)
	failingDesc = prometheus.NewDesc("sajangpick_provider_failing", "1 while a provider's requests keep failing.",
		[]string{"provider"}, nil)
	pausedDesc = prometheus.NewDesc("sajangpick_paused", "1 while an admin has stopped paid work.", nil, nil)
	intakeDesc = prometheus.NewDesc("sajangpick_intake_up",
		"1 while updates come in through this process. A process that another one polls for has 0.",
		[]string{"platform"}, nil)
)

// Describe implements prometheus.Collector.
func (g gauges) Describe(ch chan<- *prometheus.Desc) {
	ch <- balanceDesc
	ch <- failingDesc
	ch <- pausedDesc
	ch <- intakeDesc
}

// Collect implements prometheus.Collector.
func (g gauges) Collect(ch chan<- prometheus.Metric) {
	tell := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	for _, p := range g.o.Providers() {
		tell(failingDesc, oneIf(!p.Failing.IsZero()), p.Name)
		if p.Credits >= 0 {
			tell(balanceDesc, credits(p.Credits), p.Name)
		}
	}
	tell(pausedDesc, oneIf(g.o.Paused()))
	for platform, up := range g.o.Intakes() {
		tell(intakeDesc, oneIf(up), platform)
	}
}

func oneIf(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
