package telegram

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
)

// Command is a line of the bot's menu.
type Command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

// menu is what the bot says about itself.
type menu struct {
	commands    map[string][]Command // by scope and language
	description map[string]string    // by language
	short       map[string]string
}

func newMenu() menu {
	return menu{commands: map[string][]Command{}, description: map[string]string{}, short: map[string]string{}}
}

var (
	commandForm  = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)
	languageForm = regexp.MustCompile(`^([a-z]{2})?$`)
	scopes       = []string{
		"default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat", "chat_administrators",
		"chat_member",
	}
	chatScopes = scopes[4:]
)

func getMe(s *Server, _ params) (any, error) {
	return map[string]any{
		"id": s.BotID(), "is_bot": true, "first_name": s.me().FirstName, "username": s.username,
		"can_join_groups": true, "can_read_all_group_messages": s.seesAll, "supports_inline_queries": false,
	}, nil
}

// menuOf names the menu that a request is about. That of a chat is there for those that the bot has met.
func (s *Server) menuOf(p params) (string, error) {
	scope := struct {
		Type   string      `json:"type"`
		ChatID json.Number `json:"chat_id"`
	}{Type: "default"}
	if err := p.object("scope", &scope); err != nil {
		return "", err
	}
	if !slices.Contains(scopes, scope.Type) {
		return "", bad("unsupported type specified")
	}
	if !languageForm.MatchString(p.Text("language_code")) {
		return "", bad("invalid language code specified")
	}
	key := scope.Type
	if slices.Contains(chatScopes, scope.Type) {
		id, err := scope.ChatID.Int64()
		if r := s.rooms[id]; err != nil || r == nil || !r.met {
			return "", bad("chat not found")
		}
		key += " " + strconv.FormatInt(id, 10)
	}
	return key + "/" + p.Text("language_code"), nil
}

func setMyCommands(s *Server, p params) (any, error) {
	page, err := s.menuOf(p)
	if err != nil {
		return nil, err
	}
	var all []Command
	if err := p.object("commands", &all); err != nil {
		return nil, err
	}
	if len(all) > 100 {
		return nil, bad("BOT_COMMANDS_TOO_MUCH")
	}
	for _, c := range all {
		switch {
		case !commandForm.MatchString(c.Command):
			return nil, bad("BOT_COMMAND_INVALID")
		case c.Description == "" || units(c.Description) > 256:
			return nil, bad("BOT_COMMAND_DESCRIPTION_INVALID")
		}
	}
	s.menu.commands[page] = all
	return true, nil
}

func getMyCommands(s *Server, p params) (any, error) {
	page, err := s.menuOf(p)
	return append([]Command{}, s.menu.commands[page]...), err
}

func deleteMyCommands(s *Server, p params) (any, error) {
	page, err := s.menuOf(p)
	delete(s.menu.commands, page)
	return true, err
}

// Commands is the menu of a scope, such as all_private_chats or "chat 42", in a language; empty ones are the default.
func (s *Server) Commands(scope, language string) []Command {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	scope = cmp.Or(scope, "default")
	return slices.Clone(s.menu.commands[scope+"/"+language])
}

func setMyDescription(s *Server, p params) (any, error) {
	return about(s.menu.description, p, "description", 512)
}

func setMyShortDescription(s *Server, p params) (any, error) {
	return about(s.menu.short, p, "short_description", 120)
}

// Description is what people see of the bot before they write to it, and the short of it, in a language; an empty one
// is the default.
func (s *Server) Description(language string) (long, short string) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return s.menu.description[language], s.menu.short[language]
}

func about(all map[string]string, p params, field string, limit int) (any, error) {
	switch {
	case !languageForm.MatchString(p.Text("language_code")):
		return nil, bad("invalid language code specified")
	case units(p.Text(field)) > limit:
		return nil, bad("bot " + field + " is too long")
	}
	all[p.Text("language_code")] = p.Text(field)
	return true, nil
}

func getMyDescription(s *Server, p params) (any, error) {
	return map[string]any{"description": s.menu.description[p.Text("language_code")]}, nil
}

func getMyShortDescription(s *Server, p params) (any, error) {
	return map[string]any{"short_description": s.menu.short[p.Text("language_code")]}, nil
}

func getChat(s *Server, p params) (any, error) {
	r, err := s.target(p)
	if err != nil {
		return nil, err
	}
	return struct {
		wireChat
		AccentColor  int `json:"accent_color_id"`
		MaxReactions int `json:"max_reaction_count"`
	}{r.wire(), 0, 11}, nil
}

func getChatMember(s *Server, p params) (any, error) {
	r, err := s.reach(p)
	if err != nil {
		return nil, err
	}
	id := int64(p.Number("user_id"))
	if id == s.BotID() {
		return wireMember{r.bot, s.me()}, nil
	}
	who := s.people[id]
	switch {
	case who == nil:
		return nil, bad("user not found")
	case who == r.owner:
		return wireMember{"creator", who.wire()}, nil
	}
	return wireMember{member, who.wire()}, nil
}
