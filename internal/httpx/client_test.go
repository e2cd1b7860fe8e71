package httpx

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

const key = "key_0123456789abcdef"

func client(url string) *Client {
	return New(Options{Name: "acme", BaseURL: url, Key: key, Header: http.Header{"X-Acme": {"1"}}})
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func wantFault(t *testing.T, err error, k pipeline.Kind, r pipeline.Reason) *pipeline.Fault {
	t.Helper()
	var f *pipeline.Fault
	if !errors.As(err, &f) {
		t.Fatalf("got %v, want a fault", err)
	}
	if f.Kind != k || f.Reason != r {
		t.Errorf("got %s, %s; want %s, %s: %v", f.Kind, f.Reason, k, r, f)
	}
	if s := f.Error(); strings.Contains(s, key) || strings.Contains(s, "Bearer") {
		t.Errorf("error holds the key: %s", s)
	}
	return f
}

// hangUp reads the request and closes the connection after saying some bytes.
func hangUp(t *testing.T, w http.ResponseWriter, r *http.Request, say string) {
	t.Helper()
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		t.Error(err)
	}
	conn, buf, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	io.WriteString(buf, say)
	buf.Flush()
	conn.Close()
}

func TestPost_IsOneRequest(t *testing.T) {
	var n atomic.Int32
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n.Add(1)
		b, _ := io.ReadAll(r.Body)
		for name, want := range map[string]string{
			"Authorization": "Bearer " + key, "Content-Type": "application/json", "Accept": "application/json",
			"User-Agent": "sajangpick", "X-Acme": "1", "X-Extra": "2",
		} {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		if got := r.Method + " " + r.URL.Path + " " + string(b); got != `POST /v1/things {"a":"새우"}` {
			t.Errorf("got %s", got)
		}
		w.WriteHeader(http.StatusAccepted)
		io.WriteString(w, `{"id":"x"}`)
	})
	a, err := client(url+"/").Post(
		t.Context(), "/v1/things", http.Header{"X-Extra": {"2"}}, map[string]string{"a": "새우"},
	)
	if err != nil || a.Status != http.StatusAccepted || !a.OK() || string(a.Body) != `{"id":"x"}` {
		t.Errorf("got %d %s, %v", a.Status, a.Body, err)
	}
	if n.Load() != 1 {
		t.Errorf("%d requests", n.Load())
	}
}

func TestPost_ThatReachesNoServerIsTransient(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refused := "http://" + l.Addr().String()
	l.Close()
	tls := httptest.NewUnstartedServer(http.NotFoundHandler())
	tls.Config.ErrorLog = log.New(io.Discard, "", 0)
	tls.StartTLS() // with a certificate that nobody has signed
	defer tls.Close()
	for name, url := range map[string]string{
		"refused": refused, "certificate": tls.URL, "name": "http://no-such-host.invalid", "port": "http://127.0.0.1:0",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := client(url).Post(t.Context(), "/x", nil, nil)
			wantFault(t, err, pipeline.Transient, pipeline.ReasonBusy)
		})
	}
}

func TestPost_ThatGotNoWholeAnswerIsUnknown(t *testing.T) {
	for name, say := range map[string]string{
		"no answer":       "",
		"half a head":     "HTTP/1.1 200 OK\r\nContent-Le",
		"half a body":     "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":",
		"half a chunk":    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{\"id\":",
		"not HTTP at all": "SSH-2.0-OpenSSH\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			var n atomic.Int32
			url := serve(t, func(w http.ResponseWriter, r *http.Request) {
				n.Add(1)
				hangUp(t, w, r, say)
			})
			_, err := client(url).Post(t.Context(), "/x", nil, map[string]int{"a": 1})
			wantFault(t, err, pipeline.Indeterminate, pipeline.ReasonUnknownStart)
			if n.Load() != 1 {
				t.Errorf("%d requests", n.Load())
			}
		})
	}
}

func TestPost_AnAnswerThatNeverEndsIsUnknown(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Write(bytes.Repeat([]byte(" "), maxAnswer+1))
	})
	_, err := client(url).Post(t.Context(), "/x", nil, nil)
	wantFault(t, err, pipeline.Indeterminate, pipeline.ReasonUnknownStart)
	_, err = client(url).Get(t.Context(), "/x")
	wantFault(t, err, pipeline.Transient, pipeline.ReasonBusy)
}

// silent dials a provider that takes everything in and says nothing.
func silent(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	go io.Copy(io.Discard, theirs)
	return ours, nil
}

func TestPost_WaitsForSilenceNoLongerThanTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := client("http://acme.example")
		c.starts.Transport.(Traceable).RoundTripper.(*http.Transport).DialContext = silent
		c.asks.Transport.(Traceable).RoundTripper.(*http.Transport).DialContext = silent
		began := time.Now()
		_, err := c.Post(t.Context(), "/x", nil, nil)
		wantFault(t, err, pipeline.Indeterminate, pipeline.ReasonUnknownStart)
		if took := time.Since(began); took != 60*time.Second {
			t.Errorf("waited %s for a start", took)
		}
		began = time.Now()
		_, err = c.Get(t.Context(), "/x")
		wantFault(t, err, pipeline.Transient, pipeline.ReasonBusy)
		if took := time.Since(began); took != 20*time.Second {
			t.Errorf("waited %s for a check", took)
		}
	})
}

func TestPost_AConnectionThatIsNotMadeInTimeIsTransient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		end := make(chan bool)
		defer close(end)
		c := client("http://acme.example")
		c.starts.Transport.(Traceable).RoundTripper.(*http.Transport).DialContext = func(
			context.Context, string, string,
		) (net.Conn, error) {
			<-end
			return nil, net.ErrClosed
		}
		_, err := c.Post(t.Context(), "/x", nil, nil)
		wantFault(t, err, pipeline.Transient, pipeline.ReasonBusy)
	})
}

func TestPost_ACallerWhoLeavesBeforeTheAnswerDoesNotKnowIt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	url := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		cancel()
		<-r.Context().Done()
	})
	_, err := client(url).Post(ctx, "/x", nil, nil)
	wantFault(t, err, pipeline.Indeterminate, pipeline.ReasonUnknownStart)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("chain lacks the cause: %v", err)
	}
}

func TestPost_ACallerWhoHasLeftSendsNothing(t *testing.T) {
	url := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("sent") })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := client(url).Post(ctx, "/x", nil, nil)
	wantFault(t, err, pipeline.Transient, pipeline.ReasonBusy)
}

func TestPost_WhatCannotBeWrittenIsNotSent(t *testing.T) {
	url := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("sent") })
	_, err := client(url).Post(t.Context(), "/x", nil, func() {})
	wantFault(t, err, pipeline.Misconfigured, pipeline.ReasonTrouble)
}

// The status of an error is an answer, whatever becomes of the words after it.
func TestPost_AnErrorStatusNeedsNoWholeBody(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		hangUp(t, w, r, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 100\r\n\r\nbusy")
	})
	a, err := client(url).Post(t.Context(), "/x", nil, nil)
	if err != nil || a.Status != 503 || string(a.Body) != "busy" || a.OK() {
		t.Errorf("got %d %q, %v", a.Status, a.Body, err)
	}
}

func TestClient_DoesNotFollowRedirects(t *testing.T) {
	other := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the key went elsewhere") })
	for _, status := range []int{301, 302, 303, 307, 308} {
		url := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other, status) })
		if a, err := client(url).Post(t.Context(), "/x", nil, nil); err != nil || a.Status != status {
			t.Errorf("POST: got %d, %v", a.Status, err)
		}
		if a, err := client(url).Get(t.Context(), "/x"); err != nil || a.Status != status {
			t.Errorf("GET: got %d, %v", a.Status, err)
		}
	}
}

// A connection that was kept from the last request may be dead by now. A start that died with it
// would be taken for lost although nobody read it.
func TestPost_NeverUsesAnOldConnection(t *testing.T) {
	var conns atomic.Int32
	s := httptest.NewUnstartedServer(
		http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "{}") }),
	)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			conns.Add(1)
		}
	}
	s.Start()
	defer s.Close()
	c := client(s.URL)
	for range 5 {
		if _, err := c.Post(t.Context(), "/x", nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	if n := conns.Load(); n != 5 {
		t.Errorf("5 starts over %d connections", n)
	}
}

func TestClient_LogsHoldNeitherKeyNorAddress(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) { w.Header().Set("apigw-requestid", "abc=") })
	var out bytes.Buffer
	c := New(Options{
		Name: "acme", BaseURL: url, Key: key,
		Log: slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if _, err := c.Post(t.Context(), "/v1/secret", nil, nil); err != nil {
		t.Fatal(err)
	}
	if s := out.String(); !strings.Contains(s, "status=200") || !strings.Contains(s, `request="abc="`) ||
		strings.Contains(s, key) || strings.Contains(s, url) {
		t.Errorf("logged %s", s)
	}
}

func TestClient_DoesNotShowAnAddressThatIsNone(t *testing.T) {
	for _, url := range []string{"http://me:hunter2@127.0.0.1:1", "http://me:hunter2@127.0.0.1:x", "me:hunter2"} {
		_, err := client(url).Post(t.Context(), "/x", nil, nil)
		if f := wantFault(t, err, pipeline.Transient, pipeline.ReasonBusy); strings.Contains(fmt.Sprint(f), "hunter2") {
			t.Errorf("error shows the address: %v", f)
		}
	}
}
