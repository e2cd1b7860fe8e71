package download

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"net/url"

	"github.com/sajangpick/sajangpick/internal/httpx"
)

// Allows reports whether an address may be fetched from or posted to, as far as its text says. Where its name leads is
// seen when it is dialled.
func (r *Results) Allows(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return false
	}
	switch r.allowed.check(u) {
	case vouchedFor:
		return true
	case onlyPublic:
		ip, err := netip.ParseAddr(u.Hostname())
		return err != nil || public(ip)
	}
	return false
}

// Post sends a body to an address, once. It follows no redirect, and of the answer nothing counts but its status: nil
// is 2xx. The error is a Fault, which names no more of the address than its host; that of another status wraps a
// Status.
func (r *Results) Post(ctx context.Context, address string, header http.Header, body []byte) error {
	u, err := url.Parse(address)
	if err != nil {
		return transient(errors.New("download: the address is none"))
	}
	via, err := r.via(u)
	if err != nil {
		return err
	}
	w := watch(ctx, r.o.Timeout, r.o.Stall)
	defer w.end()
	req, err := http.NewRequestWithContext(w.ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return transient(errors.New("download: the address is none"))
	}
	req.Header = header
	w.listen()
	res, err := httpx.Traceable{RoundTripper: via}.RoundTrip(req)
	if err != nil {
		return failure(w, u.Host, err)
	}
	defer res.Body.Close()
	_, _ = io.CopyN(io.Discard, res.Body, r.o.MaxBytes) // what it says doesn't matter; its connection may be used again
	if res.StatusCode/100 != 2 {
		return refusal(u.Host, res)
	}
	return nil
}
