package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// apiError is an answer that isn't ok. Its words are Slack's names of errors.
type apiError struct {
	Name       string
	Code       int // of HTTP; 0: 200, as Slack answers nearly all of them
	RetryAfter int
	Needed     string
	Provided   string
	Messages   []string // what is wrong with the arguments
}

func (e *apiError) Error() string { return e.Name }

func refused(name string, messages ...string) error {
	return &apiError{Name: name, Messages: messages}
}

// Request is one line of the record of what the bot asked.
type Request struct {
	Method  string            `json:"method"` // or upload, file, respond
	Params  map[string]string `json:"params"` // tokens as ***, files as their sizes
	At      time.Time         `json:"at"`
	Team    string            `json:"team,omitempty"`
	Channel string            `json:"channel,omitempty"`
	Code    int               `json:"code"`            // of HTTP; 0: under way, or cut off
	Error   string            `json:"error,omitempty"` // as Slack names it
}

const recordMax = 10_000

// caller is who asks: a workspace's bot, or the app itself.
type caller struct {
	team *Workspace // nil: the app
}

// method is what the bot may call; mu is held. What it returns is the answer beside ok.
type method func(s *Server, c caller, p params) (map[string]any, error)

var methods = map[string]method{
	"auth.test": authTest, "users.info": usersInfo,
	"conversations.info": conversationsInfo, "conversations.open": conversationsOpen,
	"conversations.history": conversationsHistory,
	"chat.postMessage":      postMessage, "chat.postEphemeral": postEphemeral, "chat.update": update,
	"reactions.add": reactionsAdd, "reactions.remove": reactionsRemove,
	"files.info":                 filesInfo,
	"files.getUploadURLExternal": getUploadURL, "files.completeUploadExternal": completeUpload,
	"oauth.v2.access": oauthAccess, "apps.connections.open": connectionsOpen,
}

// needs are the scopes that methods ask for; those of conversations.info and .history depend on the conversation.
var needs = map[string]string{
	"users.info":         "users:read",
	"conversations.open": "im:write",
	"chat.postMessage":   "chat:write", "chat.postEphemeral": "chat:write", "chat.update": "chat:write",
	"reactions.add": "reactions:write", "reactions.remove": "reactions:write",
	"files.info":                 "files:read",
	"files.getUploadURLExternal": "files:write", "files.completeUploadExternal": "files:write",
}

// unsigned are the methods that ask for no bot token: one of the app, or none.
var unsigned = []string{"oauth.v2.access", "apps.connections.open"}

// api answers /api/<method>.
func (s *Server) api(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method")
	p, err := read(w, r)
	s.mu.Lock()
	c, denied := s.admit(name, p)
	s.mu.Unlock()
	line := s.note(name, c.team, p)
	f := s.failing(name, p)
	if f.hits(w, r) {
		s.settle(line, f.refusal())
		return
	}
	switch {
	case err == nil && f.refuses():
		err = f.refusal()
	case err == nil:
		err = denied
	}
	var result map[string]any
	p.hidden = f.Unshared
	if err == nil {
		s.mu.Lock()
		result, err = methods[name](s, c, p)
		s.mu.Unlock()
	}
	s.settle(line, err)
	if f.Lost {
		panic(http.ErrAbortHandler)
	}
	s.scopes(w, c, name)
	if err != nil {
		refuse(w, err)
		return
	}
	body := map[string]any{"ok": true}
	for k, v := range result {
		body[k] = v
	}
	answer(w, http.StatusOK, body)
}

// admit finds out who asks, and whether they may.
func (s *Server) admit(name string, p params) (caller, error) {
	if methods[name] == nil {
		return caller{}, refused("unknown_method")
	}
	if slices.Contains(unsigned, name) {
		return caller{}, nil
	}
	if p.token == "" {
		return caller{}, refused("not_authed")
	}
	i := slices.IndexFunc(s.teams, func(ws *Workspace) bool { return ws.token == p.token })
	if i < 0 {
		return caller{}, refused("invalid_auth")
	}
	c := caller{s.teams[i]}
	if c.team.gone != "" {
		return c, refused(c.team.gone)
	}
	return c, c.may(needs[name])
}

// may refuses who lacks a scope.
func (c caller) may(scope string) error {
	if scope == "" || slices.Contains(c.team.scopes, scope) {
		return nil
	}
	return &apiError{Name: "missing_scope", Needed: scope, Provided: strings.Join(c.team.scopes, ",")}
}

// scopes says in headers what the token may do.
func (s *Server) scopes(w http.ResponseWriter, c caller, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("X-Slack-Req-Id", fmt.Sprintf("%032x", s.next()))
	if c.team != nil {
		w.Header().Set("X-Oauth-Scopes", strings.Join(c.team.scopes, ","))
		w.Header().Set("X-Accepted-Oauth-Scopes", needs[name])
	}
}

// note opens a line of the record.
func (s *Server) note(name string, team *Workspace, p params) *Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	line := &Request{Method: name, Params: p.noted(), At: s.now(), Channel: p.channel()}
	if team != nil {
		line.Team = team.ID
	}
	s.record = append(s.record, line)
	if over := len(s.record) - recordMax; over > 0 {
		s.record = slices.Delete(s.record, 0, over)
	}
	return line
}

// settle writes down how a request ended.
func (s *Server) settle(line *Request, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	line.Code = http.StatusOK
	if err != nil {
		e := asAPI(err)
		line.Code, line.Error = max(e.Code, http.StatusOK), e.Name
	}
	s.log.Debug("slack", "method", line.Method, "chat", line.Channel, "status", line.Code, "err", line.Error)
	s.touch()
}

func asAPI(err error) *apiError {
	var e *apiError
	if errors.As(err, &e) {
		return e
	}
	return &apiError{Name: "fatal_error", Code: http.StatusInternalServerError}
}

func refuse(w http.ResponseWriter, err error) {
	e := asAPI(err)
	body := map[string]any{"ok": false, "error": e.Name}
	if e.Needed != "" {
		body["needed"], body["provided"] = e.Needed, e.Provided
	}
	if len(e.Messages) > 0 {
		body["response_metadata"] = map[string]any{"messages": e.Messages}
	}
	if e.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(e.RetryAfter))
	}
	w.Header().Set("X-Slack-Failure", e.Name)
	answer(w, max(e.Code, http.StatusOK), body)
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.Encode(v)
}
