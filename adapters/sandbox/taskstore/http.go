package taskstore

import (
	"cmp"
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
)

// BodyLimit is the most that a request may carry.
const BodyLimit = 8 << 20

// ErrTooLarge says that a request's body is over BodyLimit.
var ErrTooLarge = errors.New("request body is too large")

// Object reads a body that is one JSON object. ErrTooLarge.
func Object(w http.ResponseWriter, r *http.Request) (map[string]any, error) {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, BodyLimit))
	var body map[string]any
	err := d.Decode(&body)
	if err == nil && body == nil {
		err = errors.New("body is null")
	}
	if err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = errors.New("something follows the object")
		}
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, ErrTooLarge
	}
	return body, err
}

// Allowed checks a bearer token. Without a key any token will do, but there must be one.
func Allowed(r *http.Request, key string) bool {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	token = strings.TrimSpace(token)
	if !ok || token == "" {
		return false
	}
	return key == "" || subtle.ConstantTimeCompare([]byte(token), []byte(key)) == 1
}

// Request is one line of the record: what was asked of a stand-in.
type Request struct {
	At       time.Time `json:"at"`
	Method   string    `json:"method"`
	Path     string    `json:"path"` // without the query, which may hold a secret
	Route    string    `json:"route"`
	Status   int       `json:"status"` // 0: not answered yet, or cut
	Fault    string    `json:"fault,omitempty"`
	Remote   string    `json:"remote,omitempty"`
	Metadata string    `json:"metadata,omitempty"`
	Callback string    `json:"callback,omitempty"` // without its secret end
}

// recordLimit is how many requests are remembered, the latest.
const recordLimit = 20_000

type record struct {
	mu    sync.Mutex
	lines []*Request
	next  int
}

func (r *record) add(line *Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.lines) < recordLimit {
		r.lines = append(r.lines, line)
		return
	}
	r.lines[r.next] = line
	r.next = (r.next + 1) % recordLimit
}

// Requests lists what the stand-ins were asked, oldest first. Requests to /sandbox/faults and its
// like are not among them.
func (s *Store) Requests() []Request {
	s.record.mu.Lock()
	defer s.record.mu.Unlock()
	all := make([]Request, 0, len(s.record.lines))
	for i := range s.record.lines {
		all = append(all, *s.record.lines[(s.record.next+i)%len(s.record.lines)])
	}
	return all
}

// Exchange is a request on its way through a handler.
type Exchange struct {
	Fault standin.Fault // what is to go wrong with the task that it makes
	store *Store
	line  *Request
}

type exchangeKey struct{}

// ExchangeOf finds the exchange of a request that came through Route.
func ExchangeOf(r *http.Request) *Exchange { return r.Context().Value(exchangeKey{}).(*Exchange) }

// Note writes down which task the request was about.
func (x *Exchange) Note(t Task) {
	x.store.record.mu.Lock()
	defer x.store.record.mu.Unlock()
	x.line.Remote, x.line.Metadata, x.line.Callback = t.ID, t.Metadata, Untold(t.Callback)
}

// Route adds a handler that is recorded and can be made to fail. refuse words a planted HTTP status the way the
// provider does.
func (s *Store) Route(
	mux *http.ServeMux, pattern string, refuse func(w http.ResponseWriter, status int), h http.HandlerFunc,
) {
	s.routes = append(s.routes, pattern)
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		address := r.Method + " " + r.URL.Path
		f := s.plan.Next(func(f standin.Fault) bool { return f.On == pattern || f.On == address })
		x := &Exchange{Fault: f, store: s, line: &Request{
			At: time.Now().UTC(), Method: r.Method, Path: r.URL.Path, Route: pattern, Fault: f.What(),
		}}
		s.record.add(x.line)
		r = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
		f.Meet(&watcher{w, x}, r, func(w http.ResponseWriter, f standin.Fault) { refuse(w, f.Status) }, h)
	})
}

// Fault makes something go wrong in requests to come. On must be one of the routes, or an address of one.
func (s *Store) Fault(f standin.Fault) error {
	return s.plan.Add(f, func(on string) bool {
		return slices.ContainsFunc(s.routes, func(route string) bool { return on == route || fits(on, route) })
	})
}

// Faults lists what is still to go wrong.
func (s *Store) Faults() []standin.Fault { return s.plan.List() }

// ClearFaults takes all of it back. Faults that a task carries already stay with it.
func (s *Store) ClearFaults() { s.plan.Clear() }

// fits reports whether an address such as "GET /v1/tasks/4711" is one of a route's.
func fits(address, route string) bool {
	a, r := strings.Split(address, "/"), strings.Split(route, "/")
	if len(a) != len(r) || a[0] != r[0] && (a[0] != "HEAD " || r[0] != "GET ") {
		return false
	}
	for i := 1; i < len(r); i++ {
		if a[i] != r[i] && !(strings.HasPrefix(r[i], "{") && a[i] != "" && !strings.HasPrefix(a[i], "{")) {
			return false
		}
	}
	return true
}

// watcher notes the status that goes out.
type watcher struct {
	http.ResponseWriter
	exchange *Exchange
}

func (w *watcher) note(status int) {
	w.exchange.store.record.mu.Lock()
	defer w.exchange.store.record.mu.Unlock()
	w.exchange.line.Status = cmp.Or(w.exchange.line.Status, status)
}

func (w *watcher) WriteHeader(status int) {
	w.note(status)
	w.ResponseWriter.WriteHeader(status)
}

func (w *watcher) Write(b []byte) (int, error) {
	w.note(http.StatusOK)
	return w.ResponseWriter.Write(b)
}
