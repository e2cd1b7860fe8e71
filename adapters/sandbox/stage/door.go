package stage

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Request is one line of the record: what somebody asked of a stand-in.
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
func (s *Stage) Requests() []Request {
	s.record.mu.Lock()
	defer s.record.mu.Unlock()
	all := make([]Request, 0, len(s.record.lines))
	for i := range s.record.lines {
		all = append(all, *s.record.lines[(s.record.next+i)%len(s.record.lines)])
	}
	return all
}

// Visit is a request on its way through a handler.
type Visit struct {
	Fault Fault // what is to go wrong with the task that it makes
	stage *Stage
	line  *Request
}

type visitKey struct{}

// VisitOf finds the session of a request that came through Route.
func VisitOf(r *http.Request) *Visit { return r.Context().Value(visitKey{}).(*Visit) }

// Note writes down which task the request was about.
func (v *Visit) Note(t Task) {
	v.stage.record.mu.Lock()
	defer v.stage.record.mu.Unlock()
	v.line.Remote, v.line.Metadata, v.line.Callback = t.ID, t.Metadata, Untold(t.Callback)
}

// Refuse words a planted HTTP status the way a provider does when the fault has no body.
type Refuse func(w http.ResponseWriter, status int)

// Route adds a handler that is recorded and can be made to fail.
func (s *Stage) Route(mux *http.ServeMux, pattern string, refuse Refuse, h http.HandlerFunc) {
	s.routes = append(s.routes, pattern)
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		f := s.script.next(pattern, r.Method+" "+r.URL.Path)
		v := &Visit{Fault: f, stage: s, line: &Request{
			At: time.Now().UTC(), Method: r.Method, Path: r.URL.Path, Route: pattern, Fault: f.what(),
		}}
		s.record.add(v.line)
		r = r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
		f.meet(&watcher{w, v}, r, refuse, h)
	})
}

// meet does the work of a request, or what the fault makes of it.
func (f Fault) meet(w http.ResponseWriter, r *http.Request, refuse Refuse, h http.HandlerFunc) {
	if f.Cut == CutAfter {
		h(lost{http.Header{}}, r)
	}
	if !pause(r.Context(), ms(f.DelayMS)) || f.Cut != "" && f.Status == 0 {
		panic(http.ErrAbortHandler) // the documented way to cut a connection
	}
	for k, x := range f.Header {
		w.Header().Set(k, x)
	}
	switch {
	case f.Status == 0:
		h(w, r)
	case f.Body == "":
		refuse(w, f.Status)
	default:
		w.WriteHeader(f.Status)
		w.Write([]byte(f.Body))
	}
}

func pause(ctx context.Context, d time.Duration) bool {
	if d == 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// what names the kinds of trouble in a fault, for the record.
func (f Fault) what() string {
	var kinds []string
	add := func(on bool, kind string) {
		if on {
			kinds = append(kinds, kind)
		}
	}
	add(f.Status != 0, "status")
	add(f.DelayMS != 0, "delay")
	add(f.Cut != "", "cut "+f.Cut)
	add(f.Fail != "", "fail")
	add(f.Ring != "", "ring "+f.Ring)
	add(f.RingDelayMS != 0, "ring delay")
	return strings.Join(kinds, ", ")
}

// watcher notes the status that goes out.
type watcher struct {
	http.ResponseWriter
	visit *Visit
}

func (w *watcher) note(status int) {
	w.visit.stage.record.mu.Lock()
	defer w.visit.stage.record.mu.Unlock()
	if w.visit.line.Status == 0 {
		w.visit.line.Status = status
	}
}

func (w *watcher) WriteHeader(status int) {
	w.note(status)
	w.ResponseWriter.WriteHeader(status)
}

func (w *watcher) Write(b []byte) (int, error) {
	w.note(http.StatusOK)
	return w.ResponseWriter.Write(b)
}

// lost is an answer that nobody gets.
type lost struct{ header http.Header }

func (l lost) Header() http.Header         { return l.header }
func (l lost) WriteHeader(int)             {}
func (l lost) Write(b []byte) (int, error) { return len(b), nil }
