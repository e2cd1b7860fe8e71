package standin

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/internal/pace"
)

// JSON answers with v.
func JSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.Encode(v) // the other side is gone if this fails
}

// Meet does the work of a request, or what the fault makes of it. refuse words a refusal that has no Body in the
// service's own way.
func (f Fault) Meet(
	w http.ResponseWriter, r *http.Request, refuse func(w http.ResponseWriter, f Fault), h http.HandlerFunc,
) {
	if f.Cut == CutAfter {
		h(lost{http.Header{}}, r)
	}
	done := f.Status == 0
	if !pace.Sleep(r.Context(), time.Duration(f.DelayMS)*time.Millisecond) ||
		done && (f.Cut == CutBefore || f.Cut == CutAfter) {
		panic(http.ErrAbortHandler) // the documented way to cut a connection
	}
	if f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	for k, x := range f.Header {
		w.Header().Set(k, x)
	}
	switch {
	case done:
		h(w, r)
	case f.Body == "":
		refuse(w, f)
	default:
		if strings.HasPrefix(f.Body, "<") {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
		}
		w.WriteHeader(f.Status)
		w.Write([]byte(f.Body))
	}
}

// Send answers with a file, or cuts the connection in its middle where the fault says so.
func (f Fault) Send(w http.ResponseWriter, contentType string, data []byte) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	if f.Cut == CutHalf {
		w.Write(data[:len(data)/2])
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	w.Write(data)
}

// lost is an answer that is never sent.
type lost struct{ header http.Header }

func (l lost) Header() http.Header         { return l.header }
func (l lost) WriteHeader(int)             {}
func (l lost) Write(b []byte) (int, error) { return len(b), nil }

// StripURL takes the address out of an HTTP client's error: it may carry a secret.
func StripURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}
