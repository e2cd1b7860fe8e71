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
	text, entities, h.toUs = s.unmention(text, entities)
	h.text = strings.TrimSpace(strike(text, entities))
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

// strike puts ~~ around what is struck through, as people type it: their apps take the tildes away and send an
// entity. Each line is struck by itself.
func strike(text string, entities []entity) string {
	u := utf16.Encode([]rune(text))
	depth := make([]int, len(u)+1)
	for _, e := range entities {
		if e.Type == "strikethrough" && e.within(len(u)) {
			depth[e.Offset]++
			depth[e.Offset+e.Length]--
		}
	}
	var out []uint16
	for i, deep := 0, 0; i < len(u); {
		deep += depth[i]
		end := i + 1
		for end < len(u) && u[end-1] != '\n' && u[end] != '\n' && (deep+depth[end] > 0) == (deep > 0) {
			deep += depth[end]
			end++
		}
		if deep == 0 || u[i] == '\n' {
			out = append(out, u[i:end]...)
			i = end
			continue
		}
		from, to := trimmed(u, i, end)
		out = append(out, u[i:from]...)
		inner := slices.DeleteFunc(slices.Clone(u[from:to]), func(x uint16) bool { return x == '~' })
		if len(inner) > 0 {
			if len(out) > 0 && out[len(out)-1] == '~' {
				out = append(out, ' ')
			}
			out = append(append(append(out, '~', '~'), inner...), '~', '~')
			if to < len(u) && u[to] == '~' {
				out = append(out, ' ')
			}
		}
		out = append(out, u[to:end]...)
		i = end
	}
	return string(utf16.Decode(out))
}

// trimmed is a stretch of a text without the spaces at its ends.
func trimmed(u []uint16, from, to int) (int, int) {
	for from < to && unicode.IsSpace(rune(u[from])) {
		from++
	}
	for to > from && unicode.IsSpace(rune(u[to-1])) {
		to--
	}
	return from, to
}

// within reports whether e is a stretch of a text of n units. What others send needn't be.
func (e entity) within(n int) bool {
	return e.Offset >= 0 && e.Length > 0 && e.Offset <= n && e.Length <= n-e.Offset
}

// named reports whether a name, without its @, is ours.
func (s Self) named(name string) bool {
	if s.Name == "" {
		return strings.HasSuffix(strings.ToLower(name), "bot")
	}
	return strings.EqualFold(name, s.Name)
}

// isName reports whether s has the form of a Telegram name.
func isName(s string) bool {
	if len(s) < 4 || len(s) > 32 {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) < 0
}

// unmention cuts out where a text mentions us, and reports whether it does. The entities are those of the new text.
func (s Self) unmention(text string, entities []entity) (string, []entity, bool) {
	u := utf16.Encode([]rune(text))
	var ours []entity
	entities = slices.DeleteFunc(slices.Clone(entities), func(e entity) bool {
		if !e.within(len(u)) {
			return true
		}
		name := string(utf16.Decode(u[e.Offset : e.Offset+e.Length]))
		is := e.Type == "mention" && strings.HasPrefix(name, "@") && s.named(name[1:]) ||
			e.Type == "text_mention" && e.User != nil && e.User.ID == s.ID && s.ID != 0
		if is {
			ours = append(ours, e)
		}
		return is
	})
	if len(ours) == 0 {
		return text, entities, false
	}
	slices.SortFunc(ours, func(a, b entity) int { return a.Offset - b.Offset })
	var left []uint16
	at := make([]int, len(u)+1) // where each unit is in left, or what comes behind it
	from := 0
	keep := func(to int) {
		for ; from < to; from++ {
			at[from] = len(left)
			left = append(left, u[from])
		}
	}
	for _, e := range ours {
		if e.Offset < from {
			continue
		}
		keep(e.Offset)
		end := e.Offset + e.Length
		if end < len(u) && u[end] == ' ' && (len(left) == 0 || left[len(left)-1] == ' ' || left[len(left)-1] == '\n') {
			end++
		}
		for ; from < end; from++ {
			at[from] = len(left)
		}
	}
	keep(len(u))
	at[len(u)] = len(left)
	for i, e := range entities {
		entities[i].Offset, entities[i].Length = at[e.Offset], at[e.Offset+e.Length]-at[e.Offset]
	}
	return string(utf16.Decode(left)), entities, true
}
