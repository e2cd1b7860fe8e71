package bottest

import (
	"strings"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
)

// Invited makes a code as an admin in a chat of their own.
func (t *Talk) Invited(name string) string {
	t.Helper()
	t.Configure(func(o *session.Options) { o.Open, o.Admins = false, map[string]bool{"telegram:boss": true} })
	t.Does(bot.Update{Chat: "boss", User: bot.User{ID: "boss"}, Text: "/invite " + name})
	s := t.Hears()[0]
	_, code, ok := strings.Cut(s.Text, "/start ")
	if !ok {
		t.Fatalf("%+v", s)
	}
	return strings.Fields(code)[0]
}
