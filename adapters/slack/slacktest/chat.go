package slacktest

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// Limits of texts, in characters.
const (
	textMax   = 40_000 // what is longer is cut off
	updateMax = 4_000  // what is longer is refused
)

// room is a conversation that the bot can see.
func (s *Server) room(c caller, id string) (*room, error) {
	r := s.rooms[id]
	if r == nil || r.team != c.team || r.kind != public && !r.bot {
		return nil, refused("channel_not_found")
	}
	return r, nil
}

// writable is a conversation that the bot may write in.
func (s *Server) writable(c caller, id string) (*room, error) {
	r, err := s.room(c, id)
	switch {
	case err != nil:
		return nil, err
	case !r.bot:
		return nil, refused("not_in_channel")
	case r.archived:
		return nil, refused("is_archived")
	case r.restricted:
		return nil, refused("restricted_action")
	}
	return r, nil
}

// content reads what a message says: a text, blocks, or both.
func (s *Server) content(p params) (text string, blocks []any, err error) {
	text = p.Text("text")
	if p.has("blocks") {
		if blocks, err = s.blocks(p.Text("blocks")); err != nil {
			return "", nil, err
		}
	}
	if strings.TrimSpace(text) == "" && len(blocks) == 0 && p.Text("attachments") == "" {
		return "", nil, refused("no_text")
	}
	return text, blocks, nil
}

// postMessage also takes a member's id, and writes into the conversation with them.
func postMessage(s *Server, c caller, p params) (map[string]any, error) {
	id := p.Text("channel")
	if m := s.people[id]; m != nil && m.ws == c.team {
		id = s.dm(m).id
	}
	r, err := s.writable(c, id)
	if err != nil {
		return nil, err
	}
	text, blocks, err := s.content(p)
	if err != nil {
		return nil, err
	}
	if err := s.pace(r); err != nil {
		return nil, err
	}
	if all := []rune(text); len(all) > textMax {
		text = string(all[:textMax])
	}
	m := &post{room: r, ours: true, text: text, blocks: blocks, thread: p.Text("thread_ts")}
	if m.thread != "" && p.Flag("reply_broadcast") {
		m.subtype = "thread_broadcast"
	}
	s.append(m)
	r.sent = append(r.sent, s.Now())
	s.deliver(m)
	return map[string]any{"channel": r.id, "ts": m.ts, "message": m.wire(s)}, nil
}

// pace refuses more messages in a second than a channel takes.
func (s *Server) pace(r *room) error {
	if s.opts.PerSecond == 0 {
		return nil
	}
	recent := 0
	for _, at := range slices.Backward(r.sent) {
		if s.Now().Sub(at) >= time.Second {
			break
		}
		recent++
	}
	if recent >= s.opts.PerSecond {
		return &apiError{Name: "ratelimited", Code: 429, RetryAfter: 1}
	}
	return nil
}

func postEphemeral(s *Server, c caller, p params) (map[string]any, error) {
	r, err := s.writable(c, p.Text("channel"))
	if err != nil {
		return nil, err
	}
	who := s.people[p.Text("user")]
	if who == nil || !slices.Contains(r.members, who) {
		return nil, refused("user_not_in_channel")
	}
	text, blocks, err := s.content(p)
	if err != nil {
		return nil, err
	}
	m := s.append(&post{room: r, ours: true, text: text, blocks: blocks, thread: p.Text("thread_ts"), only: who})
	return map[string]any{"message_ts": m.ts}, nil
}

// own is a message that the bot may change.
func (s *Server) own(c caller, p params, refusal string) (*post, error) {
	r, err := s.room(c, p.Text("channel"))
	if err != nil {
		return nil, err
	}
	m := r.find(p.Text("ts"))
	switch {
	case m == nil || m.tombstone:
		return nil, refused("message_not_found")
	case !m.ours || m.subtype == "channel_join":
		return nil, refused(refusal)
	}
	return m, nil
}

// update replaces what is given and keeps the rest: blocks that aren't given stay.
func update(s *Server, c caller, p params) (map[string]any, error) {
	m, err := s.own(c, p, "cant_update_message")
	if err != nil {
		return nil, err
	}
	if m.room.archived {
		return nil, refused("is_inactive")
	}
	text, blocks, err := s.content(p)
	if err != nil {
		return nil, err
	}
	if len([]rune(text)) > updateMax {
		return nil, refused("msg_too_long")
	}
	before := m.wire(s)
	if p.has("blocks") {
		m.blocks = blocks
	}
	if text != m.text || p.has("blocks") {
		m.history = append(m.history, m.text)
		m.text, m.edited = text, s.stamp()
		m.edits++
		s.deliverChange(m, before)
	}
	return map[string]any{"channel": m.room.id, "ts": m.ts, "text": m.text, "message": m.wire(s)}, nil
}

var emojiForm = regexp.MustCompile(`^[a-z0-9_+'-]+(::skin-tone-[2-6])?$`)

// reacted finds the message that a reaction is about.
func (s *Server) reacted(c caller, p params) (*post, error) {
	r, err := s.room(c, p.Text("channel"))
	switch {
	case err != nil:
		return nil, err
	case !r.bot:
		return nil, refused("not_in_channel")
	case r.archived:
		return nil, refused("is_archived")
	case !emojiForm.MatchString(p.Text("name")):
		return nil, refused("invalid_name")
	}
	m := r.find(p.Text("timestamp"))
	if m == nil || m.tombstone {
		return nil, refused("message_not_found")
	}
	return m, nil
}

func reactionsAdd(s *Server, c caller, p params) (map[string]any, error) {
	m, err := s.reacted(c, p)
	switch {
	case err != nil:
		return nil, err
	case slices.Contains(m.reactions, p.Text("name")):
		return nil, refused("already_reacted")
	}
	m.reactions = append(m.reactions, p.Text("name"))
	s.Touch()
	return nil, nil
}

func reactionsRemove(s *Server, c caller, p params) (map[string]any, error) {
	m, err := s.reacted(c, p)
	if err != nil {
		return nil, err
	}
	i := slices.Index(m.reactions, p.Text("name"))
	if i < 0 {
		return nil, refused("no_reaction")
	}
	m.reactions = slices.Delete(m.reactions, i, i+1)
	s.Touch()
	return nil, nil
}
