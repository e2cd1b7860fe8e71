package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/web"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/internal/pace"
	"github.com/sajangpick/sajangpick/pipeline/photo/sample"
)

func TestAPI_OneKeySentByManyAtOnceIsOneOrderWithItsOwnPhoto(t *testing.T) {
	h := open(t)
	p := h.program(h.owner("7"), nil)
	var all sync.WaitGroup
	for i := range 8 {
		// two programs mean different orders
		photo := append(sample.Photo[:len(sample.Photo):len(sample.Photo)], byte(i%2))
		all.Go(func() {
			body, kind := multi(t, photo, "menu", "새우 파스타", "price", "18000")
			got := p.do(
				p.request(
					http.MethodPost, "/api/v1/orders", body, "Authorization", "Bearer "+p.token, "Content-Type", kind,
					"Idempotency-Key", "the-same",
				),
			)
			if got.status != http.StatusCreated && got.status != http.StatusUnprocessableEntity {
				t.Errorf("%d %s", got.status, got.body)
			}
		})
	}
	all.Wait()
	o := h.newest("7")
	got := p.do(p.request(http.MethodGet, "/api/v1/orders", nil, "Authorization", "Bearer "+p.token))
	if n := len(slice(got.field(t, "orders"))); n != 1 {
		t.Errorf("%d orders", n)
	}
	photo := p.do(
		p.request(
			http.MethodGet, "/api/v1/orders/"+strconv.FormatInt(o.ID, 10)+"/photo", nil, "Authorization",
			"Bearer "+p.token,
		),
	)
	body, kind := multi(t, []byte(photo.body), "menu", "새우 파스타", "price", "18000")
	if got := p.do(
		p.request(
			http.MethodPost, "/api/v1/orders", body, "Authorization", "Bearer "+p.token, "Content-Type", kind,
			"Idempotency-Key", "the-same",
		),
	); got.status != http.StatusCreated {
		t.Errorf("its own photo again: %d %s", got.status, got.body)
	}
}

func TestAPI_TokensAreShownOnceKeptAsAHashAndRevoked(t *testing.T) {
	h := open(t)
	owner := h.owner("7")
	p := h.program(owner, nil)
	with := func() int {
		return p.do(p.request(http.MethodGet, "/api/v1/shop", nil, "Authorization", "Bearer "+p.token)).status
	}
	if got := owner.get("/web/shop"); strings.Contains(got.body, p.token) || !strings.Contains(got.body, "POS") {
		t.Error("the settings show the token again, or not at all that there is one")
	}
	kept, err := h.store.Credential(t.Context(), bot.APIToken, bot.HashSecret(p.token), time.Now())
	if err != nil || kept.Hash == p.token || kept.Owner {
		t.Errorf("kept as %+v, %v", kept, err)
	}
	owner.post("/web/shop/off", nil)
	if got := with(); got != http.StatusOK {
		t.Errorf("after all browsers were signed out: %d", got)
	}
	owner = h.owner("7")
	owner.post("/web/shop/end", url.Values{"id": {strconv.FormatInt(kept.ID, 10)}})
	if got := with(); got != http.StatusUnauthorized {
		t.Errorf("revoked: %d", got)
	}
	for range 20 {
		made(t, owner.post("/web/shop/token", url.Values{"name": {"n"}}))
	}
	if got := owner.post("/web/shop/token", url.Values{"name": {"n"}}); got.status != http.StatusConflict {
		t.Errorf("the 21st: %d", got.status)
	}
	for _, name := range []string{"", " ", strings.Repeat("가", 61)} {
		if got := owner.post(
			"/web/shop/token", url.Values{"name": {name}},
		); got.status != http.StatusUnprocessableEntity {
			t.Errorf("a token named %q: %d", name, got.status)
		}
	}
}

func TestAPI_OnlyWhoRunsTheShopMakesTokensAndSecrets(t *testing.T) {
	h := open(t)
	staff := h.stranger()
	for _, s := range h.says(bot.Update{
		Key: "k", Chat: "-100", Group: true, User: bot.User{ID: "7"}, Message: "1", Text: "/web",
	}) {
		if i := strings.LastIndex(s.Text, "/"); strings.Contains(s.Text, h.URL) {
			staff.enter(h.URL + entryPath + s.Text[i+1:])
		}
	}
	if got := staff.get("/web/shop"); got.status != http.StatusOK || strings.Contains(got.body, "/web/shop/token") {
		t.Errorf("the settings of who orders in a group: %d %s", got.status, got.body)
	}
	for _, path := range []string{"/web/shop/token", "/web/shop/webhook"} {
		if got := staff.post(path, url.Values{"name": {"POS"}}); got.status != http.StatusForbidden ||
			strings.Contains(got.body, `id="link"`) {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
}

// booker is a pace.Booker whose answers a test gives.
type booker func(l pace.Limit, n int) (time.Duration, error)

func (b booker) Book(_ context.Context, l pace.Limit, n int, _ time.Duration) (time.Duration, error) {
	return b(l, n)
}

func TestAPI_WhatOtherProcessesHaveCountedLimitsAShop(t *testing.T) {
	var limits []pace.Limit
	var wait time.Duration
	var broken error
	h := open(t, func(_ *session.Options, o *web.Options) {
		o.Booker = booker(func(l pace.Limit, n int) (time.Duration, error) {
			limits = append(limits, l)
			return wait, broken
		})
	})
	p := h.program(h.owner("7"), nil)
	if got := p.call(http.MethodGet, "/api/v1/shop", nil); got.status != http.StatusOK || len(limits) != 1 {
		t.Errorf("within the limit: %d, %v", got.status, limits)
	}
	wait = 41*time.Second + time.Millisecond
	if got := p.call(http.MethodGet, "/api/v1/shop", nil); got.status != http.StatusTooManyRequests ||
		got.header.Get("Retry-After") != "42" {
		t.Errorf("over the limit: %d, again after %q", got.status, got.header.Get("Retry-After"))
	}
	wait, broken = 0, errors.New("no database")
	if got := p.call(http.MethodGet, "/api/v1/shop", nil); got.status != http.StatusServiceUnavailable {
		t.Errorf("not counted: %d", got.status)
	}
	other := h.program(h.owner("9"), nil)
	broken = nil
	other.call(http.MethodGet, "/api/v1/shop", nil)
	if n := len(limits); limits[n-1] == limits[0] || limits[0] != limits[1] {
		t.Errorf("counted under %v", limits)
	}
}

func TestAPI_ForgedTokensAreLimitedAndHinderNoOther(t *testing.T) {
	h := open(t)
	p := h.program(h.owner("7"), nil)
	last := answer{}
	for range 30 {
		last = p.do(
			p.request(
				http.MethodGet, "/api/v1/shop", nil, "Authorization",
				"Bearer "+bot.TokenPrefix+strings.Repeat("a", 26),
			),
		)
	}
	if last.status != http.StatusTooManyRequests || last.header.Get("Retry-After") == "" {
		t.Errorf("the thirtieth: %d %s", last.status, last.body)
	}
	if got := p.do(
		p.request(http.MethodGet, "/api/v1/shop", nil, "Authorization", "bearer "+p.token),
	); got.status != http.StatusOK {
		t.Errorf("a token that holds, from the same address: %d", got.status)
	}
	h.owner("9") // nor whoever signs in there
}

func TestAPI_ProblemsAreInTheShopsLanguage(t *testing.T) {
	h := open(t)
	owner := h.owner("7")
	p := h.program(owner, nil)
	ask := func(accept string) answer {
		return p.do(
			p.request(
				http.MethodGet, "/api/v1/orders/9", nil, "Authorization", "Bearer "+p.token, "Accept-Language", accept,
			),
		)
	}
	if got := ask("en"); got.header.Get("Content-Language") != "ko" || !strings.Contains(got.body, "이 가게에는") {
		t.Errorf("in Korean: %s", got.body)
	}
	english := h.stranger()
	english.enter(h.link("12"))
	english.post("/web/shop/language", url.Values{"to": {"en"}})
	p = h.program(english, nil)
	if got := ask("ko"); got.header.Get("Content-Language") != "en" || !strings.Contains(got.body, "no such order") {
		t.Errorf("in English: %s", got.body)
	}
}

func TestAPI_AShopWithoutALimitHasNone(t *testing.T) {
	h := open(t, func(d *session.Options, _ *web.Options) { d.Limit = 0 })
	owner := h.owner("7")
	p := h.program(owner, newContract(t, owner.get("/api/v1/openapi.json").body))
	got := p.call(http.MethodGet, "/api/v1/usage", nil)
	if limit, there := mapOf(got.field(t))["limit"]; !there || limit != nil {
		t.Errorf("%s", got.body)
	}
}
