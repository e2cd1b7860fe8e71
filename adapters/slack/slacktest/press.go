package slacktest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/adapters/internal/standin"
)

// How long and how often the link that comes with an interaction can be used.
const (
	answerLife = 30 * time.Minute
	answerUses = 5
)

// Answer is what the app said at once to the person who pressed or typed something.
type Answer struct {
	Status int
	Body   string
}

// errUnanswered is what people see as "operation timed out": Slack tries an interaction only once.
var errUnanswered = errors.New("the app didn't answer in time")

// responder is a link under which the app can answer.
type responder struct {
	room   *room
	who    *Member
	on     *post // what was pressed; nil: nothing
	thread string
	uses   int
	until  time.Time
}

// act is what every interaction says: who, where, and how it is answered.
func (c *Channel) act(on *post, path string) (triggered, link string) {
	s := c.s
	id := fmt.Sprintf("7000.%s.%s", s.id(""), s.id(""))
	r := &responder{room: c.room, who: c.who, on: on, until: s.Now().Add(answerLife)}
	if on != nil && on.thread != "" {
		r.thread = on.thread
	}
	token := s.id("")
	s.answers[token] = r
	return id, fmt.Sprintf("%s/%s/%s/%s", s.url, path, c.room.team.ID, token)
}

// payload is the common part of interactions.
func (c *Channel) payload(kind string, on *post, trigger, link string) map[string]any {
	return map[string]any{
		"type": kind, "token": verification, "api_app_id": appID, "trigger_id": trigger, "response_url": link,
		"team": map[string]any{"id": c.room.team.ID, "domain": c.room.team.Domain},
		"user": map[string]any{
			"id": c.who.ID, "username": c.who.Name, "name": c.who.Name, "team_id": c.who.ws.ID,
		},
		"channel":    map[string]any{"id": c.room.id, "name": cmp.Or(c.room.name, "directmessage")},
		"enterprise": nil, "is_enterprise_install": false, "message": on.wire(c.s),
	}
}

// Press presses a button, or chooses from a list, below a message: what is pressed is named by its label,
// its value or its action_id. It waits for the app's answer.
func (c *Channel) Press(ts, button string) (Answer, error) {
	c.s.Mu.Lock()
	on := c.seen(ts)
	if on == nil {
		c.s.Mu.Unlock()
		return Answer{}, fmt.Errorf("there is no message %s", ts)
	}
	action := on.action(button)
	if action == nil {
		c.s.Mu.Unlock()
		return Answer{}, fmt.Errorf("message %s has no button %q", ts, button)
	}
	trigger, link := c.act(on, "actions")
	p := c.payload("block_actions", on, trigger, link)
	container := map[string]any{
		"type": "message", "message_ts": ts, "channel_id": c.room.id, "is_ephemeral": on.only != nil,
	}
	if on.thread != "" {
		container["thread_ts"] = on.thread
	}
	action["action_ts"] = c.s.stamp()
	p["container"], p["actions"], p["state"] = container, []any{action}, map[string]any{"values": map[string]any{}}
	c.s.Mu.Unlock()
	return c.interact(p)
}

// seen is a message that the one who looks can see.
func (c *Channel) seen(ts string) *post {
	for _, m := range c.room.posts {
		if m.ts == ts && !m.deleted && (m.only == nil || m.only == c.who) {
			return m
		}
	}
	return nil
}

// action is what pressing says of what was pressed.
func (m *post) action(button string) map[string]any {
	for _, b := range m.blocks {
		block, _ := b.(map[string]any)
		for _, v := range append(list(block["elements"]), block["accessory"]) {
			e, _ := v.(map[string]any)
			a := map[string]any{"action_id": e["action_id"], "block_id": block["block_id"], "type": e["type"]}
			label, _ := e["text"].(map[string]any)
			if e["type"] == "button" && (label["text"] == button || e["value"] == button || e["action_id"] == button) {
				a["text"] = label
				if e["value"] != nil {
					a["value"] = e["value"]
				}
				return a
			}
			for _, v := range list(e["options"]) {
				o, _ := v.(map[string]any)
				label, _ := o["text"].(map[string]any)
				if label["text"] == button || o["value"] == button {
					a["selected_option"] = o
					return a
				}
			}
		}
	}
	return nil
}

// Shortcut takes a message shortcut from the menu of a message. The bot needn't be in the conversation.
func (c *Channel) Shortcut(callback string, on *Post) (Answer, error) {
	c.s.Mu.Lock()
	m := c.seen(on.TS)
	if m == nil {
		c.s.Mu.Unlock()
		return Answer{}, fmt.Errorf("there is no message %s", on.TS)
	}
	trigger, link := c.act(m, "actions")
	p := c.payload("message_action", m, trigger, link)
	p["callback_id"], p["message_ts"], p["action_ts"] = callback, m.ts, c.s.stamp()
	c.s.Mu.Unlock()
	return c.interact(p)
}

// interact sends an interaction to the app.
func (c *Channel) interact(p map[string]any) (Answer, error) {
	raw, err := json.Marshal(p)
	if err != nil {
		panic(err)
	}
	c.s.Mu.Lock()
	to, live := c.s.ends.Interactions, c.room.team.gone == ""
	c.s.Mu.Unlock()
	form := url.Values{"payload": {string(raw)}}
	return c.s.once("interactive", to, live, raw, form)
}

// once hands over what is tried only once.
func (s *Server) once(kind, to string, live bool, raw []byte, form url.Values) (Answer, error) {
	var r result
	switch {
	case !live:
		return Answer{}, errors.New("the app isn't installed")
	case s.opts.SocketMode:
		r = s.push(kind, raw, 0, "")
	case to == "":
		return Answer{}, errors.New("the app has no endpoint for this")
	default:
		r = s.carry(to, "application/x-www-form-urlencoded", []byte(form.Encode()), nil)
	}
	a := Answer{r.status, string(r.body)}
	if why := r.failed(); why != "" {
		return a, fmt.Errorf("%w: %d %s", errUnanswered, r.status, why)
	}
	return a, nil
}

// Slash types a command. What the app answers at once is shown in the conversation.
func (c *Channel) Slash(line string) (Answer, error) {
	command, text, _ := strings.Cut(line, " ")
	s := c.s
	s.Mu.Lock()
	if !slices.Contains(s.opts.Commands, command) {
		s.Mu.Unlock()
		return Answer{}, fmt.Errorf("%s is not a command of an app", command)
	}
	trigger, link := c.act(nil, "commands")
	name := cmp.Or(c.room.name, "directmessage")
	form := url.Values{
		"token": {verification}, "team_id": {c.room.team.ID}, "team_domain": {c.room.team.Domain},
		"channel_id":   {c.room.id},
		"channel_name": {name}, "user_id": {c.who.ID}, "user_name": {c.who.Name}, "command": {command},
		"text": {text}, "api_app_id": {appID}, "is_enterprise_install": {"false"}, "response_url": {link},
		"trigger_id": {trigger},
	}
	to, live := s.ends.Commands, c.room.team.gone == ""
	s.Mu.Unlock()
	flat := map[string]string{}
	for k, v := range form {
		flat[k] = v[0]
	}
	raw, _ := json.Marshal(flat)
	a, err := s.once("slash_commands", to, live, raw, form)
	if err == nil && a.Body != "" {
		err = c.hear([]byte(a.Body))
	}
	return a, err
}

// hear shows what the app answers to a command: to the one who typed it, or to all.
func (c *Channel) hear(body []byte) error {
	s := c.s
	s.Mu.Lock()
	defer s.Mu.Unlock()
	all, err := standin.JSONParams(body)
	if err != nil {
		all.Values["text"] = string(body)
	}
	return s.reply(&responder{room: c.room, who: c.who}, params{Params: all})
}

// respond answers a response_url: five times within thirty minutes.
func (s *Server) respond(w http.ResponseWriter, r *http.Request) {
	p, broken := read(w, r)
	s.serve(w, r, Responses, nil, p, func(standin.Fault) (func(w http.ResponseWriter), error) {
		if broken != nil {
			return nil, broken
		}
		s.Mu.Lock()
		defer s.Mu.Unlock()
		return func(w http.ResponseWriter) { fmt.Fprint(w, "ok") }, s.use(r.PathValue("answer"), p)
	}, refuse)
}

func (s *Server) use(token string, p params) error {
	a := s.answers[token]
	switch {
	case a == nil:
		return &apiError{Name: "invalid_url", Code: http.StatusNotFound}
	case s.Now().After(a.until):
		return &apiError{Name: "expired_url", Code: http.StatusNotFound}
	case a.uses >= answerUses:
		return &apiError{Name: "used_url", Code: http.StatusNotFound}
	}
	a.uses++
	return s.reply(a, p)
}

// reply writes what a response_url or the answer to a command says.
func (s *Server) reply(a *responder, p params) error {
	if p.Flag("delete_original") && a.on != nil {
		s.remove(a.on)
		return nil
	}
	text, blocks, err := s.content(p)
	if err != nil {
		return err
	}
	if p.Flag("replace_original") && a.on != nil {
		before := a.on.wire(s)
		a.on.text, a.on.blocks = text, blocks
		a.on.edits++
		s.deliverChange(a.on, before)
		return nil
	}
	m := &post{
		room: a.room, ours: true, text: text, blocks: blocks, thread: cmp.Or(p.Text("thread_ts"), a.thread),
		only: a.who,
	}
	if p.Text("response_type") == "in_channel" {
		m.only = nil
	}
	s.append(m)
	s.deliver(m)
	return nil
}
