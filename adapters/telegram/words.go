package telegram

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
)

// heard is what a text says to us.
type heard struct {
	text   string // without our name
	toUs   bool   // it has our name
	others bool   // it is a command to another bot
}

// listen takes our name out of a text. While it isn't known any bot's name is ours.
func (s Self) listen(text string, entities []entity) heard {
	h := heard{}
	text, h.toUs = s.unmention(text, entities)
	h.text = strings.TrimSpace(text)
	if !strings.HasPrefix(h.text, "/") {
		return h
	}
	end := strings.IndexFunc(h.text, unicode.IsSpace)
	if end < 0 {
		end = len(h.text)
	}
	word, rest := h.text[:end], h.text[end:]
	command, name, has := strings.Cut(word, "@")
	switch {
	case !has || !isName(name):
	case s.named(name):
		h.text, h.toUs = command+rest, true
	default:
		h.others = true
	}
	return h
}

// named tells whether a name, without its @, is ours.
func (s Self) named(name string) bool {
	if s.Name == "" {
		return strings.HasSuffix(strings.ToLower(name), "bot")
	}
	return strings.EqualFold(name, s.Name)
}

// isName tells whether s has the form of a Telegram name.
func isName(s string) bool {
	if len(s) < 4 || len(s) > 32 {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) < 0
}

// unmention cuts out where a text mentions us, and tells whether it does.
func (s Self) unmention(text string, entities []entity) (string, bool) {
	if len(entities) == 0 {
		return text, false
	}
	u := utf16.Encode([]rune(text))
	var ours []entity
	for _, e := range entities {
		if e.Offset < 0 || e.Length <= 0 || e.Offset > len(u) || e.Length > len(u)-e.Offset {
			continue
		}
		switch name := string(utf16.Decode(u[e.Offset : e.Offset+e.Length])); {
		case e.Type == "mention" && strings.HasPrefix(name, "@") && s.named(name[1:]),
			e.Type == "text_mention" && e.User != nil && e.User.ID == s.ID && s.ID != 0:
			ours = append(ours, e)
		}
	}
	if len(ours) == 0 {
		return text, false
	}
	slices.SortFunc(ours, func(a, b entity) int { return a.Offset - b.Offset })
	var left []uint16
	from := 0
	for _, e := range ours {
		if e.Offset < from {
			continue
		}
		left = append(left, u[from:e.Offset]...)
		from = e.Offset + e.Length
		if from < len(u) && u[from] == ' ' && (len(left) == 0 || left[len(left)-1] == ' ' || left[len(left)-1] == '\n') {
			from++
		}
	}
	return string(utf16.Decode(append(left, u[from:]...))), true
}
