package telegram

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
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

// Request is one line of the record of what the bot asked.
type Request struct {
	Method string            `json:"method"` // as the reference writes it
	Params map[string]string `json:"params"` // files as their names and sizes
	At     time.Time         `json:"at"`
	Chat   int64             `json:"chat,omitempty"`
	Code   int               `json:"code"`            // 200, or that of the refusal; 0: under way, or cut off
	Error  string            `json:"error,omitempty"` // the refusal's description
}

const recordMax = 10_000

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

// api answers /bot<token>/<method>.
func (s *Server) api(w http.ResponseWriter, r *http.Request) {
	token, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/bot"), "/")
	p, err := read(w, r)
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
	f := s.failing(method, p)
	if f.hits(w, r) {
		s.settle(line, f.refusal())
		return
	}
	if err == nil && f.Code != 0 {
		err = f.refusal()
	}
	var result any
	if err == nil {
		result, err = s.call(r, method, p)
	}
	s.settle(line, err)
	if f.Lost {
		panic(http.ErrAbortHandler)
	}
	if err != nil {
		refuse(w, err)
		return
	}
	body := map[string]any{"ok": true, "result": result}
	if d, ok := result.(described); ok {
		body["result"], body["description"] = true, string(d)
	}
	answer(w, http.StatusOK, body)
}

// described is a result that is true and says something beside it.
type described string

// admit checks a token: one that can't be one is not found, a wrong one is unauthorized.
func (s *Server) admit(token string) error {
	id, _, _ := strings.Cut(token, ":")
	if _, err := strconv.ParseInt(id, 10, 64); err != nil || !strings.Contains(token, ":") {
		return &apiError{Code: http.StatusNotFound, Description: "Not Found"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if subtle.ConstantTimeCompare([]byte(token), []byte(s.token)) != 1 {
		return &apiError{Code: http.StatusUnauthorized, Description: "Unauthorized"}
	}
	return nil
}

func (s *Server) call(r *http.Request, method string, p params) (any, error) {
	if method == polling {
		return s.poll(r.Context(), p)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return methods[method](s, p)
}

// note opens a line of the record.
func (s *Server) note(method string, p params) *Request {
	chat, _ := strconv.ParseInt(p.text("chat_id"), 10, 64)
	s.mu.Lock()
	defer s.mu.Unlock()
	line := &Request{Method: method, Params: p.noted(), At: s.now(), Chat: chat}
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
		line.Code, line.Error = e.Code, e.Description
	}
	s.log.Debug("telegram", "method", line.Method, "chat", line.Chat, "status", line.Code, "err", line.Error)
	s.touch()
}

func asAPI(err error) *apiError {
	var e *apiError
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, errTooLarge):
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
	answer(w, e.Code, body)
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.Encode(v)
}
