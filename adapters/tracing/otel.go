package tracing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/go-logr/logr"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Where traces go; the first that is set counts.
const (
	tracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
	endpoint       = "OTEL_EXPORTER_OTLP_ENDPOINT"
)

// ErrAddress says that the variable before it holds no address.
var ErrAddress = errors.New("write http://HOST:4318 or https://HOST")

// On reports whether the standard variables ask for traces. Without an address there are none: the standard's
// own default is this machine, where mostly nothing listens.
func On() bool {
	if strings.EqualFold(os.Getenv("OTEL_SDK_DISABLED"), "true") {
		return false
	}
	exporter := os.Getenv("OTEL_TRACES_EXPORTER")
	_, value := address()
	return value != "" && (exporter == "" || exporter == "otlp")
}

func address() (name, value string) {
	for _, name := range []string{tracesEndpoint, endpoint} {
		if value := strings.TrimSpace(os.Getenv(name)); value != "" {
			return name, value
		}
	}
	return "", ""
}

// New makes a Tracer.
func New(ctx context.Context, o Options) (*Tracer, error) {
	client, err := newClient(o.Log)
	if err != nil {
		return nil, err
	}
	to, err := otlptrace.New(ctx, client)
	if err != nil {
		return nil, fmt.Errorf("OpenTelemetry: %s", harmless(err))
	}
	from, err := resource.New(ctx,
		resource.WithAttributes(
			attribute.String("service.name", "sajangpick"), attribute.String("service.version", o.Version),
		),
		resource.WithTelemetrySDK(), resource.WithFromEnv(), // the last one wins
	)
	if err != nil {
		return nil, errors.New("OTEL_RESOURCE_ATTRIBUTES: write key=value, separated by commas")
	}
	t := &Tracer{log: o.Log}
	t.provider = sdk.NewTracerProvider(sdk.WithResource(from), sdk.WithBatcher(exporter{to, t}))
	t.tracer = t.provider.Tracer("github.com/sajangpick/sajangpick", trace.WithInstrumentationVersion(o.Version))
	t.requests = newRequests(t.provider)
	return t, nil
}

// exporter counts what can't be sent.
type exporter struct {
	sdk.SpanExporter
	tracer *Tracer
}

// ExportSpans implements sdk.SpanExporter.
func (e exporter) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	if err := e.SpanExporter.ExportSpans(ctx, spans); err != nil {
		e.tracer.lose(len(spans), harmless(err))
	}
	return nil
}

// lose counts spans that were not taken, and logs it now and then.
func (t *Tracer) lose(spans int, why string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lost += spans
	if now := time.Now(); now.Sub(t.said) >= sayEvery {
		t.log.Warn("traces were lost", "count", t.lost, "err", why)
		t.lost, t.said = 0, now
	}
}

// Probe sends an empty parcel to where traces go, and reports whether it is taken.
func Probe(ctx context.Context, log *slog.Logger) error {
	client, err := newClient(log)
	if err != nil {
		return err
	}
	if err := client.UploadTraces(ctx, nil); err != nil {
		return errors.New(harmless(err))
	}
	return nil
}

// newClient speaks OTLP over HTTP, and has OpenTelemetry log what we let it. That is the process's, not the client's.
func newClient(log *slog.Logger) (otlptrace.Client, error) {
	name, value := address()
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" { // the value may hold a key
		return nil, fmt.Errorf("%s: %w", name, ErrAddress)
	}
	otel.SetLogger(logr.New(sink{log}))
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("OpenTelemetry", "err", harmless(err)) }))
	return otlptracehttp.NewClient(), nil
}

var (
	addresses = regexp.MustCompile(`[a-zA-Z][a-zA-Z0-9+.-]*://[^\s"]+`)
	answers   = regexp.MustCompile(`(?s) ?\(?body: .*`)
)

// harmless is an error without what may hold a key: addresses, and what the collector answered.
func harmless(err error) string {
	return addresses.ReplaceAllString(answers.ReplaceAllString(err.Error(), ""), "the collector")
}

// sink is where OpenTelemetry says which variable it can't use. What it says beside that is a value, such as
// a header with a key.
type sink struct{ log *slog.Logger }

func (s sink) Init(logr.RuntimeInfo)                {}
func (s sink) Enabled(level int) bool               { return level <= 1 } // warnings
func (s sink) Info(_ int, said string, _ ...any)    { s.log.Warn("OpenTelemetry: " + said) }
func (s sink) Error(_ error, said string, _ ...any) { s.log.Error("OpenTelemetry: can't " + said) }
func (s sink) WithValues(...any) logr.LogSink       { return s }
func (s sink) WithName(string) logr.LogSink         { return s }
