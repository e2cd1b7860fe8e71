package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/web"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
)

// down is a store that can be out of reach.
type down struct {
	web.Access
	is atomic.Bool
}

func (d *down) Credential(
	ctx context.Context, kind bot.CredentialKind, hash string, now time.Time,
) (bot.Credential, error) {
	if d.is.Load() {
		return bot.Credential{}, errors.New("the database is out of reach")
	}
	return d.Access.Credential(ctx, kind, hash, now)
}

// TestAPI_KeepsToItsDocument does everything that the API offers, and all that goes wrong with it. Each answer is held
// against the document that is served; at the end every route, status, field and parameter of that was met.
func TestAPI_KeepsToItsDocument(t *testing.T) {
	var store *down
	h := open(t, func(d *session.Options, o *web.Options) {
		store = &down{Access: o.Access}
		o.Access, d.Limit = store, 8
		d.Store.(*said).usual = map[pipeline.Step]time.Duration{
			pipeline.Fetch: time.Minute, pipeline.Animate: time.Hour, pipeline.Render: time.Hour,
			pipeline.Deliver: time.Minute,
		}
	})
	owner := h.owner("7")
	owner.post("/web/shop/name", url.Values{"name": {"바다식당"}})
	document := owner.get("/api/v1/openapi.json")
	p := h.program(owner, newContract(t, document.body))
	if got := p.call(
		http.MethodGet, "/api/v1/openapi.json", nil, "Authorization", "none",
	); got.field(t, "openapi") != "3.1.0" {
		t.Errorf("the document says it is %v", got.field(t, "openapi"))
	}
	for _, pattern := range h.page.APIPatterns() {
		method, at, _ := strings.Cut(pattern, " ")
		if op, _ := p.operation(method, at); op == nil {
			t.Errorf("the document has no %s", pattern)
		}
	}
	p.orders(t, owner)
	path := p.short(t, h)
	p.cuts(t, h, path)
	p.question(t, h)
	p.lists(t)
	p.shopItself(t, h)
	p.refuses(t, store, path)
	if all := p.unmet(); len(all) > 0 {
		t.Errorf("of the document nothing was met of:\n%s", strings.Join(all, "\n"))
	}
}

// orders makes orders, and what isn't one.
func (p *program) orders(t *testing.T, owner *browser) {
	pasta := []string{"menu", "새우 파스타", "price", "1.8만", "look", "fine", "music", "calm"}
	got := p.order("key-1", sample.Photo, pasta...)
	if got.status != http.StatusCreated || got.field(t, "price") != "18,000원" || got.field(t, "look") != "fine" ||
		got.header.Get("Location") != p.base+"/api/v1/orders/1" {
		t.Errorf("%d %s at %q", got.status, got.body, got.header.Get("Location"))
	}
	for _, key := range []string{"key-1", `"key-1"`} { // as the header's draft writes it
		if got := p.order(key, sample.Photo, pasta...); got.status != http.StatusCreated || got.field(t, "id") != 1.0 {
			t.Errorf("%s again: %d %s", key, got.status, got.body)
		}
	}
	for name, c := range map[string]struct {
		photo   []byte
		fields  []string
		problem string
		field   string
	}{
		"other words":   {sample.Photo, []string{"menu", "김치전", "price", "7000"}, "reused", ""},
		"another photo": {append(sample.Photo[:len(sample.Photo):len(sample.Photo)], 0), pasta, "reused", ""},
		"no such look":  {sample.Photo, []string{"menu", "김치전", "price", "7000", "look", "neon"}, "fields", "look"},
		"no such field": {
			sample.Photo, []string{"menu", "김치전", "price", "7000", "callbackUrl", "https://a.example.com"}, "fields",
			"callbackUrl",
		},
		"own music":  {sample.Photo, []string{"menu", "김치전", "price", "7000", "music", "own"}, "fields", "music"},
		"no photo":   {nil, []string{"menu", "김치전", "price", "7000"}, "fields", "photo"},
		"no picture": {[]byte("<!doctype html><script>"), pasta, "fields", "photo"},
		"no price":   {sample.Photo, []string{"menu", "김치전"}, "fields", "price"},
		"was it charged?": {
			sample.Photo, []string{"menu", "김치전", "price", "7000", "regular", "9000"}, "fields", "regular_charged",
		},
		"plain http": {
			sample.Photo, append(pasta, "callback_url", "http://pos.example.com/hook"), "fields", "callback_url",
		},
		"our own network": {
			sample.Photo, append(pasta, "callback_url", "https://10.0.0.1/hook"), "fields", "callback_url",
		},
		"with a password": {
			sample.Photo, append(pasta, "callback_url", "https://a:b@pos.example.com/hook"), "fields", "callback_url",
		},
		"no secret yet": {
			sample.Photo, append(pasta, "callback_url", "https://pos.example.com/hook"), "fields", "callback_url",
		},
	} {
		key := "key-of-" + strings.Map(letters, name)
		if c.problem == "reused" {
			key = "key-1"
		}
		got := p.order(key, c.photo, c.fields...)
		if got.status != http.StatusUnprocessableEntity || got.problem(t) != c.problem || got.wrongField(t) != c.field {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	made(t, owner.post("/web/shop/webhook", nil))
	doubtful := []string{"menu", "새우 파스타 1,800원"}
	got = p.order("key-2", sample.Photo, doubtful...)
	shown, _ := got.field(t, "shown").(string)
	if got.status != http.StatusUnprocessableEntity || shown == "" {
		t.Fatalf("a doubtful line: %d %s", got.status, got.body)
	}
	got = p.order(
		"key-2", sample.Photo,
		append(doubtful, "confirmed", shown, "callback_url", "https://pos.example.com/hook?token=sesame")...,
	)
	if got.status != http.StatusCreated || strings.Contains(got.body, "sesame") {
		t.Errorf("confirmed: %d %s", got.status, got.body)
	}
	if got := p.order(
		"key-3", sample.Photo, "menu", "해물찜", "price", "42000", "regular", "48000", "regular_charged", "true",
	); got.status != http.StatusCreated || got.field(t, "regular") != "48,000원" {
		t.Errorf("a price that is crossed out: %d %s", got.status, got.body)
	}
	for name, got := range map[string]answer{
		"no key":     p.order("", sample.Photo, pasta...),
		"a long key": p.order(strings.Repeat("k", 256), sample.Photo, pasta...),
		"two words":  p.order("a key", sample.Photo, pasta...),
		"half a form": p.call(http.MethodPost, "/api/v1/orders",
			strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"menu\"\r\n\r\nab"),
			"Content-Type", "multipart/form-data; boundary=x", "Idempotency-Key", "key-4"),
	} {
		if got.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	if got := p.call(
		http.MethodPost, "/api/v1/orders", strings.NewReader("{}"), "Content-Type", "application/json",
		"Idempotency-Key", "key-4",
	); got.status != http.StatusUnsupportedMediaType {
		t.Errorf("JSON: %d", got.status)
	}
	if got := p.order(
		"key-4", append([]byte("\xff\xd8\xff\xe0"), make([]byte, 21<<20)...), pasta...,
	); got.status != http.StatusRequestEntityTooLarge {
		t.Errorf("21 MB: %d", got.status)
	}
}

// short reads the first order before and after its short is there, and gives its path.
func (p *program) short(t *testing.T, h *house) string {
	path := "/api/v1/orders/1"
	if got := p.call(http.MethodGet, path, nil); got.field(t, "status") != "open" || got.field(t, "step") != "fetch" {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := p.call(http.MethodGet, path+"/short", nil); got.status != http.StatusNotFound {
		t.Errorf("no short yet: %d", got.status)
	}
	if got := p.call(http.MethodGet, path+"/photo", nil); got.body != string(sample.Photo) {
		t.Errorf("its photo: %d, %d bytes", got.status, len(got.body))
	}
	h.change(1, func(o *pipeline.Order) {
		o.Framing.Ratio, o.Fallback = "3:4", pipeline.ReasonDishChanged
	})
	h.deliver(1, "0123456789")
	got := p.call(http.MethodGet, path, nil)
	for _, name := range []string{"short_url", "photo_url"} {
		address, _ := got.field(t, name).(string)
		at, ok := strings.CutPrefix(address, p.base)
		if !ok || !strings.HasPrefix(at, path+"/") || p.call(http.MethodGet, at, nil).status != http.StatusOK {
			t.Errorf("%s is %q", name, address)
		}
	}
	if got := p.call(http.MethodGet, path+
		"/short", nil, "Range", "bytes=2-4"); got.status != http.StatusPartialContent || got.body != "234" ||
		!strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("a part: %d %q", got.status, got.body)
	}
	if got := p.call(
		http.MethodGet, path+"/short", nil, "Range", "bytes=99-",
	); got.status != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("a part that isn't: %d", got.status)
	}
	return path
}

// cuts changes the first order, and takes a new cut back.
func (p *program) cuts(t *testing.T, h *house, path string) {
	for i, c := range []struct {
		change map[string]any
		status int
		field  string
	}{
		{
			map[string]any{"menu": "새우 로제 파스타", "price": "만구천원", "regular": "22000", "regular_charged": true},
			http.StatusAccepted, "",
		},
		{map[string]any{"menu": "새우 파스타 1,900원", "confirmed": "새우 파스타 · 1,900원"}, http.StatusAccepted, ""},
		{map[string]any{"look": "market", "of_size": "tall"}, http.StatusAccepted, ""},
		{map[string]any{"music": "bright"}, http.StatusAccepted, ""},
		{map[string]any{"size": "square"}, http.StatusAccepted, ""},
		{map[string]any{"size": "square"}, http.StatusConflict, ""},
		{map[string]any{"look": "neon"}, http.StatusUnprocessableEntity, "look"},
		{map[string]any{"menu": "새우 파스타"}, http.StatusUnprocessableEntity, "price"},
		{map[string]any{"size": "round"}, http.StatusUnprocessableEntity, "size"},
		{map[string]any{"look": "fine", "music": "calm"}, http.StatusUnprocessableEntity, ""},
		{map[string]any{}, http.StatusUnprocessableEntity, ""},
		{map[string]any{"colour": "red"}, http.StatusBadRequest, ""},
		{map[string]any{"menu": 7}, http.StatusBadRequest, ""},
		{map[string]any{"menu": strings.Repeat("가", 30_000)}, http.StatusRequestEntityTooLarge, ""},
	} {
		got := p.change(path, c.change)
		if got.status != c.status || got.status == http.StatusUnprocessableEntity && got.wrongField(t) != c.field {
			t.Errorf("change %d: %d %s", i, got.status, got.body)
		}
		if got.status == http.StatusAccepted {
			h.deliver(1, "0123456789")
		}
	}
	if got := p.call(
		http.MethodPost, path+"/cuts", strings.NewReader("look=fine"), "Content-Type",
		"application/x-www-form-urlencoded",
	); got.status != http.StatusUnsupportedMediaType {
		t.Errorf("a form: %d", got.status)
	}
	if got := p.call(http.MethodPost, path+"/cancel", nil); got.status != http.StatusConflict ||
		got.field(t, "detail") == "" {
		t.Errorf("what is delivered: %d %s", got.status, got.body)
	}
	if got := p.call(http.MethodPost, "/api/v1/orders/2/cancel", nil); got.status != http.StatusOK ||
		got.field(t, "status") != "cancelled" {
		t.Errorf("cancelled: %d %s", got.status, got.body)
	}
	if got := p.call(http.MethodPost, "/api/v1/orders/2/cancel", nil); got.status != http.StatusOK {
		t.Errorf("cancelled twice: %d %s", got.status, got.body)
	}
}

// question answers what is asked about a photo.
func (p *program) question(t *testing.T, h *house) {
	path := "/api/v1/orders/3"
	if got := p.call(http.MethodPost, path+"/use-photo", nil); got.status != http.StatusConflict {
		t.Errorf("nothing was asked: %d %s", got.status, got.body)
	}
	h.change(3, func(o *pipeline.Order) {
		o.Step, o.Phase, o.Reason = pipeline.Animate, pipeline.Ready, pipeline.ReasonAskDark
	})
	if got := p.call(http.MethodGet, path, nil); got.field(t, "asks_about_photo") != true {
		t.Errorf("asked: %s", got.body)
	}
	if got := p.call(http.MethodPost, path+"/use-photo", nil); got.status != http.StatusOK ||
		got.field(t, "asks_about_photo") != nil {
		t.Errorf("answered: %d %s", got.status, got.body)
	}
	h.change(3, func(o *pipeline.Order) { o.Step, o.Phase, o.Since = pipeline.Render, pipeline.Waiting, time.Now() })
}

// lists walks the shop's orders, page by page.
func (p *program) lists(t *testing.T) {
	var ids []float64
	cursor := ""
	for range 3 {
		got := p.call(http.MethodGet, "/api/v1/orders?limit=1&cursor="+cursor, nil)
		all := slice(got.field(t, "orders"))
		if len(all) != 1 {
			t.Fatalf("a page of %d: %s", len(all), got.body)
		}
		ids = append(ids, mapOf(all[0])["id"].(float64))
		cursor, _ = got.field(t, "next_cursor").(string)
	}
	if len(ids) != 3 || ids[0] != 3 || ids[1] != 2 || ids[2] != 1 || cursor != "" {
		t.Errorf("the orders %v, then %q", ids, cursor)
	}
	for _, query := range []string{"cursor=x", "cursor=-1", "cursor=01", "limit=0", "limit=101", "limit=x"} {
		if got := p.call(http.MethodGet, "/api/v1/orders?"+query, nil); got.status != http.StatusBadRequest {
			t.Errorf("%s: %d", query, got.status)
		}
	}
}

// shopItself reads the shop and its month.
func (p *program) shopItself(t *testing.T, h *house) {
	if got := p.call(http.MethodGet, "/api/v1/shop", nil); got.field(t, "name") != "바다식당" ||
		got.field(t, "look") != "clean" || got.field(t, "language") != "ko" {
		t.Errorf("%s", got.body)
	}
	got := p.call(http.MethodGet, "/api/v1/usage", nil)
	if got.field(t, "limit") != 8.0 || got.field(t, "used") != 2.0 { // the one that was cancelled in time doesn't count
		t.Errorf("%s", got.body)
	}
	for i := range 6 {
		if got := p.order(
			"fill-"+strconv.Itoa(i), sample.Photo, "menu", "만두", "price", "5000",
		); got.status != http.StatusCreated {
			t.Fatalf("%d %s", got.status, got.body)
		}
	}
	if got := p.order(
		"fill-6", sample.Photo, "menu", "만두", "price", "5000",
	); got.status != http.StatusUnprocessableEntity || got.wrongField(t) != "order" {
		t.Errorf("over the limit: %d %s", got.status, got.body)
	}
	if got := p.order("fill-0", sample.Photo, "menu", "만두", "price", "5000"); got.status != http.StatusCreated {
		t.Errorf("what is there already, over the limit: %d %s", got.status, got.body)
	}
}

// refuses asks for everything without a token, too often, for what isn't there, and while the database is away.
func (p *program) refuses(t *testing.T, store *down, path string) {
	all := []struct {
		method, path string
		of           bool // an order
	}{
		{http.MethodPost, "/api/v1/orders", false}, {http.MethodGet, "/api/v1/orders", false},
		{http.MethodGet, "/api/v1/shop", false}, {http.MethodGet, "/api/v1/usage", false},
		{http.MethodGet, path, true}, {http.MethodPost, path + "/cuts", true},
		{http.MethodPost, path + "/cancel", true}, {http.MethodPost, path + "/use-photo", true},
		{http.MethodGet, path + "/short", true}, {http.MethodGet, path + "/photo", true},
	}
	for _, x := range all {
		if got := p.call(x.method, x.path, nil, "Authorization", "none"); got.status != http.StatusUnauthorized {
			t.Errorf("%s %s without a token: %d", x.method, x.path, got.status)
		}
		if x.of {
			missing := strings.Replace(x.path, "/orders/1", "/orders/999999", 1)
			if got := p.call(
				x.method, missing, strings.NewReader(`{"look":"fine"}`), "Content-Type", "application/json",
			); got.status != http.StatusNotFound {
				t.Errorf("%s %s: %d %s", x.method, missing, got.status, got.body)
			}
		}
	}
	store.is.Store(true)
	for _, x := range all {
		if got := p.call(x.method, x.path, nil); got.status != http.StatusServiceUnavailable ||
			strings.Contains(got.body, "database") {
			t.Errorf("%s %s: %d %s", x.method, x.path, got.status, got.body)
		}
	}
	store.is.Store(false)
	for _, x := range all {
		got := answer{}
		for range 10_000 { // a shop has three hundred, and ten more each second
			if got = p.call(x.method, x.path, nil); got.status == http.StatusTooManyRequests {
				break
			}
		}
		if got.status != http.StatusTooManyRequests {
			t.Errorf("%s %s goes on and on: %d", x.method, x.path, got.status)
		}
	}
}

// change changes an order behind the back of everybody.
func (h *house) change(id int64, f func(*pipeline.Order)) {
	h.t.Helper()
	o, err := h.store.Order(h.t.Context(), id)
	if err != nil {
		h.t.Fatal(err)
	}
	f(&o)
	if _, err := h.store.Move(h.t.Context(), o, pipeline.Move{}); err != nil {
		h.t.Fatal(err)
	}
}
