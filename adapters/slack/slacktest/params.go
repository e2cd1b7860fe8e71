package slacktest

import (
	"errors"
	"net/http"
	"strings"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
)

// Limits of what may be sent in one request.
const (
	fieldMax  = 4 << 20
	uploadMax = 1 << 30
)

// params are what a call of a method says.
type params struct {
	standin.Params
	token  string
	hidden bool // what is shared by it never appears
}

func newParams(values map[string]string) params {
	return params{Params: standin.Params{Values: values}}
}

// read takes a call apart. The token stands in the header, or among the fields.
func read(w http.ResponseWriter, r *http.Request) (params, error) {
	all, err := standin.ReadParams(w, r, standin.Limits{Field: fieldMax, File: fieldMax, Body: fieldMax})
	p := params{Params: all, token: bearer(r)}
	if p.token == "" {
		p.token = p.Text("token")
	}
	delete(p.Values, "token")
	var form *standin.FormError
	switch {
	case err == nil:
		return p, nil
	case !errors.As(err, &form):
		return p, refused("request_timeout")
	case form.JSON:
		return p, refused("invalid_json")
	}
	return p, refused("invalid_form_data")
}

func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return token
}

// has reports whether a value is there at all.
func (p params) has(name string) bool { _, ok := p.Values[name]; return ok }

// channel is where a call leads to.
func (p params) channel() string {
	if c := p.Text("channel"); c != "" {
		return c
	}
	return p.Text("channel_id")
}

// secret names what must not be seen in the record.
func secret(name string) bool { return strings.Contains(name, "secret") || name == "code" }
