package telegram

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
)

// apiError is an answer that isn't ok.
type apiError struct {
	Code        int
	Description string
	RetryAfter  int
	MigrateTo   int64
}

func (e *apiError) Error() string { return e.Description }

func bad(why string) error {
	return &apiError{Code: http.StatusBadRequest, Description: "Bad Request: " + why}
}

func forbidden(why string) error {
	return &apiError{Code: http.StatusForbidden, Description: "Forbidden: " + why}
}

// method is what the bot may call; mu is held.
type method func(s *Server, p params) (any, error)

var methods = map[string]method{
	"getMe":   getMe,
	"getChat": getChat, "getChatMember": getChatMember,
	"sendMessage": sendMessage, "sendPhoto": sendPhoto, "sendVideo": sendVideo,
	"sendChatAction": sendChatAction, "editMessageText": editMessageText,
	"answerCallbackQuery": answerCallbackQuery, "getFile": getFile, "getUserProfilePhotos": getUserProfilePhotos,
	"setMyCommands": setMyCommands, "getMyCommands": getMyCommands, "deleteMyCommands": deleteMyCommands,
	"setMyDescription": setMyDescription, "getMyDescription": getMyDescription,
	"setMyShortDescription": setMyShortDescription, "getMyShortDescription": getMyShortDescription,
	"setWebhook": setWebhook, "deleteWebhook": deleteWebhook, "getWebhookInfo": getWebhookInfo,
}

// polling is the one method that waits, so that it can't hold mu.
const polling = "getUpdates"

// known finds the reference's spelling of a method.
func known(name string) (string, bool) {
	if strings.EqualFold(name, polling) {
		return polling, true
	}
	for m := range maps.Keys(methods) {
		if strings.EqualFold(name, m) {
			return m, true
		}
	}
	return "", false
}

// Downloads is the method name under which downloads of files are made to fail.
const Downloads = "file"

// Fault is something that goes wrong on demand.
type Fault = standin.Fault

// Request is one line of the record of what the bot asked.
type Request = standin.Call

// Fault makes something go wrong in calls of a method, or of Downloads; an empty On is any method. It panics when it
// could never be met.
func (s *Server) Fault(f Fault) {
	if err := s.plan(f); err != nil {
		panic("telegram: " + err.Error())
	}
}

func (s *Server) plan(f Fault) error {
	return s.Faults.Add(f, func(on string) bool {
		_, ok := known(on)
		return ok || on == "" || on == Downloads
	})
}

// meets takes the fault of one call from the plan.
func (s *Server) meets(method, chat string) Fault {
	f := s.Faults.Next(func(f Fault) bool {
		return (strings.EqualFold(f.On, method) || f.On == "" && method != Downloads) &&
			(f.Chat == "" || f.Chat == chat)
	})
	if f.Status == 0 && (f.Fail != "" || f.MovedTo != 0) {
		f.Status = http.StatusBadRequest
	}
	return f
}

// api answers /bot<token>/<method>.
func (s *Server) api(w http.ResponseWriter, r *http.Request) {
	token, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/bot"), "/")
	p, broken := read(w, r)
	if refused := s.admit(token); refused != nil {
		refuse(w, refused)
		return
	}
	method, ok := known(name)
	switch {
	case name == "":
		refuse(w, &apiError{Code: http.StatusNotFound, Description: "Not Found"})
		return
	case !ok:
		refuse(w, &apiError{Code: http.StatusNotFound, Description: "Not Found: method not found"})
		return
	}
	line := s.note(method, p)
	f := s.meets(method, p.Text("chat_id"))
	if f.Status != 0 && f.Cut == "" {
		s.Settle(line, f.Status, planned(f).Description)
	}
	f.Meet(w, r, refuseFault, func(w http.ResponseWriter, r *http.Request) {
		var result any
		err := broken
		switch {
		case err != nil:
		case method == polling:
			result, err = s.poll(r.Context(), p)
		default:
			result, err = s.do(method, p)
		}
		s.settle(line, err)
		if err != nil {
			refuse(w, err)
			return
		}
		body := map[string]any{"ok": true, "result": result}
		if d, ok := result.(described); ok {
			body["result"], body["description"] = true, string(d)
		}
		standin.JSON(w, http.StatusOK, body)
	})
}

func (s *Server) do(method string, p params) (any, error) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return methods[method](s, p)
}

func (s *Server) note(method string, p params) *standin.Call {
	return s.Note(standin.Call{Method: method, Params: p.Noted(secret), Chat: p.Text("chat_id")})
}

// settle writes down how a request ended.
func (s *Server) settle(line *standin.Call, err error) {
	if err == nil {
		s.Settle(line, http.StatusOK, "")
		return
	}
	e := asAPI(err)
	s.Settle(line, e.Code, e.Description)
}

// planned is the refusal that a fault asks for.
func planned(f Fault) *apiError {
	e := &apiError{f.Status, f.Fail, f.RetryAfter, f.MovedTo}
	switch {
	case e.Description != "":
	case f.Status == http.StatusTooManyRequests:
		e.Description = fmt.Sprintf("Too Many Requests: retry after %d", f.RetryAfter)
	case f.MovedTo != 0:
		e.Description = "Bad Request: group chat was upgraded to a supergroup chat"
	case f.Status == http.StatusForbidden:
		e.Description = "Forbidden: bot was blocked by the user"
	case f.Status == http.StatusInternalServerError:
		e.Description = "Internal Server Error: restart"
	default:
		e.Description = http.StatusText(f.Status)
	}
	return e
}

func refuseFault(w http.ResponseWriter, f Fault) { refuse(w, planned(f)) }

// described is a result that is true and says something beside it.
type described string

// admit checks a token: one that can't be one is not found, a wrong one is unauthorized.
func (s *Server) admit(token string) error {
	id, _, _ := strings.Cut(token, ":")
	if _, err := strconv.ParseInt(id, 10, 64); err != nil || !strings.Contains(token, ":") {
		return &apiError{Code: http.StatusNotFound, Description: "Not Found"}
	}
	s.Mu.Lock()
	defer s.Mu.Unlock()
	if subtle.ConstantTimeCompare([]byte(token), []byte(s.token)) != 1 {
		return &apiError{Code: http.StatusUnauthorized, Description: "Unauthorized"}
	}
	return nil
}

func asAPI(err error) *apiError {
	var e *apiError
	var form *standin.FormError
	switch {
	case errors.As(err, &e):
		return e
	case errors.As(err, &form):
		return &apiError{Code: http.StatusBadRequest, Description: "Bad Request: " + err.Error()}
	case errors.Is(err, standin.ErrTooLarge):
		return &apiError{Code: http.StatusRequestEntityTooLarge, Description: "Request Entity Too Large"}
	}
	return &apiError{Code: http.StatusInternalServerError, Description: "Internal Server Error: " + err.Error()}
}

func refuse(w http.ResponseWriter, err error) {
	e := asAPI(err)
	body := map[string]any{"ok": false, "error_code": e.Code, "description": e.Description}
	extra := map[string]any{}
	if e.RetryAfter > 0 {
		extra["retry_after"] = e.RetryAfter
		w.Header().Set("Retry-After", fmt.Sprint(e.RetryAfter))
	}
	if e.MigrateTo != 0 {
		extra["migrate_to_chat_id"] = e.MigrateTo
	}
	if len(extra) > 0 {
		body["parameters"] = extra
	}
	standin.JSON(w, e.Code, body)
}
