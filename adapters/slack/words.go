package slack

import (
	"regexp"
	"strings"
)

// link is what Slack makes of mentions, channels and addresses in a text.
var link = regexp.MustCompile(`<([^<>]+)>`)

// emoji is how Slack writes one, or several whose names are numbers (:100:, :1234:).
var (
	emoji  = regexp.MustCompile(`:([+-]1|[a-z0-9_+'-]*[a-z_][a-z0-9_+'-]*):(:skin-tone-[2-6]:)?`)
	number = regexp.MustCompile(`[0-9]?(:[0-9]+:)+[0-9]?`)
)

// code is what stands around words in Slack that are shown in a type of their own.
var code = strings.NewReplacer("`", "")

// listen gives a text as a person wrote it, without our name, and reports whether our name was in it. While
// we don't know ourselves, a text that we are told to be mentioned in begins with our name.
func listen(text string, self ours, mentioned bool) (words string, named bool) {
	named = mentioned
	if self == "" && mentioned {
		if rest, ok := strings.CutPrefix(text, "<@"); ok {
			id, _, _ := strings.Cut(rest, ">")
			self = nameIn(id)
		}
	}
	text = link.ReplaceAllStringFunc(text, func(s string) string {
		inner := s[1 : len(s)-1]
		if who, ok := strings.CutPrefix(inner, "@"); ok && self.is(string(nameIn(who))) {
			named = true
			return ""
		}
		return shown(inner)
	})
	text = number.ReplaceAllStringFunc(emoji.ReplaceAllString(text, ""), func(s string) string {
		if s[0] == ':' && s[len(s)-1] == ':' {
			return ""
		}
		return s // a time, such as 18:00:30
	})
	text = code.Replace(text)
	text = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(text)
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = strings.Trim(l, " \t\u00a0")
	}
	return strings.TrimSpace(strings.Join(lines, "\n")), named
}

// nameIn is the id in a mention, which may be followed by what to show.
func nameIn(mention string) ours {
	id, _, _ := strings.Cut(mention, "|")
	return ours(id)
}

// shown is what a person sees of a link.
func shown(inner string) string {
	target, label, has := strings.Cut(inner, "|")
	switch {
	case strings.HasPrefix(target, "@"), strings.HasPrefix(target, "!subteam"): // another person's id says nothing
		return label
	case strings.HasPrefix(target, "#"):
		return "#" + label
	case strings.HasPrefix(target, "!date"):
		return label
	case strings.HasPrefix(target, "!"):
		return "@" + target[1:]
	case has && label != "":
		return label
	}
	return strings.TrimPrefix(strings.TrimPrefix(target, "mailto:"), "tel:")
}
