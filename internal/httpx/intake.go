package httpx

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// What all the webhooks of one kind may hold of other people's bodies at once, and for how long.
const (
	intakePlaces = 32
	intakeWait   = time.Second     // for a place: platforms give up after a few seconds
	bodyLimit    = 5 * time.Second // from the place to the body's last byte
)

// Intake reads the bodies of requests that come from outside, in bounded memory: at most 32 at once, each
// of at most so many bytes and within 5 seconds. It may be used by many at once. Whatever the headers
// alone can tell is to be checked before.
type Intake struct {
	places   chan struct{}
	maxBytes int64
}

// NewIntake makes an Intake for bodies of at most so many bytes.
func NewIntake(maxBytes int64) *Intake {
	return &Intake{places: make(chan struct{}, intakePlaces), maxBytes: maxBytes}
}

// Read reads a whole body. release gives its place to the next one: call it when the body isn't needed any
// more. Otherwise release is nil and status says what to Refuse the request with: 413 for a body that is too
// long, 408 for one that doesn't come to its end, 503 when there is no place.
func (i *Intake) Read(w http.ResponseWriter, r *http.Request) (body []byte, release func(), status int) {
	if !i.enter() {
		return nil, nil, http.StatusServiceUnavailable
	}
	c := http.NewResponseController(w)
	// A ResponseWriter that can't do this (httptest's recorder) has no slow caller.
	_ = c.SetReadDeadline(time.Now().Add(bodyLimit))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, i.maxBytes))
	var long *http.MaxBytesError
	switch {
	case err == nil:
		_ = c.SetReadDeadline(time.Time{})
		return body, func() { <-i.places }, 0
	case errors.As(err, &long):
		status = http.StatusRequestEntityTooLarge
	default:
		status = http.StatusRequestTimeout
	}
	<-i.places
	return nil, nil, status
}

func (i *Intake) enter() bool {
	wait := time.NewTimer(intakeWait)
	defer wait.Stop()
	select {
	case i.places <- struct{}{}:
		return true
	case <-wait.C:
		return false
	}
}

// Refuse answers a request whose body wasn't read to its end, and closes its connection. The server would
// read on otherwise, up to 256 kB and as slowly as they come.
func Refuse(w http.ResponseWriter, status int) {
	closeUnread(w)
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	w.WriteHeader(status)
}

// closeUnread has a connection closed with the answer, whatever is left of the request's body.
func closeUnread(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now())
	w.Header().Set("Connection", "close")
}
