package httpx

import (
	"bytes"
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/sajangpick/sajangpick/pipeline"
)

// maxAfter bounds how long a provider can send us away for.
const maxAfter = time.Hour

// After is how long the provider asks to be left alone: its Retry-After, in seconds or as a date,
// or else when there is none; at most an hour.
func (a Answer) After(otherwise time.Duration) time.Duration {
	v := a.Header.Get("Retry-After")
	if n, err := strconv.ParseInt(v, 10, 64); err == nil && n >= 0 {
		return time.Duration(min(n, int64(maxAfter/time.Second))) * time.Second
	}
	if t, err := http.ParseTime(v); err == nil {
		return min(max(time.Until(t), 0), maxAfter)
	}
	return otherwise
}

// Limited makes f the fault of a 429: no failed try, only to be left alone for as long as the
// provider asks, or for pause; a second at the least, also where its date is over.
func (a Answer) Limited(f *pipeline.Fault, pause time.Duration) {
	f.Kind, f.Reason, f.RateLimited = pipeline.Transient, pipeline.ReasonBusy, true
	f.RetryAfter = max(a.After(pause), time.Second)
}

// Passing makes f transient when a question, which costs nothing, may be asked again after this
// answer: a limit (pause as in Limited), trouble at the provider, or a time-out. Any other f stays.
func (a Answer) Passing(f *pipeline.Fault, pause time.Duration) {
	switch {
	case a.Status == http.StatusTooManyRequests:
		a.Limited(f, pause)
	case a.Status >= 500, a.Status == http.StatusRequestTimeout:
		f.Kind, f.Reason, f.RetryAfter = pipeline.Transient, pipeline.ReasonBusy, a.After(0)
	}
}

// IsID reports whether s can be a provider's id: letters, digits and .:_- between one and 128, so
// that it can stand in a path and in a log.
func IsID(s string) bool {
	if s == "" || len(s) > 128 || s[0] == '.' {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case c == '-' || c == '_' || c == '.' || c == ':':
		default:
			return false
		}
	}
	return true
}

// Object is the JSON object in body: body itself, or the first element if it is an array.
func Object(body []byte) []byte {
	body = bytes.TrimSpace(body)
	if len(body) == 0 || body[0] != '[' {
		return body
	}
	var all []json.RawMessage
	if json.Unmarshal(body, &all) != nil || len(all) == 0 {
		return nil
	}
	return all[0]
}

// Text is a JSON value as a string, or "" when it is something else.
func Text(v json.RawMessage) string {
	var s string
	if json.Unmarshal(v, &s) != nil {
		return ""
	}
	return s
}

// Number is a JSON value as a number, or -1 when it is something else or below 0.
func Number(v json.RawMessage) float64 {
	var f *float64
	if json.Unmarshal(v, &f) != nil || f == nil || *f < 0 {
		return -1
	}
	return *f
}

// Credits turns a provider's count of credits into hundredths; -1 when n is below 0 or absurd.
func Credits(n float64) pipeline.Credits {
	if !(n >= 0 && n < 1e9) {
		return -1
	}
	return pipeline.Credits(math.Round(n * 100))
}
