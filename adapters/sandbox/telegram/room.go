package telegram

import (
	"fmt"
	"strings"
	"time"
)

// Kinds of rooms, as the Bot API names them.
const (
	private    = "private"
	group      = "group"
	supergroup = "supergroup"
	channel    = "channel"
)

// What the bot is in a room.
const (
	away   = "left"
	member = "member"
	admin  = "administrator"
	kicked = "kicked"
)

// General is the topic of a forum that always exists.
const General = 1

// room is a chat as the server keeps it.
type room struct {
	id        int64
	kind      string
	title     string
	owner     *Person
	bot       string // what the bot is here
	met       bool   // the bot knows this room: it was in it once, or its person wrote
	seesAll   bool   // privacy mode was off when the bot was added
	heard     bool   // our bot wrote: a command without its name is its own
	forum     bool
	topics    map[int]*topic
	moved     *room // the supergroup that it became
	last      int   // message id, where the room counts for itself
	posts     []*post
	byID      map[int]*post
	actions   []Action
	revisions int64 // when anything here changed last
}

type topic struct {
	name string
}

// post is one message of a room.
type post struct {
	wireMessage
	room     *room
	reply    *post
	author   *Person // nil: our bot, or the chat itself
	ours     bool
	unseen   bool // the bot doesn't get it
	deleted  bool
	protect  bool
	silent   bool
	special  bool // asks for a reply, or changes a keyboard
	stream   bool // a video that plays while it loads
	edits    int
	revision int64
}

// wire is the message as the bot sees it: what it replies to is one level deep.
func (m *post) wire() wireMessage {
	w := m.wireMessage
	w.Chat = m.room.wire()
	if m.reply != nil && !m.reply.deleted {
		r := m.reply.wireMessage
		r.Chat, r.ReplyTo = w.Chat, nil
		w.ReplyTo = &r
	}
	return w
}

func (r *room) wire() wireChat {
	w := wireChat{ID: r.id, Type: r.kind, Title: r.title, IsForum: r.forum}
	if r.kind == private {
		w.FirstName = r.owner.Name
	}
	return w
}

// open adds a room.
func (s *Server) open(r *room) *room {
	r.byID, r.topics = map[int]*post{}, map[int]*topic{}
	s.rooms[r.id] = r
	s.order = append(s.order, r)
	s.touch()
	return r
}

// count gives the next message id: supergroups and channels count for themselves.
func (s *Server) count(r *room) int {
	if r.kind == supergroup || r.kind == channel {
		r.last++
		return r.last
	}
	s.account++
	return s.account
}

// append writes a message down.
func (s *Server) append(r *room, m *post) *post {
	m.room = r
	m.MessageID = s.count(r)
	m.Date = s.Now().Unix()
	r.posts = append(r.posts, m)
	r.byID[m.MessageID] = m
	r.heard = r.heard || m.ours
	s.mark(m)
	return m
}

// mark notes that a message is another one now.
func (s *Server) mark(m *post) {
	s.touch()
	m.revision, m.room.revisions = s.revision, s.revision
}

// find is a message that is still there.
func (r *room) find(id int) *post {
	if m := r.byID[id]; m != nil && !m.deleted {
		return m
	}
	return nil
}

// sees reports whether the bot is shown a message that a person wrote.
func (s *Server) sees(m *post) bool {
	r := m.room
	switch {
	case r.bot != member && r.bot != admin:
		return false
	case r.kind == private || r.kind == channel || r.bot == admin || r.seesAll:
		return true
	case m.reply != nil && m.reply.ours:
		return true
	}
	return s.addressed(m.Text, m.Entities, r.heard) || s.addressed(m.Caption, m.CaptionEntities, false)
}

// addressed looks for the bot's name. A command without one is its own once it has written; in captions, which
// Telegram's pages say nothing about, that is not relied on.
func (s *Server) addressed(text string, all []Entity, bare bool) bool {
	for _, e := range all {
		name, to, named := strings.Cut(part(text, e.Offset, e.Length), "@")
		switch {
		case e.Type != "mention" && e.Type != "bot_command":
		case named && strings.EqualFold(to, s.username):
			return true
		case e.Type == "bot_command" && !named && name != "" && bare:
			return true
		}
	}
	return false
}

// deliver makes an update of a message that a person wrote or changed.
func (s *Server) deliver(kind string, m *post) {
	if m.unseen {
		return
	}
	if m.room.kind == channel {
		kind = map[string]string{"message": "channel_post", "edited_message": "edited_channel_post"}[kind]
	}
	s.queue(kind, m.room.key(), m.wire(), 24*time.Hour)
}

// key is the queue that updates of a room stand in.
func (r *room) key() string { return fmt.Sprint("chat ", r.id) }

// become changes what the bot is in a room, by the hand of a person.
func (s *Server) become(r *room, by *Person, status string) {
	old := r.bot
	if old == status {
		return
	}
	r.bot, r.met = status, true
	if old == away || old == kicked {
		r.seesAll = s.seesAll
	}
	me := s.me()
	s.queue("my_chat_member", r.key(), wireMemberUpdate{
		Chat: r.wire(), From: by.wire(), Date: s.Now().Unix(),
		Old: wireMember{old, me}, New: wireMember{status, me},
	}, 24*time.Hour)
	s.touch()
	r.revisions = s.revision
}

func (s *Server) me() wireUser {
	return wireUser{ID: s.BotID(), IsBot: true, FirstName: "사장픽", Username: s.username}
}

// remove takes a message away.
func (s *Server) remove(m *post) {
	m.deleted = true
	s.mark(m)
}
