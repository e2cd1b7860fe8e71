package slacktest

func authTest(s *Server, c caller, _ params) (map[string]any, error) {
	return map[string]any{
		"url": "https://" + c.team.Domain + ".slack.com/", "team": c.team.Name, "team_id": c.team.ID,
		"user": appName, "user_id": c.team.bot, "bot_id": c.team.botID, "is_enterprise_install": false,
	}, nil
}

func usersInfo(s *Server, c caller, p params) (map[string]any, error) {
	id := p.Text("user")
	if id == c.team.bot {
		return map[string]any{"user": user(id, appName, c.team.ID, "", true)}, nil
	}
	m := s.people[id]
	if m == nil {
		return nil, refused("user_not_found")
	}
	lang := ""
	if p.Flag("include_locale") {
		lang = m.Lang
	}
	u := user(m.ID, m.Name, m.ws.ID, lang, m.app)
	u["is_restricted"], u["is_stranger"] = m.Guest, m.ws != c.team
	if m.ws == c.team {
		u["is_admin"] = m.Admin
	}
	return map[string]any{"user": u}, nil
}

func user(id, name, team, lang string, app bool) map[string]any {
	u := map[string]any{
		"id": id, "team_id": team, "name": name, "real_name": name, "deleted": false, "is_bot": app, "tz": "Asia/Seoul",
		"tz_offset": 32400,
		"profile":   map[string]any{"real_name": name, "display_name": name, "team": team},
	}
	if lang != "" {
		u["locale"] = lang
	}
	return u
}

// reading is what a look at a conversation needs.
var reading = map[string]string{public: "channels:read", im: "im:read"}

func conversationsInfo(s *Server, c caller, p params) (map[string]any, error) {
	r, err := s.room(c, p.Text("channel"))
	if err != nil {
		return nil, err
	}
	if err := c.may(reading[r.kind]); err != nil {
		return nil, err
	}
	return map[string]any{"channel": r.wire()}, nil
}

func (r *room) wire() map[string]any {
	w := map[string]any{
		"id": r.id, "is_channel": r.kind == public, "is_group": false, "is_im": r.kind == im, "is_mpim": false,
		"is_private": r.kind != public, "is_archived": r.archived, "is_member": r.bot, "is_read_only": r.restricted,
		"is_ext_shared": r.shared(), "is_shared": r.shared(), "context_team_id": r.team.ID, "is_general": false,
	}
	if r.kind == im {
		w["user"] = r.members[0].ID
	} else {
		w["name"], w["name_normalized"], w["num_members"] = r.name, r.name, len(r.members)
	}
	return w
}

func conversationsOpen(s *Server, c caller, p params) (map[string]any, error) {
	m := s.people[p.Text("users")]
	if m == nil || m.ws != c.team {
		return nil, refused("user_not_found")
	}
	known := len(s.rooms)
	r := s.dm(m)
	w := map[string]any{"id": r.id}
	if p.Flag("return_im") {
		w = r.wire()
	}
	return map[string]any{"channel": w, "already_open": len(s.rooms) == known}, nil
}
