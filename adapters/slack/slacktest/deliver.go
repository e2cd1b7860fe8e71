package slacktest

import (
	"slices"
	"strings"
)

// emit sends an event of its own kind, if the app wants it. Callers know that the bot may hear it.
func (s *Server) emit(ws *Workspace, key string, event map[string]any) {
	kind, _ := event["type"].(string)
	if t, ok := event["channel_type"].(string); ok && kind == "message" {
		kind += "." + map[string]string{"channel": "channels", "im": "im"}[t]
	}
	if !s.wants(ws, kind) {
		return
	}
	if event["event_ts"] == nil {
		event["event_ts"] = s.stamp()
	}
	s.post(ws, key, event)
}

// eventNeeds are the scopes without which events don't come.
var eventNeeds = map[string]string{
	"message.channels": "channels:history", "message.im": "im:history",
	"app_mention": "app_mentions:read", "member_joined_channel": "channels:read", "channel_left": "channels:read",
	"channel_archive": "channels:read",
}

func (s *Server) wants(ws *Workspace, kind string) bool {
	if s.opts.Events != nil && !slices.Contains(s.opts.Events, kind) {
		return false
	}
	return ws.gone == "" && (caller{ws}).may(eventNeeds[kind]) == nil
}

// event is a message inside of an event.
func (r *room) event(w map[string]any) map[string]any {
	w["channel"], w["channel_type"] = r.id, r.channelType()
	if w["event_ts"] == nil {
		w["event_ts"] = w["ts"]
	}
	return w
}

// deliver tells the bot of a new message, where it may know: twice, if it is mentioned.
func (s *Server) deliver(m *post) {
	if !m.room.bot || m.only != nil {
		return
	}
	w := m.room.event(m.wire(s))
	if m.subtype == "thread_broadcast" {
		if p := m.room.find(m.thread); p != nil {
			w["root"] = p.wire(s)
		}
	}
	s.emit(m.room.team, m.room.id, w)
	if m.author != nil && !m.author.app && m.room.kind != im && strings.Contains(m.text, "<@"+m.room.team.bot+">") {
		again := m.room.event(m.wire(s))
		again["type"] = "app_mention"
		delete(again, "subtype")
		delete(again, "channel_type")
		s.emit(m.room.team, m.room.id, again)
	}
}

// deliverChange tells the bot that a message is another one now.
func (s *Server) deliverChange(m *post, before map[string]any) {
	s.Touch()
	if !m.room.bot || m.only != nil {
		return
	}
	s.emit(m.room.team, m.room.id, m.room.event(map[string]any{
		"type": "message", "subtype": "message_changed", "hidden": true, "ts": s.stamp(),
		"message": m.wire(s), "previous_message": before,
	}))
}

// remove takes a message away. One with replies stays as a tombstone.
func (s *Server) remove(m *post) {
	before := m.wire(s)
	if m.replies() {
		m.tombstone, m.files, m.blocks = true, nil, nil
		s.deliverChange(m, before)
		return
	}
	m.deleted = true
	s.Touch()
	if m.room.bot && m.only == nil {
		s.emit(m.room.team, m.room.id, m.room.event(map[string]any{
			"type": "message", "subtype": "message_deleted", "hidden": true, "ts": s.stamp(),
			"deleted_ts": m.ts, "previous_message": before,
		}))
	}
}
