package download

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

func TestHosts_OnlyListedOnesMayBeAsked(t *testing.T) {
	a, err := parseHosts([]string{
		"cdn.example.com", "files.example.com:8443", ".cloudfront.net", "http://127.0.0.1:1234",
		"https://stand-in.local/", "[2001:db8::1]:444",
	})
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]verdict{
		"https://cdn.example.com/a?_jwt=x":      onlyPublic,
		"https://CDN.Example.com:443/a":         onlyPublic,
		"https://files.example.com:8443/a":      onlyPublic,
		"https://dnznrvs05pmza.cloudfront.net/": onlyPublic,
		"https://a.b.cloudfront.net/":           onlyPublic,
		"https://[2001:db8::1]:444/":            onlyPublic,
		"http://127.0.0.1:1234/a":               vouchedFor,
		"https://stand-in.local:443/a":          vouchedFor,

		"http://cdn.example.com/a":               refused,
		"http://cdn.example.com:443/a":           refused,
		"https://cdn.example.com:8443/a":         refused,
		"https://files.example.com/a":            refused,
		"https://example.com/":                   refused,
		"https://cdn.example.com.evil.net/":      refused,
		"https://evil-cdn.example.com/":          refused,
		"https://cloudfront.net/":                refused,
		"https://.cloudfront.net/":               refused,
		"https://evilcloudfront.net/":            refused,
		"https://a.cloudfront.net.evil.net/":     refused,
		"https://a.cloudfront.net:8443/":         refused,
		"https://a.cloudfront.net@evil.net/":     refused,
		"https://user:word@cdn.example.com/":     refused,
		"https://127.0.0.1:1234/a":               refused,
		"http://127.0.0.1/a":                     refused,
		"http://localhost:1234/a":                refused,
		"http://stand-in.local/a":                refused,
		"file:///etc/passwd":                     refused,
		"ftp://cdn.example.com/":                 refused,
		"gopher://127.0.0.1:1234/":               refused,
		"//cdn.example.com/a":                    refused,
		"cdn.example.com/a":                      refused,
		"":                                       refused,
		"https:///a":                             refused,
		"https:cdn.example.com":                  refused,
		"https://cdn.example.com%2eevil.net/":    refused,
		"https://evil.net\\.cdn.example.com/":    refused,
		"https://evil.net/cdn.example.com":       refused,
		"https://evil.net#https://a.example.com": refused,
	} {
		u, err := url.Parse(address)
		if err != nil {
			if want != refused {
				t.Errorf("%s: %v", address, err)
			}
			continue
		}
		if got := a.check(u); got != want {
			t.Errorf("%s: %d, want %d", address, got, want)
		}
	}
}

func TestParseHosts_RefusesEntriesThatMeanNothing(t *testing.T) {
	for _, entry := range []string{
		"", " ", ".", ".com", "*.cloudfront.net", "cdn.example.com/videos", "cdn example.com", "user@cdn.example.com",
		"cdn.example.com?",
		"https://", "https://cdn.example.com/videos", "https://a@cdn.example.com", "https://cdn.example.com?a",
		"ftp://cdn.example.com", "cdn.example.com:port",
	} {
		if _, err := New(Options{Hosts: []string{entry}, MaxBytes: 1, Timeout: 1, Stall: 1}); err == nil {
			t.Errorf("New took %q", entry)
		}
	}
}

func TestDownload_AHostThatIsNotListedIsForAnOperator(t *testing.T) {
	_, err := results(t, "cdn.example.com").Open(t.Context(), "https://other.example.com"+path)
	wantFault(t, err, pipeline.Misconfigured, "RESULT_HOSTS", "other.example.com")
	_, err = results(t, "cdn.example.com").Open(t.Context(), "http://cdn.example.com"+path)
	wantFault(t, err, pipeline.Misconfigured, "http")
	_, err = results(t).Open(t.Context(), "https://cdn.example.com/\x00"+path)
	wantFault(t, err, pipeline.Transient)
}

// inside is a server in our own network that must not be asked.
func inside(t *testing.T) (port string) {
	t.Helper()
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	var asked atomic.Int32
	s.Config.ConnState = func(net.Conn, http.ConnState) { asked.Add(1) }
	s.StartTLS()
	t.Cleanup(func() {
		s.Close()
		if asked.Load() > 0 {
			t.Error("the server inside saw a connection")
		}
	})
	return s.URL[strings.LastIndex(s.URL, ":"):]
}

func TestDownload_AListedNameMayNotLeadInside(t *testing.T) {
	port := inside(t)
	for _, host := range []string{"localhost", "127.0.0.1", "[::ffff:127.0.0.1]", "[::1]", "0.0.0.0"} {
		_, err := results(t, host+port).Open(t.Context(), "https://"+host+port+path)
		wantFault(t, err, pipeline.Misconfigured, "own network", host)
		if !errors.Is(err, errPrivate) {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestDownload_ANameThatIsPointedInsideGainsNothing(t *testing.T) {
	port := inside(t)
	r := results(t, "cdn.example.com"+port)
	r.guarded.DialContext = (&net.Dialer{Control: refusePrivate, Resolver: &net.Resolver{
		PreferGo: true,
		Dial: func(context.Context, string, string) (net.Conn, error) {
			here, there := net.Pipe()
			go answerLoopback(there)
			return here, nil
		},
	}}).DialContext
	_, err := r.Open(t.Context(), "https://cdn.example.com"+port+path)
	wantFault(t, err, pipeline.Misconfigured, "own network")
}

// answerLoopback is a name server (RFC 1035, the framing of TCP) for which every name is 127.0.0.1.
func answerLoopback(c net.Conn) {
	defer c.Close()
	size := make([]byte, 2)
	if _, err := io.ReadFull(c, size); err != nil {
		return
	}
	query := make([]byte, binary.BigEndian.Uint16(size))
	if _, err := io.ReadFull(c, query); err != nil {
		return
	}
	end := 12
	for query[end] != 0 { // labels of the one question
		end += int(query[end]) + 1
	}
	end += 5
	answer := append([]byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, query[12:end]...)
	if query[end-3] == 1 { // A
		answer[7] = 1
		answer = append(answer, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1)
	}
	c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...))
}

func TestPublic_OnlyTheInternetsOwnAddressesAre(t *testing.T) {
	for address, want := range map[string]bool{
		"8.8.8.8": true, "99.84.1.1": true, "2606:4700::1111": true, "64:ff9b::808:808": true, "::ffff:8.8.8.8": true,
		"172.15.255.255": true, "172.32.0.1": true, "100.63.255.255": true, "100.128.0.1": true,

		"127.0.0.1": false, "127.9.9.9": false, "10.0.0.1": false, "172.16.0.1": false, "172.31.255.255": false,
		"192.168.1.1":     false,
		"169.254.169.254": false, "100.64.0.1": false, "100.127.255.255": false, "0.0.0.0": false, "0.1.2.3": false,
		"192.0.0.1": false, "192.0.2.1": false, "198.18.0.1": false, "198.51.100.1": false, "203.0.113.1": false,
		"224.0.0.1": false, "239.255.255.255": false, "240.0.0.1": false, "255.255.255.255": false,
		"::": false, "::1": false, "fe80::1": false, "fe80::1%eth0": false, "fc00::1": false, "fd00:ec2::254": false,
		"ff02::1":          false,
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::127.0.0.1": false, "64:ff9b::7f00:1": false,
		"64:ff9b::a00:1": false,
		"64:ff9b:1::1":   false, "100::1": false, "2001::1": false, "2001:db8::1": false, "2002:7f00:1::": false,
		"3fff::1": false, "4000::1": false,
	} {
		if got := public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %v, want %v", address, got, want)
		}
	}
}

func FuzzHosts_AllowNothingButTheList(f *testing.F) {
	a, err := parseHosts([]string{"cdn.example.com", ".cloudfront.net"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("https://cdn.example.com/a?_jwt=b")
	f.Add("https://x.cloudfront.net:443/")
	f.Add("https://x.cloudfront.net@evil.net/")
	f.Add("HTTPS://CDN.EXAMPLE.COM")
	f.Fuzz(func(t *testing.T, address string) {
		u, err := url.Parse(address)
		if err != nil || a.check(u) == refused {
			return
		}
		host := strings.ToLower(u.Hostname())
		if u.Scheme != "https" || u.User != nil ||
			host != "cdn.example.com" && !strings.HasSuffix(host, ".cloudfront.net") {
			t.Errorf("%q is allowed", address)
		}
	})
}

func TestDownload_WhatPeopleNameIsFetchedFromTheInternetAlone(t *testing.T) {
	inside := serve(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "the keys to everything") })
	r, err := New(Options{Anywhere: true, MaxBytes: 1 << 20, Timeout: 20 * time.Second, Stall: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{
		inside.URL + path, "https" + strings.TrimPrefix(inside.URL, "http") + path, "https://localhost" + path,
		"https://10.0.0.1" + path, "https://169.254.169.254" + path, "https://[::1]" + path,
		"https://[::ffff:127.0.0.1]" + path,
		"https://100.64.0.1" + path, "http://example.com" + path, "https://kim:pw@example.com" + path,
		"file:///etc/passwd",
	} {
		got, err := fetch(t.Context(), r, address)
		if f := wantFault(t, err, pipeline.Misconfigured); f == nil || len(got) > 0 {
			t.Errorf("%s gives %q", address, got)
		}
	}
	if v := r.allowed.check(&url.URL{Scheme: "https", Host: "music.example.org", Path: "/a.mp3"}); v != onlyPublic {
		t.Errorf("a place on the internet is %d", v)
	}
}

// TestDownload_GoesThroughTheProxyThatTheAPIGoesThrough has a proxy that alone knows the host's name.
func TestDownload_GoesThroughTheProxyThatTheAPIGoesThrough(t *testing.T) {
	var asked []string
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.String())
		if strings.HasSuffix(r.URL.Path, "/moved") {
			w.Header().Set("Location", "http://metadata.internal.invalid/")
			w.WriteHeader(http.StatusFound)
			return
		}
		fmt.Fprint(w, "a clip")
	})
	at, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	through := func(*http.Request) (*url.URL, error) { return at, nil }
	const host = "http://clips.company.invalid"
	r, err := New(Options{
		Hosts: []string{host}, Proxy: through, MaxBytes: 1 << 20, Timeout: 20 * time.Second, Stall: 10 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := fetch(t.Context(), r, host+"/a.mp4"); err != nil || string(got) != "a clip" {
		t.Errorf("%q, %v", got, err)
	}
	_, err = fetch(t.Context(), r, host+"/moved")
	wantFault(t, err, pipeline.Misconfigured, "metadata.internal.invalid")
	if len(asked) != 2 || asked[0] != host+"/a.mp4" {
		t.Errorf("the proxy was asked for %q", asked)
	}
	music, err := New(Options{
		Anywhere: true, Proxy: through, MaxBytes: 1 << 20, Timeout: 20 * time.Second, Stall: 10 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fetch(t.Context(), music, "https://127.0.0.1:1/song.mp3"); err == nil || len(asked) != 2 {
		t.Errorf("an owner's music went through the proxy: %q, %v", asked, err)
	}
}
