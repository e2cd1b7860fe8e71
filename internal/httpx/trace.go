package httpx

import (
	"context"
	"net/http"
)

// Send sends a request through a transport, as its RoundTrip does.
type Send func(via http.RoundTripper, r *http.Request) (*http.Response, error)

type sendKey struct{}

// WithSend has the requests that are made with the context sent by send, where their transport is Traceable.
func WithSend(ctx context.Context, send Send) context.Context {
	return context.WithValue(ctx, sendKey{}, send)
}

// Traceable is a transport that lets a request's context say how it is sent: see WithSend.
type Traceable struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (t Traceable) RoundTrip(r *http.Request) (*http.Response, error) {
	if send, traced := r.Context().Value(sendKey{}).(Send); traced {
		return send(t.RoundTripper, r)
	}
	return t.RoundTripper.RoundTrip(r)
}
