package slack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	token    = "xoxb-4242-4242-AAHdqTcvCH1vGWJxfSeofSAs"
	appToken = "xapp-1-A4242-4242-deadbeefdeadbeefdeadbeef"
	vow      = "8f742231b10e8888abcd99yyyzzz85a5"
)

// api is a server that answers each method as it is told to, and remembers.
type api struct {
	t       *testing.T
	url     string
	logs    *logs
	mu      sync.Mutex
	calls   map[string]int
	answers map[string]http.HandlerFunc // by method; "" is for all others
}

func serve(t *testing.T, answers map[string]http.HandlerFunc) *api {
	t.Helper()
	a := &api{t: t, answers: answers, logs: new(logs), calls: map[string]int{}}
	s := httptest.NewServer(a)
	t.Cleanup(s.Close)
	a.url = s.URL
	return a
}

// client is a Client of a, whose logs are kept.
func (a *api) client() *Client {
	a.t.Helper()
	c, err := New(Options{
		APIURL: a.url + "/api/", SigningSecret: vow, AppToken: appToken,
		Tokens: func(context.Context, string) (string, error) { return token, nil },
		Log:    slog.New(slog.NewTextHandler(a.logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		a.t.Fatal(err)
	}
	c.every = time.Millisecond
	return c
}

// logs is what operators read.
type logs struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	method := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	a.mu.Lock()
	a.calls[method]++
	h := a.answers[method]
	if h == nil {
		h = a.answers[""]
	}
	a.mu.Unlock()
	if h == nil {
		a.t.Errorf("unexpected %s", method)
		return
	}
	h(w, r)
}

func (a *api) of(method string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.calls[method]
}

// ok answers with what stands besides ok.
func ok(fields string) http.HandlerFunc {
	return raw(http.StatusOK, `{"ok":true`+strings.TrimSuffix(","+fields, ",")+`}`)
}

// no answers as Slack refuses.
func no(code string) http.HandlerFunc {
	return raw(http.StatusOK, fmt.Sprintf(`{"ok":false,"error":%q}`, code))
}

// raw answers with any status and body.
func raw(code int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		io.WriteString(w, body)
	}
}

// hangUp closes the connection without an answer.
func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func wantFault(t *testing.T, err error, k pipeline.Kind, r pipeline.Reason) *pipeline.Fault {
	t.Helper()
	var f *pipeline.Fault
	if !errors.As(err, &f) {
		t.Fatalf("got %v, want a fault", err)
	}
	if f.Kind != k || f.Reason != r {
		t.Errorf("got %s, %s; want %s, %s: %v", f.Kind, f.Reason, k, r, f)
	}
	wantNoSecret(t, err.Error())
	return f
}

func wantNoSecret(t *testing.T, text string) {
	t.Helper()
	for _, s := range []string{"xoxb-", "xapp-", vow, "upload/v1", "files-pri", "ticket="} {
		if strings.Contains(text, s) {
			t.Errorf("a secret (%s): %s", s, text)
		}
	}
}
