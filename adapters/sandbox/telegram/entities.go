package telegram

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// units counts a text as Telegram does: in UTF-16 code units.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// part cuts a stretch of UTF-16 units out of a text.
func part(s string, offset, length int) string {
	all := utf16.Encode([]rune(s))
	if offset < 0 || length < 0 || offset+length > len(all) {
		return ""
	}
	return string(utf16.Decode(all[offset : offset+length]))
}

// written reads a text that a bot sent. What comes out has no white space at its ends. Our bot writes plain
// text only, so that one with marks of its own is refused.
func (p params) written(name string) (string, []Entity, error) {
	raw := p.Text(name)
	switch {
	case !utf8.ValidString(raw):
		return "", nil, bad("strings must be encoded in UTF-8")
	case p.Text("parse_mode")+p.Text("entities")+p.Text("caption_entities") != "":
		return "", nil, bad("the stand-in takes neither parse_mode nor entities")
	}
	raw = strings.TrimSpace(raw)
	return raw, detect(raw, nil), nil
}

var (
	detected = regexp.MustCompile(
		`(?:^|[^\w/@])(/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?|@[A-Za-z]\w{3,31}|https?://[^\s<>"]+)`,
	)
	crossed = regexp.MustCompile(`~~([^~\n]+)~~`)
)

// typed is what an app makes of what a person types: what stands between two tildes is struck through, and they
// are gone.
func typed(text string) (string, []Entity) {
	var plain strings.Builder
	var all []Entity
	from := 0
	for _, at := range crossed.FindAllStringSubmatchIndex(text, -1) {
		plain.WriteString(text[from:at[0]])
		struck := text[at[2]:at[3]]
		all = append(all, Entity{Type: "strikethrough", Offset: units(plain.String()), Length: units(struck)})
		plain.WriteString(struck)
		from = at[1]
	}
	plain.WriteString(text[from:])
	return plain.String(), detect(plain.String(), all)
}

// detect adds the entities that Telegram finds by itself: commands, mentions and links.
func detect(text string, all []Entity) []Entity {
	for _, at := range detected.FindAllStringSubmatchIndex(text, -1) {
		found := text[at[2]:at[3]]
		e := Entity{Type: "url", Offset: units(text[:at[2]]), Length: units(found)}
		switch found[0] {
		case '/':
			e.Type = "bot_command"
		case '@':
			e.Type = "mention"
		}
		all = append(all, e)
	}
	slices.SortStableFunc(all, func(a, b Entity) int { return cmp.Compare(a.Offset, b.Offset) })
	return all
}
