package slack

import (
	"encoding/json"
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
	fieldMax  = 4 << 20
	uploadMax = 1 << 30
)

// params are what a request says, whatever the form that it came in.
type params struct {
	token  string
	values map[string]string
	file   []byte // of an upload
	hidden bool   // what is shared by it never appears
}

// read takes a call of a method apart: query, form, multipart or JSON. The token stands in the header,
// or among the fields.
func read(w http.ResponseWriter, r *http.Request) (params, error) {
	p := params{values: map[string]string{}}
	p.form(r.URL.Query())
	err := p.body(r.Header.Get("Content-Type"), http.MaxBytesReader(w, r.Body, fieldMax))
	p.token = bearer(r)
	if p.token == "" {
		p.token = p.values["token"]
	}
	delete(p.values, "token")
	return p, err
}

func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return token
}

func (p *params) body(header string, body io.Reader) error {
	kind, args, _ := mime.ParseMediaType(header)
	if kind == "multipart/form-data" {
		return p.multipart(multipart.NewReader(body, args["boundary"]), fieldMax)
	}
	raw, err := io.ReadAll(body)
	if err != nil {
		return refused("request_timeout")
	}
	switch kind {
	case "application/json":
		return p.json(raw)
	case "application/x-www-form-urlencoded":
		v, err := url.ParseQuery(string(raw))
		if err != nil {
			return refused("invalid_form_data")
		}
		p.form(v)
	}
	return nil
}

func (p *params) form(v url.Values) {
	for name, all := range v {
		p.values[name] = all[0]
	}
}

// json takes an object: strings as they are, all else as it is written.
func (p *params) json(raw []byte) error {
	if len(raw) == 0 {
		return nil
	}
	var body map[string]json.RawMessage
	if err := json.Unmarshal(raw, &body); err != nil {
		return refused("invalid_json")
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

func (p *params) multipart(m *multipart.Reader, limit int64) error {
	for {
		part, err := m.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return refused("invalid_form_data")
		}
		data, err := io.ReadAll(io.LimitReader(part, limit+1))
		if err != nil || int64(len(data)) > limit {
			return refused("invalid_form_data")
		}
		if part.FileName() != "" {
			p.file = data
		} else {
			p.values[part.FormName()] = string(data)
		}
	}
}

func (p params) text(name string) string { return p.values[name] }

// has says whether a value is there at all.
func (p params) has(name string) bool { _, ok := p.values[name]; return ok }

func (p params) flag(name string) bool {
	b, _ := strconv.ParseBool(p.values[name])
	return b
}

// number is 0 for what isn't one.
func (p params) number(name string) int {
	n, _ := strconv.Atoi(p.values[name])
	return n
}

// channel is where a call leads to.
func (p params) channel() string {
	if c := p.text("channel"); c != "" {
		return c
	}
	return p.text("channel_id")
}

// noted is how a request stands in the record: without what must not be seen.
func (p params) noted() map[string]string {
	all := make(map[string]string, len(p.values))
	for name, v := range p.values {
		if strings.Contains(name, "secret") || name == "code" {
			v = "***"
		}
		all[name] = v
	}
	if p.file != nil {
		all["file"] = fmt.Sprintf("%d bytes", len(p.file))
	}
	return all
}
