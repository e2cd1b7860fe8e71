package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/web"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
)

func TestSignIn_OpeningALinkDoesNothingAndItsButtonWorksOnce(t *testing.T) {
	h := open(t)
	link := h.link("7")
	path := strings.TrimPrefix(link, h.URL)
	for range 3 { // chats fetch previews
		if got := h.stranger().get(path); got.status != http.StatusOK || !strings.Contains(got.body, "들어가기") ||
			got.header.Get("Set-Cookie") != "" {
			t.Fatalf("opened: %d %v", got.status, got.header)
		}
	}
	b := h.stranger()
	if got := b.enter(link); got.status != http.StatusOK || !strings.Contains(got.body, "쇼츠 만들기") {
		t.Fatalf("pressed: %d %s", got.status, got.body)
	}
	if got := h.stranger().enter(link); got.status != http.StatusGone || !strings.Contains(got.body, "이미 쓰였거나") {
		t.Errorf("used again: %d %s", got.status, got.body)
	}
	if got := b.get("/web/shop"); got.status != http.StatusOK || !strings.Contains(got.body, "이 기기") {
		t.Errorf("the shop: %d", got.status)
	}
	token := strings.TrimPrefix(path, entryPath)
	if got := h.stranger().post("/web/in", url.Values{"token": {token}}); got.status != http.StatusGone {
		t.Errorf("posted without its page: %d", got.status)
	}
}

const entryPath = "/web/in/"

func TestSignIn_CookieIsHostOnlyOverHTTPS(t *testing.T) {
	h := open(t, func(_ *session.Options, o *web.Options) { o.Secure = true })
	r := h.stranger().request(
		http.MethodPost, "/web/in",
		strings.NewReader(url.Values{"token": {strings.TrimPrefix(h.link("7"), h.URL+entryPath)}}.Encode()),
		"Content-Type", "application/x-www-form-urlencoded",
	)
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	c := resp.Cookies()[0]
	if c.Name != "__Host-sajangpick" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode ||
		c.Path != "/" || c.Domain != "" {
		t.Errorf("the cookie %+v", c)
	}
	if found, err := h.store.Credential(t.Context(), bot.Session, bot.HashSecret(c.Value), time.Now()); err != nil ||
		found.Hash == c.Value {
		t.Errorf("kept as %+v, %v", found, err)
	}
}

func TestSignIn_AGroupsLinkGoesToThePersonAlone(t *testing.T) {
	h := open(t)
	all := h.says(bot.Update{Key: "k", Chat: "-100", Group: true, User: bot.User{ID: "7"}, Message: "1", Text: "/web"})
	links := 0
	for _, s := range all {
		if !strings.Contains(s.Text, h.URL) {
			continue
		}
		links++
		if s.Thread.Chat != "7" {
			t.Errorf("a link in chat %s", s.Thread.Chat)
		}
		b := h.stranger()
		b.enter(h.URL + entryPath + s.Text[strings.LastIndex(s.Text, "/")+1:])
		if got := b.post("/web/shop/forget", url.Values{"sure": {"yes"}}); strings.Contains(got.body, "지울게요") {
			t.Errorf("who only orders in a group had its shop deleted: %s", got.body)
		}
	}
	if links != 1 {
		t.Errorf("%d links in %+v", links, all)
	}
}

func TestSignIn_GuessesAreLimited(t *testing.T) {
	h := open(t)
	last := 0
	for range 30 {
		last = h.stranger().get("/web/in/" + strings.Repeat("a", 26)).status
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the thirtieth guess: %d", last)
	}
}

func TestSessions_EndOneByOneAndAllTogether(t *testing.T) {
	h := open(t)
	first := h.owner("7")
	got := first.post("/web/shop/link", nil)
	_, link, _ := strings.Cut(got.body, `<code id="link">`)
	link, _, _ = strings.Cut(link, "<")
	second := h.stranger()
	if got := second.enter(link); got.status != http.StatusOK {
		t.Fatalf("the second device: %d %s", got.status, got.body)
	}
	_, id, ok := strings.Cut(first.get("/web/shop").body, `name="id" value="`)
	id, _, _ = strings.Cut(id, `"`)
	if !ok {
		t.Fatal("the other device isn't listed")
	}
	if got := first.post("/web/shop/end", url.Values{"id": {id}}); got.status != http.StatusOK {
		t.Errorf("ending it: %d", got.status)
	}
	if got := second.get("/web/orders"); got.status != http.StatusUnauthorized {
		t.Errorf("the second device after its end: %d", got.status)
	}
	h.says(bot.Update{Key: "off", Chat: "7", User: bot.User{ID: "7"}, Message: "2", Text: "/web off"})
	if got := first.get("/web/orders"); got.status != http.StatusUnauthorized {
		t.Errorf("the first device after /web off: %d", got.status)
	}
}

func TestInvite_OpensAShopWithoutAnyChat(t *testing.T) {
	h := open(t, func(o *session.Options, _ *web.Options) {
		o.Open, o.Admins = false, map[string]bool{"telegram:1": true}
	})
	all := h.says(bot.Update{Key: "i", Chat: "1", User: bot.User{ID: "1"}, Message: "1", Text: "/invite 바다식당"})
	_, code, ok := strings.Cut(all[0].Text, "/start ")
	if !ok {
		t.Fatal(all[0].Text)
	}
	code = strings.Fields(code)[0]
	b := h.stranger()
	if got := b.enter(h.URL + entryPath + code); got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if got := b.get("/web/shop"); !strings.Contains(got.body, `value="바다식당"`) {
		t.Errorf("the shop: %s", got.body)
	}
	if got := h.stranger().enter(h.URL + entryPath + code); got.status != http.StatusGone {
		t.Errorf("used again: %d", got.status)
	}
}

func TestShop_NameLanguageAndLookAreChangedAndForgettingTakenBack(t *testing.T) {
	h := open(t)
	b := h.owner("7")
	if got := b.post("/web/shop/name", url.Values{"name": {"바다식당"}}); !strings.Contains(got.body, `value="바다식당"`) {
		t.Errorf("the name: %s", got.body)
	}
	if got := b.post("/web/shop/forget", nil); got.status != http.StatusUnprocessableEntity {
		t.Errorf("forgetting without a yes: %d", got.status)
	}
	if got := b.post("/web/shop/forget", url.Values{"sure": {"yes"}}); !strings.Contains(got.body, "되돌리기") {
		t.Errorf("forgetting: %s", got.body)
	}
	if got := b.post("/web/shop/unforget", nil); strings.Contains(got.body, "/web/shop/unforget") {
		t.Errorf("taken back: %s", got.body)
	}
	if got := b.post("/web/shop/language", url.Values{"to": {"en"}}); !strings.Contains(got.body, "Sign out") {
		t.Errorf("English: %s", got.body)
	}
	if got := b.post("/web/shop/look", url.Values{"to": {"fine"}}); got.status != http.StatusOK {
		t.Errorf("the look: %d", got.status)
	}
	chat, err := h.store.Chat(t.Context(), "telegram", "7")
	if err != nil {
		t.Fatal(err)
	}
	if shop, err := h.store.Shop(t.Context(), chat.Shop); err != nil || shop.Look != "fine" || shop.Name != "바다식당" {
		t.Errorf("the shop %+v, %v", shop, err)
	}
}
