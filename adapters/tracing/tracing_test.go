package tracing

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/adapters/tracing/tracingtest"
	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
)

// aimed is a Tracer that would send to an address, and what it logs.
func aimed(t *testing.T, address string) (*Tracer, *bytes.Buffer, error) {
	t.Helper()
	t.Setenv(endpoint, address)
	var said bytes.Buffer
	tracer, err := New(t.Context(), Options{Log: slog.New(slog.NewTextHandler(&said, nil))})
	return tracer, &said, err
}

func TestTracer_LossesAreCountedAndLoggedOnceAMinute(t *testing.T) {
	tracer, said, err := aimed(t, "http://127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		tracer.lose(1, "refused")
		tracer.lose(3, "refused")
		if n := strings.Count(said.String(), "count="); n != 1 || !strings.Contains(said.String(), "count=1 ") {
			t.Errorf("after the first: %s", said)
		}
		time.Sleep(sayEvery)
		tracer.lose(2, "refused")
		if !strings.Contains(said.String(), "count=5 ") {
			t.Errorf("a minute later: %s", said)
		}
		tracer.lose(1, "refused")
	})
	tracer.Stop(t.Context())
	if n := strings.Count(said.String(), "count="); n != 3 || !strings.HasSuffix(said.String(), "count=1\n") {
		t.Errorf("at the end: %s", said)
	}
}

// collected is a Tracer and the collector that it sends to.
func collected(t *testing.T) (*Tracer, *tracingtest.Collector) {
	t.Helper()
	c := &tracingtest.Collector{}
	s := httptest.NewServer(c)
	t.Cleanup(s.Close)
	tracer, _, err := aimed(t, s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return tracer, c
}

// accepted is an order that was placed under a tracer.
func accepted(tracer *Tracer, id int64) pipeline.Order {
	orders := []pipeline.Order{{Status: pipeline.Open, Step: pipeline.Fetch, Since: time.Now(), Changed: time.Now()}}
	placed := tracer.Accept(orders)
	orders[0].ID = id
	placed(orders)
	return orders[0]
}

func TestTracer_RequestsShowNeitherTokensNorWhatTheOtherSideSaid(t *testing.T) {
	tracer, c := collected(t)
	var got []*http.Request
	side := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r)
		if r.URL.Path == "/botsesame/odd" {
			_, _ = io.Copy(io.Discard, r.Body) // else what the other side still writes may fail first
			conn, _, _ := w.(http.Hijacker).Hijack()
			_, _ = io.WriteString(conn, "sesame\r\n\r\n")
			conn.Close()
		}
	}))
	defer side.Close()
	ctx := tracer.Context(t.Context(), accepted(tracer, 1))
	client := httpx.NewNoRedirectClient(httpx.Transport(), time.Minute)
	for _, path := range []string{"/botsesame/getFile?sig=sesame", "/botsesame/odd"} {
		address := strings.Replace(side.URL, "http://", "http://me:sesame@", 1) + path
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader("sesame"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer sesame")
		res, err := client.Do(r)
		if (err != nil) != (path == "/botsesame/odd") || err != nil && !strings.Contains(err.Error(), "malformed") {
			t.Fatalf("%s: %v", path, err)
		}
		if err == nil {
			res.Body.Close()
		}
	}
	if len(got) != 2 || got[0].URL.RawQuery != "sig=sesame" || got[0].Header.Get(traceparent) != "" {
		t.Errorf("the other side got %+v", got)
	}
	tracer.Stop(t.Context())
	spans := c.Spans()
	if len(spans) != 3 || strings.Contains(c.Raw(), "sesame") {
		t.Fatalf("%d spans: %s", len(spans), c.Raw())
	}
	host := strings.TrimPrefix(side.URL, "http://")
	for _, s := range spans[1:] {
		if s.Name != "POST "+host || !slices.Equal(s.ParentSpanId, spans[0].SpanId) ||
			!slices.Equal(s.TraceId, spans[0].TraceId) {
			t.Errorf("%+v", s)
		}
	}
	answered, failed := tracingtest.Attributes(spans[1].Attributes), tracingtest.Attributes(spans[2].Attributes)
	if answered["http.response.status_code"] != "200" || spans[1].Status.GetCode() == otlp.Status_STATUS_CODE_ERROR {
		t.Errorf("the answered one has %v, %v", answered, spans[1].Status)
	}
	if !strings.HasPrefix(failed["error.type"], "*") || spans[2].Status.GetMessage() != failed["error.type"] {
		t.Errorf("the failed one has %v, %v", failed, spans[2].Status)
	}
	if ctx := t.Context(); tracer.Context(ctx, pipeline.Order{}) != ctx {
		t.Error("an order without a trace has a context in one")
	}
}

func TestTracer_MovedMakesASpanOfEachStepAndOfEachFailedTry(t *testing.T) {
	tracer, c := collected(t)
	at := func(seconds int64) time.Time { return time.Unix(seconds, 0) }
	o := accepted(tracer, 7)
	trouble := func(o pipeline.Order) pipeline.Order {
		o.Attempt, o.Trouble.Reason, o.Changed = 1, pipeline.ReasonBusy, at(5)
		return o
	}
	fetch, animate, parked, other := o, o, o, o
	fetch.Since, fetch.Changed = at(1), at(2)
	animate.Step, animate.Since, animate.Changed = pipeline.Animate, at(3), at(3)
	parked.Step, parked.Status, parked.Reason, parked.Changed = pipeline.Animate, pipeline.Parked, pipeline.ReasonSetup,
		at(1)
	other.Traceparent = "" // it was placed when nothing was traced
	for _, m := range [][2]pipeline.Order{
		{fetch, fetch}, {fetch, animate}, {animate, trouble(animate)}, {animate, parked}, {parked, animate},
		{other, parked},
	} {
		if m[0].Traceparent == "" {
			m[1].Traceparent = ""
		}
		tracer.Moved(m[0], m[1])
	}
	tracer.Changed(parked, at(9))
	tracer.Changed(other, at(9))
	tracer.Stop(t.Context())
	got := map[string][2]int64{}
	for _, s := range c.Spans() {
		a := tracingtest.Attributes(s.Attributes)
		if a["order"] != "7" || a["error.type"] != s.Status.GetMessage() {
			t.Errorf("%s: %v, %v", s.Name, a, s.Status)
		}
		if s.Name == "change" &&
			(a["status"] != "parked" || s.StartTimeUnixNano != 9e9 || time.Since(
				time.Unix(0, int64(s.EndTimeUnixNano)),
			) > time.Hour) {
			t.Errorf("the change: %v, to %d", a, s.EndTimeUnixNano)
		}
		if s.Name != "order" && s.Name != "change" {
			got[s.Name+" "+a["error.type"]] = [2]int64{int64(s.StartTimeUnixNano / 1e9), int64(s.EndTimeUnixNano / 1e9)}
		}
	}
	want := map[string][2]int64{"fetch ": {1, 3}, "failed try busy": {3, 5}, "animate setup": {3, 3}}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTracer_WhatTheCollectorRefusesIsCounted(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	tracer, said, err := aimed(t, s.URL)
	if err != nil {
		t.Fatal(err)
	}
	accepted(tracer, 1)
	accepted(tracer, 2)
	tracer.Stop(t.Context())
	if !strings.Contains(said.String(), "count=2 ") || !strings.Contains(said.String(), "404") {
		t.Errorf("logged %q", said)
	}
}

func TestOn_NeedsAnAddressAndOTLP(t *testing.T) {
	for name, x := range map[string]struct {
		set map[string]string
		on  bool
	}{
		"nothing":              {nil, false},
		"an address":           {map[string]string{endpoint: "http://collector:4318"}, true},
		"an address of traces": {map[string]string{tracesEndpoint: "http://collector:4318"}, true},
		"by its name": {
			map[string]string{endpoint: "http://collector:4318", "OTEL_TRACES_EXPORTER": "otlp"}, true,
		},
		"another exporter": {
			map[string]string{endpoint: "http://collector:4318", "OTEL_TRACES_EXPORTER": "none"}, false,
		},
		"turned off": {
			map[string]string{endpoint: "http://collector:4318", "OTEL_SDK_DISABLED": "TRUE"}, false,
		},
		"only its exporter": {map[string]string{"OTEL_TRACES_EXPORTER": "otlp"}, false},
	} {
		for _, name := range []string{endpoint, tracesEndpoint, "OTEL_TRACES_EXPORTER", "OTEL_SDK_DISABLED"} {
			t.Setenv(name, x.set[name])
		}
		if On() != x.on {
			t.Errorf("%s: %t", name, !x.on)
		}
	}
}

func TestTracer_OnlyOrdersThatWerePlacedNowHaveARoot(t *testing.T) {
	tracer, c := collected(t)
	orders := make([]pipeline.Order, 3)
	placed := tracer.Accept(orders)
	if orders[0].Traceparent == orders[1].Traceparent || !strings.HasPrefix(orders[0].Traceparent, "00-") {
		t.Errorf("%q, %q", orders[0].Traceparent, orders[1].Traceparent)
	}
	placed([]pipeline.Order{
		orders[0], {Traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}, orders[2],
	})
	tracer.Stop(t.Context())
	if n := len(c.Spans()); n != 2 {
		t.Errorf("%d roots", n)
	}
}

func TestTracing_AnAddressThatLeadsNowhereIsNamedAndNotShown(t *testing.T) {
	for _, address := range []string{"sesame:4318", "http://", "grpc://sesame", "http://sesame\x7f", "/sesame"} {
		for _, name := range []string{endpoint, tracesEndpoint} {
			t.Run(name, func(t *testing.T) {
				t.Setenv(tracesEndpoint, "")
				t.Setenv(name, address)
				_, err := New(t.Context(), Options{Log: slog.New(slog.DiscardHandler)})
				if err == nil || !strings.HasPrefix(err.Error(), name+": write http") ||
					strings.Contains(err.Error(), "sesame") {
					t.Errorf("%q: %v", address, err)
				}
			})
		}
	}
}

func TestTracing_KeysInTheEnvironmentAreNotLogged(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "sesame,a%zz=sesame,b=%zzsesame")
	t.Setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "sesame")
	t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
	t.Setenv("OTEL_TRACES_SAMPLER", "odd")
	_, said, err := aimed(t, "http://127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"headers", "duration", "grpc", "unsupported sampler: odd"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("nothing is said of %s: %s", want, said)
		}
	}
	if strings.Contains(said.String(), "sesame") {
		t.Errorf("a key is said: %s", said)
	}
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "sesame")
	if _, _, err := aimed(t, "http://127.0.0.1:1"); err == nil || strings.Contains(err.Error(), "sesame") {
		t.Error(err)
	}
}

func TestTracing_AnErrorLosesWhatMayHoldAKey(t *testing.T) {
	for _, x := range []struct{ said, want string }{
		{
			`traces export: Post "https://collector.example/sesame/v1/traces": dial tcp: connection refused`,
			`traces export: Post "the collector": dial tcp: connection refused`,
		},
		{
			"traces export: failed to send to https://collector.example/sesame: 401 Unauthorized " +
				"(body: no\nkey sesame in)",
			"traces export: failed to send to the collector 401 Unauthorized",
		},
		{"retry-able request failure: body: sesame", "retry-able request failure:"},
	} {
		if got := harmless(errors.New(x.said)); got != x.want {
			t.Errorf("%q became %q", x.said, got)
		}
	}
}

func TestTracingProbe_SaysWhetherTracesAreTaken(t *testing.T) {
	for answer, want := range map[int]string{http.StatusOK: "", http.StatusForbidden: "403 Forbidden"} {
		c := &tracingtest.Collector{Answer: func(w http.ResponseWriter, r *http.Request) bool {
			w.WriteHeader(answer)
			return answer != http.StatusOK || r.URL.Path != "/v1/traces"
		}}
		s := httptest.NewServer(c)
		t.Setenv(endpoint, s.URL)
		err := Probe(t.Context(), slog.New(slog.DiscardHandler))
		s.Close()
		if (err != nil) != (want != "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%d: %v", answer, err)
		}
		if len(c.Spans()) > 0 {
			t.Error("something was left behind")
		}
	}
}
