package web_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/bot"
)

// program is one that has a token.
type program struct {
	*browser
	token string
	*contract
}

// made finds what a page shows once.
func made(t *testing.T, page answer) string {
	t.Helper()
	_, secret, ok := strings.Cut(page.body, `<code id="link">`)
	secret, _, _ = strings.Cut(secret, "<")
	if !ok || page.status != http.StatusOK {
		t.Fatalf("nothing is shown: %d %s", page.status, page.body)
	}
	return secret
}

// program makes a token on the page of an owner.
func (h *house) program(owner *browser, c *contract) *program {
	h.t.Helper()
	token := made(h.t, owner.post("/web/shop/token", url.Values{"name": {"POS"}}))
	if !strings.HasPrefix(token, bot.TokenPrefix) {
		h.t.Fatalf("the token %q", token)
	}
	return &program{browser: h.stranger(), token: token, contract: c}
}

// call sends a request with the token, unless header has another Authorization, and holds the answer to the document.
func (p *program) call(method, path string, body io.Reader, header ...string) answer {
	p.browser.t.Helper()
	header = append([]string{"Authorization", "Bearer " + p.token}, header...)
	r := p.request(method, path, body, header...)
	if r.Header.Get("Authorization") == "none" {
		r.Header.Del("Authorization")
	}
	if p.contract == nil {
		return p.do(r)
	}
	_, id := p.operation(method, r.URL.Path)
	for name := range r.URL.Query() {
		p.met[id+" > "+name] = true
	}
	got := p.do(r)
	p.answers(r, got)
	return got
}

// order orders with these fields; photo nil: there is none.
func (p *program) order(key string, photo []byte, fields ...string) answer {
	p.browser.t.Helper()
	body, kind := multi(p.browser.t, photo, fields...)
	header := []string{"Content-Type", kind}
	if key != "" {
		header = append(header, "Idempotency-Key", key)
	}
	got := p.call(http.MethodPost, "/api/v1/orders", body, header...)
	if got.status == http.StatusCreated {
		p.met["createOrder > photo"], p.met["createOrder > Idempotency-Key"] = true, true
		for i := 0; i < len(fields); i += 2 {
			p.met["createOrder > "+fields[i]] = true
		}
	}
	return got
}

// change asks for a new cut.
func (p *program) change(path string, change map[string]any) answer {
	p.browser.t.Helper()
	text, err := json.Marshal(change)
	if err != nil {
		p.browser.t.Fatal(err)
	}
	got := p.call(http.MethodPost, path+"/cuts", bytes.NewReader(text), "Content-Type", "application/json")
	if got.status == http.StatusAccepted {
		for name := range change {
			p.met["createCut > "+name] = true
		}
	}
	return got
}

// field is a field of an answer's object, by names.
func (got answer) field(t *testing.T, names ...string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(got.body), &v); err != nil {
		t.Fatalf("%d %s: %v", got.status, got.body, err)
	}
	for _, name := range names {
		v = mapOf(v)[name]
	}
	return v
}

// problem is the code of one.
func (got answer) problem(t *testing.T) string {
	t.Helper()
	code, _ := got.field(t, "type").(string)
	return strings.TrimPrefix(code, "urn:sajangpick:problem:")
}

// wrongField is the field that a problem names first.
func (got answer) wrongField(t *testing.T) string {
	t.Helper()
	if all := slice(got.field(t, "errors")); len(all) > 0 {
		name, _ := mapOf(all[0])["field"].(string)
		return name
	}
	return ""
}
