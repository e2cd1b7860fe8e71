package slacktest

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// Kinds of conversations.
const (
	public = "public"
	im     = "im"
)

// room is a conversation as the server keeps it.
type room struct {
	id         string
	name       string
	kind       string
	team       *Workspace
	members    []*Member
	bot        bool // our bot is in it
	archived   bool
	restricted bool
	posts      []*post
	sent       []time.Time // when the bot wrote
}

// post is one message.
type post struct {
	room      *room
	ts        string
	thread    string  // ts of the parent; empty: it is no reply
	author    *Member // nil: our bot
	ours      bool
	subtype   string
	text      string // escaped, as Slack keeps it
	blocks    []any
	files     []*file
	client    string // the id that the author's client gave it
	edited    string // ts of the last change
	edits     int
	unfurl    bool
	only      *Member // who sees it; nil: all
	deleted   bool
	tombstone bool
	reactions []string
	history   []string // texts that our bot gave it, the first one first
}

// open adds a room.
func (s *Server) open(r *room) *room {
	s.rooms[r.id] = r
	s.Touch()
	return r
}

// shared reports whether people of several workspaces are here.
func (r *room) shared() bool {
	return slices.ContainsFunc(r.members, func(m *Member) bool { return m.ws != r.team })
}

// letter is the kind of a room as events about members call it.
func (r *room) letter() string {
	if r.kind == im {
		return "D"
	}
	return "C"
}

// channelType is the kind as events about messages call it.
func (r *room) channelType() string {
	return map[string]string{public: "channel", im: "im"}[r.kind]
}

// find is a message that is still there and that all see.
func (r *room) find(ts string) *post {
	for _, m := range r.posts {
		if m.ts == ts && !m.deleted && m.only == nil {
			return m
		}
	}
	return nil
}

// parent reports whether a message begins a thread, or may.
func (r *room) parent(ts string) bool {
	m := r.find(ts)
	return m != nil && m.thread == ""
}

// append writes a message down.
func (s *Server) append(m *post) *post {
	m.ts = s.stamp()
	if m.author != nil && !m.author.app {
		m.client = "c11e0000-0000-4000-8000-" + strings.ReplaceAll(m.ts, ".", "")[4:16]
	}
	m.room.posts = append(m.room.posts, m)
	s.Touch()
	return m
}

// user is who wrote a message.
func (m *post) user() string {
	if m.ours {
		return m.room.team.bot
	}
	return m.author.ID
}

// wire is a message as events, actions and answers show it.
func (m *post) wire(s *Server) map[string]any {
	w := map[string]any{"type": "message", "user": m.user(), "ts": m.ts, "text": m.text, "team": m.room.team.ID}
	put := func(name, v string) {
		if v != "" {
			w[name] = v
		}
	}
	put("subtype", m.kind())
	put("thread_ts", m.thread)
	put("client_msg_id", m.client)
	switch {
	case m.tombstone:
		w["user"], w["hidden"], w["text"] = "USLACKBOT", true, "This message was deleted."
		return w
	case m.ours && len(m.files) == 0 && m.subtype == "":
		w["bot_id"], w["app_id"] = m.room.team.botID, appID
		w["bot_profile"] = map[string]any{
			"id": m.room.team.botID, "app_id": appID, "name": appName, "deleted": false, "team_id": m.room.team.ID,
		}
	case m.author != nil && m.author.app:
		w["bot_id"], w["username"] = m.author.botID, m.author.Name
	}
	if m.author != nil && m.room.shared() {
		w["user_team"], w["source_team"], w["team"] = m.author.ws.ID, m.author.ws.ID, m.author.ws.ID
	}
	if m.edited != "" {
		w["edited"] = map[string]any{"user": m.user(), "ts": m.edited}
	}
	if m.unfurl {
		w["attachments"] = []any{map[string]any{"id": 1, "from_url": "https://example.com/", "title": "Example"}}
	}
	w["blocks"] = m.shownBlocks()
	m.wireFiles(s, w)
	m.wireThread(w)
	return w
}

func (m *post) kind() string {
	switch {
	case m.tombstone:
		return "tombstone"
	case m.author != nil && m.author.app:
		return "bot_message"
	case m.subtype != "":
		return m.subtype
	case len(m.files) > 0:
		return "file_share"
	}
	return ""
}

// shownBlocks are those that were sent; a text alone has one that repeats it.
func (m *post) shownBlocks() []any {
	if len(m.blocks) > 0 || m.text == "" {
		return slices.Concat([]any{}, m.blocks)
	}
	return []any{map[string]any{
		"type": "rich_text", "block_id": "b" + m.ts[len(m.ts)-4:],
		"elements": []any{map[string]any{
			"type": "rich_text_section", "elements": []any{map[string]any{"type": "text", "text": unescape(m.text)}},
		}},
	}}
}

func (m *post) wireFiles(s *Server, w map[string]any) {
	if len(m.files) == 0 {
		return
	}
	var all []any
	for _, f := range m.files {
		if !m.ours && m.room.shared() {
			all = append(all, f.wireStub())
		} else {
			all = append(all, f.wire(s))
		}
	}
	w["files"], w["upload"], w["display_as_bot"] = all, m.ours, false
}

// wireThread adds what parents and replies say about each other.
func (m *post) wireThread(w map[string]any) {
	if m.thread != "" {
		if p := m.room.find(m.thread); p != nil {
			w["parent_user_id"] = p.user()
		}
		return
	}
	var last string
	n := 0
	for _, o := range m.room.posts {
		if o.thread == m.ts && !o.deleted && o.only == nil {
			n, last = n+1, o.ts
		}
	}
	if n > 0 {
		w["thread_ts"], w["reply_count"], w["latest_reply"] = m.ts, n, last
	}
}

// replies reports whether a message has any.
func (m *post) replies() bool {
	return slices.ContainsFunc(m.room.posts, func(o *post) bool {
		return o.thread == m.ts && o.ts != m.ts && !o.deleted
	})
}

var (
	escaper   = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	unescaper = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
	tags      = regexp.MustCompile(`<[@#!][A-Za-z0-9|_^-]+>|<https?://[^<>]*>|https?://[^\s<>|]+`)
)

// escape is what Slack does to a text that a person types: what is a mention stays one, and addresses
// become links.
func escape(text string) string {
	var b strings.Builder
	last := 0
	for _, at := range tags.FindAllStringIndex(text, -1) {
		b.WriteString(escaper.Replace(text[last:at[0]]))
		found := text[at[0]:at[1]]
		if found[0] != '<' {
			found = "<" + escaper.Replace(found) + ">"
		}
		b.WriteString(found)
		last = at[1]
	}
	b.WriteString(escaper.Replace(text[last:]))
	return b.String()
}

func unescape(text string) string { return unescaper.Replace(text) }
