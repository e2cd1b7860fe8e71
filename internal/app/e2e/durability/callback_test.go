package durability_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/internal/app/apptest"
)

// pos is a shop's program: it orders by the API, and hears how its order ended.
type pos struct {
	*httptest.Server
	mu     sync.Mutex
	up     bool // it takes what it is told
	told   []http.Header
	bodies []string
}

func newPOS(t *testing.T) *pos {
	p := &pos{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.told, p.bodies = append(p.told, r.Header), append(p.bodies, string(body))
		if err != nil || !p.up {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *pos) times() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.told)
}

// once presses a button of the shop's page and gives what it shows once.
func (b *browser) once(path string, form url.Values) (string, error) {
	resp, err := b.http.PostForm(b.base+path, form)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	_, secret, ok := strings.Cut(string(page), `<code id="link">`)
	secret, _, _ = strings.Cut(secret, "<")
	if err != nil || !ok {
		return "", fmt.Errorf("%s shows nothing: %s (%w)", path, resp.Status, err)
	}
	return html.UnescapeString(secret), nil
}

// orderByAPI orders with a callback; the key is the same at each try.
func orderByAPI(base, token, hook string) (id int64, err error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, f := range [][2]string{{"menu", "새우 파스타"}, {"price", "18,000원"}, {"callback_url", hook}} {
		if err := form.WriteField(f[0], f[1]); err != nil {
			return 0, err
		}
	}
	part, err := form.CreateFormFile("photo", "pasta.jpg")
	if err != nil {
		return 0, err
	}
	if _, err := part.Write(apptest.TinyPhoto()); err != nil {
		return 0, err
	}
	if err := form.Close(); err != nil {
		return 0, err
	}
	r, err := http.NewRequest(http.MethodPost, base+"/api/v1/orders", &body)
	if err != nil {
		return 0, err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Idempotency-Key", "table-7-once")
	resp, err := (&http.Client{Timeout: apptest.Patience}).Do(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	var answer struct {
		ID     int64
		Detail string
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || answer.ID == 0 {
		return 0, fmt.Errorf("%s: %s (%w)", resp.Status, answer.Detail, err)
	}
	return answer.ID, nil
}

// TestCallback_SurvivesKillMinus9 kills the program when it has an event that the shop's program doesn't take yet.
func TestCallback_SurvivesKillMinus9(t *testing.T) {
	t.Parallel()
	w, addr := apptest.Servable(t, apptest.Databases()["sqlite"](t))
	p := newPOS(t)
	w.Settings["POLL_INTERVAL"], w.Settings["RESULT_HOSTS"] = "1s", p.URL
	c := apptest.StartChild(t, w.Settings, "serve", "--sandbox")
	apptest.Every(t, 20*time.Millisecond, apptest.Ready(addr))
	b := newBrowser("http://" + addr)
	if err := b.visit(); err != nil {
		t.Fatal(err)
	}
	token, err := b.once("/web/shop/token", url.Values{"name": {"POS"}})
	if err != nil {
		t.Fatal(err)
	}
	secret, err := b.once("/web/shop/webhook", nil)
	if err != nil {
		t.Fatal(err)
	}
	id, err := orderByAPI("http://"+addr, token, p.URL+"/hook?token=sesame")
	if err != nil {
		t.Fatal(err)
	}
	apptest.Every(t, 20*time.Millisecond, func() error {
		if p.times() == 0 {
			return fmt.Errorf("order %d: the program wasn't told", id)
		}
		return nil
	})
	c.Kill()
	p.mu.Lock()
	p.up = true
	before := len(p.told)
	p.mu.Unlock()
	c = apptest.StartChild(t, w.Settings, "serve", "--sandbox")
	apptest.Every(t, 20*time.Millisecond, func() error {
		if p.times() == before {
			return fmt.Errorf("order %d: the program wasn't told again", id)
		}
		return nil
	})
	c.Terminate()
	p.mu.Lock()
	defer p.mu.Unlock()
	h, body := p.told[before], p.bodies[before]
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		t.Fatal(err)
	}
	m := hmac.New(sha256.New, key)
	fmt.Fprintf(m, "%s.%s.%s", h.Get("webhook-id"), h.Get("webhook-timestamp"), body)
	if want := "v1," + base64.StdEncoding.EncodeToString(m.Sum(nil)); h.Get("webhook-signature") != want {
		t.Errorf("it is signed %q, want %q", h.Get("webhook-signature"), want)
	}
	var event struct {
		Type string
		Data struct{ ID, Cut int64 }
	}
	if err := json.Unmarshal([]byte(body), &event); err != nil || event.Type != "order.delivered" ||
		event.Data.ID != id || event.Data.Cut != 1 {
		t.Errorf("it is told %s", body)
	}
	if h.Get("webhook-id") != p.told[0].Get("webhook-id") {
		t.Errorf("one event is called %q and %q", p.told[0].Get("webhook-id"), h.Get("webhook-id"))
	}
}
