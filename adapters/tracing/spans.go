package tracing

import (
	"context"
	"fmt"
	"slices"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/sajangpick/sajangpick/pipeline"
)

// stretch is an order's way from where it was opened to where it came to rest.
type stretch struct {
	name   string
	after  time.Time // when the order came to rest before; zero: it hadn't
	events []pipeline.Event
	end    pipeline.Event
}

// stretchTo finds the stretch that ended with version. None when the order was at rest before that already.
func stretchTo(version int64, history []pipeline.Event) (s stretch, found bool) {
	last := slices.IndexFunc(history, func(e pipeline.Event) bool { return e.Version == version })
	first := last
	for first > 0 && history[first-1].Status == pipeline.Open {
		first--
	}
	if first == last {
		return stretch{}, false
	}
	s = stretch{name: "order", events: inOrder(history[first : last+1])}
	s.events, s.end = s.events[:last-first], s.events[last-first]
	if first > 0 {
		rest := history[first-1]
		s.name, s.after = "retry", rest.At
		if rest.Status == pipeline.Delivered || rest.Step != s.events[0].Step {
			s.name = "cut"
		}
	}
	return s, true
}

// inOrder is a copy whose times don't go back, as those of several machines may.
func inOrder(history []pipeline.Event) []pipeline.Event {
	all := slices.Clone(history)
	for i := range all[1:] {
		all[i+1].At = later(all[i].At, all[i+1].At)
	}
	return all
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// status is how the stretch ended. A new cut that was taken back leaves a delivered order.
func (s stretch) status() pipeline.Status {
	if s.end.Status == pipeline.Delivered && s.events[len(s.events)-1].Step != pipeline.Deliver {
		return pipeline.Cancelled
	}
	return s.end.Status
}

// leg is one step of a stretch.
type leg struct {
	step   pipeline.Step
	events []pipeline.Event
	end    time.Time
	calls  []pipeline.Call
}

// legs are the stretch's steps with the calls that were begun in them.
func (s stretch) legs(calls []pipeline.Call) []leg {
	var all []leg
	for _, e := range s.events {
		if n := len(all); n == 0 || all[n-1].step != e.Step {
			if n > 0 {
				all[n-1].end = e.At
			}
			all = append(all, leg{step: e.Step})
		}
		l := &all[len(all)-1]
		l.events = append(l.events, e)
	}
	all[len(all)-1].end = s.end.At
	for _, c := range calls {
		// A call is begun shortly before the change that says so is written.
		at := slices.IndexFunc(all, func(l leg) bool { return l.step == c.Step && !c.Begun.After(l.end) })
		if at >= 0 && c.Begun.After(s.after) {
			all[at].calls = append(all[at].calls, c)
		}
	}
	return all
}

// write makes the spans of an order that came to rest: one for its whole stretch, below it one for each step,
// below that one for each paid call.
func (t *Tracer) write(e ending, history []pipeline.Event, calls []pipeline.Call) {
	s, found := stretchTo(e.version, history)
	if !found {
		return
	}
	begin, status := s.events[0], s.status()
	house := []attribute.KeyValue{
		attribute.Int64("order", e.order), attribute.Int64("shop", e.shop), attribute.String("platform", e.platform),
	}
	ctx, whole := t.start(context.Background(), about{e.order, fmt.Sprint("from ", begin.Version)}, s.name, begin.At,
		trace.WithSpanKind(trace.SpanKindConsumer), trace.WithAttributes(house...),
		trace.WithAttributes(attribute.Int("cut", e.cut), attribute.String("status", string(status))))
	trouble := status == pipeline.Failed || status == pipeline.Parked
	legs := s.legs(calls)
	for i, l := range legs {
		ctx, step := t.start(ctx, about{e.order, fmt.Sprint("step from ", l.events[0].Version)}, string(l.step), l.events[0].At,
			trace.WithAttributes(house...), trace.WithAttributes(attribute.String("step", string(l.step))))
		l.tell(step)
		for _, c := range l.calls {
			t.call(ctx, house, l, c)
		}
		if trouble && i == len(legs)-1 {
			fail(step, string(e.reason))
		}
		step.End(trace.WithTimestamp(l.end))
	}
	if trouble {
		fail(whole, string(e.reason))
	}
	whole.End(trace.WithTimestamp(s.end.At))
}

// tell puts what happened within a step on its span: each new phase, and each try that failed.
func (l leg) tell(span trace.Span) {
	for i, e := range l.events[1:] {
		before, name := l.events[i], string(e.Phase)
		switch {
		case e.Attempt > before.Attempt:
			name = "back off"
		case e.Phase == before.Phase:
			continue
		}
		span.AddEvent(name, trace.WithTimestamp(e.At), trace.WithAttributes(
			attribute.Int("attempt", e.Attempt), attribute.String("phase", string(e.Phase))))
	}
}

func (t *Tracer) call(ctx context.Context, house []attribute.KeyValue, l leg, c pipeline.Call) {
	begin, end := later(c.Begun, l.events[0].At), l.end
	if !c.Ended.IsZero() && c.Ended.Before(end) {
		end = later(c.Ended, begin)
	}
	_, span := t.start(ctx, about{c.Order, "call " + c.ID}, "call "+c.Provider, begin,
		trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(house...), trace.WithAttributes(
			attribute.Int("cut", c.Cut), attribute.String("step", string(c.Step)), attribute.String("provider", c.Provider),
			attribute.String("state", string(c.State)), attribute.String("remote", c.Remote),
			attribute.Float64("credits.estimated", float64(c.Estimated)/100), attribute.Float64("credits.settled", float64(c.Settled)/100)))
	switch c.State {
	case pipeline.CallVoid, pipeline.CallRefunded, pipeline.CallUnknown:
		fail(span, string(c.State))
	}
	span.End(trace.WithTimestamp(end))
}

func (t *Tracer) start(ctx context.Context, a about, name string, at time.Time, o ...trace.SpanStartOption) (context.Context, trace.Span) {
	return t.tracer.Start(naming(ctx, a), name, append(o, trace.WithTimestamp(at))...)
}

func fail(span trace.Span, why string) {
	span.SetStatus(codes.Error, why)
	span.SetAttributes(attribute.String("error.type", why))
}
