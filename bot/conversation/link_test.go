package conversation_test

import (
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
)

// TestMembers_ALinkToThePageGoesToThePersonAlone asks for a link in chats of their own, in groups and aside.
func TestMembers_ALinkToThePageGoesToThePersonAlone(t *testing.T) {
	const page = "https://pick.test/in#"
	for name, x := range map[string]struct {
		update bot.Update
		closed bool   // shops are made by an invite only
		off    bool   // there is no page
		to     string // the chat that the link goes to; empty: none does
		says   string // what else is said, by its key, in the chat that asked
	}{
		"an owner":     {update: bot.Update{Text: "/web"}, to: "owner"},
		"another shop": {update: bot.Update{Text: "홈페이지", Chat: "other"}, to: "other"},
		"a group": {
			update: bot.Update{Text: "/web", Chat: "-7", Group: true, ToUs: true}, to: "kim", says: "web.sent",
		},
		"aside": {
			update: bot.Update{Text: "/web", Chat: "-7", Group: true, ToUs: true, Topic: "@kim"}, to: "-7",
		},
		"in the group's name": {
			update: bot.Update{Text: "/web", User: bot.User{Anonymous: true}}, says: "web.anonymous",
		},
		"without an invite":      {update: bot.Update{Text: "/web", Chat: "new"}, closed: true, says: "invite.needed"},
		"without a page":         {update: bot.Update{Text: "/web"}, off: true, says: "web.off"},
		"signed out of them all": {update: bot.Update{Text: "/web 로그아웃"}, says: "web.ended"},
	} {
		bottest.Office(t, func(t *bottest.Talk) {
			t.Configure(func(o *session.Options) {
				if o.Open = !x.closed; !x.off {
					o.SignIn = page
				}
			})
			x.update.Chat = map[string]string{"": "owner"}[x.update.Chat] + x.update.Chat
			t.Does(x.update)
			to, said := "", ""
			for _, s := range t.Hears() {
				if at := strings.Index(s.Text, page); at >= 0 {
					to = s.Thread.Chat
					if secret := s.Text[at+len(page):]; len(secret) < 20 || len(s.Buttons) != 1 ||
						s.Buttons[0][0].Link != page+secret {
						t.Errorf("%s: %q %+v", name, s.Text, s.Buttons)
					}
					continue
				}
				if s.Thread.Chat != x.update.Chat {
					t.Errorf("%s: %q is said in %s", name, s.Text, s.Thread.Chat)
				}
				if s.Text != bottest.Ko("ai") { // which a new chat is told as well
					said = s.Text
				}
			}
			want := ""
			if x.says != "" {
				want = bottest.Ko(x.says)
			}
			if to != x.to || said != want {
				t.Errorf("%s: a link to %q, and %q is said; want %q, and %q", name, to, said, x.to, want)
			}
		})
	}
}
