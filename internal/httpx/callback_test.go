package httpx

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

func handler(handle CallbackFunc) http.Handler {
	m := http.NewServeMux()
	m.Handle("POST /webhooks/acme/{order}/{token}", CallbackHandler(handle))
	return m
}

func post(h http.Handler, path, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("POST", path, strings.NewReader(body)))
	return w
}

func TestCallbackHandler_BringsTheOrderTheTokenAndAHint(t *testing.T) {
	for body, hint := range map[string]string{
		`{"id":"r-1","status":"succeeded"}`: "r-1",
		`[{"id":"r-1"},{"id":"r-2"}]`:       "r-1",
		` [] `:                              "",
		`{"id":7}`:                          "",
		`{"id":"../../v1/organization"}`:    "",
		`{"id":"r-1"`:                       "",
		``:                                  "",
		`"r-1"`:                             "",
		`{"x":"` + strings.Repeat("x", maxCallback) + `","id":"r-1"}`: "",
	} {
		var got string
		w := post(handler(func(_ context.Context, order int64, token, remote string) error {
			got = fmt.Sprintf("%d %s %s", order, token, remote)
			return nil
		}), "/webhooks/acme/12/t0ken", body)
		if want := "12 t0ken " + hint; got != want || w.Code != 200 || w.Body.Len() != 0 {
			t.Errorf("%.40s: called %q, want %q; answered %d %q", body, got, want, w.Code, w.Body)
		}
	}
}

func TestCallbackHandler_AWrongTokenIsNotFound(t *testing.T) {
	h := handler(func(context.Context, int64, string, string) error {
		return fmt.Errorf("callback: %w", pipeline.ErrBadToken)
	})
	if w := post(h, "/webhooks/acme/12/forged", `{"id":"r-1"}`); w.Code != 404 {
		t.Errorf("answered %d", w.Code)
	}
}

func TestCallbackHandler_AnotherAddressIsNoCallback(t *testing.T) {
	h := handler(func(context.Context, int64, string, string) error { t.Error("called"); return nil })
	for _, path := range []string{"/webhooks/acme/x/t", "/webhooks/acme/0/t", "/webhooks/acme/-1/t",
		"/webhooks/acme/99999999999999999999/t",
		"/webhooks/acme/1/", "/webhooks/acme/1/" + strings.Repeat("t", 201)} {
		if w := post(h, path, ""); w.Code != 404 {
			t.Errorf("%s: answered %d", path, w.Code)
		}
	}
}

func TestCallbackHandler_AsksAgainForACallbackThatCouldNotBeTaken(t *testing.T) {
	w := post(
		handler(func(context.Context, int64, string, string) error { return errors.New("key_0123 is secret") }),
		"/webhooks/acme/12/t", "",
	)
	if w.Code != 503 || w.Body.Len() != 0 || w.Header().Get("Retry-After") == "" {
		t.Errorf("answered %d %q", w.Code, w.Body)
	}
}

func TestCallbackHandler_ACallerWhoHangsUpHasCalled(t *testing.T) {
	r := httptest.NewRequest("POST", "/webhooks/acme/12/t", nil)
	ctx, cancel := context.WithCancel(r.Context())
	cancel()
	handler(func(ctx context.Context, _ int64, _, _ string) error {
		if ctx.Err() != nil {
			t.Error("the callback was cut short")
		}
		if _, ok := ctx.Deadline(); !ok {
			t.Error("the callback has no end")
		}
		return nil
	}).ServeHTTP(httptest.NewRecorder(), r.WithContext(ctx))
}

// pipeListener hands one connection to a server.
type pipeListener struct {
	conn chan net.Conn
	done chan struct{}
	once sync.Once
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conn:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error { l.once.Do(func() { close(l.done) }); return nil }

func (l *pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func TestCallbackHandler_ABodyThatDoesNotComeIsNoHint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		called := make(chan string, 1)
		l := &pipeListener{conn: make(chan net.Conn, 1), done: make(chan struct{})}
		s := &http.Server{
			Handler: handler(func(_ context.Context, _ int64, _, remote string) error { called <- remote; return nil }),
		}
		go s.Serve(l)
		ours, theirs := net.Pipe()
		l.conn <- theirs
		began := time.Now()
		io.WriteString(ours, "POST /webhooks/acme/12/t HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n{\"id\":\"r-")
		res, err := http.ReadResponse(bufio.NewReader(ours), nil)
		if err != nil || res.StatusCode != 200 {
			t.Fatalf("got %v, %v", res, err)
		}
		if took := time.Since(began); took != bodyLimit {
			t.Errorf("took %s", took)
		}
		if hint := <-called; hint != "" {
			t.Errorf("hint %q of half a body", hint)
		}
		ours.Close()
		s.Close()
	})
}

func FuzzCallbackHandler_AHintIsAnIDOrNothing(f *testing.F) {
	for _, s := range []string{`{"id":"r-1"}`, `[{"id":"r-1"}]`, `[[]]`, `{"id":"../x"}`, `[`, `null`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if h := readHint(body); h != "" && !IsID(h) {
			t.Errorf("hint %q", h)
		}
	})
}
