package stage

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
)

// BodyLimit is the most that a request may carry.
const BodyLimit = 8 << 20

// ErrTooLarge says that a request's body is over BodyLimit.
var ErrTooLarge = errors.New("request body is too large")

// JSON answers with v.
func JSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.Encode(v)
}

// Object reads a body that is one JSON object. ErrTooLarge.
func Object(w http.ResponseWriter, r *http.Request) (map[string]any, error) {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, BodyLimit))
	var body map[string]any
	err := d.Decode(&body)
	if err == nil && body == nil {
		err = errors.New("body is null")
	}
	if err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = errors.New("something follows the object")
		}
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return nil, ErrTooLarge
	}
	return body, err
}

// Allowed checks a bearer token. Without a key any token will do, but there must be one.
func Allowed(r *http.Request, key string) bool {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	token = strings.TrimSpace(token)
	if !ok || token == "" {
		return false
	}
	return key == "" || subtle.ConstantTimeCompare([]byte(token), []byte(key)) == 1
}
