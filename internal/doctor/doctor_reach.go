package doctor

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/sajangpick/sajangpick/adapters/tracing"
	"github.com/sajangpick/sajangpick/adapters/web/live"
	"github.com/sajangpick/sajangpick/config"
)

// bareClient sends no key, so what it is told is public. It follows no redirect.
func bareClient() *http.Client {
	return &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// get asks for an address that holds no secret; of the answer it keeps little.
func get(ctx context.Context, address string) (*http.Response, string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, "", err
	}
	res, err := bareClient().Do(req)
	if err != nil {
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err
		}
		return nil, "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<10))
	return res, string(body), err
}

// checkAddress asks for the public address from outside, as others do.
func checkAddress(ctx context.Context, cfg config.Config) []Finding {
	if cfg.PublicURL == nil {
		return Is(
			Off, "", "PUBLIC_URL isn't set: callbacks can't reach us, so updates are fetched and providers are asked",
		)
	}
	base := cfg.PublicURL.String()
	const way = "start `sajangpick serve`, and see that the way from PUBLIC_URL to its LISTEN is open"
	res, body, err := get(ctx, base+"/healthz")
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &name) && name.IsNotFound:
		return Is(
			Failed, "correct PUBLIC_URL, or give the name an address", "%s has no address", cfg.PublicURL.Hostname(),
		)
	case errors.As(err, &certificate):
		return Is(
			Failed, "get a certificate that the world trusts, with the chain up to it", "%s: %v", base, certificate,
		)
	case err != nil:
		return Is(Warning, way, "%s/healthz doesn't answer: %v", base, err)
	case res.StatusCode != http.StatusOK || body != "ok\n":
		return Is(
			Warning, way, "%s/healthz is answered by something else, or by a service that isn't ready: HTTP %d", base,
			res.StatusCode,
		)
	}
	var all []Finding
	for _, path := range called(cfg) {
		res, _, err := get(ctx, base+path)
		if err != nil {
			all = append(all, Is(Warning, way, "%s%s doesn't answer: %v", base, path, err)...)
		} else if res.StatusCode != http.StatusMethodNotAllowed { // only what is sent there by POST is taken
			all = append(all, Is(Warning,
				"let everything below PUBLIC_URL through, and start `sajangpick serve` with these settings",
				"%s%s leads elsewhere: HTTP %d", base, path, res.StatusCode)...)
		}
	}
	if cfg.Web.On {
		if err := live.Probe(ctx, base+"/web/live"); err != nil {
			all = append(all, Is(Warning,
				"have the proxy pass WebSockets on (Upgrade and Connection) at /web/live; until then pages ask every "+
					"few seconds",
				"%s/web/live doesn't become a WebSocket: %v", base, err)...)
		}
	}
	return orHealthy(all, "%s leads to a running service", base)
}

// called is where platforms call us.
func called(cfg config.Config) (paths []string) {
	if cfg.Telegram.Token.Set() && !cfg.Telegram.Polling {
		paths = append(paths, "/webhooks/telegram")
	}
	if cfg.Slack.On() && cfg.Slack.Signing.Set() {
		paths = append(paths, "/webhooks/slack/events", "/webhooks/slack/commands", "/webhooks/slack/interactions")
	}
	return paths
}

// How wrong our clock may be. Slack believes five minutes at the most, S3 a quarter of an hour.
const (
	oddClock   = 30 * time.Second
	wrongClock = 4 * time.Minute
)

// checkClock compares our clock with the middle of those of the others.
func checkClock(ctx context.Context, cfg config.Config) []Finding {
	var hosts []*url.URL
	for _, x := range []struct {
		on bool
		at *url.URL
	}{
		{cfg.Telegram.Token.Set(), cfg.Telegram.APIURL}, {cfg.Slack.On(), cfg.Slack.APIURL},
		{cfg.Runway.Key.Set(), cfg.Runway.BaseURL}, {cfg.Creatomate.Key.Set(), cfg.Creatomate.BaseURL},
	} {
		if x.on {
			hosts = append(hosts, x.at)
		}
	}
	if len(hosts) == 0 {
		return Is(Off, "", "there is no service to ask for the time")
	}
	said := make(chan *time.Duration, len(hosts))
	for _, at := range hosts {
		go func() { said <- ahead(ctx, at.Scheme+"://"+at.Host+"/") }()
	}
	var all []time.Duration
	for range hosts {
		if d := <-said; d != nil {
			all = append(all, *d)
		}
	}
	if len(all) == 0 {
		return Is(Warning, "see the other findings: no service is reached", "no service says what time it is")
	}
	slices.SortFunc(all, func(a, b time.Duration) int { return cmp.Compare(a, b) })
	middle := all[len(all)/2].Round(time.Second)
	way := "ahead"
	if middle < 0 {
		way = "behind"
	}
	const do = "have the system set its clock by NTP"
	switch wrong := middle.Abs(); {
	case wrong >= wrongClock:
		return Is(Failed, do, "this machine is %s %s: signatures and links are refused", wrong, way)
	case wrong >= oddClock:
		return Is(Warning, do, "this machine is %s %s", wrong, way)
	}
	return Is(Healthy, "", "agrees with %d others to a few seconds", len(all))
}

// ahead is how far our clock is ahead of a server's; nil if it doesn't say.
func ahead(ctx context.Context, address string) *time.Duration {
	began := time.Now()
	res, _, err := get(ctx, address)
	if res == nil || err != nil {
		return nil
	}
	now := began.Add(time.Since(began) / 2)
	date, err := http.ParseTime(res.Header.Get("Date"))
	if err != nil {
		return nil
	}
	if age, err := strconv.Atoi(res.Header.Get("Age")); err == nil { // what a cache kept is as old as that
		date = date.Add(time.Duration(age) * time.Second)
	}
	d := now.Sub(date)
	return &d
}

// checkProxy is about the way out that HTTPS_PROXY or HTTP_PROXY names.
func checkProxy(ctx context.Context, cfg config.Config) []Finding {
	req := &http.Request{URL: cfg.Runway.BaseURL}
	proxy, err := http.ProxyFromEnvironment(req)
	switch {
	case err != nil:
		return Is(Failed, "write http://HOST:PORT", "HTTPS_PROXY or HTTP_PROXY is no address")
	case proxy == nil:
		return Is(
			Off, "", "neither HTTPS_PROXY nor HTTP_PROXY is set for %s: everything is asked directly",
			req.URL.Hostname(),
		)
	}
	at := proxy.Host
	if proxy.Port() == "" {
		at = net.JoinHostPort(
			proxy.Hostname(),
			cmp.Or(map[string]string{"https": "443", "socks5": "1080", "socks5h": "1080"}[proxy.Scheme], "80"),
		)
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", at)
	if err != nil {
		return Unwell(err, "start the proxy, or correct HTTPS_PROXY and HTTP_PROXY")
	}
	_ = conn.Close()
	return Is(Healthy, "", "requests to providers and messengers, and the results of providers, go through the proxy "+
		"at %s; "+
		"owners' music (/music) doesn't, since what its addresses lead to is checked here: without a direct way out "+
		"it can't be fetched", proxy.Host)
}

// checkTraces sends an empty parcel to where traces go.
func checkTraces(ctx context.Context, _ config.Config) []Finding {
	if !tracing.On() {
		return Is(Off, "", "OTEL_EXPORTER_OTLP_ENDPOINT isn't set, or OpenTelemetry is turned off: no traces are sent")
	}
	err := tracing.Probe(ctx, slog.New(slog.DiscardHandler))
	switch {
	case errors.Is(err, tracing.ErrAddress):
		return Is(Failed, "correct it; `sajangpick serve` refuses to start with it", "%v", err)
	case err != nil:
		return Is(Warning, "see that something takes OTLP over HTTP there, usually at port 4318, and that "+
			"OTEL_EXPORTER_OTLP_HEADERS has its key; orders don't need it",
			"traces are not taken: %v", err)
	}
	return Is(Healthy, "", "the collector takes traces")
}
