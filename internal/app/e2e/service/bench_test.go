package service_test

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Benchmarks of the whole pipeline over HTTP stand-ins that are instant, in this same process and
// on the same cores. Nothing is rendered and photos aren't prepared: those have benchmarks of
// their own in pipeline/photo and adapters/sandbox/studio.

// byDatabase runs a benchmark on both databases, each with a process of its own.
func byDatabase(b *testing.B, f func(b *testing.B, w *apptest.World, p *apptest.Process)) {
	for _, name := range []string{"postgres", "sqlite"} {
		b.Run(name, func(b *testing.B) {
			w := apptest.NewWorld(b, apptest.Databases()[name](b))
			p := w.Start(pipeline.DefaultTimes(), nil)
			defer p.Stop()
			f(b, w, p)
		})
	}
}

// BenchmarkService_Orders is how many orders a second come through, with 200 under way, and what each takes of the
// machine's processors: the service, its database, the stand-ins and the load. Nothing else may run beside it. What
// isn't the database's is counted apart: BenchmarkProgram_ProcessorTimeOfAnOrder says how much of that is the service's
// own.
func BenchmarkService_Orders(b *testing.B) {
	byDatabase(b, func(b *testing.B, _ *apptest.World, p *apptest.Process) {
		b.ResetTimer()
		before, own := busy(b), here(b)
		p.Flood(b, b.N, 200)
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "orders/s")
		b.ReportMetric(float64((busy(b)-before).Milliseconds())/float64(b.N), "cpu-ms/order")
		b.ReportMetric(float64((here(b)-own).Milliseconds())/float64(b.N), "here-cpu-ms/order")
	})
}

// here is the time that this process has computed so far.
func here(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// busy is the time that this machine's processors have worked so far, for whom ever (proc(5), stat).
func busy(b *testing.B) (all time.Duration) {
	b.Helper()
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		b.Fatal(err)
	}
	for i, field := range strings.Fields(string(stat))[1:8] {
		n, err := strconv.Atoi(field)
		if err != nil {
			b.Fatal(err)
		}
		if i != 3 && i != 4 { // idle, or waiting for a disk
			all += time.Duration(n) * (time.Second / 100)
		}
	}
	return all
}

// BenchmarkService_OneOrder is what the house adds to the providers' time for an order that is alone: they
// are instant here, so it is all of the order's time.
func BenchmarkService_OneOrder(b *testing.B) {
	byDatabase(b, func(b *testing.B, _ *apptest.World, p *apptest.Process) {
		var took []time.Duration
		for i := range b.N {
			start := time.Now()
			if _, err := p.Place(fmt.Sprintf("one-%d-%d", b.N, i)); err != nil {
				b.Fatal(err)
			}
			<-p.Engine.Ends
			took = append(took, time.Since(start))
		}
		percentiles(b, took)
	})
}

// BenchmarkService_TwoHundredAtOnce is how long an order takes when 200 come in the same moment.
func BenchmarkService_TwoHundredAtOnce(b *testing.B) {
	byDatabase(b, func(b *testing.B, _ *apptest.World, p *apptest.Process) {
		var took []time.Duration
		for i := range b.N {
			var people sync.WaitGroup
			start := time.Now()
			for n := range 200 {
				people.Go(func() {
					if _, err := p.Place(fmt.Sprintf("crowd-%d-%d-%d", b.N, i, n)); err != nil {
						b.Error(err)
					}
				})
			}
			for range 200 {
				<-p.Engine.Ends
				took = append(took, time.Since(start))
			}
			people.Wait()
		}
		percentiles(b, took)
	})
}

// BenchmarkService_Accept is how long taking an order in takes while 100 a second come.
func BenchmarkService_Accept(b *testing.B) {
	byDatabase(b, func(b *testing.B, _ *apptest.World, p *apptest.Process) {
		took := make([]time.Duration, b.N)
		var people sync.WaitGroup
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for i := range b.N {
			<-tick.C
			people.Go(func() {
				o := apptest.OrderOf(fmt.Sprintf("accept-%d-%d", b.N, i))
				start := time.Now()
				_, _, err := p.Pipe.Place(context.Background(), o)
				took[i] = time.Since(start)
				if err != nil {
					b.Error(err)
				}
			})
		}
		people.Wait()
		percentiles(b, took)
	})
}

// BenchmarkService_Callback is the time from a provider's callback until the next call that follows from it, at 20
// orders a second: for the clip's callback that is the start of the render.
func BenchmarkService_Callback(b *testing.B) {
	byDatabase(b, func(b *testing.B, w *apptest.World, p *apptest.Process) {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for i := range b.N {
			<-tick.C
			if _, err := p.Place(fmt.Sprintf("callback-%d-%d", b.N, i)); err != nil {
				b.Fatal(err)
			}
		}
		for range b.N {
			<-p.Engine.Ends
		}
		var took []time.Duration
		for _, r := range w.StandIns.Requests() {
			came, ok := p.Callbacks.Load(strings.Replace(apptest.PathOf(r.Callback), "creatomate", "runway", 1))
			if ok && r.Route == "POST /v2/renders" {
				took = append(took, r.At.Sub(came.(time.Time)))
			}
		}
		percentiles(b, took)
	})
}

func percentiles(b *testing.B, d []time.Duration) {
	b.Helper()
	if len(d) == 0 {
		b.Fatal("nothing was measured")
	}
	slices.SortFunc(d, cmp.Compare)
	ms := func(share float64) float64 {
		return float64(d[min(int(share*float64(len(d))), len(d)-1)].Microseconds()) / 1000
	}
	b.ReportMetric(ms(0.5), "p50-ms")
	b.ReportMetric(ms(0.99), "p99-ms")
	b.ReportMetric(0, "ns/op")
}
