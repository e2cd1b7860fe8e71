package conversation_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/sajangpick/sajangpick/bot/bottest"
)

// TestAfterALongSilencePeopleAreAskedToSendAgain is T48 of the edge cases: platforms keep what is written to
// us for a day, so after a longer absence something may be lost.
func TestAfterALongSilencePeopleAreAskedToSendAgain(t *testing.T) {
	bottest.Conversation(t, func(tk *bottest.Talk) {
		alive := func(after time.Duration) {
			time.Sleep(after)
			synctest.Wait()
			if err := tk.Conversation.Heartbeat(tk.Context()); err != nil {
				tk.Fatal(err)
			}
		}
		tk.Writes("/help")
		tk.Hears()
		alive(0)
		alive(23 * time.Hour)
		if got := tk.Hears(); len(got) != 0 {
			tk.Errorf("after a short absence: %v", got)
		}
		alive(25 * time.Hour)
		got := tk.Hears()
		if len(got) != 1 || got[0].Thread.Chat != "owner" ||
			got[0].Text != "하루 넘게 자리를 비웠어요. 그사이 답을 못 받은 사진이 있으면 한 번만 다시 보내 주세요." {
			tk.Errorf("after a long one: %v", got)
		}
		alive(time.Minute)
		if got := tk.Hears(); len(got) != 0 {
			tk.Errorf("once is enough: %v", got)
		}
	})
}
