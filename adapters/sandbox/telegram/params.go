package telegram

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
)

// Limits of what may be sent in one request.
const (
	uploadMax = 50 << 20 // a file
	photoMax  = 10 << 20
	fieldMax  = 1 << 20
	bodyMax   = 256 << 20 // more than this isn't even read
)

// params are what a request says, whatever the form that it came in.
type params struct{ standin.Params }

func read(w http.ResponseWriter, r *http.Request) (params, error) {
	p, err := standin.ReadParams(w, r, standin.Limits{Field: fieldMax, File: uploadMax, Body: bodyMax})
	return params{p}, err
}

// object decodes a value that is JSON; an absent one leaves v alone.
func (p params) object(name string, v any) error {
	raw := strings.TrimSpace(p.Values[name])
	if raw == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(raw), v); err != nil {
		return bad("can't parse " + strings.ReplaceAll(name, "_", " ") + " JSON object")
	}
	return nil
}

// file is what was uploaded under a name, or under the one that attach:// names.
func (p params) file(name string) (standin.Upload, bool) {
	if f, ok := p.Files[name]; ok {
		return f, true
	}
	if to, ok := strings.CutPrefix(p.Values[name], "attach://"); ok {
		f, ok := p.Files[to]
		return f, ok
	}
	return standin.Upload{}, false
}

// secret names what must not be seen in the record.
func secret(name string) bool { return name == "secret_token" }
