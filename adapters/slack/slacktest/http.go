package slacktest

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
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

// Names under which what isn't a method is made to fail, and stands in the record.
const (
	Downloads = "file"
	Uploads   = "upload"
	Responses = "respond"
)

// Fault is something that goes wrong on demand.
type Fault = standin.Fault

// Request is one line of the record of what the bot asked.
type Request = standin.Call

// Fault makes something go wrong in calls of a method, of Downloads, Uploads or Responses; an empty On is any method.
// It panics when it could never be met.
func (s *Server) Fault(f Fault) {
	err := s.Faults.Add(f, func(on string) bool {
		return on == "" || methods[on] != nil || on == Downloads || on == Uploads || on == Responses
	})
	if err != nil {
		panic("slack: " + err.Error())
	}
}

// serve does one request that is recorded and can be made to fail: do finds its answer, or why there is none.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, name string, team *Workspace, p params,
	do func(f Fault) (answer func(w http.ResponseWriter), err error), deny func(w http.ResponseWriter, err error),
) {
	call := standin.Call{Method: name, Params: p.Noted(secret), Chat: p.channel()}
	if team != nil {
		call.Team = team.ID
	}
	line := s.Note(call)
	f := s.Faults.Next(func(f Fault) bool {
		return (f.On == name || f.On == "" && methods[name] != nil) && (f.Chat == "" || f.Chat == call.Chat)
	})
	if f.Fail != "" && f.Status == 0 {
		f.Status = http.StatusOK // as Slack answers nearly all refusals
	}
	if f.Status != 0 && f.Cut == "" {
		s.Settle(line, f.Status, planned(f).Name)
	}
	f.Meet(w, r, func(w http.ResponseWriter, f Fault) {
		if f.Status < http.StatusInternalServerError {
			deny(w, planned(f))
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(f.Status)
		fmt.Fprintf(w, "<html><body>%s</body></html>", http.StatusText(f.Status))
	}, func(w http.ResponseWriter, r *http.Request) {
		answer, err := do(f)
		if err != nil {
			e := asAPI(err)
			s.Settle(line, max(e.Code, http.StatusOK), e.Name)
			deny(w, err)
			return
		}
		s.Settle(line, http.StatusOK, "")
		answer(w)
	})
}

// planned is the refusal that a fault asks for.
func planned(f Fault) *apiError {
	e := &apiError{Name: f.Fail, Code: f.Status, RetryAfter: f.RetryAfter}
	switch {
	case e.Name != "":
	case f.Status == http.StatusTooManyRequests:
		e.Name = "ratelimited"
	default:
		e.Name = "service_unavailable"
	}
	return e
}

// api answers /api/<method>.
func (s *Server) api(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method")
	p, broken := read(w, r)
	s.Mu.Lock()
	c, denied := s.admit(name, p)
	s.Mu.Unlock()
	s.serve(w, r, name, c.team, p, func(f Fault) (func(w http.ResponseWriter), error) {
		if err := cmp.Or(broken, denied); err != nil {
			return nil, err
		}
		p.hidden = f.Callback == standin.CallbackDrop
		s.Mu.Lock()
		result, err := methods[name](s, c, p)
		s.Mu.Unlock()
		return func(w http.ResponseWriter) {
			body := map[string]any{"ok": true}
			maps.Copy(body, result)
			s.scopes(w, c, name)
			standin.JSON(w, http.StatusOK, body)
		}, err
	}, func(w http.ResponseWriter, err error) {
		s.scopes(w, c, name)
		refuse(w, err)
	})
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
	s.Mu.Lock()
	defer s.Mu.Unlock()
	w.Header().Set("X-Slack-Req-Id", fmt.Sprintf("%032x", s.Next()))
	if c.team != nil {
		w.Header().Set("X-Oauth-Scopes", strings.Join(c.team.scopes, ","))
		w.Header().Set("X-Accepted-Oauth-Scopes", needs[name])
	}
}

func asAPI(err error) *apiError {
	if e, ok := errors.AsType[*apiError](err); ok {
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
	standin.JSON(w, max(e.Code, http.StatusOK), body)
}
