package telegram

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline"
)

const (
	key   = "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
	token = "4242:" + key
	vow   = "webhook-secret-0123456789"
)

// call is one request that arrived: files are given by their content.
type call struct {
	method string
	args   map[string]string
	last   bool // on its connection
}

// api is a server that answers each method as it is told to, and remembers.
type api struct {
	t       *testing.T
	url     string
	logs    *logs
	mu      sync.Mutex
	calls   []call
	answers map[string]http.HandlerFunc // by method; "" is for all others
}

func serve(t *testing.T, answers map[string]http.HandlerFunc) *api {
	t.Helper()
	a := &api{t: t, answers: answers, logs: new(logs)}
	s := httptest.NewServer(a)
	t.Cleanup(s.Close)
	a.url = s.URL
	return a
}

// client is a Client of a, whose logs are kept.
func (a *api) client() *Client {
	a.t.Helper()
	c, err := New(Options{Token: token, APIURL: a.url, Secret: vow, Log: logTo(a.logs)})
	if err != nil {
		a.t.Fatal(err)
	}
	return c
}

// logs is what operators read.
type logs struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func logTo(l *logs) *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
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
	method := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	c := call{method, map[string]string{}, r.Close}
	if kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "multipart/form-data" {
		for parts := multipart.NewReader(r.Body, params["boundary"]); ; {
			p, err := parts.NextPart()
			if err != nil {
				break
			}
			b, _ := io.ReadAll(p)
			c.args[p.FormName()] = string(b)
		}
	} else {
		b, _ := io.ReadAll(r.Body)
		c.args["body"] = string(b)
		r.Body = io.NopCloser(bytes.NewReader(b))
	}
	a.mu.Lock()
	a.calls = append(a.calls, c)
	a.mu.Unlock()
	if h := a.answers[method]; h != nil {
		h(w, r)
	} else if h := a.answers[""]; h != nil {
		h(w, r)
	} else {
		a.t.Errorf("unexpected %s", method)
	}
}

// of are the calls of a method so far.
func (a *api) of(method string) []call {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []call
	for _, c := range a.calls {
		if c.method == method {
			all = append(all, c)
		}
	}
	return all
}

// ok answers with a result.
func ok(result string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, `{"ok":true,"result":%s}`, result) }
}

// no answers as Telegram refuses; extra are its parameters.
func no(code int, text string, extra ...string) http.HandlerFunc {
	params := "{}"
	if len(extra) > 0 {
		params = extra[0]
	}
	return func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(code)
		fmt.Fprintf(w, `{"ok":false,"error_code":%d,"description":%q,"parameters":%s}`, code, text, params)
	}
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

// then answers the first call with the first handler, and so on; the last one stays.
func then(all ...http.HandlerFunc) http.HandlerFunc {
	var mu sync.Mutex
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		h := all[0]
		if len(all) > 1 {
			all = all[1:]
		}
		mu.Unlock()
		h(w, r)
	}
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
	wantNoSecret(t, err.Error())
	return f
}

func wantNoSecret(t *testing.T, text string) {
	t.Helper()
	if strings.Contains(text, key) || strings.Contains(text, vow) {
		t.Errorf("a secret: %s", text)
	}
}
