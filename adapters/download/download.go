// Package download fetches what a provider made. The address comes from outside, so it is only
// followed to hosts on a list, over https, and never into our own network: addresses are checked
// when the connection is made, after the name was looked up, so a name that changes its mind
// gains nothing.
//
// The address often carries a token. No error holds any part of it but the host.
package download

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
)

// Options are what may be fetched, and how long it may take.
type Options struct {
	// Hosts are the hosts that results may come from, in one of three forms:
	// "cdn.example.com" or "cdn.example.com:8443" is this host over https;
	// ".cloudfront.net" is every host below it over https;
	// "http://127.0.0.1:1234" is a whole origin that an operator vouches for: it may be plain http
	// and lie inside our own network.
	Hosts    []string
	Anywhere bool // besides them, every host of the internet over https: what people name, not providers
	// Proxy is as in http.Transport. Where it names a proxy, a host on the list is asked through it, and what lies
	// behind its name is the proxy's to judge. With Anywhere there is none: a proxy would look up names that
	// strangers chose, behind the guard.
	Proxy    func(*http.Request) (*url.URL, error)
	MaxBytes int64         // most bytes of one result
	Timeout  time.Duration // most time from Open to the last byte
	Stall    time.Duration // most time without a byte: for an answer to begin, and for each read
}

const redirects = 3

// Results is a pipeline.Results over HTTP. Every error is a *pipeline.Fault, those of reading too.
type Results struct {
	allowed allowed
	o       Options
	guarded *http.Transport
	vouched *http.Transport
	proxied *http.Transport
}

var _ pipeline.Results = (*Results)(nil)

// New checks the options. It doesn't use the network.
func New(o Options) (*Results, error) {
	if o.MaxBytes <= 0 || o.Timeout <= 0 || o.Stall <= 0 {
		return nil, errors.New("download: limits of bytes and time must be set")
	}
	allowed, err := parseHosts(o.Hosts)
	if err != nil {
		return nil, err
	}
	allowed.all = o.Anywhere
	r := &Results{allowed: allowed, o: o}
	r.guarded = transport(o, &net.Dialer{Timeout: o.Stall, Control: refusePrivate})
	r.vouched = transport(o, &net.Dialer{Timeout: o.Stall})
	r.proxied = transport(o, &net.Dialer{Timeout: o.Stall})
	r.proxied.Proxy = o.Proxy
	return r, nil
}

func transport(o Options, d *net.Dialer) *http.Transport {
	return &http.Transport{
		DialContext:            d.DialContext,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // or Content-Length, and with it a cut-off body, would be lost
		TLSHandshakeTimeout:    o.Stall,
		IdleConnTimeout:        30 * time.Second,
		MaxIdleConnsPerHost:    16,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// Open starts to fetch a result. The caller closes what it returns; it ends with ctx.
func (r *Results) Open(ctx context.Context, address string) (io.ReadCloser, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, transient(errors.New("download: the result's address is no address"))
	}
	w := watch(ctx, r.o.Timeout, r.o.Stall)
	res, err := r.follow(w, u)
	if err != nil {
		w.end()
		return nil, err
	}
	b := &body{from: res.Body, host: res.Request.URL.Host, left: r.o.MaxBytes, watch: w}
	if res.ContentLength > r.o.MaxBytes {
		b.err = tooLarge(b.host)
	}
	return b, nil
}

func (r *Results) follow(w *watchdog, u *url.URL) (*http.Response, error) {
	for range redirects + 1 {
		res, err := r.get(w, u)
		if err != nil {
			return nil, err
		}
		if res.StatusCode == http.StatusOK {
			return res, nil
		}
		res.Body.Close()
		if res.StatusCode < 300 || res.StatusCode > 399 || res.StatusCode == http.StatusNotModified {
			return nil, refusal(u.Host, res)
		}
		next, err := res.Location()
		if err != nil {
			return nil, transient(fmt.Errorf("download: %s redirects to no address", u.Host))
		}
		u = next
	}
	return nil, transient(fmt.Errorf("download: more than %d redirects", redirects))
}

// via is how an address may be reached; the error is a Fault.
func (r *Results) via(u *url.URL) (*http.Transport, error) {
	switch r.allowed.check(u) {
	case vouchedFor:
		return r.vouched, nil
	case onlyPublic:
		return r.guarded, nil
	}
	return nil, notAllowed(u)
}

// get sends one request, without the http.Client that would name the address in its errors and
// send it along as the Referer of a redirect.
func (r *Results) get(w *watchdog, u *url.URL) (*http.Response, error) {
	via, err := r.via(u)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(w.ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, transient(errors.New("download: the result's address is no address"))
	}
	if r.o.Proxy != nil && !r.o.Anywhere {
		if proxy, err := r.o.Proxy(req); err != nil {
			return nil, httpx.Unset(errors.New("download: HTTPS_PROXY or HTTP_PROXY is no address"))
		} else if proxy != nil {
			via = r.proxied
		}
	}
	w.listen()
	res, err := httpx.Traceable{RoundTripper: via}.RoundTrip(req)
	w.rest()
	if err != nil {
		return nil, failure(w, u.Host, err)
	}
	return res, nil
}

// Status is an answer without a result.
type Status int

func (s Status) Error() string { return "answers " + strconv.Itoa(int(s)) }

// refusal is an answer without a result. Links of providers expire (Runway's after a day or two), so
// even 404 is worth a try: asking the provider again gives a fresh one.
func refusal(host string, res *http.Response) *pipeline.Fault {
	f := transient(fmt.Errorf("download: %s %w", host, Status(res.StatusCode)))
	if res.StatusCode == http.StatusTooManyRequests || res.StatusCode >= 500 {
		f.Reason = pipeline.ReasonBusy
	}
	if s, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && s > 0 {
		f.RetryAfter = time.Duration(min(s, 3600)) * time.Second
	}
	return f
}

func transient(err error) *pipeline.Fault {
	return &pipeline.Fault{Kind: pipeline.Transient, Reason: pipeline.ReasonTrouble, Err: err}
}
