package tracing

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// newRequests makes spans of requests, of which it sees the method and the host alone. Nothing of the trace goes along
// with a request: those who get it are outsiders.
func newRequests(provider trace.TracerProvider) *otelhttp.Transport {
	return otelhttp.NewTransport(inner{}, otelhttp.WithTracerProvider(provider),
		otelhttp.WithPropagators(propagation.NewCompositeTextMapPropagator()),
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string { return r.Method + " " + r.URL.Host }))
}

type hopKey struct{}

// hop is a request as it shall be sent: its address may hold a token or a signature.
type hop struct {
	via http.RoundTripper
	url *url.URL
}

// send sends a request within a span. It is an httpx.Send.
func (t *Tracer) send(via http.RoundTripper, r *http.Request) (*http.Response, error) {
	stripped := r.WithContext(context.WithValue(r.Context(), hopKey{}, hop{via, r.URL}))
	stripped.URL = &url.URL{Scheme: r.URL.Scheme, Host: r.URL.Host}
	res, err := t.requests.RoundTrip(stripped)
	if f, failed := err.(failure); failed {
		err = f.error
	}
	return res, err
}

// inner is below otelhttp: it sends what send was given.
type inner struct{}

// RoundTrip implements http.RoundTripper.
func (inner) RoundTrip(r *http.Request) (*http.Response, error) {
	h := r.Context().Value(hopKey{}).(hop)
	r.URL = h.url // r is otelhttp's own copy
	res, err := h.via.RoundTrip(r)
	if err != nil {
		err = failure{err}
	}
	return res, err
}

// failure is an error whose text stays here: one may quote what the other side sent.
type failure struct{ error }

func (f failure) Error() string { return f.ErrorType() }

// ErrorType is what OpenTelemetry calls the error by.
func (f failure) ErrorType() string { return fmt.Sprintf("%T", f.error) }
