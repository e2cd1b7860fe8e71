package slack

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// maxAnswer is what an answer of the API may weigh.
const maxAnswer = 4 << 20

// wire is the HTTP client below the library. It reads each answer whole and gives an error for one
// that isn't a success, since the library's own errors don't keep how far a request got. Its errors
// are *refusal and *silence.
type wire struct{ via *http.Client }

// refusal is an answer that says no.
type refusal struct {
	status int    // 200 when the API itself says no
	code   string // Slack's name for it, with status 200
	why    string // what else Slack says
	after  time.Duration
}

func (r *refusal) Error() string {
	switch {
	case r.status != http.StatusOK:
		return fmt.Sprintf("HTTP %d", r.status)
	case r.why != "":
		return r.code + " (" + r.why + ")"
	}
	return r.code
}

// silence is a request without a readable answer.
type silence struct {
	sent bool // all of it may have arrived
	err  error
}

func (s *silence) Error() string {
	if s.sent {
		return "sent, but no whole answer: " + s.err.Error()
	}
	return "not sent: " + s.err.Error()
}

// Do sends a request, once.
func (w *wire) Do(req *http.Request) (*http.Response, error) {
	sent := watch(req)
	res, err := w.via.Do(req)
	if err != nil {
		return nil, &silence{sent.whole(), bare(err)}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return nil, &silence{true, bare(err)}
	}
	if err := readAnswer(res, body); err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, nil
}

// readAnswer tells a success from everything else.
func readAnswer(res *http.Response, body []byte) error {
	if res.StatusCode != http.StatusOK {
		return &refusal{status: res.StatusCode, after: retryAfter(res.Header)}
	}
	var a struct {
		OK       bool   `json:"ok"`
		Error    string `json:"error"`
		Needed   string `json:"needed"`
		Metadata struct {
			Messages []string `json:"messages"`
		} `json:"response_metadata"`
	}
	if err := json.Unmarshal(body, &a); err != nil || !a.OK && a.Error == "" {
		return &silence{true, errors.New("what came isn't an answer")}
	}
	if a.OK {
		return nil
	}
	r := &refusal{status: res.StatusCode, code: a.Error, why: strings.Join(a.Metadata.Messages, ", "), after: retryAfter(res.Header)}
	if a.Needed != "" {
		r.why = "needs the scope " + a.Needed
	}
	return r
}

// retryAfter is how long Slack sends us away for; at most an hour is believed. 0: it doesn't say.
func retryAfter(h http.Header) time.Duration {
	n, err := strconv.ParseInt(h.Get("Retry-After"), 10, 64)
	if err != nil {
		return 0
	}
	return time.Duration(min(max(n, 0), 3600)) * time.Second
}

// sending counts how much of a request's body the transport has taken.
type sending struct {
	size  int64
	taken atomic.Int64
}

// watch counts a request's body from now on, from its start again if the transport begins anew.
func watch(req *http.Request) *sending {
	s := &sending{size: req.ContentLength}
	if req.Body == nil || req.Body == http.NoBody {
		return s
	}
	req.Body = &counted{req.Body, s}
	if again := req.GetBody; again != nil {
		req.GetBody = func() (io.ReadCloser, error) {
			s.taken.Store(0)
			b, err := again()
			return &counted{b, s}, err
		}
	}
	return s
}

// whole tells whether all of the request may have left.
func (s *sending) whole() bool { return s.size > 0 && s.taken.Load() >= s.size }

type counted struct {
	io.ReadCloser
	s *sending
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.s.taken.Add(int64(n))
	return n, err
}

// bare takes the address off an error of net/http: it may carry a secret.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
