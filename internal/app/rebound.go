package app

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/sajangpick/sajangpick/config"
)

// Local keeps the pages of others away from the sandbox, which has no log-in and may hold a real key: a
// name of theirs that leads to this machine (DNS rebinding) is told by Host, a post from their page by
// what the browser says of it. Names that can't be registered for that are let in: addresses, localhost and
// names without a dot; and so are more, which the operator has named.
func Local(h http.Handler, more ...string) http.Handler {
	same := http.NewCrossOriginProtection().Handler(h)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLocal(r.Host, more) {
			http.Error(w, "this address isn't one of the sandbox", http.StatusMisdirectedRequest)
			return
		}
		same.ServeHTTP(w, r)
	})
}

func isLocal(host string, more []string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.ToLower(strings.TrimSuffix(strings.Trim(name, "[]"), "."))
	if name == "" {
		return false
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	named := slices.ContainsFunc(more, func(m string) bool { return strings.ToLower(m) == name })
	return named || !strings.Contains(name, ".") || strings.HasSuffix(name, ".localhost")
}

// PublicName is the host of PUBLIC_URL, at which providers reach the sandbox too.
func PublicName(cfg config.Config) string {
	if cfg.PublicURL == nil {
		return ""
	}
	return cfg.PublicURL.Hostname()
}
