package slacktest

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

func TestSlacktest_AWorkspaceInstallsTheApp(t *testing.T) {
	sl, b := play(t, Options{})
	next := sl.Stranger("옆집")
	const back = "https://example.com/back"
	q := url.Values{
		"client_id": {sl.ClientID()}, "scope": {"chat:write,files:read"}, "state": {"s1"}, "redirect_uri": {back},
	}
	stay := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := stay.Get(b.base + "/oauth/v2/authorize?" + q.Encode())
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	to, err := resp.Location()
	if err != nil || to.Query().Get("state") != "s1" {
		t.Fatalf("sent to %v, %v", to, err)
	}
	code := map[string]any{
		"client_id": sl.ClientID(), "client_secret": sl.ClientSecret(), "code": to.Query().Get("code"),
		"redirect_uri": back,
	}
	b.call("oauth.v2.access", with(code, "client_secret", "x")).refused(t, "bad_client_secret")
	b.call("oauth.v2.access", with(code, "redirect_uri", "https://example.com/")).refused(t, "bad_redirect_uri")
	r := b.call("oauth.v2.access", code).ok(t)
	if r["access_token"] != next.Token() || r["team"].(map[string]any)["id"] != next.ID ||
		r["scope"] != "chat:write,files:read" {
		t.Errorf("got %v", r)
	}
	b.call("oauth.v2.access", code).refused(t, "code_already_used")

	late := next.Member("사장", "").Allow(back)
	sl.Pass(grantLife + time.Second)
	b.call("oauth.v2.access", with(code, "code", late)).refused(t, "invalid_code")
	b.ws = next
	b.call("auth.test", nil).ok(t)
}
