package slacktest

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// result is what came back for something that was sent to the app.
type result struct {
	status int // 0: nothing came
	body   []byte
	reason string // of a connection that failed
	final  bool   // the app wants no more tries
}

// failed says why it wasn't taken, as Slack names it; empty: it was.
func (r result) failed() string {
	switch {
	case r.reason != "":
		return r.reason
	case r.status/100 == 3:
		return "too_many_redirects"
	case r.status/100 != 2:
		return "http_error"
	}
	return ""
}

// carry posts something to one of the app's endpoints.
func (s *Server) carry(to, kind string, body []byte, extra http.Header) result {
	req, err := http.NewRequestWithContext(s.Done, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return result{reason: "unknown_error"}
	}
	s.Mu.Lock()
	req.Header = s.Sign(body, time.Now().Add(s.skew))
	s.Mu.Unlock()
	for name := range extra {
		req.Header.Set(name, extra.Get(name))
	}
	req.Header.Set("Content-Type", kind)
	resp, err := s.web.Do(req)
	if err == nil {
		defer resp.Body.Close()
		var said []byte
		if said, err = io.ReadAll(io.LimitReader(resp.Body, fieldMax)); err == nil {
			return result{status: resp.StatusCode, body: said, final: resp.Header.Get("X-Slack-No-Retry") == "1"}
		}
	}
	if late, ok := errors.AsType[net.Error](err); ok && late.Timeout() {
		return result{reason: "http_timeout"}
	}
	return result{reason: "connection_failed"}
}

// postman hands over events until the stand-in is closed.
func (s *Server) postman() { s.Serve(s.dispatch) }

// dispatch sends off what is due, and says when to look again at the latest. First tries of one
// conversation go one after the other; what failed once holds nothing up.
func (s *Server) dispatch() time.Duration {
	sleep := time.Minute
	if s.mail.held || s.opts.SocketMode && len(s.links.open) == 0 {
		return sleep
	}
	first := map[string]bool{}
	for _, l := range s.mail.letters {
		queued := l.tries == 0 && first[l.key]
		first[l.key] = first[l.key] || l.tries == 0
		if queued || l.out {
			continue
		}
		if rest := l.due.Sub(s.Now()); rest > 0 {
			sleep = min(sleep, rest)
			continue
		}
		l.out = true
		s.Go(func() { s.hand(l) })
	}
	return sleep
}

// hand makes one try.
func (s *Server) hand(l *letter) {
	s.Mu.Lock()
	to := s.ends.Events
	s.Mu.Unlock()
	var r result
	if s.opts.SocketMode {
		r = s.push("events_api", l.body, l.tries, l.why)
	} else {
		extra := http.Header{}
		if l.tries > 0 {
			extra.Set("X-Slack-Retry-Num", strconv.Itoa(l.tries))
			extra.Set("X-Slack-Retry-Reason", l.why)
		}
		r = s.carry(to, "application/json", l.body, extra)
	}
	s.Mu.Lock()
	defer s.Mu.Unlock()
	why := r.failed()
	l.out = false
	switch {
	case why == "":
		s.drop(l)
	case r.final || l.tries >= len(restAfter):
		s.drop(l)
		s.mail.given++
	default:
		l.due = s.Now().Add(time.Duration(restAfter[l.tries]) * s.opts.Second)
		l.tries++
		l.why = why
	}
	s.Touch()
}

// drop takes an event out of what waits.
func (s *Server) drop(l *letter) {
	s.mail.letters = slices.DeleteFunc(s.mail.letters, func(o *letter) bool { return o == l })
}
