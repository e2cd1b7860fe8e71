package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
	"github.com/sajangpick/sajangpick/storage/disk"
)

// Benchmarks of the program as a process of its own. They read /proc, so they need Linux.

// BenchmarkStart is how long it takes until the program is ready, the first time, again after
// SIGKILL, and what it then needs at rest.
func BenchmarkStart(b *testing.B) {
	for name, fresh := range databases() {
		b.Run(name, func(b *testing.B) {
			var first, again time.Duration
			var rss float64
			for range b.N {
				w, addr := servable(b, fresh(b))
				c, took := startReady(b, w, addr)
				first += took
				rss = max(rss, c.megabytes("VmRSS"))
				c.kill()
				c, took = startReady(b, w, addr)
				again += took
				c.terminate(15 * time.Second)
			}
			b.ReportMetric(float64(first.Milliseconds())/float64(b.N), "first-ms")
			b.ReportMetric(float64(again.Milliseconds())/float64(b.N), "again-ms")
			b.ReportMetric(rss, "rest-MB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkTwoHundredOpen is the most memory that the program takes while 200 orders with real photos
// come up to the point where they all wait for their clips.
func BenchmarkTwoHundredOpen(b *testing.B) {
	for name, fresh := range databases() {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				w, addr := servable(b, fresh(b))
				w.holding.Store(true)
				w.fill(200, 0, func(o *pipeline.Order) {})
				c, _ := startReady(b, w, addr)
				every(b, 100*time.Millisecond, 5*time.Minute, func() error {
					if n := len(w.starts()); n < 200 {
						return fmt.Errorf("%d clips begun", n)
					}
					return nil
				})
				b.ReportMetric(c.megabytes("VmRSS"), "open-MB")
				b.ReportMetric(c.megabytes("VmHWM"), "peak-MB")
				c.kill()
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkTenThousandWaiting is what 10,000 orders that wait for a provider cost.
func BenchmarkTenThousandWaiting(b *testing.B) {
	for name, fresh := range databases() {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				w, addr := servable(b, fresh(b))
				w.fill(10_000, time.Hour, func(o *pipeline.Order) {
					o.Step, o.Phase, o.Remote, o.Call = pipeline.Animate, pipeline.Waiting, fmt.Sprint("task-", o.ID), fmt.Sprint("call-", o.ID)
				})
				c, _ := startReady(b, w, addr)
				const window = 15 * time.Second
				before := c.cpu()
				<-time.After(window) // the measure is what happens while nothing does
				b.ReportMetric(float64(c.cpu()-before)/float64(window)*100, "cpu-%")
				b.ReportMetric(c.megabytes("VmRSS"), "MB")
				c.kill()
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

func startReady(b *testing.B, w *world, addr string) (*child, time.Duration) {
	start := time.Now()
	c := startChild(b, w.settings, "serve", "--sandbox")
	every(b, 2*time.Millisecond, time.Minute, ready(addr))
	return c, time.Since(start)
}

// fill puts n orders into the database while nobody works on it, due after a while. state says how they stand.
func (w *world) fill(n int, due time.Duration, state func(*pipeline.Order)) {
	t, ctx := w.t, context.Background()
	cfg := w.config()
	blobs, err := disk.New(cfg.Blobs.Dir, disk.Options{Key: []byte(w.settings["SECRET_KEY"])})
	if err != nil {
		t.Fatal(err)
	}
	defer blobs.Close()
	if err := blobs.Put(ctx, "uploads/test", "application/octet-stream", bytes.NewReader(sample.Photo)); err != nil {
		t.Fatal(err)
	}
	e, err := openEngine(ctx, cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if err := e.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		o := orderOf(fmt.Sprint("fill-", i))
		now := time.Now()
		o.Status, o.Step, o.Phase, o.Placed, o.Since, o.Due = pipeline.Open, pipeline.Fetch, pipeline.Ready, now, now, now.Add(due)
		o, _, err := e.Place(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		was := o.Phase
		if state(&o); o.Phase != was {
			if _, err := e.Move(ctx, o, pipeline.Move{Wakeup: true}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// megabytes reads one line of the process's status.
func (c *child) megabytes(line string) float64 {
	data, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(c.cmd.Process.Pid), "status"))
	if err != nil {
		c.t.Fatal(err)
	}
	for l := range strings.Lines(string(data)) {
		if f := strings.Fields(l); len(f) == 3 && f[0] == line+":" {
			kb, err := strconv.ParseFloat(f[1], 64)
			if err != nil {
				c.t.Fatal(err)
			}
			return kb / 1024
		}
	}
	c.t.Fatalf("no %s", line)
	return 0
}

// cpu is the time that the process has computed so far (proc(5), utime and stime in ticks of 10 ms).
func (c *child) cpu() time.Duration {
	data, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(c.cmd.Process.Pid), "stat"))
	if err != nil {
		c.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(data), ") ")
	f := strings.Fields(rest)
	var ticks int
	for _, s := range f[11:13] {
		n, err := strconv.Atoi(s)
		if err != nil {
			c.t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
