package bot

import "regexp"

// Platform is what a messenger says of the platform that it leads to: nothing else in bot knows one by its name.
type Platform struct {
	Name   string // in rows, settings, logs and metrics: it is stored, so it never changes
	Labels Labels // what people call it
	// Phrases are said there in the place of those that the service has for all, by language and key.
	Phrases map[string]map[string]string
	// Commands writes the commands in a text (/help) as they are given there; nil: as they stand.
	Commands func(text string) string
	// Link is an address that opens a chat with us, which begins with a code unless that is empty; "" while it isn't
	// known. nil: there are no such addresses.
	Link func(code string) string
	// Private is the chat that a person reads alone and that we may write to; nil: it isn't known from their id.
	Private func(user string) (chat string)
	// Means reports whether settings mean a chat when they name another; nil: they name each as it is.
	Means func(named, chat string) bool

	People, Chats IDs // those that settings may name
}

// IDs are what the ids of a platform look like.
type IDs struct {
	Form    *regexp.Regexp // of the whole of one; nil: settings name none
	Example string         // one that a person who writes settings recognises
}

// Fit reports whether an id is one of them.
func (i IDs) Fit(id string) bool { return i.Form != nil && i.Form.MatchString(id) }

// Spoken writes the commands in a text as they are given on the platform.
func (p Platform) Spoken(text string) string {
	if p.Commands == nil {
		return text
	}
	return p.Commands(text)
}

// IsNamed reports whether settings mean a chat by a name.
func (p Platform) IsNamed(named, chat string) bool {
	return named == chat || p.Means != nil && p.Means(named, chat)
}

// Labels are what people call something, by language: ko, en.
type Labels map[string]string

// In is what something is called in a language; fallback where it has no label.
func (l Labels) In(lang, fallback string) string {
	if text := l[lang]; text != "" {
		return text
	}
	return fallback
}
