package conversation_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/conversation/shop"
)

func TestCrowd_TwentyMessagesOfAChatWaitAtMost(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		for range 3 * bot.MaxWaiting {
			t.Writes("/help")
		}
		if n := t.Pending("owner"); n != bot.MaxWaiting {
			t.Errorf("%d wait", n)
		}
		t.Does(bot.Update{Chat: "other", Text: "/usage"})
		t.Sends("p1", "새우 파스타 18,000원") // an order needs no word
		t.Ordered("p1 새우 파스타 18,000원")
		says := t.Hears()
		if len(says) != bot.MaxWaiting+1 || says[bot.MaxWaiting-2].Text == bottest.Ko("say.many") ||
			says[bot.MaxWaiting-1].Text != bottest.Ko("say.many") {
			t.Errorf("said %d: %+v", len(says), says)
		}
		if says[bot.MaxWaiting].Thread.Chat != "other" {
			t.Errorf("another chat waits for it: %+v", says)
		}
		t.Writes("/help") // now that all is said
		t.Hear(bottest.Ko("help") + "\n\n🤖 " + bottest.Ko("ai"))
	})
}

func TestCrowd_AStrangerInAGroupHasOneAnswerAnHour(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Configure(func(o *session.Options) { o.Open, o.Admins = false, map[string]bool{"telegram:boss": true} })
		writes := func(user, text string) {
			t.Helper()
			t.Does(bot.Update{Chat: "-5", Group: true, ToUs: true, User: bot.User{ID: user}, Text: text})
		}
		for range 3 {
			for _, text := range []string{"/help", "/weather", "/start wrong", "/status", "안녕하세요"} {
				writes("kim", text)
			}
		}
		if says := t.Hears(); len(says) != 1 {
			t.Errorf("kim hears %d answers: %+v", len(says), says)
		}
		writes("lee", "/help")
		writes("lee", "/help")
		writes("boss", "/help")
		writes("boss", "/status")
		if says := t.Hears(); len(says) != 4 { // help, and what admins may; the second was in time
			t.Errorf("lee and an admin hear %d: %+v", len(says), says)
		}
		for i := range 50 {
			writes(fmt.Sprint("crowd", i), "/help")
		}
		if says := t.Hears(); len(says) != shop.MaxStrangers-2 {
			t.Errorf("a crowd hears %d", len(says))
		}
		time.Sleep(shop.AnswerEvery)
		writes("kim", "/help")
		writes("kim", "/help")
		if says := t.Hears(); len(says) != 1 {
			t.Errorf("an hour later kim hears %d: %+v", len(says), says)
		}
		code := t.Invited("새우네")
		writes("kim", "/start "+code) // who has a code is no stranger
		writes("kim", "/help")
		if says := t.Hears(); len(says) != 2 {
			t.Errorf("with a code kim hears %d: %+v", len(says), says)
		}
	})
}
