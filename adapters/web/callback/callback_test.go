package callback_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/download"
	"github.com/sajangpick/sajangpick/adapters/web/callback"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/sign"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

const base = "https://shorts.example.com/api/v1/orders/"

var signer = sign.New([]byte("the secret of these tests"), nil)

// program is what hears of orders, at an address that the operator vouches for.
type program struct {
	*httptest.Server
	*callback.Sender
	mu     sync.Mutex
	heard  []*http.Request
	bodies []string
}

func hears(t *testing.T, s sign.Signer, h http.HandlerFunc) *program {
	t.Helper()
	p := &program{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		p.mu.Lock()
		p.heard, p.bodies = append(p.heard, r), append(p.bodies, string(body))
		p.mu.Unlock()
		h(w, r)
	}))
	t.Cleanup(p.Close)
	to, err := download.New(download.Options{
		Hosts: []string{p.URL}, Anywhere: true, MaxBytes: 1 << 10, Timeout: time.Minute, Stall: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	p.Sender = callback.NewSender(to, s, base)
	return p
}

func (p *program) tell(ctx context.Context, event string, at time.Time) error {
	m := bot.OutgoingMessage{Order: 12, Cut: 2, Callback: event, Made: at}
	return p.Send(ctx, m, pipeline.Order{ID: 12, Callback: p.URL + "/hook?token=sesame"}, bot.Shop{Webhook: "nonce"})
}

// signed is the signature that a receiver works out for itself, as Standard Webhooks says.
func signed(t *testing.T, secret, id, at, body string) string {
	t.Helper()
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(key) < 24 || len(key) > 64 {
		t.Fatalf("a secret of %d bytes, %v", len(key), err)
	}
	m := hmac.New(sha256.New, key)
	fmt.Fprintf(m, "%s.%s.%s", id, at, body)
	return "v1," + base64.StdEncoding.EncodeToString(m.Sum(nil))
}

// TestSigned_IsTheStandardsOwnExample holds this test's receiver against the example that the standard's libraries
// share.
func TestSigned_IsTheStandardsOwnExample(t *testing.T) {
	got := signed(
		t, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
		`{"test": 2432232314}`,
	)
	if got != "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" {
		t.Error(got)
	}
}

func TestSender_EveryEventIsSignedAndIsAsTheDocumentSays(t *testing.T) {
	p := hears(t, signer, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	text, err := os.ReadFile("../api/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("https://example.com/openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("https://example.com/openapi.json#/components/schemas/Event")
	if err != nil {
		t.Fatal(err)
	}
	for i, event := range []string{bot.EventDelivered, bot.EventFailed, bot.EventCancelled, bot.EventQuestion} {
		for range 2 { // it is told again after an answer was lost
			if err := p.tell(t.Context(), event, time.Now()); err != nil {
				t.Fatal(err)
			}
		}
		h, body := p.heard[2*i].Header, p.bodies[2*i]
		got, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(got); err != nil {
			t.Errorf("%s: %v\n%s", event, err, body)
		}
		var told struct{ Type string }
		if err := json.Unmarshal([]byte(body), &told); err != nil || told.Type != event {
			t.Errorf("%s is told as %s", event, body)
		}
		if want := signed(
			t, p.Secret("nonce"), h.Get("webhook-id"), h.Get("webhook-timestamp"), body,
		); h.Get("webhook-signature") != want {
			t.Errorf("%s is signed %q, want %q", event, h.Get("webhook-signature"), want)
		}
		if id := h.Get("webhook-id"); id == "" || strings.Contains(id, ".") ||
			p.heard[2*i+1].Header.Get("webhook-id") != id {
			t.Errorf("%s is %q, then %q", event, id, p.heard[2*i+1].Header.Get("webhook-id"))
		}
	}
}

func TestSender_AfterTheSecretKeyHasChangedBothKeysSign(t *testing.T) {
	was := hears(t, signer, nil).Secret("nonce")
	p := hears(
		t, sign.New([]byte("a new secret of these tests"), []byte("the secret of these tests")),
		func(http.ResponseWriter, *http.Request) {},
	)
	if err := p.tell(t.Context(), bot.EventDelivered, time.Now()); err != nil {
		t.Fatal(err)
	}
	h := p.heard[0].Header
	for _, secret := range []string{was, p.Secret("nonce")} {
		want := signed(t, secret, h.Get("webhook-id"), h.Get("webhook-timestamp"), p.bodies[0])
		if !strings.Contains(" "+h.Get("webhook-signature")+" ", " "+want+" ") {
			t.Errorf("%q lacks %q", h.Get("webhook-signature"), want)
		}
	}
	if p.Secret("nonce") == was || p.Secret("another") == p.Secret("nonce") {
		t.Error("secrets are alike")
	}
}

func TestSender_WhatIsNotTakenIsTriedAgainEverMoreSlowlyUnlessItIsGone(t *testing.T) {
	for _, c := range []struct {
		status   int
		header   string
		ago      time.Duration
		kind     pipeline.Kind
		least    time.Duration
		forAbout time.Duration
	}{
		{500, "", 0, pipeline.Transient, 5 * time.Second, 5 * time.Second},
		{404, "", time.Minute, pipeline.Transient, time.Minute, 2 * time.Minute},
		{400, "", 20 * time.Hour, pipeline.Transient, time.Hour, time.Hour},
		{429, "600", 0, pipeline.Transient, 10 * time.Minute, 10 * time.Minute},
		{302, "", 0, pipeline.Transient, 5 * time.Second, 5 * time.Second},
		{410, "", 0, pipeline.Rejected, 0, time.Hour},
	} {
		p := hears(t, signer, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/hook" {
				t.Errorf("a redirect was followed to %s", r.URL)
			}
			w.Header().Set("Location", "/elsewhere")
			if c.header != "" {
				w.Header().Set("Retry-After", c.header)
			}
			w.WriteHeader(c.status)
		})
		err := p.tell(t.Context(), bot.EventDelivered, time.Now().Add(-c.ago))
		f := pipeline.AsFault(err)
		if err == nil || f.Kind != c.kind || f.RetryAfter < c.least || f.RetryAfter > c.forAbout {
			t.Errorf("%d: %v after %v", c.status, err, f.RetryAfter)
		}
		if err != nil && (strings.Contains(err.Error(), "sesame") || strings.Contains(err.Error(), "/hook")) {
			t.Errorf("%d: the address is told: %v", c.status, err)
		}
	}
}

func TestSender_AnAnswerWithoutEndIsNotReadToIt(t *testing.T) {
	p := hears(t, signer, func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 1<<16)); err != nil {
				return
			}
		}
	})
	if err := p.tell(t.Context(), bot.EventDelivered, time.Now()); err != nil {
		t.Error(err)
	}
}

func TestSender_OnlyAFewAreToldAtOnce(t *testing.T) {
	let, came := make(chan struct{}), make(chan struct{}, 100)
	p := hears(t, signer, func(http.ResponseWriter, *http.Request) { came <- struct{}{}; <-let })
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := p.tell(t.Context(), bot.EventDelivered, time.Now()); err != nil {
				t.Error(err)
			}
		})
	}
	for range 8 {
		<-came
	}
	if f := pipeline.AsFault(p.tell(t.Context(), bot.EventDelivered, time.Now())); !f.RateLimited || f.RetryAfter == 0 {
		t.Errorf("one too many: %v", f)
	}
	close(let)
	all.Wait()
}

func TestSender_TakesOnlyAddressesOfTheInternet(t *testing.T) {
	p := hears(t, signer, func(http.ResponseWriter, *http.Request) {})
	for address, want := range map[string]bool{
		"https://pos.example.com/hook?token=sesame": true, "https://pos.example.com:8443": true,
		"https://93.184.215.14/": true, p.URL + "/hook": true,
		"http://pos.example.com/hook": false, "https://127.0.0.1/": false, "https://[::1]/": false,
		"https://169.254.169.254/latest": false, "https://10.1.2.3/": false,
		"https://[fd00::1]/": false, "https://[::ffff:127.0.0.1]/": false, "https://user@pos.example.com/": false,
		"https://": false, "": false, "javascript:alert(1)": false,
		"ftp://pos.example.com": false, "https://pos.example.com/" + strings.Repeat("a", 1000): false,
		"https://exa mple.com": false, "//pos.example.com": false,
	} {
		if got := p.Takes(address); got != want {
			t.Errorf("%.60s: %t", address, got)
		}
	}
	// A name that leads into our own network is seen when it is dialled.
	port := p.URL[strings.LastIndex(p.URL, ":"):]
	m := bot.OutgoingMessage{Order: 12, Cut: 2, Callback: bot.EventDelivered, Made: time.Now()}
	err := p.Send(
		t.Context(), m, pipeline.Order{ID: 12, Callback: "https://localhost" + port + "/hook?token=sesame"},
		bot.Shop{Webhook: "nonce"},
	)
	if err == nil || !strings.Contains(err.Error(), "our own network") || len(p.heard) > 0 ||
		strings.Contains(err.Error(), "sesame") {
		t.Errorf("by name: %v", err)
	}
}
