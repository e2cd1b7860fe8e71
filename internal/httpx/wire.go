package httpx

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"
)

// Transport keeps to HTTP/1.1: HTTP/2 has ways of its own to send a request again.
func Transport() *http.Transport {
	t := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSHandshakeTimeout:    10 * time.Second,
		MaxIdleConnsPerHost:    16,
		IdleConnTimeout:        30 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		Protocols:              new(http.Protocols),
	}
	t.Protocols.SetHTTP1(true)
	return t
}

// NewNoRedirectClient is a client that never follows a redirect: the key would go along. A limit of 0 leaves
// the time to the request's context.
func NewNoRedirectClient(t *http.Transport, limit time.Duration) *http.Client {
	return &http.Client{
		Transport: Traceable{t}, Timeout: limit,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// RecordingTransport is the HTTP client below a library that speaks to an API. It reads each answer whole and gives
// an error for one that isn't a success, since a library's own errors don't keep how far a request
// got. Its errors are *NoResponseError, and those of Read.
type RecordingTransport struct {
	Via  *http.Client
	Most int64 // bytes that an answer may weigh; what is more is cut off
	// Read tells a success from everything else.
	Read func(res *http.Response, body []byte) error
}

// NoResponseError is a request without a readable answer.
type NoResponseError struct {
	Sent bool // all of it may have arrived
	Err  error
}

func (s *NoResponseError) Error() string {
	if s.Sent {
		return "sent, but no whole answer: " + s.Err.Error()
	}
	return "not sent: " + s.Err.Error()
}

// Do sends a request, once.
func (w *RecordingTransport) Do(req *http.Request) (*http.Response, error) {
	sent := watch(req)
	res, err := w.Via.Do(req)
	if err != nil {
		return nil, &NoResponseError{sent.whole(), StripURL(err)}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, w.Most+1))
	if err != nil {
		return nil, &NoResponseError{true, StripURL(err)}
	}
	if err := w.Read(res, body); err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, nil
}

// sending counts how much of a request's body the transport has taken.
type sending struct {
	size  int64
	taken atomic.Int64
}

// watch counts a request's body from now on, from its start again if the transport begins anew.
func watch(req *http.Request) *sending {
	s := &sending{size: req.ContentLength}
	if req.Body == nil || req.Body == http.NoBody {
		return s
	}
	req.Body = &counted{req.Body, s}
	if again := req.GetBody; again != nil {
		req.GetBody = func() (io.ReadCloser, error) {
			s.taken.Store(0)
			b, err := again()
			return &counted{b, s}, err
		}
	}
	return s
}

// whole reports whether all of the request may have left.
func (s *sending) whole() bool { return s.size > 0 && s.taken.Load() >= s.size }

type counted struct {
	io.ReadCloser
	s *sending
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.s.taken.Add(int64(n))
	return n, err
}

// StripURL takes the address off an error of net/http: it may carry a key or a password.
func StripURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}
