package tracing

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/adapters/sandbox/collector"
	"github.com/sajangpick/sajangpick/pipeline"
)

// aimed is a Tracer that would send to an address, and what it logs.
func aimed(t *testing.T, address string) (*Tracer, *bytes.Buffer, error) {
	t.Helper()
	t.Setenv(endpoint, address)
	var said bytes.Buffer
	tracer, err := New(t.Context(), Options{Secret: []byte("of ours"), Log: slog.New(slog.NewTextHandler(&said, nil))})
	return tracer, &said, err
}

func TestWhatTheCollectorIsTooSlowForIsCountedAndSaidOnceAMinute(t *testing.T) {
	tracer, said, err := aimed(t, "http://127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		end := pipeline.Order{Status: pipeline.Delivered}
		for range queued + 4 {
			tracer.Changed(end)
		}
		tracer.Changed(pipeline.Order{Status: pipeline.Open}) // which isn't its end
		if n := strings.Count(said.String(), "count=1 "); n != 1 {
			t.Errorf("after the first: %s", said)
		}
		time.Sleep(sayEvery)
		tracer.Changed(end)
		if !strings.Contains(said.String(), "count=4 ") {
			t.Errorf("a minute later: %s", said)
		}
		tracer.Changed(end)
	})
	tracer.Stop(t.Context())
	if n := strings.Count(said.String(), "count="); n != 3 || !strings.HasSuffix(said.String(), "count=1\n") {
		t.Errorf("at the end: %s", said)
	}
}

func TestAnAddressThatLeadsNowhereIsNamedAndNotShown(t *testing.T) {
	for _, address := range []string{"sesame:4318", "http://", "grpc://sesame", "http://sesame\x7f", "/sesame"} {
		for _, name := range []string{endpoint, tracesEndpoint} {
			t.Run(name, func(t *testing.T) {
				t.Setenv(tracesEndpoint, "")
				t.Setenv(name, address)
				_, err := New(t.Context(), Options{Log: slog.New(slog.DiscardHandler)})
				if err == nil || !strings.HasPrefix(err.Error(), name+": write http") || strings.Contains(err.Error(), "sesame") {
					t.Errorf("%q: %v", address, err)
				}
			})
		}
	}
}

func TestKeysInTheEnvironmentAreNotLogged(t *testing.T) {
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

func TestAnErrorLosesWhatMayHoldAKey(t *testing.T) {
	for said, want := range map[string]string{
		`traces export: Post "https://collector.example/sesame/v1/traces": dial tcp: connection refused`:                `traces export: Post "the collector": dial tcp: connection refused`,
		"traces export: failed to send to https://collector.example/sesame: 401 Unauthorized (body: no\nkey sesame in)": "traces export: failed to send to the collector 401 Unauthorized",
		"retry-able request failure: body: sesame":                                                                      "retry-able request failure:",
	} {
		if got := harmless(errors.New(said)); got != want {
			t.Errorf("%q became %q", said, got)
		}
	}
}

func TestAProbeSaysWhetherTracesAreTaken(t *testing.T) {
	for answer, want := range map[int]string{http.StatusOK: "", http.StatusForbidden: "403 Forbidden"} {
		c := &collector.Server{Answer: func(w http.ResponseWriter, r *http.Request) bool {
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

func TestIDsComeFromTheOrderAndTheSecret(t *testing.T) {
	of := func(secret string, order int64, what string) string {
		ctx := naming(t.Context(), about{order, what})
		id, span := ids{[]byte(secret)}.NewIDs(ctx)
		return id.String() + " " + span.String()
	}
	first := of("a", 1, "x")
	if again := of("a", 1, "x"); again != first {
		t.Errorf("%s, then %s", first, again)
	}
	trace, span, _ := strings.Cut(first, " ")
	for other, sameTrace := range map[string]bool{of("a", 1, "y"): true, of("a", 2, "x"): false, of("b", 1, "x"): false} {
		if strings.HasPrefix(other, trace) != sameTrace || strings.HasSuffix(other, span) {
			t.Errorf("%s beside %s", other, first)
		}
	}
}
