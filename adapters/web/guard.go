package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"

	"golang.org/x/time/rate"
)

// guard limits how often what has no right to it is tried: by each address, and by all together.
type guard struct {
	mu       sync.Mutex
	all      *rate.Limiter
	by       map[string]*rate.Limiter
	maxKnown int
	every    rate.Limit
	burst    int
}

func newGuard() *guard {
	return &guard{
		all: rate.NewLimiter(20, 2000), by: map[string]*rate.Limiter{}, maxKnown: 10_000, every: 1. / 30, burst: 20,
	}
}

// wrong counts a wrong try, and reports whether there were too many.
func (g *guard) wrong(r *http.Request) bool {
	l := g.limiter(address(r))
	one, all := l.Allow(), g.all.Allow()
	return !one || !all
}

// often reports whether an address had too many wrong tries, without counting one.
func (g *guard) often(r *http.Request) bool {
	return g.limiter(address(r)).Tokens() < 1 || g.all.Tokens() < 1
}

func (g *guard) limiter(from string) *rate.Limiter {
	g.mu.Lock()
	defer g.mu.Unlock()
	l := g.by[from]
	if l == nil {
		if len(g.by) >= g.maxKnown {
			clear(g.by) // all begin anew; the limit of all together holds on
		}
		l = rate.NewLimiter(g.every, g.burst)
		g.by[from] = l
	}
	return l
}

// address is where a request comes from. A proxy of ours, which is at a private address, adds it as the last one of
// X-Forwarded-For; what stands before that may be invented. Of IPv6 a customer has a whole /64.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if all := r.Header.Values("X-Forwarded-For"); len(all) > 0 && (ip.IsPrivate() || ip.IsLoopback()) {
		last := all[len(all)-1]
		if i := strings.LastIndexByte(last, ','); i >= 0 {
			last = last[i+1:]
		}
		if found, err := netip.ParseAddr(strings.TrimSpace(last)); err == nil {
			ip = found
		}
	}
	if ip = ip.Unmap(); ip.Is6() {
		if net, err := ip.Prefix(64); err == nil {
			return net.String()
		}
	}
	return ip.String()
}
