package telegram

import (
	"reflect"
	"slices"
	"strings"
	"time"
)

const unchanged = "message is not modified: specified new message content and reply markup are exactly the same " +
	"as a current content and reply markup of the message"

// edit changes a message of the bot.
func (s *Server) edit(p params, change func(m *post) error) (any, error) {
	r, err := s.reach(p)
	if err != nil {
		return nil, err
	}
	if p.Number("message_id") == 0 {
		return nil, bad("message identifier is not specified")
	}
	old := r.find(p.Number("message_id"))
	switch {
	case old == nil:
		return nil, bad("message to edit not found")
	case !old.ours || old.special: // only buttons may be there
		return nil, bad("message can't be edited")
	}
	m := *old
	special := false
	if m.ReplyMarkup, special, err = p.keyboard(); err != nil {
		return nil, err
	}
	if special {
		return nil, bad("inline keyboard expected")
	}
	if err := change(&m); err != nil {
		return nil, err
	}
	if reflect.DeepEqual(m.wireMessage, old.wireMessage) {
		return nil, bad(unchanged)
	}
	*old = m
	old.EditDate = s.Now().Unix()
	old.edits++
	s.mark(old)
	return old.wire(), nil
}

func editMessageText(s *Server, p params) (any, error) {
	return s.edit(p, func(m *post) (err error) {
		if m.Text == "" {
			return bad("there is no text in the message to edit")
		}
		m.Text, m.Entities, err = p.words()
		return err
	})
}

// actions are what a bot may be seen doing.
var actions = []string{
	"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
	"choose_sticker", "find_location", "record_video_note", "upload_video_note",
}

// Action is something that the bot was seen doing.
type Action struct {
	Action string    `json:"action"`
	Topic  int       `json:"topic,omitempty"`
	At     time.Time `json:"at"`
}

func sendChatAction(s *Server, p params) (any, error) {
	r, err := s.reach(p)
	if err != nil {
		return nil, err
	}
	what, thread := strings.ToLower(p.Text("action")), p.Number("message_thread_id")
	if !slices.Contains(actions, what) {
		return nil, bad("wrong parameter action in request")
	}
	if thread > General && r.topics[thread] == nil {
		return nil, bad("message thread not found")
	}
	r.actions = append(r.actions, Action{what, thread, s.Now()})
	s.touch()
	r.revisions = s.revision
	return true, nil
}

// patience is how long a press waits for its answer.
const patience = 150 * time.Second

func answerCallbackQuery(s *Server, p params) (any, error) {
	t := s.presses[p.Text("callback_query_id")]
	if t == nil || t.done || s.Now().Sub(t.at) > patience {
		return nil, bad("query is too old and response timeout expired or query ID is invalid")
	}
	if units(p.Text("text")) > 200 {
		return nil, bad("MESSAGE_TOO_LONG")
	}
	t.done = true
	t.answer = Answer{p.Text("text"), p.Flag("show_alert")}
	s.touch()
	return true, nil
}
