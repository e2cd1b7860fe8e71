// Package tracing makes one OpenTelemetry trace of each order. The span that takes the order in is the trace's root,
// and its W3C trace context is kept in the order's row: so the spans of steps and requests are found in that trace,
// whichever process makes them and however long after.
//
// Spans hold numbers, times, words of ours, hosts and the providers' ids. What people wrote, who they are, notes of
// the history, paths and queries of addresses stay here.
package tracing

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

const (
	flushLimit = 3 * time.Second // of all that waits when the process ends
	sayEvery   = time.Minute     // how often losses are logged, at the most
)

// traceparent is the name that W3C's Trace Context gives to what Order.Traceparent holds.
const traceparent = "traceparent"

// Options are what a Tracer is built from. Where it sends, with which headers, how much of it and under what
// name is in the environment: the SDK reads the standard variables itself.
type Options struct {
	Version string // of the service
	Log     *slog.Logger
}

// Tracer makes the spans of orders and sends them in batches. It may be used by many at once.
type Tracer struct {
	log      *slog.Logger
	provider *sdk.TracerProvider
	tracer   trace.Tracer
	requests *otelhttp.Transport

	mu   sync.Mutex
	lost int // spans, since it was logged last
	said time.Time
}

// Stop sends what waits, for as long as ctx and flushLimit allow. It is called once.
func (t *Tracer) Stop(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, flushLimit)
	defer cancel()
	if err := t.provider.Shutdown(ctx); err != nil {
		t.log.Warn("the last traces may be lost", "err", harmless(err))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.lost > 0 {
		t.log.Warn("traces were lost", "count", t.lost)
	}
}

// Accept gives each of orders, which are about to be placed, a trace of its own, whose root is the span of placing it.
// placed is told which of them were; those that it isn't told of, or that had been placed before, leave no trace.
func (t *Tracer) Accept(orders []pipeline.Order) (placed func([]pipeline.Order)) {
	roots := make(map[string]trace.Span, len(orders))
	for i := range orders {
		ctx, root := t.tracer.Start(context.Background(), "order", trace.WithSpanKind(trace.SpanKindConsumer))
		carrier := propagation.MapCarrier{}
		propagation.TraceContext{}.Inject(ctx, carrier)
		orders[i].Traceparent = carrier[traceparent]
		roots[carrier[traceparent]] = root
	}
	return func(placed []pipeline.Order) {
		for _, o := range placed {
			if root, fresh := roots[o.Traceparent]; fresh {
				root.SetAttributes(about(o)...)
				root.End()
			}
		}
	}
}

// Context is for work on o: the requests that are made with it become spans of the order's trace.
func (t *Tracer) Context(ctx context.Context, o pipeline.Order) context.Context {
	if ctx, traced := traceOf(ctx, o); traced {
		return httpx.WithSend(ctx, t.send)
	}
	return ctx
}

// Changed makes a span of a change by a person that was written since began.
func (t *Tracer) Changed(o pipeline.Order, began time.Time) {
	t.span(o, "change", began, time.Now(), attribute.String("status", string(o.Status)))
}

// Moved is that of pipeline.Observer. A step's span ends with the step, and began when the order came to it, be it in
// another process; within a step, each try that failed has one of its own.
func (t *Tracer) Moved(before, after pipeline.Order) {
	step := []attribute.KeyValue{
		attribute.String("step", string(before.Step)), attribute.Int("attempt", before.Attempt),
		attribute.String("remote", before.Remote), attribute.String("status", string(after.Status)),
	}
	failed := attribute.String("error.type", string(after.Reason))
	switch {
	case before.Status != pipeline.Open:
	case after.Status == pipeline.Failed || after.Status == pipeline.Parked:
		t.span(after, string(before.Step), before.Since, after.Changed, append(step, failed)...)
	case after.Status != pipeline.Open || after.Step != before.Step:
		t.span(after, string(before.Step), before.Since, after.Changed, step...)
	case after.Attempt > before.Attempt:
		failed.Value = attribute.StringValue(string(after.Trouble.Reason))
		t.span(after, "failed try", before.Changed, after.Changed, append(step, failed)...)
	}
}

// span makes a span of o's trace. One with an error.type has failed.
func (t *Tracer) span(o pipeline.Order, name string, began, ended time.Time, as ...attribute.KeyValue) {
	ctx, traced := traceOf(context.Background(), o)
	if !traced {
		return
	}
	_, span := t.tracer.Start(ctx, name, trace.WithTimestamp(began), trace.WithAttributes(append(about(o), as...)...))
	if i := slices.IndexFunc(as, func(a attribute.KeyValue) bool { return a.Key == "error.type" }); i >= 0 {
		span.SetStatus(codes.Error, as[i].Value.AsString())
	}
	if ended.Before(began) { // by another machine's clock
		ended = began
	}
	span.End(trace.WithTimestamp(ended))
}

// traceOf is a context in o's trace, if it has one.
func traceOf(ctx context.Context, o pipeline.Order) (_ context.Context, traced bool) {
	ctx = propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{traceparent: o.Traceparent})
	return ctx, trace.SpanContextFromContext(ctx).IsValid()
}

func about(o pipeline.Order) []attribute.KeyValue {
	return []attribute.KeyValue{
		attribute.Int64("order", o.ID), attribute.Int64("shop", o.Shop),
		attribute.String("platform", o.Thread.Platform), attribute.Int("cut", o.Cut.N),
	}
}
