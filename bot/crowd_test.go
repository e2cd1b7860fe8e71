package bot

import (
	"fmt"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
)

// unsaid counts the messages that wait to be sent to a chat.
func (t *talk) unsaid(chat string) int {
	t.Helper()
	return t.chat(chat).Waiting
}

func TestDesk_TwentySaysAChatWaitAtMost(t *testing.T) {
	conversation(t, func(t *talk) {
		for range 3 * state.MaxWaiting {
			t.writes("/help")
		}
		if n := t.unsaid("owner"); n != state.MaxWaiting {
			t.Errorf("%d wait", n)
		}
		t.does(Update{Chat: "other", Text: "/usage"})
		t.sends("p1", "새우 파스타 18,000원") // an order needs no word
		t.ordered("p1 새우 파스타 18,000원")
		says := t.hears()
		if len(says) != state.MaxWaiting+1 || says[state.MaxWaiting-2].Text == ko("say.many") || says[state.MaxWaiting-1].Text != ko("say.many") {
			t.Errorf("said %d: %+v", len(says), says)
		}
		if says[state.MaxWaiting].Thread.Chat != "other" {
			t.Errorf("another chat waits for it: %+v", says)
		}
		t.writes("/help") // now that all is said
		t.hear(ko("help") + "\n\n🤖 " + ko("ai"))
	})
}

func TestDesk_AStrangerInAGroupHasOneAnswerAnHour(t *testing.T) {
	conversation(t, func(t *talk) {
		t.desk.Open, t.desk.Admins = false, map[string]bool{"telegram:boss": true}
		writes := func(user, text string) {
			t.Helper()
			t.does(Update{Chat: "-5", Group: true, ToUs: true, User: User{ID: user}, Text: text})
		}
		for range 3 {
			for _, text := range []string{"/help", "/weather", "/start wrong", "/status", "안녕하세요"} {
				writes("kim", text)
			}
		}
		if says := t.hears(); len(says) != 1 {
			t.Errorf("kim hears %d answers: %+v", len(says), says)
		}
		writes("lee", "/help")
		writes("lee", "/help")
		writes("boss", "/help")
		writes("boss", "/status")
		if says := t.hears(); len(says) != 4 { // help, and what admins may; the second was in time
			t.Errorf("lee and an admin hear %d: %+v", len(says), says)
		}
		for i := range 50 {
			writes(fmt.Sprint("crowd", i), "/help")
		}
		if says := t.hears(); len(says) != maxStrangers-2 {
			t.Errorf("a crowd hears %d", len(says))
		}
		time.Sleep(answerEvery)
		writes("kim", "/help")
		writes("kim", "/help")
		if says := t.hears(); len(says) != 1 {
			t.Errorf("an hour later kim hears %d: %+v", len(says), says)
		}
		code := t.invited("새우네")
		writes("kim", "/start "+code) // who has a code is no stranger
		writes("kim", "/help")
		if says := t.hears(); len(says) != 2 {
			t.Errorf("with a code kim hears %d: %+v", len(says), says)
		}
	})
}
