package live_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/sajangpick/sajangpick/adapters/web/live"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/postgres"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// BenchmarkLive_EventOfOtherProcess is how long it takes until an event of one process is at a socket of another one,
// over Postgres.
func BenchmarkLive_EventOfOtherProcess(b *testing.B) {
	address := storagetest.Postgres(b)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var running sync.WaitGroup
	defer running.Wait()
	var hubs []*live.Hub
	for range 2 {
		e, err := postgres.Open(ctx, address, storage.Options{})
		if err != nil {
			b.Fatal(err)
		}
		defer e.Close()
		hub := live.NewHub(slog.New(slog.DiscardHandler))
		running.Go(func() { hub.Run(ctx, e) })
		hubs = append(hubs, hub)
	}
	defer cancel()
	srv := httptest.NewServer(
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { hubs[1].Serve(w, r, 7, 0, news{}) }),
	)
	defer srv.Close()
	page, _, err := websocket.Dial(ctx, srv.URL, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer page.CloseNow()
	hears := func() {
		if _, _, err := page.Read(ctx); err != nil {
			b.Fatal(err)
		}
	}
	hears() // what it missed
	listening := hubs[1].Open(8)
	for heard := false; !heard; {
		hubs[0].Changed(8, 1)
		select {
		case <-listening.Events:
			heard = true
		case <-time.After(20 * time.Millisecond): // it isn't heard yet
		}
	}
	listening.Close()
	var took []time.Duration
	for n := range b.N {
		began := time.Now()
		hubs[0].Changed(7, int64(n+1))
		hears()
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "median-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}
