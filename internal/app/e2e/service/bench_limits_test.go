package service_test

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/sandbox"
	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/internal/pace"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Benchmarks of what waits for a limit. They take as long as the limits need.

var backlog = flag.Int("backlog", 2000, "orders that BenchmarkService_Backlog lets go")

// BenchmarkService_RendersUnderTheirLimit is what 30 requests in 10 s make of orders: with 20 under way, how much
// longer the slowest takes than the middle one; with 200 at once, how much longer all take than the limit alone would.
func BenchmarkService_RendersUnderTheirLimit(b *testing.B) {
	const per, n = 10 * time.Second, 30
	for _, database := range []string{"postgres", "sqlite"} {
		for _, x := range []struct{ orders, atOnce int }{{60, 20}, {200, 200}} {
			b.Run(fmt.Sprintf("%s/%d of %d", database, x.atOnce, x.orders), func(b *testing.B) {
				w := apptest.NewWorld(b, apptest.Databases()[database](b))
				w.Settings["CREATOMATE_RATE"], w.Settings["RUNWAY_CONCURRENCY"] = fmt.Sprint(n, "/", per), "20"
				p := w.Start(pipeline.DefaultTimes(), nil)
				defer p.Stop()
				began := time.Now()
				took := flood(b, p, x.orders, x.atOnce)
				all := time.Since(began)
				slices.Sort(took)
				p50, p99 := took[len(took)/2], took[len(took)*99/100]
				least := time.Duration((2*x.orders-1)/n) * per // a start and a look each
				b.ReportMetric(p50.Seconds(), "p50-s")
				b.ReportMetric(p99.Seconds(), "p99-s")
				b.ReportMetric(p99.Seconds()/p50.Seconds(), "p99/p50")
				b.ReportMetric(all.Seconds(), "all-s")
				b.ReportMetric(all.Seconds()/least.Seconds(), "all/limit")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// flood places orders, so many at most under way, and says how long each took.
func flood(b *testing.B, p *apptest.Process, n, atOnce int) (took []time.Duration) {
	room := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	all.Go(func() {
		for range n {
			o := <-p.Engine.Ends
			if o.Status != pipeline.Delivered {
				b.Errorf("order %d: %s %s", o.ID, o.Status, o.Detail)
			}
			took = append(took, o.Changed.Sub(o.Placed))
			<-room
		}
	})
	for i := range n {
		room <- struct{}{}
		if _, err := p.Place(fmt.Sprint("limit-", i)); err != nil {
			b.Fatal(err)
		}
	}
	all.Wait()
	return took
}

// BenchmarkService_Backlog lets orders go that a pause held back, and watches half a minute of it: meanwhile a person
// who was never there sends a photo, and an admin asks, ten times.
func BenchmarkService_Backlog(b *testing.B) {
	const atOnce, clip, watched = 20, 500 * time.Millisecond, 30 * time.Second
	for _, database := range []string{"postgres", "sqlite"} {
		b.Run(database, func(b *testing.B) {
			w := apptest.NewWorld(b, apptest.Databases()[database](b)).WithTelegram()
			boss := w.People.Person("boss", "ko")
			w.Settings["ADMINS"] = "telegram:" + strconv.FormatInt(boss.ID, 10)
			w.Settings["RUNWAY_CONCURRENCY"] = strconv.Itoa(atOnce)
			var begun, under, most atomic.Int64
			w.Clip = func(ctx context.Context, j sandbox.ClipJob) error {
				begun.Add(1)
				for n := under.Add(1); n > most.Load(); {
					most.Store(n)
				}
				defer under.Add(-1)
				pace.Sleep(ctx, clip)
				return os.WriteFile(j.Out, apptest.TinyClip(), 0o600)
			}
			p := w.Start(pipeline.DefaultTimes(), nil)
			defer p.Kill()
			if _, err := p.Place("alone"); err != nil {
				b.Fatal(err)
			}
			o := <-p.Engine.Ends
			own := o.Changed.Sub(o.Placed)
			office := boss.Private()
			ask(b, office, "/pause", func() { office.SendText("/pause") })
			hold(b, p, *backlog)
			before := begun.Load()
			resumed := ask(b, office, "/resume", func() { office.SendText("/resume") })
			began := time.Now()
			var delivered, bought int64
			var first time.Duration
			var status, reply []time.Duration
			next := began
			for time.Since(began) < watched {
				for len(p.Engine.Ends) > 0 {
					if o := <-p.Engine.Ends; delivered == 0 {
						first = o.Changed.Sub(began)
					}
					delivered++
				}
				bought = max(bought, begun.Load()-before-delivered)
				if time.Now().After(next) {
					next = time.Now().Add(3 * time.Second)
					status = append(status, ask(b, office, "/status", func() { office.SendText("/status") }))
					shop := w.People.Person(fmt.Sprint("owner-", len(reply)), "ko").Private()
					photo := func() { shop.SendPhoto(apptest.TinyPhoto(), apptest.Pasta) }
					reply = append(reply, ask(b, shop, "a photo", photo))
				}
				<-time.After(20 * time.Millisecond)
			}
			slices.SortFunc(status, cmp.Compare)
			slices.SortFunc(reply, cmp.Compare)
			b.ReportMetric(float64(own.Milliseconds()), "own-ms")
			b.ReportMetric(float64(resumed.Milliseconds()), "resume-ms")
			b.ReportMetric(float64(first.Milliseconds()), "first-ms")
			b.ReportMetric(float64(most.Load()), "clips-at-once")
			b.ReportMetric(float64(bought), "bought-not-delivered")
			b.ReportMetric(float64(delivered)/watched.Seconds(), "orders/s")
			b.ReportMetric(float64(status[len(status)-1].Milliseconds()), "status-max-ms")
			b.ReportMetric(float64(reply[len(reply)-1].Milliseconds()), "reply-max-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// ask sends something, and says how long the bot's next message takes.
func ask(b *testing.B, c *people.Chat, what string, send func()) time.Duration {
	b.Helper()
	ours := func(all []people.Message) (n int) {
		for _, m := range all {
			if m.Ours {
				n++
			}
		}
		return n
	}
	before, began := ours(c.Messages()), time.Now()
	send()
	if _, err := c.Wait(apptest.Patience, func(all []people.Message) bool { return ours(all) > before }); err != nil {
		b.Fatalf("%s: %v", what, err)
	}
	return time.Since(began)
}

// heldShops are the numbers from which on hold has fifty shops: more than those that people get meanwhile, which else
// would have reached their month's limit.
const heldShops = 1_000_000

// hold puts orders there that a pause holds back before their clips.
func hold(b *testing.B, p *apptest.Process, n int) {
	var all sync.WaitGroup
	var failed atomic.Pointer[error]
	for part := range 16 {
		all.Go(func() {
			for i := part; i < n; i += 16 {
				o := apptest.OrderOf(fmt.Sprint("held-", i))
				now := time.Now()
				o.Status, o.Step, o.Phase, o.Reason, o.PhotoKey = pipeline.Open, pipeline.Animate, pipeline.Ready,
					pipeline.ReasonPaused, "uploads/test"
				o.Shop, o.Placed, o.Since, o.Due = int64(heldShops+i%50), now, now, now.Add(10*time.Minute)
				if _, _, err := p.Engine.Place(b.Context(), o); err != nil {
					failed.Store(&err)
				}
			}
		})
	}
	all.Wait()
	if err := failed.Load(); err != nil {
		b.Fatal(strings.TrimSpace((*err).Error()))
	}
}
