package download

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

const secret = "eyJhbGciOiJIUzI1NiJ9.c2VjcmV0"

// results may fetch from hosts, with limits that no test meets by accident.
func results(t *testing.T, hosts ...string) *Results {
	t.Helper()
	r, err := New(Options{Hosts: hosts, MaxBytes: 1 << 20, Timeout: 20 * time.Second, Stall: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// fetch opens and reads it all.
func fetch(ctx context.Context, r *Results, address string) ([]byte, error) {
	f, err := r.Open(ctx, address)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// wantFault checks the kind of an error, and that it tells nothing but the host.
func wantFault(t *testing.T, err error, kind pipeline.Kind, words ...string) *pipeline.Fault {
	t.Helper()
	var f *pipeline.Fault
	if !errors.As(err, &f) {
		t.Fatalf("%v is no Fault", err)
	}
	if f.Kind != kind {
		t.Errorf("%v is %s, want %s", err, f.Kind, kind)
	}
	for e := error(f); e != nil; e = errors.Unwrap(e) {
		for _, hidden := range []string{secret, "_jwt", "/task/clip.mp4"} {
			if strings.Contains(e.Error(), hidden) {
				t.Errorf("the error tells %q: %v", hidden, e)
			}
		}
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q doesn't say %q", err, w)
		}
	}
	return f
}

const path = "/task/clip.mp4?_jwt=" + secret

func TestDownload_FetchesAResultWhole(t *testing.T) {
	want := bytes.Repeat([]byte("clip"), 100_000)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("_jwt") != secret || r.Header.Get("Accept-Encoding") != "" {
			http.Error(w, "not as given", http.StatusForbidden)
			return
		}
		w.Write(want)
	})
	got, err := fetch(t.Context(), results(t, s.URL), s.URL+path)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("got %d bytes, %v; want %d", len(got), err, len(want))
	}
}

func TestDownload_FetchesFromAListedHostOverTLS(t *testing.T) {
	s := httptest.NewTLSServer(
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "clip") }),
	)
	defer s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	for _, entry := range []string{"cdn.example.com", "CDN.example.com:443", ".example.com"} {
		r := results(t, entry)
		r.guarded.TLSClientConfig = &tls.Config{RootCAs: roots}
		r.guarded.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			if address != "cdn.example.com:443" {
				return nil, fmt.Errorf("dialled %s", address)
			}
			return (&net.Dialer{}).DialContext(ctx, network, s.Listener.Addr().String())
		}
		if got, err := fetch(t.Context(), r, "https://cdn.example.com"+path); err != nil || string(got) != "clip" {
			t.Errorf("%s: %q, %v", entry, got, err)
		}
	}
}

func TestDownload_RefusesAStrangersCertificate(t *testing.T) {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	defer s.Close()
	_, err := fetch(t.Context(), results(t, s.URL), s.URL+path)
	wantFault(t, err, pipeline.Transient, "certificate")
}

func TestDownload_AnAnswerWithoutAResultIsWorthAFreshLink(t *testing.T) {
	for status, reason := range map[int]pipeline.Reason{
		403: pipeline.ReasonTrouble, 404: pipeline.ReasonTrouble, 410: pipeline.ReasonTrouble,
		206: pipeline.ReasonTrouble,
		304: pipeline.ReasonTrouble, 429: pipeline.ReasonBusy, 500: pipeline.ReasonBusy, 503: pipeline.ReasonBusy,
	} {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(status)
		})
		_, err := fetch(t.Context(), results(t, s.URL), s.URL+path)
		f := wantFault(t, err, pipeline.Transient, fmt.Sprint(status))
		if f.Reason != reason || f.RetryAfter != 7*time.Second {
			t.Errorf("%d: reason %s, after %v; want %s, 7s", status, f.Reason, f.RetryAfter, reason)
		}
	}
}

func TestDownload_FollowsRedirectsToListedHostsOnly(t *testing.T) {
	strange := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the stranger was asked") })
	end := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Referer") != "":
			t.Errorf("the address of before was told to the next host")
		case r.URL.Path == "/clip":
			io.WriteString(w, "clip")
		case r.URL.Path == "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		}
	})
	to := ""
	start := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusTemporaryRedirect)
	})
	r := results(t, start.URL, end.URL)

	to = end.URL + "/clip"
	if got, err := fetch(t.Context(), r, start.URL+path); err != nil || string(got) != "clip" {
		t.Errorf("to a listed host: %q, %v", got, err)
	}
	to = strange.URL + path
	_, err := fetch(t.Context(), r, start.URL+path)
	wantFault(t, err, pipeline.Misconfigured, "RESULT_HOSTS", strange.Listener.Addr().String())
	for _, to = range []string{end.URL + "/loop", "", "http://a b/" + secret, "http://%zz/" + secret} {
		_, err := fetch(t.Context(), r, start.URL+path)
		wantFault(t, err, pipeline.Transient, "redirect")
	}
	for _, to = range []string{
		"file:///etc/passwd", "ftp://" + end.Listener.Addr().String(),
		"//user@" + end.Listener.Addr().String() + "/clip",
	} {
		_, err := fetch(t.Context(), r, start.URL+path)
		wantFault(t, err, pipeline.Misconfigured)
	}
}

func TestDownload_DoesNotQuoteAServerThatTalksNonsense(t *testing.T) {
	for name, says := range map[string]string{
		"not HTTP":       secret + "\r\n\r\n",
		"a bad header":   "HTTP/1.1 200 OK\r\n" + secret + "\r\n\r\n",
		"a bad length":   "HTTP/1.1 200 OK\r\nContent-Length: " + secret + "\r\n\r\n",
		"a bad chunk":    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + secret + "\r\n",
		"nothing":        "",
		"a bad encoding": "HTTP/1.1 200 OK\r\nTransfer-Encoding: " + secret + "\r\n\r\n",
	} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			if c, err := l.Accept(); err == nil {
				io.ReadAtLeast(c, make([]byte, 4096), 10)
				io.WriteString(c, says)
				c.Close()
			}
		}()
		origin := "http://" + l.Addr().String()
		_, err = fetch(t.Context(), results(t, origin), origin+path)
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		wantFault(t, err, pipeline.Transient)
		l.Close()
	}
}

func TestDownload_AServerThatIsDownIsTransient(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	origin := "http://" + l.Addr().String()
	l.Close()
	_, err = fetch(t.Context(), results(t, origin), origin+path)
	wantFault(t, err, pipeline.Transient, "refused")
}

func TestDownload_AsksNoProxy(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://proxy.invalid:3128")
	r := results(t, "http://result.invalid")
	var dialled string
	r.vouched.DialContext = func(_ context.Context, _, address string) (net.Conn, error) {
		dialled = address
		return nil, io.EOF
	}
	if _, err := fetch(t.Context(), r, "http://result.invalid"+path); err == nil || dialled != "result.invalid:80" {
		t.Errorf("dialled %s, %v; want result.invalid:80", dialled, err)
	}
	if r.guarded.Proxy != nil {
		t.Error("the guarded transport has a proxy")
	}
}
