package slack

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/internal/httpx"
	sdk "github.com/slack-go/slack"
)

// consentLife is how long a person may take to consent.
const consentLife = 10 * time.Minute

// InstallOptions are what an Installer is made from.
type InstallOptions struct {
	APIURL     string // ends with /api/
	ID, Secret string // of the app
	Base       string // our public address
	Workspaces *Workspaces
	Log        *slog.Logger
}

// Installer lets workspaces install the app by themselves (OAuth, version 2).
type Installer struct {
	opts InstallOptions
	http *httpx.RecordingTransport
}

// NewInstaller makes an Installer; it sends nothing.
func NewInstaller(o InstallOptions) *Installer {
	return &Installer{o, newWire(httpx.NewNoRedirectClient(httpx.Transport(), callLimit))}
}

// Begin is for GET /slack/install: it sends a person to Slack, which asks them for their consent. What
// they come back with must be what their browser was given here.
func (i *Installer) Begin(w http.ResponseWriter, r *http.Request) {
	state := rand.Text()
	http.SetCookie(w, i.cookie(state, consentLife))
	query := url.Values{
		"client_id": {i.opts.ID}, "scope": {strings.Join(Scopes(), ",")}, "state": {state}, "redirect_uri": {i.back()},
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(
		w, r, strings.TrimSuffix(i.opts.APIURL, "api/")+"oauth/v2/authorize?"+query.Encode(), http.StatusFound,
	)
}

// back is where Slack sends the person afterwards.
func (i *Installer) back() string { return i.opts.Base + "/slack/callback" }

const cookieName = "sajangpick_install"

func (i *Installer) cookie(state string, life time.Duration) *http.Cookie {
	c := &http.Cookie{
		Name: cookieName, Value: state, Path: "/slack/", MaxAge: int(life.Seconds()),
		HttpOnly: true, Secure: strings.HasPrefix(i.opts.Base, "https:"), SameSite: http.SameSiteLaxMode,
	}
	if life == 0 {
		c.MaxAge = -1
	}
	return c
}

// Finish is for GET /slack/callback: the person is back with Slack's word.
func (i *Installer) Finish(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, i.cookie("", 0))
	query := r.URL.Query()
	given, err := r.Cookie(cookieName)
	switch {
	case err != nil || given.Value == "" ||
		subtle.ConstantTimeCompare([]byte(given.Value), []byte(query.Get("state"))) != 1:
		i.show(w, r, http.StatusBadRequest, "install.stale")
		return
	case query.Get("error") != "":
		i.show(w, r, http.StatusOK, "install.refused")
		return
	}
	team, err := i.take(r.Context(), query.Get("code"))
	var no *refusal
	switch {
	case err == nil:
		i.opts.Log.Info("app installed", "platform", Platform, "workspace", team)
		i.show(w, r, http.StatusOK, "install.done")
	case errors.As(err, &no) && no.is("invalid_code", "code_already_used", "code_expired", "missing_code"):
		i.show(w, r, http.StatusBadRequest, "install.stale")
	default:
		i.opts.Log.Error("app not installed", "platform", Platform, "err", secrets.ReplaceAllString(err.Error(), "***"))
		i.show(w, r, http.StatusBadGateway, "install.failed")
	}
}

// take turns a code into the token of a workspace, and keeps it.
func (i *Installer) take(ctx context.Context, code string) (team string, err error) {
	if code == "" {
		return "", &refusal{status: http.StatusOK, code: "missing_code"}
	}
	a, err := sdk.GetOAuthV2ResponseContext(
		ctx, i.http, i.opts.ID, i.opts.Secret, code, i.back(), sdk.OAuthOptionAPIURL(i.opts.APIURL),
	)
	if err != nil {
		return "", fmt.Errorf("oauth.v2.access: %w", err)
	}
	if a.IsEnterpriseInstall || a.Team.ID == "" || a.TokenType != "bot" || a.AccessToken == "" {
		return "", errors.New("oauth.v2.access: it gives no bot token of one workspace")
	}
	granted := strings.Split(a.Scope, ",")
	for _, scope := range Scopes() {
		if !slices.Contains(granted, scope) {
			return "", fmt.Errorf("workspace %s doesn't grant %s", a.Team.ID, scope)
		}
	}
	if err := i.opts.Workspaces.keep(ctx, a.Team.ID, a.Team.Name, a.AccessToken); err != nil {
		return "", err
	}
	return a.Team.ID, nil
}

//go:embed oauth_page.html
var installPage string

var installLayout = template.Must(template.New("install").Parse(installPage))

// show says how the installation went, and what to do next.
func (i *Installer) show(w http.ResponseWriter, r *http.Request, status int, key string) {
	lang := "en"
	if wanted := r.Header.Get("Accept-Language"); wanted == "" || strings.Contains(strings.ToLower(wanted), "ko") {
		lang = "ko"
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer") // the address holds a code
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; "+
		"base-uri 'none'; frame-ancestors 'none'")
	w.WriteHeader(status)
	said := Describe().Phrases[lang]
	text, again := said[key], ""
	if key == "install.done" {
		text += "\n\n" + present.Fill(lang, "ai", nil)
	} else {
		again = said["install.again"]
	}
	err := installLayout.Execute(w, map[string]string{"Lang": lang, "Text": text, "Again": again})
	if err != nil {
		i.opts.Log.Debug("page not sent", "platform", Platform, "err", err)
	}
}
