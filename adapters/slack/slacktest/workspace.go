package slacktest

import (
	"fmt"
	"slices"
)

// Workspace is one that our app is installed in, or could be.
type Workspace struct {
	ID     string
	Name   string
	Domain string

	s      *Server
	token  string
	scopes []string
	bot    string // user id of our bot
	botID  string
	gone   string // what its token is refused with; empty: it works
	policy string // what uploads are refused with; empty: they are allowed
}

// Workspace adds one that our app is installed in.
func (s *Server) Workspace(name string) *Workspace {
	ws := s.Stranger(name)
	s.Mu.Lock()
	defer s.Mu.Unlock()
	ws.install()
	return ws
}

// Stranger adds a workspace that doesn't have our app.
func (s *Server) Stranger(name string) *Workspace {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	ws := &Workspace{ID: s.id("T"), Name: name, Domain: fmt.Sprint("sandbox-", s.Next()), s: s, gone: "invalid_auth"}
	s.teams = append(s.teams, ws)
	return ws
}

// install gives the app a new token. The bot stays the same one.
func (ws *Workspace) install() {
	if ws.bot == "" {
		ws.bot, ws.botID = ws.s.id("U"), ws.s.id("B")
	}
	ws.token = fmt.Sprintf("xoxb-7000-%d-%s-sandbox", ws.s.Next(), ws.ID)
	ws.scopes = slices.Clone(ws.s.opts.Scopes)
	ws.gone = ""
	ws.s.Touch()
}

// Token of our bot in this workspace.
func (ws *Workspace) Token() string {
	ws.s.Mu.Lock()
	defer ws.s.Mu.Unlock()
	return ws.token
}

// Bot is the user id of our bot there; a message that contains <@Bot> mentions it.
func (ws *Workspace) Bot() string { return ws.bot }

// Without takes one scope away, as if the app had not been installed again since it asks for it.
func (ws *Workspace) Without(scope string) {
	ws.s.Mu.Lock()
	defer ws.s.Mu.Unlock()
	ws.scopes = slices.DeleteFunc(slices.Clone(ws.scopes), func(s string) bool { return s == scope })
}

// Uninstall removes the app by an admin's hand. The bot hears app_uninstalled and tokens_revoked.
func (ws *Workspace) Uninstall() {
	ws.s.Mu.Lock()
	defer ws.s.Mu.Unlock()
	ws.s.emit(ws, "app", map[string]any{"type": "app_uninstalled"})
	ws.revoke("account_inactive")
}

// Revoke makes the token invalid; the app stays.
func (ws *Workspace) Revoke() {
	ws.s.Mu.Lock()
	defer ws.s.Mu.Unlock()
	ws.revoke("token_revoked")
}

func (ws *Workspace) revoke(why string) {
	// Its key is another one than that of app_uninstalled: nothing is promised about their order.
	ws.s.emit(ws, "tokens", map[string]any{
		"type": "tokens_revoked", "tokens": map[string]any{"oauth": []string{}, "bot": []string{ws.bot}},
	})
	ws.gone = why
	ws.s.Touch()
}

// Policy makes uploads fail: file_uploads_disabled, file_type_not_allowed, storage_limit_reached, … ;
// empty lifts it.
func (ws *Workspace) Policy(refusal string) {
	ws.s.Mu.Lock()
	defer ws.s.Mu.Unlock()
	ws.policy = refusal
}

// Member is a person in a workspace, or an app there that isn't ours.
type Member struct {
	ID    string
	Name  string
	Lang  string // of their client: ko-KR, en-US
	Guest bool
	Admin bool // of the workspace

	ws    *Workspace
	app   bool
	botID string
}

// Member adds a person.
func (ws *Workspace) Member(name, lang string) *Member {
	ws.s.Mu.Lock()
	defer ws.s.Mu.Unlock()
	m := &Member{ID: ws.s.id("U"), Name: name, Lang: lang, ws: ws}
	ws.s.people[m.ID] = m
	return m
}

// Integration adds an app that isn't ours.
func (ws *Workspace) Integration(name string) *Member {
	m := ws.Member(name, "")
	ws.s.Mu.Lock()
	defer ws.s.Mu.Unlock()
	m.app, m.botID = true, "B"+m.ID[1:]
	return m
}

// DM is a person's conversation with our bot.
func (m *Member) DM() *Channel {
	m.ws.s.Mu.Lock()
	defer m.ws.s.Mu.Unlock()
	return &Channel{s: m.ws.s, room: m.ws.s.dm(m), who: m}
}

func (s *Server) dm(m *Member) *room {
	for _, r := range s.rooms {
		if r.kind == im && r.members[0] == m {
			return r
		}
	}
	return s.open(&room{id: s.id("D"), kind: im, team: m.ws, members: []*Member{m}, bot: true})
}

// Home opens the app's home tab.
func (m *Member) Home() {
	at := m.DM().room
	m.ws.s.Mu.Lock()
	defer m.ws.s.Mu.Unlock()
	m.ws.s.emit(m.ws, at.id, map[string]any{"type": "app_home_opened", "user": m.ID, "channel": at.id, "tab": "home"})
}

// Channel adds a public channel of these people, without the bot, and shows it as the first of them sees
// it. People of other workspaces make it one of Slack Connect.
func (ws *Workspace) Channel(name string, all ...*Member) *Channel {
	s := ws.s
	s.Mu.Lock()
	defer s.Mu.Unlock()
	r := s.open(&room{id: s.id("C"), kind: public, name: name, team: ws, members: slices.Clone(all)})
	return &Channel{s: s, room: r, who: all[0]}
}

// Channel is a conversation as one of its people sees it: what is done through it is done by them.
type Channel struct {
	s    *Server
	room *room
	who  *Member
}

// ID of the conversation.
func (c *Channel) ID() string { return c.room.id }

// As is the same place, seen by another person, who joins if they weren't there.
func (c *Channel) As(m *Member) *Channel {
	c.s.Mu.Lock()
	defer c.s.Mu.Unlock()
	if !slices.Contains(c.room.members, m) {
		c.room.members = append(c.room.members, m)
	}
	return &Channel{s: c.s, room: c.room, who: m}
}

// Invite brings our bot in, and returns the channel.
func (c *Channel) Invite() *Channel {
	c.s.Mu.Lock()
	defer c.s.Mu.Unlock()
	if !c.room.bot {
		c.s.enter(c.room, c.who.ID)
	}
	return c
}

// enter makes our bot a member.
func (s *Server) enter(r *room, inviter string) {
	r.bot = true
	s.emit(r.team, r.id, map[string]any{
		"type": "member_joined_channel", "user": r.team.bot, "channel": r.id, "channel_type": r.letter(),
		"team": r.team.ID, "inviter": inviter,
	})
	m := &post{room: r, ours: true, subtype: "channel_join", text: "<@" + r.team.bot + "> has joined the channel"}
	s.append(m)
	s.deliver(m)
}

// Kick throws our bot out.
func (c *Channel) Kick() {
	c.s.Mu.Lock()
	defer c.s.Mu.Unlock()
	if c.room.bot {
		c.s.exit(c.room, c.who.ID)
	}
}

func (s *Server) exit(r *room, by string) {
	r.bot = false
	s.emit(r.team, r.id, map[string]any{"type": "channel_left", "channel": r.id, "actor_id": by})
	s.Touch()
}

// Archive closes the channel for all.
func (c *Channel) Archive() {
	c.s.Mu.Lock()
	defer c.s.Mu.Unlock()
	c.room.archived = true
	if c.room.bot {
		c.s.emit(c.room.team, c.room.id, map[string]any{
			"type": "channel_archive", "channel": c.room.id, "user": c.who.ID, "is_moved": 0,
		})
	}
	c.s.Touch()
}

// RestrictPosting lets only admins write, or all again. Reading goes on.
func (c *Channel) RestrictPosting(on bool) {
	c.s.Mu.Lock()
	defer c.s.Mu.Unlock()
	c.room.restricted = on
}
