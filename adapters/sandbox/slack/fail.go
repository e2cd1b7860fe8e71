package slack

import (
	"fmt"
	"net/http"
	"time"
)

// Failure is something that goes wrong on demand.
type Failure struct {
	Error      string        `json:"error,omitempty"`       // refused with this name, and nothing is done
	Code       int           `json:"code,omitempty"`        // of HTTP; with HTML or 429, or alone for an HTML page of its own
	RetryAfter int           `json:"retry_after,omitempty"` // seconds
	HTML       string        `json:"html,omitempty"`        // the answer is this page, not JSON
	Reset      bool          `json:"reset,omitempty"`       // the connection ends and nothing is done
	Lost       bool          `json:"lost,omitempty"`        // it is done, and the connection ends without an answer
	Delay      time.Duration `json:"delay,omitempty"`       // waits before all else
	Half       bool          `json:"half,omitempty"`        // a download breaks off in its middle
	Unshared   bool          `json:"unshared,omitempty"`    // the end of an upload is ok, and the file never appears
	Channel    string        `json:"channel,omitempty"`     // only requests for this channel; empty: all
}

// Names under which what isn't a method is made to fail, and stands in the record.
const (
	Downloads = "file"
	Uploads   = "upload"
	Responses = "respond"
)

type planned struct {
	Failure
	method string
	left   int
}

// Fail makes the next n calls of a method fail; an empty method is any, a negative n for ever.
func (s *Server) Fail(method string, n int, f Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures = append(s.failures, &planned{f, method, n})
}

// Heal forgets all failures that are still to come.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures = nil
}

// failing takes the failure of one call from the plan; the zero Failure does nothing.
func (s *Server) failing(method string, p params) Failure {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.failures {
		named := f.method == "" && methods[method] != nil || f.method == method
		if f.left == 0 || !named || f.Channel != "" && f.Channel != p.channel() {
			continue
		}
		f.left--
		return f.Failure
	}
	return Failure{}
}

// hits plays what comes before the answer. True: there is no other answer.
func (f Failure) hits(w http.ResponseWriter, r *http.Request) bool {
	if f.Delay > 0 {
		select {
		case <-time.After(f.Delay):
		case <-r.Context().Done():
		}
	}
	if f.Reset {
		panic(http.ErrAbortHandler)
	}
	if f.HTML == "" && f.Code < http.StatusInternalServerError {
		return false
	}
	if f.HTML == "" {
		f.HTML = fmt.Sprintf("<html><body>%s</body></html>", http.StatusText(f.Code))
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(max(f.Code, http.StatusOK))
	fmt.Fprint(w, f.HTML)
	return true
}

func (f Failure) refuses() bool { return f.Error != "" || f.Code != 0 }

func (f Failure) refusal() error {
	e := &apiError{Name: f.Error, Code: f.Code, RetryAfter: f.RetryAfter}
	if e.Name == "" {
		e.Name = "service_unavailable"
		if f.Code == http.StatusTooManyRequests {
			e.Name = "ratelimited"
		}
	}
	return e
}
