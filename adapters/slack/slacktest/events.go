package slacktest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Endpoints are where the app wants to be told what happens. What is empty isn't told.
type Endpoints struct {
	Events       string
	Commands     string
	Interactions string
}

// Subscribe sets the endpoints. Slack first checks that the one of events is ours: it must give a
// challenge back.
func (s *Server) Subscribe(e Endpoints) error {
	if e.Events != "" {
		if err := s.challenge(e.Events); err != nil {
			return err
		}
	}
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.ends = e
	s.Touch()
	return nil
}

func (s *Server) challenge(to string) error {
	s.Mu.Lock()
	word := "3eZbrw1aB" + s.id("challenge")
	s.Mu.Unlock()
	body, _ := json.Marshal(map[string]any{"token": verification, "challenge": word, "type": "url_verification"})
	r := s.carry(to, "application/json", body, nil)
	var said struct{ Challenge string }
	json.Unmarshal(r.body, &said)
	if r.failed() != "" || string(r.body) != word && said.Challenge != word {
		return fmt.Errorf("%s didn't answer the challenge: %d %s", to, r.status, r.failed())
	}
	return nil
}

// verification is the word that Slack sent along before there were signatures.
const verification = "sandbox-verification-token"

// letter is an event that the bot doesn't have yet.
type letter struct {
	key   string // first tries with the same one are made one after the other
	id    string // event_id
	body  json.RawMessage
	tries int
	due   time.Time
	out   bool // on its way
	why   string
}

// mail is what waits for the bot.
type mail struct {
	letters []*letter
	given   int // how many Slack gave up
	held    bool
}

// restAfter are the seconds between the tries of an event.
var restAfter = []int{0, 60, 300}

// post puts an event into the mail.
func (s *Server) post(ws *Workspace, key string, event map[string]any) {
	id := s.id("Ev")
	outer := map[string]any{
		"token": verification, "team_id": ws.ID, "context_team_id": ws.ID, "api_app_id": appID,
		"type":  "event_callback",
		"event": event, "event_id": id, "event_time": s.Now().Unix(), "event_context": "4-" + id,
		"is_ext_shared_channel": false,
		"authorizations": []any{map[string]any{
			"enterprise_id": nil, "team_id": ws.ID, "user_id": ws.bot, "is_bot": true, "is_enterprise_install": false,
		}},
	}
	if r := s.rooms[key]; r != nil {
		outer["is_ext_shared_channel"] = r.shared()
		if from, ok := event["user_team"].(string); ok {
			outer["team_id"] = from
		}
	}
	s.send(key, id, outer)
}

func (s *Server) send(key, id string, outer map[string]any) {
	body, err := json.Marshal(outer)
	if err != nil {
		panic(err)
	}
	if !s.opts.SocketMode && s.ends.Events == "" {
		return
	}
	s.mail.letters = append(s.mail.letters, &letter{key: key, id: id, body: body, due: s.Now()})
	s.Touch()
}

// Emit sends an event of any kind, also an unknown one.
func (ws *Workspace) Emit(event map[string]any) {
	ws.s.Mu.Lock()
	defer ws.s.Mu.Unlock()
	if event["event_ts"] == nil {
		event["event_ts"] = ws.s.stamp()
	}
	ws.s.post(ws, "app", event)
}

// RateLimited tells the app that it gets no events of this workspace for a while, as Slack does beyond
// 30,000 an hour.
func (ws *Workspace) RateLimited() {
	s := ws.s
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.send("app", s.id("Ev"), map[string]any{
		"token": verification, "type": "app_rate_limited", "team_id": ws.ID, "api_app_id": appID,
		"minute_rate_limited": s.Now().Truncate(time.Minute).Unix(),
	})
}

// Hold keeps events back until Release.
func (s *Server) Hold() {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.mail.held = true
}

// Release lets go of what was held, in the order in which it happened, or with backwards the last first:
// Slack promises no order.
func (s *Server) Release(backwards bool) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.mail.held = false
	if backwards {
		slices.Reverse(s.mail.letters)
	}
	s.Touch()
}

// Waiting is how many events the bot hasn't taken yet, and Slack hasn't given up.
func (s *Server) Waiting() int {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return len(s.mail.letters)
}

// GivenUp is how many events Slack doesn't try any more.
func (s *Server) GivenUp() int {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return s.mail.given
}

// Sign makes the headers under which Slack sends a body.
func (s *Server) Sign(body []byte, at time.Time) http.Header {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(s.opts.SigningSecret))
	fmt.Fprintf(mac, "v0:%s:%s", stamp, body)
	h := http.Header{}
	h.Set("X-Slack-Request-Timestamp", stamp)
	h.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	h.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	return h
}
