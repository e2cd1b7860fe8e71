package telegram

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Failure is something that goes wrong on demand.
type Failure struct {
	Code        int           `json:"code,omitempty"`        // refused with this, and nothing is done
	Description string        `json:"description,omitempty"` // empty: what Telegram says with the code
	RetryAfter  int           `json:"retry_after,omitempty"` // seconds
	MigrateTo   int64         `json:"migrate_to,omitempty"`
	HTML        string        `json:"html,omitempty"`  // the answer is this page, not JSON
	Reset       bool          `json:"reset,omitempty"` // the connection ends and nothing is done
	Lost        bool          `json:"lost,omitempty"`  // it is done, and the connection ends without an answer
	Delay       time.Duration `json:"delay,omitempty"` // waits before all else
	Half        bool          `json:"half,omitempty"`  // a download breaks off in its middle
	Chat        int64         `json:"chat,omitempty"`  // only requests for this chat; 0: all
}

// Downloads is the method name under which downloads of files are made to fail.
const Downloads = "file"

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
		named := f.method == "" && method != Downloads || strings.EqualFold(f.method, method)
		if f.left == 0 || !named || f.Chat != 0 && fmt.Sprint(f.Chat) != p.text("chat_id") {
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
	if f.HTML == "" {
		return false
	}
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(max(f.Code, http.StatusOK))
	fmt.Fprint(w, f.HTML)
	return true
}

func (f Failure) refusal() error {
	e := &apiError{f.Code, f.Description, f.RetryAfter, f.MigrateTo}
	if e.Description != "" {
		return e
	}
	switch {
	case f.Code == http.StatusTooManyRequests:
		e.Description = fmt.Sprintf("Too Many Requests: retry after %d", f.RetryAfter)
	case f.MigrateTo != 0:
		e.Description = "Bad Request: group chat was upgraded to a supergroup chat"
	case f.Code == http.StatusForbidden:
		e.Description = "Forbidden: bot was blocked by the user"
	case f.Code == http.StatusInternalServerError:
		e.Description = "Internal Server Error: restart"
	default:
		e.Description = http.StatusText(f.Code)
	}
	return e
}
