package admin

import (
	"crypto/rand"
	"strings"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
)

// InviteLife is how long an invite may be used.
const InviteLife = 14 * 24 * time.Hour

// invite makes a code that binds one chat to a new shop.
func (c *Console) invite(v Demand, name string) error {
	if !v.forAdmins() {
		return nil
	}
	if v.Group && !v.Aside() { // all its members would read the code
		v.Tell("admin.private", nil)
		return nil
	}
	name, long := intent.CleanName(name)
	if long {
		v.Tell("shop.long", nil)
		return nil
	}
	code := strings.ToLower(rand.Text())
	v.Change.NewCode = &bot.Invite{
		Code: code, Name: name, By: v.Who(), Expires: v.Now.Add(InviteLife),
	}
	v.Audit(strings.TrimSpace("/invite "+name), "invited")
	key := "invite.made"
	if name != "" {
		key = "invite.made.shop"
	}
	line := v.On.Spoken("/start " + code)
	text := v.Fill(key, present.Args{"name": name, "date": v.Date(v.Local(v.Now.Add(InviteLife)))}) + "\n" + line
	if v.On.Link != nil && v.On.Link(code) != "" {
		line = v.On.Link(code)
		text += "\n" + line
	}
	if c.opts.SignIn != "" {
		text += "\n" + c.opts.SignIn + code
	}
	copied := bot.Button{Label: v.Fill("invite.copy", nil), Copy: line}
	v.Send(bot.OutgoingMessage{Message: bot.Message{Text: text, Buttons: [][]bot.Button{{copied}}}})
	return nil
}
