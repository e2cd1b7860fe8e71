package service_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Benchmarks of the program as a process of its own. They read /proc, so they need Linux.

// BenchmarkProcess_Start is how long it takes until the program is ready, the first time, again after
// SIGKILL, and what it then needs at rest.
func BenchmarkProcess_Start(b *testing.B) {
	for name, fresh := range apptest.Databases() {
		b.Run(name, func(b *testing.B) {
			var first, again time.Duration
			var rss float64
			for range b.N {
				w, addr := apptest.Servable(b, fresh(b))
				c, took := startReady(b, w, addr, "serve", "--sandbox")
				first += took
				rss = max(rss, c.Megabytes("VmRSS"))
				c.Kill()
				c, took = startReady(b, w, addr, "serve", "--sandbox")
				again += took
				c.Terminate()
			}
			b.ReportMetric(float64(first.Milliseconds())/float64(b.N), "first-ms")
			b.ReportMetric(float64(again.Milliseconds())/float64(b.N), "again-ms")
			b.ReportMetric(rss, "rest-MB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkProcess_TwoHundredOpen is the most memory that the program takes while 200 orders with real photos
// come up to the point where they all wait for their clips.
func BenchmarkProcess_TwoHundredOpen(b *testing.B) {
	for name, fresh := range apptest.Databases() {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				w, addr := apptest.Servable(b, fresh(b))
				w.Holding.Store(true)
				w.Fill(200, 0, func(o *pipeline.Order) {})
				c, _ := startReady(b, w, addr, "serve", "--sandbox")
				apptest.Every(b, 100*time.Millisecond, func() error {
					if n := len(w.Starts()); n < 200 {
						return fmt.Errorf("%d clips begun", n)
					}
					return nil
				})
				b.ReportMetric(c.Megabytes("VmRSS"), "open-MB")
				b.ReportMetric(c.Megabytes("VmHWM"), "peak-MB")
				c.Kill()
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkProcess_TenThousandWaiting is what 10,000 orders that wait for a provider cost.
func BenchmarkProcess_TenThousandWaiting(b *testing.B) {
	for name, fresh := range apptest.Databases() {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				w, addr := apptest.Servable(b, fresh(b))
				w.Fill(10_000, time.Hour, func(o *pipeline.Order) {
					o.Step, o.Phase, o.Remote, o.Call = pipeline.Animate, pipeline.Waiting, fmt.Sprint("task-", o.ID),
						fmt.Sprint("call-", o.ID)
				})
				c, _ := startReady(b, w, addr, "serve", "--sandbox")
				const window = 15 * time.Second
				before := c.Cpu()
				<-time.After(window) // the measure is what happens while nothing does
				b.ReportMetric(float64(c.Cpu()-before)/float64(window)*100, "cpu-%")
				b.ReportMetric(c.Megabytes("VmRSS"), "MB")
				c.Kill()
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkProcess_OpenSockets is what 500 open pages of 25 shops cost while nothing happens in them.
func BenchmarkProcess_OpenSockets(b *testing.B) {
	for name, fresh := range apptest.Databases() {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				const pages = 500
				w, addr := apptest.Servable(b, fresh(b))
				sessions := w.SignIn(25)
				c, _ := startReady(b, w, addr, "serve", "--sandbox")
				const window = time.Minute     // every page is pinged in it
				<-time.After(10 * time.Second) // what a start begins is over
				idle := c.Cpu()
				<-time.After(window)
				idle = c.Cpu() - idle
				before := c.Megabytes("VmRSS")
				for n := range pages {
					page, _, err := websocket.Dial(b.Context(), "http://"+addr+"/web/live", &websocket.DialOptions{
						HTTPHeader: http.Header{"Cookie": {"sajangpick_session=" + sessions[n%len(sessions)]}},
					})
					if err != nil {
						b.Fatal(err)
					}
					defer page.CloseNow()
					if _, _, err := page.Read(b.Context()); err != nil { // what it missed: it is signed in
						b.Fatal(err)
					}
					page.CloseRead(b.Context()) // which answers pings
				}
				open := c.Megabytes("VmRSS")
				busy := c.Cpu()
				<-time.After(window)
				busy = c.Cpu() - busy
				b.ReportMetric(open-before, "opened-MB")
				b.ReportMetric(c.Megabytes("VmRSS")-before, "rest-MB")
				b.ReportMetric(float64(busy)/float64(window)*100, "cpu-%")
				b.ReportMetric(float64(idle)/float64(window)*100, "without-cpu-%")
				c.Kill()
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkProcesses_OrdersASecond is how many orders a second one and two processes make on one Postgres, each pinned
// to a core of its own (taskset, of util-linux), photos being most of their work.
func BenchmarkProcesses_OrdersASecond(b *testing.B) {
	const orders = 120
	for _, n := range []int{1, 2} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			var took time.Duration
			for range b.N {
				w, _ := apptest.Servable(b, apptest.Databases()["postgres"](b))
				w.Fill(orders, 0, func(*pipeline.Order) {})
				start := time.Now()
				var all []*apptest.Child
				for core := range n {
					all = append(all, w.StartPinned(core))
				}
				apptest.Every(b, 200*time.Millisecond, func() error { return w.Delivered(orders) })
				took += time.Since(start)
				for _, c := range all {
					c.Terminate()
				}
			}
			b.ReportMetric(orders*float64(b.N)/took.Seconds(), "orders/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkProgram_ProcessorTimeOfAnOrder is what the program takes of the processors for an order, in a process of its
// own: of 300 that a chat's people send, fifteen a second, after the program has done some. What prepares photos has
// processes of its own, which aren't counted, nor are the stand-ins and the load, which are here; there is no ffmpeg.
// All that the program does beside orders in that time is counted. Postgres's processes are counted apart.
func BenchmarkProgram_ProcessorTimeOfAnOrder(b *testing.B) {
	const warm, orders, pause = 60, 300, time.Second / 15
	for name, fresh := range apptest.Databases() {
		b.Run(name, func(b *testing.B) {
			w, addr := apptest.Servable(b, fresh(b))
			w.WithTelegram()
			w.Settings["PATH"] = b.TempDir()
			c, _ := startReady(b, w, addr, "serve")
			send := func(n int) {
				tick := time.NewTicker(pause)
				defer tick.Stop()
				var crowd sync.WaitGroup
				for range n {
					<-tick.C
					crowd.Go(func() {
						chat := w.People.Person("김사장", "ko").Private()
						chat.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
						if _, err := chat.Wait(apptest.Patience, got); err != nil {
							b.Error(err)
						}
					})
				}
				crowd.Wait()
			}
			send(warm)
			b.ResetTimer()
			before, db := c.Cpu(), w.DatabaseCpu()
			for range b.N {
				send(orders)
			}
			own, database := c.Cpu()-before, w.DatabaseCpu()-db
			b.ReportMetric(c.Megabytes("VmHWM"), "peak-MB")
			c.Terminate()
			b.ReportMetric(float64(own.Microseconds())/1000/orders/float64(b.N), "cpu-ms/order")
			b.ReportMetric(float64(database.Microseconds())/1000/orders/float64(b.N), "database-cpu-ms/order")
			b.ReportMetric(float64(orders*b.N)/b.Elapsed().Seconds(), "orders/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// got reports whether a short has come.
func got(all []people.Message) bool {
	return slices.ContainsFunc(all, func(m people.Message) bool { return m.Ours && m.Kind == "video" })
}

// BenchmarkProcess_AtRest is how many statements a second some processes have Postgres do while there is nothing to do.
func BenchmarkProcess_AtRest(b *testing.B) {
	for _, n := range []int{1, 2, 4} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			w := apptest.NewWorld(b, apptest.Databases()["postgres"](b))
			wire := w.WithWire()
			for range n {
				p := w.Start(pipeline.DefaultTimes(), nil)
				defer p.Stop()
			}
			const settle, window = 10 * time.Second, 30 * time.Second
			<-time.After(settle)
			wire.Take()
			<-time.After(window) // the measure is what happens while nothing does
			b.ReportMetric(float64(len(wire.Take()))/window.Seconds(), "statements/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func startReady(b *testing.B, w *apptest.World, addr string, args ...string) (*apptest.Child, time.Duration) {
	start := time.Now()
	c := apptest.StartChild(b, w.Settings, args...)
	apptest.Every(b, 2*time.Millisecond, apptest.Ready(addr))
	return c, time.Since(start)
}
