package runway

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
)

// How long to stay away when Runway doesn't say.
const (
	limitPause   = time.Minute     // a 429 is the daily cap: it opens slowly
	resoldsPause = 5 * time.Minute // "a longer wait" for a model that Runway itself buys
)

func fault(k pipeline.Kind, r pipeline.Reason, format string, args ...any) *pipeline.Fault {
	return &pipeline.Fault{Kind: k, Reason: r, Err: fmt.Errorf("runway: "+format, args...)}
}

// startFault classifies an answer to a start that isn't a success. No task can exist after 4xx,
// 502 and 503, which come from checks and from load shedding in front of the work ("HTTP Errors");
// after any other 5xx, and after 408, one may.
func (c *Client) startFault(a httpx.Answer, r pipeline.ClipRequest) *pipeline.Fault {
	said := readError(a.Body)
	f := fault(pipeline.Misconfigured, pipeline.ReasonSetup, "start clip: %s", c.explain(a, said, r.Photo, r.Callback))
	switch {
	case a.Status == http.StatusBadRequest:
		refused(f, strings.ToLower(said.text+" "+said.message))
	case a.Status == http.StatusPaymentRequired:
		f.Reason = pipeline.ReasonOutOfCredits
	case a.Status == http.StatusTooManyRequests:
		a.Limited(f, limitPause)
	case a.Status == http.StatusBadGateway, a.Status == http.StatusServiceUnavailable:
		f.Kind, f.Reason, f.RetryAfter = pipeline.Transient, pipeline.ReasonBusy, a.After(0)
	case a.Status >= 500, a.Status == http.StatusRequestTimeout:
		f.Kind, f.Reason, f.Answered = pipeline.Indeterminate, pipeline.ReasonUnknownStart, true
	case a.Status == http.StatusRequestEntityTooLarge:
		f.Reason = pipeline.ReasonTrouble
	}
	return f
}

// refused tells the kinds of 400 apart; they share a status and differ in words only. Runway
// answers 400, not 402, when the balance is empty. Photos are made to its rules and links are made
// by us, so a picture that it can't use is for an operator, unless its fetching took too long.
func refused(f *pipeline.Fault, words string) {
	switch {
	case strings.Contains(words, "enough credits"):
		f.Reason = pipeline.ReasonOutOfCredits
	case strings.Contains(words, "timeout"), strings.Contains(words, "timed out"):
		f.Kind, f.Reason, f.MaxAttempts = pipeline.Transient, pipeline.ReasonTrouble, 2
	}
}

// checkFault classifies an answer to a check that isn't a success. Asking again is free. A task that
// is known and isn't there any more is an operator's too: it was deleted, or the key is another
// account's now, and to buy all of them again would be the dearest answer.
func (c *Client) checkFault(a httpx.Answer) *pipeline.Fault {
	f := fault(pipeline.Misconfigured, pipeline.ReasonSetup, "check task: %s", c.explain(a, readError(a.Body)))
	a.Passing(f, limitPause)
	return f
}

// isGone tells Runway's own 404 from that of a wrong address, which would have us buy a clip again.
func isGone(a httpx.Answer) bool {
	return a.Status == http.StatusNotFound && readError(a.Body).own
}

// taskFault classifies a failed task by its code ("Handle Task Failures"). The set of codes is
// open, so they match by prefix, and an unknown one is never paid for twice unseen.
func (c *Client) taskFault(code, failure string) *pipeline.Fault {
	said := c.api.Clean(code + " " + failure)
	is := func(prefix string) bool { return code == prefix || strings.HasPrefix(code, prefix+".") }
	f := fault(pipeline.Misconfigured, pipeline.ReasonTrouble, "task failed: %s", said)
	switch {
	case is("SAFETY.OUTPUT"):
		f.Kind, f.Reason, f.MaxAttempts = pipeline.Transient, pipeline.ReasonPhotoRefused, 2
	case is("SAFETY"): // of the input, mostly the photo: our prompts hold no one's words
		f.Kind, f.Reason = pipeline.Rejected, pipeline.ReasonPhotoRefused
	case is("INTERNAL.BAD_OUTPUT"):
		f.Kind, f.Reason, f.MaxAttempts = pipeline.Transient, pipeline.ReasonPhotoText, 2
	case code == "", is("INTERNAL"), is("INPUT_PREPROCESSING.INTERNAL"):
		f.Kind, f.MaxAttempts = pipeline.Transient, 4
	case is("THIRD_PARTY.UNAVAILABLE"):
		f.Kind, f.Reason, f.RetryAfter = pipeline.Transient, pipeline.ReasonBusy, resoldsPause
	}
	return f
}

// said is what an error answer says: own tells Runway's {"error"} from the {"message"} of the
// gateway that it stands behind; path and message are those of the first issue.
type said struct {
	own                 bool
	text, path, message string
}

func readError(body []byte) said {
	var e struct {
		Error, Message json.RawMessage
		Issues         []struct {
			Path    []any
			Message string
		}
	}
	// An error in one field leaves the others as they are; what isn't JSON says nothing.
	_ = json.Unmarshal(body, &e)
	s := said{text: httpx.Text(e.Error)}
	if s.own = s.text != ""; !s.own {
		s.text = httpx.Text(e.Message)
	}
	if len(e.Issues) > 0 {
		for _, x := range e.Issues[0].Path {
			s.path += fmt.Sprint(".", x)
		}
		s.path, s.message = strings.TrimPrefix(s.path, "."), e.Issues[0].Message
	}
	return s
}

// explain is an error answer for operators: status, Runway's words, the first issue, and the id
// that its support asks for.
func (c *Client) explain(a httpx.Answer, s said, secrets ...string) string {
	text := fmt.Sprintf("HTTP %d", a.Status)
	if s.text != "" {
		text += ": " + c.api.Clean(s.text, secrets...)
	}
	if s.message != "" || s.path != "" {
		text += " (" + c.api.Clean(s.path+": "+s.message, secrets...) + ")"
	}
	if id := a.Header.Get("Apigw-Requestid"); id != "" {
		text += " [request " + c.api.Clean(id) + "]"
	}
	return text
}
