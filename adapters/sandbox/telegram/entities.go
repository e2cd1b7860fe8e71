package telegram

import (
	"cmp"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"unicode"
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

// markup reads a text that a bot sent: its parse mode, or the entities given beside it. What comes out
// has no white space at its ends.
func (p params) markup(text, entities string) (string, []Entity, error) {
	raw := p.text(text)
	if !utf8.ValidString(raw) {
		return "", nil, bad("strings must be encoded in UTF-8")
	}
	var found []Entity
	var err error
	switch mode := strings.ToLower(p.text("parse_mode")); mode {
	case "html":
		if raw, found, err = parseHTML(raw); err != nil {
			return "", nil, err
		}
	case "":
		if err := p.object(entities, &found); err != nil {
			return "", nil, err
		}
		for _, e := range found {
			if e.Offset < 0 || e.Length <= 0 || e.Offset+e.Length > units(raw) {
				return "", nil, bad("entity beginning or end is outside of the text")
			}
		}
	default: // Markdown exists, but nobody here may write it
		return "", nil, bad("unsupported parse_mode")
	}
	raw, found = trim(raw, found)
	return raw, detect(raw, found), nil
}

func trim(s string, all []Entity) (string, []Entity) {
	left := strings.TrimLeftFunc(s, unicode.IsSpace)
	cut := units(s) - units(left)
	left = strings.TrimRightFunc(left, unicode.IsSpace)
	var kept []Entity
	for _, e := range all {
		from, to := max(e.Offset-cut, 0), min(e.Offset+e.Length-cut, units(left))
		if e.Offset, e.Length = from, to-from; e.Length > 0 {
			kept = append(kept, e)
		}
	}
	return left, kept
}

// tags are what Telegram's HTML knows, and the entities that they become.
var tags = map[string]string{
	"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
	"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
	"a": "text_link", "blockquote": "blockquote", "tg-spoiler": "spoiler",
}

var (
	tagName  = regexp.MustCompile(`^[A-Za-z0-9-]*`)
	tagHref  = regexp.MustCompile(`(?i)\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))`)
	htmlRef  = regexp.MustCompile(`^&(#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|lt|gt|amp|quot);`)
	detected = regexp.MustCompile(`(?:^|[^\w/@])(/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?|@[A-Za-z]\w{3,31}|https?://[^\s<>"]+)`)
)

type openTag struct {
	name string
	at   int // in the source
	Entity
}

func parseHTML(src string) (string, []Entity, error) {
	var out strings.Builder
	var all []Entity
	var open []openTag
	fail := func(format string, a ...any) (string, []Entity, error) {
		return "", nil, bad("can't parse entities: " + fmt.Sprintf(format, a...))
	}
	for i := 0; i < len(src); {
		if ref := htmlRef.FindString(src[i:]); src[i] == '&' && ref != "" {
			out.WriteString(html.UnescapeString(ref))
			i += len(ref)
			continue
		}
		if src[i] != '<' {
			out.WriteByte(src[i])
			i++
			continue
		}
		size := strings.IndexByte(src[i:], '>')
		closing := strings.HasPrefix(src[i:], "</")
		switch {
		case closing && len(open) == 0:
			return fail("Unexpected end tag at byte offset %d", i)
		case size < 0 && closing:
			return fail("Unclosed end tag at byte offset %d", i)
		case closing:
			name := strings.ToLower(strings.TrimSpace(src[i+2 : i+size]))
			top := open[len(open)-1]
			if name != "" && name != top.name {
				return fail("Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", i, top.name, name)
			}
			open = open[:len(open)-1]
			top.Length = units(out.String()) - top.Offset
			if top.Length > 0 && (top.Type != "text_link" || top.URL != "") {
				all = append(all, top.Entity)
			}
		default:
			name := strings.ToLower(tagName.FindString(src[i+1:]))
			kind, ok := tags[name]
			if !ok {
				return fail("Unsupported start tag \"%s\" at byte offset %d", name, i)
			}
			if size < 0 {
				return fail("Unclosed start tag at byte offset %d", i)
			}
			e := Entity{Type: kind, Offset: units(out.String())}
			if m := tagHref.FindStringSubmatch(src[i : i+size]); name == "a" && m != nil {
				e.URL = html.UnescapeString(m[1] + m[2] + m[3])
			}
			open = append(open, openTag{name, i, e})
		}
		i += size + 1
	}
	if len(open) > 0 {
		return fail("Can't find end tag corresponding to start tag \"%s\"", open[len(open)-1].name)
	}
	return out.String(), all, nil
}

var crossed = regexp.MustCompile(`~~([^~\n]+)~~`)

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
		inCode := func(o Entity) bool {
			return (o.Type == "code" || o.Type == "pre") && o.Offset <= e.Offset && e.Offset < o.Offset+o.Length
		}
		if !slices.ContainsFunc(all, inCode) {
			all = append(all, e)
		}
	}
	slices.SortStableFunc(all, func(a, b Entity) int { return cmp.Compare(a.Offset, b.Offset) })
	return all
}
