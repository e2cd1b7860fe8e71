// Package tracing sends one OpenTelemetry trace for each order, once it has come to rest.
//
// Nothing is measured on the way. An order lasts minutes, mostly at rest in the database, and several
// processes work on it: spans that live in one process's memory would end with it. What happened is in the
// order's history and in the ledger anyway, so the trace is read from there, with the times that are there.
// Only the process that wrote the end sends it; when that dies first, the trace is lost and nothing else.
//
// Traces hold numbers, times, words of ours and the providers' ids. What people wrote, who they are, notes of
// the history and addresses stay here.
package tracing

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/trace"

	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	queued     = 1024             // orders that may wait for a slow collector
	readLimit  = 10 * time.Second // of one order
	sendLimit  = 30 * time.Second // of one trace, the SDK's own tries included
	flushLimit = 3 * time.Second  // of all that waits when the process ends
	sayEvery   = time.Minute      // how often losses are logged, at the most
)

// Options are what a Tracer is built from. Where it sends, with which headers, how much of it and under what
// name is in the environment: the SDK reads the standard variables itself.
type Options struct {
	Store   Store
	Secret  []byte // ids of traces come from it
	Version string // of the service
	Log     *slog.Logger
}

// Store is what is known of an order, as in pipeline.Store.
type Store interface {
	History(ctx context.Context, order int64) ([]pipeline.Event, error)
	Calls(ctx context.Context, order int64) ([]pipeline.Call, error)
}

// Tracer sends traces, one after the other.
type Tracer struct {
	store  Store
	log    *slog.Logger
	tracer trace.Tracer
	spans  *taken
	to     *otlptrace.Exporter

	queue    chan ending
	stopping chan struct{}
	base     context.Context
	cancel   context.CancelFunc
	work     sync.WaitGroup

	mu   sync.Mutex
	lost int // since it was said last
	said time.Time
}

var _ pipeline.Observer = (*Tracer)(nil)

// ending is an order that came to rest, with what its history doesn't say.
type ending struct {
	order, version, shop int64
	cut                  int
	platform             string
	reason               pipeline.Reason
}

// Start begins to send.
func (t *Tracer) Start() {
	t.work.Go(func() {
		for {
			select {
			case e := <-t.queue:
				t.send(e)
			case <-t.stopping:
				t.flush()
				return
			}
		}
	})
}

// Stop sends what waits, for as long as ctx and flushLimit allow. It is called once.
func (t *Tracer) Stop(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, flushLimit)
	defer cancel()
	defer t.cancel()
	defer context.AfterFunc(ctx, t.cancel)()
	close(t.stopping)
	t.work.Wait()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.lost > 0 {
		t.log.Warn("traces were lost", "count", t.lost)
	}
}

func (t *Tracer) flush() {
	for {
		select {
		case e := <-t.queue:
			t.send(e)
		default:
			return
		}
	}
}

// Moved implements pipeline.Observer.
func (t *Tracer) Moved(_, after pipeline.Order) { t.Changed(after) }

// CallbackHandled implements pipeline.Observer.
func (t *Tracer) CallbackHandled(time.Duration) {}

// Changed lets it be known that a change was written, and how the order stands since.
func (t *Tracer) Changed(o pipeline.Order) {
	if o.Status == pipeline.Open {
		return
	}
	e := ending{order: o.ID, version: o.Version, shop: o.Shop, cut: o.Cut.N, platform: o.Thread.Platform, reason: o.Reason}
	select {
	case t.queue <- e:
	default:
		t.lose("the collector is too slow")
	}
}

func (t *Tracer) send(e ending) {
	history, calls, err := t.read(e.order)
	if err != nil {
		t.lose(err.Error())
		return
	}
	t.write(e, history, calls)
	ctx, cancel := context.WithTimeout(t.base, sendLimit)
	defer cancel()
	if err := t.to.ExportSpans(ctx, t.spans.take()); err != nil {
		t.lose(harmless(err))
	}
}

func (t *Tracer) read(order int64) ([]pipeline.Event, []pipeline.Call, error) {
	ctx, cancel := context.WithTimeout(t.base, readLimit)
	defer cancel()
	history, err := t.store.History(ctx, order)
	if err != nil {
		return nil, nil, err
	}
	calls, err := t.store.Calls(ctx, order)
	return history, calls, err
}

// lose counts a trace that nobody will see, and says so now and then.
func (t *Tracer) lose(why string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lost++
	if now := time.Now(); now.Sub(t.said) >= sayEvery {
		t.log.Warn("traces were lost", "count", t.lost, "err", why)
		t.lost, t.said = 0, now
	}
}
