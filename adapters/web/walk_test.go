package web_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
)

// secretMenu stands on what nobody else may see.
const secretMenu = "비밀파스타"

// TestRoutes_ShowNothingToOthers walks every route for another shop's order: without a session, with one that has
// ended, with another shop's, and with what isn't a session.
func TestRoutes_ShowNothingToOthers(t *testing.T) {
	h := open(t)
	mine := h.owner("7")
	path := mine.orders(secretMenu)
	mine.post("/web/shop/name", url.Values{"name": {"비밀식당"}})
	o := h.newest("7")
	h.deliver(o.ID, "secret film")
	before, err := h.store.History(t.Context(), o.ID)
	if err != nil {
		t.Fatal(err)
	}
	ended := h.owner("6")
	ended.post("/web/out", nil)
	token, hash := bot.NewSecret()
	if _, err := h.store.AddCredential(t.Context(), bot.Credential{
		Kind: bot.APIToken, Hash: hash, Shop: o.Shop, Chat: "1",
	}); err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string]*browser{
		"a stranger": h.stranger(), "an ended session": ended, "another shop": h.owner("8"),
		"a token as a cookie": h.stranger(),
	} {
		header := []string{}
		if name == "a token as a cookie" {
			header = []string{"Cookie", "sajangpick_session=" + token}
		}
		for _, pattern := range h.page.Patterns() {
			method, at, _ := strings.Cut(pattern, " ")
			if strings.HasSuffix(at, "{token}") || at == "/{$}" || at == "/" || at == "/web/in" {
				continue // for everybody
			}
			for _, verb := range []string{"cancel", "again", "look", "music", "size", "end", "name", "forget"} {
				to := strings.NewReplacer("{id}", strings.TrimPrefix(path, "/web/orders/"), "{verb}", verb).Replace(at)
				var body io.Reader
				if method == http.MethodPost {
					body = strings.NewReader(
						url.Values{
							"to": {"market"}, "menu": {"남"}, "price": {"1000"}, "id": {"1"}, "name": {"남"},
						}.Encode(),
					)
				}
				got := b.do(
					b.request(
						method, to, body,
						append([]string{"Content-Type", "application/x-www-form-urlencoded"}, header...)...,
					),
				)
				if strings.Contains(got.body, secretMenu) || strings.Contains(got.body, "비밀식당") ||
					strings.Contains(got.body, "secret film") {
					t.Errorf("%s sees with %s %s: %s", name, method, to, got.body)
				}
				own := name == "another shop" && !strings.Contains(at, "{id}")
				if !own && got.status != http.StatusUnauthorized && got.status != http.StatusNotFound {
					t.Errorf("%s gets %d of %s %s", name, got.status, method, to)
				}
				if !strings.Contains(at, "{verb}") {
					break
				}
			}
		}
	}
	h.walkAPI(token, strings.TrimPrefix(path, "/web/orders/"), ended)
	after, err := h.store.History(t.Context(), o.ID)
	if err != nil || len(after) != len(before) {
		t.Errorf("the order has %d changes, had %d, %v", len(after), len(before), err)
	}
	if got := mine.get("/web/shop"); got.status != http.StatusOK || !strings.Contains(got.body, "비밀식당") {
		t.Errorf("its own shop: %d", got.status)
	}
}

// walkAPI asks every route of the API for another shop's order: without a token, with another shop's, with one that was
// revoked, and with everything that isn't a token. The token of the shop itself is in no cookie, and its session no
// token.
func (h *house) walkAPI(token, order string, ended *browser) {
	h.t.Helper()
	other := h.owner("8")
	theirs := h.program(other, nil).token
	revoked := h.program(other, nil).token
	kept, err := h.store.Credential(h.t.Context(), bot.APIToken, bot.HashSecret(revoked), time.Now())
	if err != nil {
		h.t.Fatal(err)
	}
	other.post("/web/shop/end", url.Values{"id": {strconv.FormatInt(kept.ID, 10)}})
	mine := h.owner("7")
	session := mine.cookie()
	for name, c := range map[string]struct {
		by     *browser
		header string
		own    bool // it may see another shop, not this one
	}{
		"a stranger": {h.stranger(), "", false}, "a session's cookie": {mine, "", false},
		"an ended session":           {ended, "", false},
		"a session as a token":       {h.stranger(), "Bearer " + session, false},
		"a prefixed session":         {h.stranger(), "Bearer " + bot.TokenPrefix + session, false},
		"another shop":               {h.stranger(), "Bearer " + theirs, true},
		"a revoked token":            {h.stranger(), "Bearer " + revoked, false},
		"Basic":                      {h.stranger(), "Basic " + token, false},
		"a token without its scheme": {h.stranger(), token, false},
		"a hash":                     {h.stranger(), "Bearer " + bot.HashSecret(token), false},
		"a long one":                 {h.stranger(), "Bearer " + bot.TokenPrefix + strings.Repeat("a", 9000), false},
	} {
		for _, pattern := range h.page.APIPatterns() {
			method, at, _ := strings.Cut(pattern, " ")
			if strings.HasSuffix(at, "/openapi.json") {
				continue // for everybody
			}
			header := []string{"Content-Type", "application/json", "Idempotency-Key", "forged"}
			if c.header != "" {
				header = append(header, "Authorization", c.header)
			}
			to := strings.ReplaceAll(at, "{id}", order)
			got := c.by.do(c.by.request(method, to, strings.NewReader(`{"look":"market"}`), header...))
			if strings.Contains(got.body, secretMenu) || strings.Contains(got.body, "비밀식당") ||
				strings.Contains(got.body, "secret film") {
				h.t.Errorf("%s sees with %s %s: %s", name, method, to, got.body)
			}
			want := http.StatusUnauthorized
			if c.own {
				want = http.StatusNotFound
			}
			own := c.own && !strings.Contains(at, "{id}")
			if !own && got.status != want && got.status != http.StatusTooManyRequests {
				h.t.Errorf("%s gets %d of %s %s", name, got.status, method, to)
			}
		}
	}
	// From another site a token is as good as from anywhere, and a cookie as worthless.
	cross := []string{
		"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site", "Content-Type", "application/json",
	}
	b := h.stranger()
	if got := b.do(
		b.request(
			http.MethodPost, "/api/v1/orders/"+order+"/use-photo", nil,
			append(cross, "Authorization", "Bearer "+theirs)...,
		),
	); got.status != http.StatusNotFound {
		h.t.Errorf("a token from another site: %d", got.status)
	}
	if got := mine.do(
		mine.request(http.MethodPost, "/api/v1/orders/"+order+"/cancel", nil, cross...),
	); got.status != http.StatusUnauthorized && got.status != http.StatusTooManyRequests {
		h.t.Errorf("a cookie from another site: %d", got.status)
	}
}

// cookie is what a browser shows of its session.
func (b *browser) cookie() string {
	b.t.Helper()
	at, err := url.Parse(b.base)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range b.Jar.Cookies(at) {
		if c.Name == "sajangpick_session" {
			return c.Value
		}
	}
	b.t.Fatal("it isn't signed in")
	return ""
}

// TestHostileRequests_GetASentence sends what no page of ours sends. Each is refused with a sentence.
func TestHostileRequests_GetASentence(t *testing.T) {
	h := open(t)
	b := h.owner("7")
	path := b.orders("새우 파스타")
	n := 0
	refused := func(name string, r *http.Request, want ...int) {
		t.Helper()
		n++
		got := b.do(r)
		ok := got.status >= 400 && got.status < 500
		for _, w := range want {
			ok = got.status == w
		}
		if !ok || len(strings.TrimSpace(got.body)) == 0 {
			t.Errorf("%s: %d %q", name, got.status, got.body)
		}
		if strings.Contains(got.body, "panic") || strings.Contains(got.body, "goroutine") ||
			strings.Contains(got.body, "sql") {
			t.Errorf("%s: %s", name, got.body)
		}
	}
	filled := func(photo []byte, fields ...string) *http.Request {
		body, kind := multi(t, photo, fields...)
		return b.request(http.MethodPost, "/web/orders", body, "Content-Type", kind)
	}
	good := []string{"key", orderKey, "menu", "새우 파스타", "price", "18000"}
	plain := func(to, body string, header ...string) *http.Request {
		return b.request(
			http.MethodPost, to, strings.NewReader(body),
			append([]string{"Content-Type", "application/x-www-form-urlencoded"}, header...)...,
		)
	}
	for _, id := range []string{
		"0", "-1", "999999", "9223372036854775808", "1e3", "..%2f..", "%00", "１", "0x1", "1;drop",
	} {
		refused("order "+id, b.request(http.MethodGet, "/web/orders/"+id, nil), 404)
		refused("change of order "+id, plain("/web/orders/"+id+"/cancel", ""), 404)
	}
	for name, body := range map[string]string{
		"nothing": "", "no end": "--x\r\nContent-Disposition: form-data; name=\"menu\"\r\n\r\nab",
		"only an end":           "--x--\r\n",
		"a part without a name": "--x\r\n\r\nab\r\n--x--\r\n", "NULs": strings.Repeat("\x00", 5000),
		"no UTF-8": "--x\r\nContent-Disposition: form-data; name=\"menu\"\r\n\r\n\xff\xfe\r\n--x--\r\n",
		"a thousand parts": strings.Repeat(
			"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n", 1000,
		) + "--x--\r\n",
	} {
		refused(
			name,
			b.request(
				http.MethodPost, "/web/orders", strings.NewReader(body), "Content-Type",
				"multipart/form-data; boundary=x",
			),
		)
	}
	for _, kind := range []string{
		"application/json", "text/plain", "multipart/form-data", "multipart/mixed; boundary=x",
		"multipart/form-data; boundary=", "garbage;;;",
	} {
		refused(
			"content type "+kind,
			b.request(http.MethodPost, "/web/orders", strings.NewReader(`{"menu":1}`), "Content-Type", kind),
		)
	}
	refused("HTML as a picture", filled([]byte("<!doctype html><script>alert(1)</script>"), good...), 422)
	refused(
		"SVG as a picture", filled([]byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), good...),
		422,
	)
	refused("a program as a picture", filled([]byte("\x7fELF\x02\x01\x01"), good...), 422)
	refused("PDF as a picture", filled([]byte("%PDF-1.7"), good...), 422)
	refused("21 MB", filled(append([]byte("\xff\xd8\xff\xe0"), make([]byte, 21<<20)...), good...), 413)
	refused("two pictures", parts(t, b, "key", "photo", "photo"), 400)
	refused("a menu of 5000 letters", filled(sample.Photo, "key", orderKey, "menu", strings.Repeat("가", 5000)), 413)
	refused("a picture before its key", parts(t, b, "photo", "key"), 400)
	for _, key := range []string{"", "short", strings.Repeat("a", 200), "../../etc/passwd", "key\x00key12", "열쇠열쇠열쇠"} {
		refused("key "+key, filled(sample.Photo, "key", key, "menu", "새우 파스타", "price", "18000"))
	}
	for _, origin := range []string{"https://evil.example", "null", "http://127.0.0.1:1", "file://"} {
		refused("origin "+origin, plain(path+"/cancel", "", "Origin", origin), 403)
	}
	refused("cross-site", plain(path+"/cancel", "", "Sec-Fetch-Site", "cross-site"), 403)
	refused("same site, another origin", plain("/web/shop/off", "", "Sec-Fetch-Site", "same-site"), 403)
	for _, method := range []string{http.MethodDelete, http.MethodPut, http.MethodPatch, "BREW"} {
		refused(method, b.request(method, path, nil), 405)
	}
	for _, link := range []string{"x", strings.Repeat("a", 26), strings.Repeat("a", 4000), "%2e%2e", "a%00b"} {
		refused("link "+fmt.Sprint(len(link)), h.stranger().request(http.MethodGet, "/web/in/"+link, nil))
	}
	refused(
		"a socket from elsewhere",
		b.request(
			http.MethodGet, "/web/live", nil, "Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version",
			"13", "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==", "Origin", "https://evil.example",
		),
		403,
	)
	refused(
		"a socket of another version",
		b.request(
			http.MethodGet, "/web/live", nil, "Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version",
			"7",
		),
	)
	h.refusedByAPI(b, refused)
	refused("no such page", b.request(http.MethodGet, "/web/../etc/passwd", nil), 404)
	refused("no such setting", plain("/web/shop/admin", "to=x"), 404)
	if n < 60 {
		t.Errorf("only %d requests", n)
	}
	if got := b.get("/web/orders"); strings.Count(got.body, `id="card-`) != 1 {
		t.Errorf("the shop has more than its one order: %s", got.body)
	}
}

// refusedByAPI sends to the API, with a token that holds, what no program of good will sends.
func (h *house) refusedByAPI(owner *browser, refused func(name string, r *http.Request, want ...int)) {
	token := h.program(owner, nil).token
	send := func(method, to, body string, header ...string) *http.Request {
		return owner.request(
			method, "/api/v1"+to, strings.NewReader(body),
			append([]string{"Authorization", "Bearer " + token}, header...)...,
		)
	}
	for _, body := range []string{
		"", "null", "[]", "7", `"x"`, "{", `{"look":"fine"}{}`, `{"look":["fine"]}`, `{"look":"a\u0000b"}`,
		"{\"look\":\"\xff\"}", strings.Repeat("[", 60_000), `{"__proto__":{}}`,
	} {
		refused(
			"JSON "+body[:min(len(body), 20)],
			send(http.MethodPost, "/orders/1/cuts", body, "Content-Type", "application/json"), 400,
		)
	}
	refused(
		"100 kB of JSON",
		send(
			http.MethodPost, "/orders/1/cuts", `{"menu":"`+strings.Repeat("a", 100_000)+`"}`, "Content-Type",
			"application/json",
		),
		413,
	)
	for _, id := range []string{"0", "-1", "9223372036854775808", "1e3", "..%2f..", "%00"} {
		refused("order "+id, send(http.MethodGet, "/orders/"+id, ""), 404)
	}
	for _, key := range []string{"", "a b", "\"", "k\u00e9y-of-mine", strings.Repeat("k", 300), "<b>\"x\"</b>"} {
		refused(
			"key "+key,
			send(
				http.MethodPost, "/orders", "--x--", "Content-Type", "multipart/form-data; boundary=x",
				"Idempotency-Key", key,
			),
			400,
		)
	}
	two := send(
		http.MethodPost, "/orders", "--x--", "Content-Type", "multipart/form-data; boundary=x", "Idempotency-Key",
		"first-key",
	)
	two.Header.Add("Idempotency-Key", "second-key")
	refused("two keys", two, 400)
	for _, query := range []string{
		"cursor=%00", "cursor=1;drop", "cursor=0x1", "limit=1e9", "limit=-5", "cursor=99999999999999999999",
	} {
		refused("list "+query, send(http.MethodGet, "/orders?"+query, ""), 400)
	}
	for _, method := range []string{http.MethodDelete, http.MethodPut, http.MethodPatch, http.MethodOptions, "BREW"} {
		refused(method+" by API", send(method, "/orders/1", ""), 405)
	}
	refused("no such route", send(http.MethodGet, "/admin", ""), 404)
	refused(
		"another version", owner.request(http.MethodGet, "/api/v2/orders", nil, "Authorization", "Bearer "+token), 404,
	)
}

// parts makes a form of these fields in this order.
func parts(t *testing.T, b *browser, names ...string) *http.Request {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, name := range names {
		value := []byte(orderKey)
		part, err := form.CreateFormField(name)
		if name == "photo" {
			part, err = form.CreateFormFile(name, "a.jpg")
			value = sample.Photo
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(value); err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return b.request(http.MethodPost, "/web/orders", &body, "Content-Type", form.FormDataContentType())
}
