package admin_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/admin"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/conversation/shop"
)

func TestInvite_ItsCodeMakesAShop(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		code := t.Invited("새우네\n")
		if len(code) < 16 {
			t.Error(code)
		}
		t.Does(bot.Update{Chat: "new", Text: "/start " + strings.ToUpper(code)})
		t.Hear("초대를 확인했어요. 새우네 사장님, 반가워요! 👋\n" + bottest.Ko("start.how", "ai", "start.more"))
		t.Does(bottest.From("new", "p1", "새우 파스타 18,000원"))
		got, err := t.Store.Recent(t.Context(), "telegram", "new", 5)
		t.Check(err)
		if s := t.Shop("new"); s.Name != "새우네" || len(got) != 1 || got[0].Cut.Words.Shop != "새우네" {
			t.Errorf("%+v, %+v", s, got)
		}
		t.Does(bot.Update{Chat: "new", Text: "/start " + code})
		t.Hear(bottest.Ko("start.bound", "start.how", "ai"))
	})
}

func TestInvite_ACodeThatIsNoUseSaysWhatToDo(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		used, late := t.Invited(""), t.Invited("")
		t.Does(bot.Update{Chat: "first", Text: "/start " + used})
		t.Hears()
		for _, code := range []string{
			used, "abc123", strings.Repeat("a", shop.CodeLetters), "'; DROP TABLE invites",
			strings.Repeat("x", 4000),
		} {
			t.Does(bot.Update{Chat: "second", Text: "/start " + code})
			t.Hear(bottest.Ko("start.badcode"))
		}
		time.Sleep(admin.InviteLife)
		t.Does(bot.Update{Chat: "second", Text: "/start " + late})
		t.Hear(bottest.Ko("start.badcode"))
		if c := t.Chat("second"); c.Shop != 0 {
			t.Errorf("%+v", c)
		}
		t.Does(bot.Update{Chat: "second", Text: "/start"})
		t.Hear(bottest.Ko("start.hello", "invite.needed", "ai"))
	})
}

func TestInvite_ItsCodeBindsAGroupToo(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		code := t.Invited("")
		t.Does(bot.Update{Chat: "-5", Group: true, ToUs: true, Text: "/start " + code})
		t.Hear(bottest.Ko("start.joined", "start.how", "ai", "start.more"))
		if t.Shop("-5").Name != "" {
			t.Error(t.Shop("-5"))
		}
	})
}

func TestInvite_IsMadeInPrivateByAnAdmin(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		code := t.Invited("새우네")
		t.Configure(func(o *session.Options) {
			to := o.Guide.Platforms["telegram"]
			to.Link = func(code string) string { return "https://t.me/sajangpick_bot?start=" + code }
			o.Guide.Platforms[to.Name] = to
		})
		t.Does(bot.Update{Chat: "-5", Group: true, ToUs: true, User: bot.User{ID: "boss"}, Text: "/invite"})
		t.Hear(bottest.Ko("admin.private"))
		t.Does(bot.Update{Chat: "boss", User: bot.User{ID: "boss"}, Text: "/invite"})
		s := t.Hears()[0]
		link := s.Buttons[0][0].Copy
		if !strings.HasPrefix(link, "https://t.me/sajangpick_bot?start=") || !strings.Contains(s.Text, link) ||
			strings.Contains(s.Text, code) {
			t.Errorf("%+v", s)
		}
		if !strings.Contains(s.Text, "1월 15일까지") { // it is the first of January
			t.Error(s.Text)
		}
	})
}

func TestStart_TellsHowToBegin(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Does(bot.Update{Chat: "new", Text: "/start"})
		t.Does(bot.Update{Chat: "new", Text: "/start from-a-poster"})
		hello := bottest.Ko("start.hello", "start.how", "ai", "start.more")
		t.Hear(hello, hello)
		if n := strings.Count(hello, "\n"); n > 4 {
			t.Errorf("%d lines", n+1)
		}
	})
}
