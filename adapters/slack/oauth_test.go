package slack

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	people "github.com/sajangpick/sajangpick/adapters/slack/slacktest"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/sqlite"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

// consent is an Installer before the stand-in, and a browser before both.
type consent struct {
	*testing.T
	sl   *people.Server
	all  *Workspaces
	ours *httptest.Server
	web  *http.Client // follows nothing and keeps no cookie
	logs *logs
}

func consenting(t *testing.T, change func(o *InstallOptions)) *consent {
	t.Helper()
	c := &consent{
		T: t, sl: people.New(people.Options{}), logs: new(logs),
		web: httpx.NewNoRedirectClient(httpx.Transport(), soon),
	}
	slackWeb := httptest.NewServer(c.sl.Handler())
	c.sl.At(slackWeb.URL)
	mux := http.NewServeMux()
	c.ours = httptest.NewServer(mux)
	t.Cleanup(func() { wantNoSecret(t, c.logs.String()); c.ours.Close(); slackWeb.Close(); c.sl.Close() })
	c.all = workspaces(t, "a secret that nobody knows at all")
	o := InstallOptions{
		APIURL: slackWeb.URL + "/api/", ID: c.sl.ClientID(), Secret: c.sl.ClientSecret(), Base: c.ours.URL,
		Workspaces: c.all,
		Log:        slog.New(slog.NewTextHandler(c.logs, nil)),
	}
	if change != nil {
		change(&o)
	}
	i := NewInstaller(o)
	mux.HandleFunc("/slack/install", i.Begin)
	mux.HandleFunc("/slack/callback", i.Finish)
	return c
}

func workspaces(t *testing.T, secret string) *Workspaces {
	t.Helper()
	e, err := sqlite.Open(t.Context(), storagetest.Migrated(t), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	if err := e.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	all, err := NewWorkspaces(e, []byte(secret), nil)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// begin opens the page, and returns the cookie and the address that Slack would send the person back to.
func (c *consent) begin() (*http.Cookie, url.Values) {
	c.Helper()
	res := c.get(c.ours.URL+"/slack/install", nil)
	to, err := url.Parse(res.Header.Get("Location"))
	if err != nil || res.StatusCode != http.StatusFound || len(res.Cookies()) != 1 ||
		res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("Referrer-Policy") != "no-referrer" {
		c.Fatalf("%d to %v, %v", res.StatusCode, to, err)
	}
	return res.Cookies()[0], to.Query()
}

func (c *consent) get(address string, cookie *http.Cookie) *http.Response {
	c.Helper()
	req, err := http.NewRequestWithContext(c.Context(), http.MethodGet, address, nil)
	if err != nil {
		c.Fatal(err)
	}
	if cookie != nil {
		req.AddCookie(cookie)
	}
	res, err := c.web.Do(req)
	if err != nil {
		c.Fatal(err)
	}
	c.Cleanup(func() { res.Body.Close() })
	return res
}

// comesBack is the person at the end, with what the query says.
func (c *consent) comesBack(cookie *http.Cookie, query ...string) (int, string) {
	c.Helper()
	q := url.Values{}
	for i := 0; i < len(query); i += 2 {
		q.Set(query[i], query[i+1])
	}
	res := c.get(c.ours.URL+"/slack/callback?"+q.Encode(), cookie)
	body, err := io.ReadAll(res.Body)
	if err != nil {
		c.Fatal(err)
	}
	if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") ||
		res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("Referrer-Policy") != "no-referrer" {
		c.Errorf("the page's header: %v", res.Header)
	}
	if gone := res.Cookies(); len(gone) != 1 || gone[0].MaxAge >= 0 {
		c.Errorf("the cookie stays: %v", gone)
	}
	return res.StatusCode, string(body)
}

func TestInstall_AsksForConsentWithAStateOfItsOwn(t *testing.T) {
	c := consenting(t, nil)
	cookie, q := c.begin()
	other, _ := c.begin()
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.MaxAge != 600 ||
		cookie.Value == other.Value || cookie.Value != q.Get("state") {
		t.Errorf("cookie %v, state %s", cookie, q.Get("state"))
	}
	if q.Get("scope") != strings.Join(Scopes(), ",") || q.Get("client_id") != c.sl.ClientID() ||
		q.Get("redirect_uri") != c.ours.URL+"/slack/callback" {
		t.Errorf("asked for %v", q)
	}
	if i := NewInstaller(InstallOptions{Base: "https://pick.example"}); !i.cookie("x", consentLife).Secure {
		t.Error("the cookie goes over plain HTTP")
	}
}

func TestInstall_KeepsATokenForWhoeverConsents(t *testing.T) {
	c := consenting(t, nil)
	ws := c.sl.Stranger("바다식당")
	cookie, q := c.begin()
	c.sl.Grants(Scopes())
	code := ws.Member("박대표", "ko-KR").Allow(q.Get("redirect_uri"))
	if status, page := c.comesBack(cookie, "state", cookie.Value, "code", code); status != http.StatusOK ||
		!strings.Contains(page, "/invite @sajangpick") {
		t.Errorf("%d %s", status, page)
	}
	if token, err := c.all.Token(t.Context(), ws.ID); err != nil || token != ws.Token() {
		t.Errorf("kept %q, %v", token, err)
	}
	// The page is loaded again: nothing is lost.
	if status, page := c.comesBack(cookie, "state", cookie.Value, "code", code); status != http.StatusBadRequest ||
		!strings.Contains(page, "다시 시작해 주세요") {
		t.Errorf("%d %s", status, page)
	}
	if token, _ := c.all.Token(t.Context(), ws.ID); token != ws.Token() {
		t.Errorf("kept %q then", token)
	}
}

func TestInstall_WithoutConsentNothingIsKept(t *testing.T) {
	for name, f := range map[string]func(c *consent, cookie *http.Cookie, code string) (int, string){
		"refused": func(c *consent, k *http.Cookie, _ string) (int, string) {
			return c.comesBack(k, "state", k.Value, "error", "access_denied")
		},
		"another's state": func(c *consent, k *http.Cookie, code string) (int, string) {
			return c.comesBack(k, "state", "AAAA", "code", code)
		},
		"no cookie": func(c *consent, k *http.Cookie, code string) (int, string) {
			return c.comesBack(nil, "state", k.Value, "code", code)
		},
		"empty cookie": func(c *consent, k *http.Cookie, code string) (int, string) {
			k.Value = ""
			return c.comesBack(k, "state", "", "code", code)
		},
		"no code": func(c *consent, k *http.Cookie, _ string) (int, string) { return c.comesBack(k, "state", k.Value) },
		"made-up code": func(c *consent, k *http.Cookie, _ string) (int, string) {
			return c.comesBack(k, "state", k.Value, "code", "x")
		},
		"a scope less": func(c *consent, k *http.Cookie, code string) (int, string) {
			return c.comesBack(k, "state", k.Value, "code", code)
		},
		"Slack is down": func(c *consent, k *http.Cookie, code string) (int, string) {
			c.sl.Fault(people.Fault{On: "oauth.v2.access", Status: 500, Body: "down"})
			return c.comesBack(k, "state", k.Value, "code", code)
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := consenting(t, nil)
			ws := c.sl.Stranger("바다식당")
			cookie, q := c.begin()
			c.sl.Grants(Scopes())
			if name == "a scope less" {
				c.sl.Grants(slices.DeleteFunc(Scopes(), func(s string) bool { return s == "files:read" }))
			}
			code := ws.Member("박대표", "ko-KR").Allow(q.Get("redirect_uri"))
			status, page := f(c, cookie, code)
			if !strings.Contains(page, `href="/slack/install"`) || strings.Contains(page, "/invite") ||
				strings.Contains(page, code) {
				t.Errorf("%d %s", status, page)
			}
			if token, err := c.all.Token(t.Context(), ws.ID); token != "" || err != nil {
				t.Errorf("kept %q, %v", token, err)
			}
		})
	}
}

func TestInstall_AWrongClientSecretIsForAnOperator(t *testing.T) {
	c := consenting(t, func(o *InstallOptions) { o.Secret = "wrong-client-secret" })
	cookie, q := c.begin()
	code := c.sl.Stranger("바다식당").Member("박대표", "ko-KR").Allow(q.Get("redirect_uri"))
	if status, _ := c.comesBack(cookie, "state", cookie.Value, "code", code); status != http.StatusBadGateway {
		t.Error(status)
	}
	if logged := c.logs.String(); !strings.Contains(logged, "bad_client_secret") ||
		strings.Contains(logged, "wrong-client-secret") || strings.Contains(logged, code) {
		t.Errorf("logged: %s", logged)
	}
}

// shut is a store that is away.
type shut struct{ bot.Workspaces }

var errShut = errors.New("no database")

func (shut) Workspace(context.Context, string, string) (bot.Workspace, error) {
	return bot.Workspace{}, errShut
}

func (shut) AllWorkspaces(context.Context, string) ([]bot.Workspace, error) { return nil, errShut }

func (shut) KeepWorkspace(context.Context, bot.Workspace) error { return errShut }

func TestWorkspaces_SayWhenTheyCantBeKeptOrRead(t *testing.T) {
	all, err := NewWorkspaces(shut{}, []byte("a secret that nobody knows at all"), []byte("the secret before that one"))
	if err != nil {
		t.Fatal(err)
	}
	token, reading := all.Token(t.Context(), "T1")
	for name, err := range map[string]error{
		"read": reading, "sealed anew": all.Reseal(t.Context()), "kept": all.keep(t.Context(), "T1", "바다식당", "xoxb-1"),
	} {
		if !errors.Is(err, errShut) || token != "" {
			t.Errorf("%s: %q, %v", name, token, err)
		}
	}
	c := consenting(t, func(o *InstallOptions) { o.Workspaces = all })
	cookie, q := c.begin()
	c.sl.Grants(Scopes())
	code := c.sl.Stranger("바다식당").Member("박대표", "ko-KR").Allow(q.Get("redirect_uri"))
	if status, _ := c.comesBack(cookie, "state", cookie.Value, "code", code); status != http.StatusBadGateway ||
		!strings.Contains(c.logs.String(), "no database") {
		t.Errorf("%d, operators read %s", status, c.logs)
	}
}

func TestWorkspaces_ATokenIsReadOnlyWhereItBelongs(t *testing.T) {
	all := workspaces(t, "a secret that nobody knows at all")
	ctx := context.Background()
	if err := all.keep(ctx, "T1", "바다식당", token); err != nil {
		t.Fatal(err)
	}
	if got, err := all.Token(ctx, "T1"); err != nil || got != token {
		t.Errorf("got %q, %v", got, err)
	}
	kept, err := all.store.Workspace(ctx, Platform, "T1")
	if err != nil || strings.Contains(string(kept.Sealed), token[5:15]) {
		t.Errorf("kept as %q, %v", kept.Sealed, err)
	}
	kept.ID = "T2" // somebody who can write the database moves a token elsewhere
	if err := all.store.KeepWorkspace(ctx, kept); err != nil {
		t.Fatal(err)
	}
	rotated, err := NewWorkspaces(all.store, []byte("another secret, newer than that"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, read := range map[string]func() (string, error){
		"another workspace": func() (string, error) { return all.Token(ctx, "T2") },
		"another key":       func() (string, error) { return rotated.Token(ctx, "T1") },
	} {
		if got, err := read(); got != "" || err == nil || !strings.Contains(err.Error(), "SECRET_KEY") ||
			strings.Contains(err.Error(), token) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	both, err := NewWorkspaces(
		all.store, []byte("another secret, newer than that"), []byte("a secret that nobody knows at all"),
	)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := both.Token(ctx, "T1"); got != token || err != nil {
		t.Errorf("with both secrets: %q, %v", got, err)
	}
	for range 2 {
		if err := both.Reseal(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := rotated.Token(ctx, "T1"); got != token || err != nil {
		t.Errorf("sealed anew: %q, %v", got, err)
	}
	all = rotated
	if err := all.Forget(ctx, "T1", time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got, err := all.Token(ctx, "T1"); got != token || err != nil {
		t.Errorf("one that was installed later: %q, %v", got, err)
	}
	if err := all.Forget(ctx, "T1", time.Now()); err != nil {
		t.Fatal(err)
	}
	if got, err := all.Token(ctx, "T1"); got != "" || err != nil {
		t.Errorf("forgotten: %q, %v", got, err)
	}
}
