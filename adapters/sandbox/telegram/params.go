package telegram

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

// Limits of what may be sent in one request.
const (
	uploadMax = 50 << 20 // a file
	photoMax  = 10 << 20
	fieldMax  = 1 << 20
	bodyMax   = 256 << 20 // more than this isn't even read
)

var errTooLarge = errors.New("request entity too large")

// upload is a file that came with a request.
type upload struct {
	Name, MIME string
	Data       []byte
}

// params are what a request says, whatever the form that it came in.
type params struct {
	values map[string]string
	files  map[string]upload
}

// read takes a request apart: query, form, multipart or JSON. errTooLarge.
func read(w http.ResponseWriter, r *http.Request) (params, error) {
	p := params{map[string]string{}, map[string]upload{}}
	p.form(r.URL.Query())
	body := http.MaxBytesReader(w, r.Body, bodyMax)
	if r.ContentLength > uploadMax+fieldMax {
		if _, err := io.Copy(io.Discard, body); err != nil {
			return p, err
		}
		return p, errTooLarge
	}
	kind, args, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "multipart/form-data":
		return p, p.multipart(multipart.NewReader(body, args["boundary"]))
	case "application/json":
		raw, err := io.ReadAll(body)
		if err != nil || len(bytes.TrimSpace(raw)) == 0 {
			return p, err
		}
		return p, p.json(raw)
	case "application/x-www-form-urlencoded":
		raw, err := io.ReadAll(body)
		if err != nil {
			return p, err
		}
		v, err := url.ParseQuery(string(raw))
		p.form(v)
		return p, err
	}
	_, err := io.Copy(io.Discard, body)
	return p, err
}

func (p params) form(v url.Values) {
	for name, all := range v {
		p.values[name] = all[0]
	}
}

// json takes an object: strings as they are, all else as it is written.
func (p params) json(raw []byte) error {
	var body map[string]json.RawMessage
	if err := json.Unmarshal(raw, &body); err != nil {
		return bad("can't parse request: " + err.Error())
	}
	for name, v := range body {
		var s string
		switch {
		case string(v) == "null":
		case json.Unmarshal(v, &s) == nil:
			p.values[name] = s
		default:
			p.values[name] = string(v)
		}
	}
	return nil
}

// multipart reads all parts to the end, even past one that is too large: who closes early on a sender
// leaves it without an answer.
func (p params) multipart(m *multipart.Reader) (err error) {
	for {
		part, next := m.NextPart()
		if next == io.EOF {
			return err
		}
		if next != nil {
			return bad("can't parse request: " + next.Error())
		}
		limit := int64(fieldMax)
		if part.FileName() != "" {
			limit = uploadMax
		}
		data, cut := io.ReadAll(io.LimitReader(part, limit+1))
		if cut != nil {
			return cut
		}
		if int64(len(data)) > limit {
			err = errTooLarge
			if _, cut := io.Copy(io.Discard, part); cut != nil {
				return cut
			}
			continue
		}
		if part.FileName() != "" {
			p.files[part.FormName()] = upload{part.FileName(), part.Header.Get("Content-Type"), data}
		} else {
			p.values[part.FormName()] = string(data)
		}
	}
}

func (p params) text(name string) string { return p.values[name] }

func (p params) flag(name string) bool {
	switch strings.ToLower(p.values[name]) {
	case "true", "yes", "1":
		return true
	}
	return false
}

// number is 0 for what isn't one.
func (p params) number(name string) int {
	n, _ := strconv.Atoi(strings.TrimSpace(p.values[name]))
	return n
}

// object decodes a value that is JSON; an absent one leaves v alone.
func (p params) object(name string, v any) error {
	raw := strings.TrimSpace(p.values[name])
	if raw == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(raw), v); err != nil {
		return bad("can't parse " + strings.ReplaceAll(name, "_", " ") + " JSON object")
	}
	return nil
}

// file is what was uploaded under a name, or under the one that attach:// names.
func (p params) file(name string) (upload, bool) {
	if f, ok := p.files[name]; ok {
		return f, true
	}
	if to, ok := strings.CutPrefix(p.values[name], "attach://"); ok {
		f, ok := p.files[to]
		return f, ok
	}
	return upload{}, false
}

// noted is how a request stands in the record: files as their sizes.
func (p params) noted() map[string]string {
	all := make(map[string]string, len(p.values)+len(p.files))
	for name, v := range p.values {
		if name == "secret_token" {
			v = "***"
		}
		all[name] = v
	}
	for name, f := range p.files {
		all[name] = fmt.Sprintf("%s (%d bytes)", f.Name, len(f.Data))
	}
	return all
}
