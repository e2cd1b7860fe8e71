package tracing

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"regexp"
	"strings"

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
// own default is this machine, where mostly nobody listens.
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

// New makes a Tracer, which sends nothing before Start.
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
		resource.WithAttributes(attribute.String("service.name", "sajangpick"), attribute.String("service.version", o.Version)),
		resource.WithTelemetrySDK(), resource.WithFromEnv(), // the last one wins
	)
	if err != nil {
		return nil, errors.New("OTEL_RESOURCE_ATTRIBUTES: write key=value, separated by commas")
	}
	t := &Tracer{
		store: o.Store, log: o.Log, to: to, spans: &taken{},
		queue: make(chan ending, queued), stopping: make(chan struct{}),
	}
	t.base, t.cancel = context.WithCancel(context.Background())
	t.tracer = sdk.NewTracerProvider(
		sdk.WithResource(from), sdk.WithIDGenerator(ids{o.Secret}), sdk.WithSpanProcessor(t.spans),
	).Tracer("github.com/sajangpick/sajangpick", trace.WithInstrumentationVersion(o.Version))
	return t, nil
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

// taken are the spans that have ended and weren't sent yet. One goroutine makes and takes them.
type taken struct{ spans []sdk.ReadOnlySpan }

func (t *taken) take() []sdk.ReadOnlySpan {
	spans := t.spans
	t.spans = nil
	return spans
}

func (t *taken) OnStart(context.Context, sdk.ReadWriteSpan) {}
func (t *taken) OnEnd(s sdk.ReadOnlySpan)                   { t.spans = append(t.spans, s) }
func (t *taken) Shutdown(context.Context) error             { return nil }
func (t *taken) ForceFlush(context.Context) error           { return nil }

// ids makes ids out of what a span is about, so that all that is ever sent of an order is one trace, whoever
// sends it, and nobody outside can guess its id.
type ids struct{ secret []byte }

// about is what a span is about: the order, and what of it.
type about struct {
	order int64
	what  string
}

type aboutKey struct{}

// naming has the next span that is started with the context get its ids from a.
func naming(ctx context.Context, a about) context.Context {
	return context.WithValue(ctx, aboutKey{}, a)
}

func (i ids) NewIDs(ctx context.Context) (id trace.TraceID, _ trace.SpanID) {
	a := ctx.Value(aboutKey{}).(about)
	copy(id[:], i.sum("trace of order %d", a.order))
	return id, i.NewSpanID(ctx, id)
}

func (i ids) NewSpanID(ctx context.Context, _ trace.TraceID) (id trace.SpanID) {
	a := ctx.Value(aboutKey{}).(about)
	copy(id[:], i.sum("span of order %d: %s", a.order, a.what))
	return id
}

func (i ids) sum(format string, args ...any) []byte {
	h := hmac.New(sha256.New, i.secret)
	fmt.Fprintf(h, format, args...)
	return h.Sum(nil)
}
