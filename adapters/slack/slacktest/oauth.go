package slacktest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// grant is an installation that was agreed to.
type grant struct {
	ws     *Workspace
	by     string
	scopes []string
	to     string // the redirect_uri it was asked with
	until  time.Time
}

const grantLife = 10 * time.Minute

// Allow makes a code, as a member of the workspace does who agrees to the installation: it is good for
// one call of oauth.v2.access within ten minutes.
func (m *Member) Allow(redirectURI string) string {
	s := m.ws.s
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return s.grant(&grant{ws: m.ws, by: m.ID, scopes: s.opts.Scopes, to: redirectURI})
}

func (s *Server) grant(g *grant) string {
	code := "7000." + s.id("") + "." + s.id("")
	g.until = s.Now().Add(grantLife)
	s.grants[code] = g
	return code
}

// authorize is the page that asks to install the app. Here it is agreed to at once: in the workspace that
// the team parameter names, else in the last one that doesn't have the app yet, else in the last one.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	to, err := url.Parse(q.Get("redirect_uri"))
	s.Mu.Lock()
	ws := s.candidate(q.Get("team"))
	s.Mu.Unlock()
	if err != nil || to.Host == "" || q.Get("client_id") != clientID || ws == nil {
		http.Error(w, "<html><body>invalid_client_id or bad_redirect_uri</body></html>", http.StatusBadRequest)
		return
	}
	back := to.Query()
	back.Set("state", q.Get("state"))
	if q.Get("scope") == "" {
		back.Set("error", "invalid_scope")
	} else {
		s.Mu.Lock()
		back.Set("code", s.grant(&grant{ws: ws, scopes: strings.Split(q.Get("scope"), ","), to: q.Get("redirect_uri")}))
		s.Mu.Unlock()
	}
	to.RawQuery = back.Encode()
	http.Redirect(w, r, to.String(), http.StatusFound)
}

func (s *Server) candidate(id string) *Workspace {
	var pick *Workspace
	for _, ws := range s.teams {
		if ws.ID == id {
			return ws
		}
		if pick == nil || ws.gone != "" || pick.gone == "" {
			pick = ws
		}
	}
	return pick
}

// genuine checks that a call comes from the app itself.
func genuine(p params) error {
	switch {
	case p.Text("client_id") != clientID:
		return refused("invalid_client_id")
	case p.Text("client_secret") != clientSecret:
		return refused("bad_client_secret")
	}
	return nil
}

func oauthAccess(s *Server, _ caller, p params) (map[string]any, error) {
	if err := genuine(p); err != nil {
		return nil, err
	}
	code := p.Text("code")
	g := s.grants[code]
	switch {
	case g == nil:
		return nil, refused("invalid_code")
	case g.ws == nil:
		return nil, refused("code_already_used")
	case g.to != p.Text("redirect_uri"):
		return nil, refused("bad_redirect_uri")
	case s.Now().After(g.until):
		return nil, refused("invalid_code")
	}
	s.grants[code] = &grant{}
	g.ws.install()
	g.ws.scopes = slices.Clone(g.scopes)
	return map[string]any{
		"access_token": g.ws.token, "token_type": "bot", "scope": strings.Join(g.ws.scopes, ","),
		"bot_user_id": g.ws.bot, "app_id": appID,
		"team": map[string]any{"id": g.ws.ID, "name": g.ws.Name}, "enterprise": nil, "is_enterprise_install": false,
		"authed_user": map[string]any{"id": g.by},
	}, nil
}
