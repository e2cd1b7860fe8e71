package standin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// ErrTooLarge says that a request, or a part of it, is over its Limits.
var ErrTooLarge = errors.New("request entity too large")

// FormError says that a body isn't what its content type promises.
type FormError struct {
	JSON bool // else a form
	Err  error
}

func (e *FormError) Error() string { return "can't parse request: " + e.Err.Error() }
func (e *FormError) Unwrap() error { return e.Err }

// Limits of one request, in bytes.
type Limits struct{ Field, File, Body int64 }

// Upload is a file that came with a request.
type Upload struct {
	Name, MIME string
	Data       []byte
}

// Params are what a request of a messenger's bot says, whatever the form that it came in.
type Params struct {
	Values map[string]string
	Files  map[string]Upload
}

// ReadParams takes a request apart: query, form, multipart or JSON. ErrTooLarge, FormError. It reads every body to its
// end: who closes early on a sender leaves it without an answer.
func ReadParams(w http.ResponseWriter, r *http.Request, l Limits) (Params, error) {
	p := Params{map[string]string{}, map[string]Upload{}}
	p.form(r.URL.Query())
	body := http.MaxBytesReader(w, r.Body, l.Body)
	if r.ContentLength > l.File+l.Field {
		if _, err := io.Copy(io.Discard, body); err != nil {
			return p, err
		}
		return p, ErrTooLarge
	}
	kind, args, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "multipart/form-data" {
		return p, p.multipart(multipart.NewReader(body, args["boundary"]), l)
	}
	raw, err := io.ReadAll(body)
	switch {
	case err != nil:
	case kind == "application/json" && len(bytes.TrimSpace(raw)) > 0:
		err = p.json(raw)
	case kind == "application/x-www-form-urlencoded":
		var v url.Values
		if v, err = url.ParseQuery(string(raw)); err != nil {
			err = &FormError{Err: err}
		}
		p.form(v)
	}
	return p, err
}

// JSONParams reads an object: strings as they are, all else as it is written. FormError.
func JSONParams(raw []byte) (Params, error) {
	p := Params{Values: map[string]string{}}
	return p, p.json(raw)
}

func (p Params) json(raw []byte) error {
	var body map[string]json.RawMessage
	if err := json.Unmarshal(raw, &body); err != nil {
		return &FormError{true, err}
	}
	for name, v := range body {
		var s string
		switch {
		case string(v) == "null":
		case json.Unmarshal(v, &s) == nil:
			p.Values[name] = s
		default:
			p.Values[name] = string(v)
		}
	}
	return nil
}

func (p Params) form(v url.Values) {
	for name, all := range v {
		p.Values[name] = all[0]
	}
}

func (p Params) multipart(m *multipart.Reader, l Limits) (err error) {
	for {
		part, next := m.NextPart()
		if next == io.EOF {
			return err
		}
		if next != nil {
			return &FormError{Err: next}
		}
		limit := l.Field
		if part.FileName() != "" {
			limit = l.File
		}
		data, cut := io.ReadAll(io.LimitReader(part, limit+1))
		if cut == nil && int64(len(data)) > limit {
			err = ErrTooLarge
			_, cut = io.Copy(io.Discard, part)
		}
		switch {
		case cut != nil:
			return cut
		case part.FileName() != "":
			p.Files[part.FormName()] = Upload{part.FileName(), part.Header.Get("Content-Type"), data}
		default:
			p.Values[part.FormName()] = string(data)
		}
	}
}

// Text is a value, empty if it isn't there.
func (p Params) Text(name string) string { return p.Values[name] }

// Flag reports whether a value says yes.
func (p Params) Flag(name string) bool {
	switch strings.ToLower(p.Values[name]) {
	case "true", "yes", "t", "1":
		return true
	}
	return false
}

// Number is 0 for what isn't one.
func (p Params) Number(name string) int {
	n, _ := strconv.Atoi(strings.TrimSpace(p.Values[name]))
	return n
}

// Noted is how a request stands in a record: files as their sizes, and what is secret as ***.
func (p Params) Noted(secret func(name string) bool) map[string]string {
	all := make(map[string]string, len(p.Values)+len(p.Files))
	for name, v := range p.Values {
		if secret(name) {
			v = "***"
		}
		all[name] = v
	}
	for name, f := range p.Files {
		all[name] = fmt.Sprintf("%s (%d bytes)", f.Name, len(f.Data))
	}
	return all
}
