package telegram

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"
)

// maxAnswer is what an answer may weigh: a hundred updates of the largest kind fit in.
const maxAnswer = 8 << 20

// wire is the HTTP client below the library. It reads each answer whole and gives an error for one
// that isn't a success, since the library's own errors keep neither the status nor how far a request
// got. Its errors are *refusal and *silence.
type wire struct{ via *http.Client }

// refusal is an answer that says no.
type refusal struct {
	code  int
	text  string
	after time.Duration // 0: it doesn't say
	moved int64         // the chat's new id; 0: it has none
}

func (r *refusal) Error() string { return fmt.Sprintf("%d %s", r.code, r.text) }

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
	var a struct {
		OK          bool   `json:"ok"`
		Code        int    `json:"error_code"`
		Description string `json:"description"`
		Parameters  struct {
			RetryAfter int64 `json:"retry_after"`
			Migrate    int64 `json:"migrate_to_chat_id"`
		} `json:"parameters"`
	}
	err := json.Unmarshal(body, &a)
	switch {
	case err == nil && a.OK:
		return nil
	case err != nil && res.StatusCode/100 == 2:
		return &silence{true, fmt.Errorf("HTTP %d that isn't an answer", res.StatusCode)}
	case err != nil, a.Code == 0: // of something in front of the API
		a.Code, a.Description = res.StatusCode, "without an explanation"
	}
	r := &refusal{code: a.Code, text: a.Description, moved: a.Parameters.Migrate}
	r.after = seconds(a.Parameters.RetryAfter)
	if n, err := strconv.ParseInt(res.Header.Get("Retry-After"), 10, 64); err == nil && r.after == 0 {
		r.after = seconds(n)
	}
	return r
}

// seconds is how long Telegram sends us away for; at most an hour is believed.
func seconds(n int64) time.Duration { return time.Duration(min(max(n, 0), 3600)) * time.Second }

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

// bare takes the address off an error of net/http: it carries the token.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
