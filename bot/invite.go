package bot

import (
	"crypto/rand"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot/phrase"
	"github.com/sajangpick/sajangpick/bot/state"
)

// inviteLife is how long an invite may be used.
const inviteLife = 14 * 24 * time.Hour

// An invite's code has so many letters, of five bits each.
const (
	codeLetters  = 26
	codeAlphabet = "abcdefghijklmnopqrstuvwxyz234567"
)

// invite makes a code that binds one chat to a new shop.
func (c *Console_) invite(v demand, name string) error {
	if !c.forAdmins(v) {
		return nil
	}
	if v.Group && !v.aside() { // all its members would read the code
		v.tell("admin.private", nil)
		return nil
	}
	name, long := cleanName(name)
	if long {
		v.tell("shop.long", nil)
		return nil
	}
	code := strings.ToLower(rand.Text())
	v.change.NewCode = &state.Invite{
		Code: code, Name: name, By: v.who(), Expires: v.now.Add(inviteLife),
	}
	v.audit(strings.TrimSpace("/invite "+name), "invited")
	key := "invite.made"
	if name != "" {
		key = "invite.made.shop"
	}
	line := Spoken(v.Platform, "/start "+code)
	text := v.fill(key, phrase.Args{"name": name, "date": v.date(v.local(v.now.Add(inviteLife)))}) + "\n" + line
	if link := c.inviteLink(v.Platform, code); link != "" {
		line = link
		text += "\n" + link
	}
	copied := state.Button{Label: v.fill("invite.copy", nil), Copy: line}
	v.say(state.OutgoingMessage{Message: state.Message{Text: text, Buttons: [][]state.Button{{copied}}}})
	return nil
}

// inviteLink opens a chat with us that begins with the code; "" where there is no such thing.
func (c *Console_) inviteLink(platform, code string) string {
	if platform != "telegram" || c.BotName == nil || c.BotName() == "" {
		return ""
	}
	return "https://t.me/" + c.BotName() + "?start=" + code
}
