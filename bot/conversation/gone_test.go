package conversation_test

import (
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/pipeline"
)

// TestConversation_AnOrderPastItsKeepingTimeIsSaidToBeGone asks for an old order in every way that there is, once when
// its words and files are gone and once when nothing but its sums is left.
func TestConversation_AnOrderPastItsKeepingTimeIsSaidToBeGone(t *testing.T) {
	bottest.Office(t, func(t *bottest.Talk) {
		gone := bottest.Ko("order.gone")
		t.Sends("p1", "새우 파스타 18,000원")
		o := t.Becomes(t.Orders()[0], func(o *pipeline.Order) { o.Status = pipeline.Cancelled })
		t.Hears()
		t.Waits(91 * 24 * time.Hour)
		t.Check(t.Store.PurgeExpired(t.Context(), time.Now().Add(-7*24*time.Hour)))
		t.Check(t.Store.MarkPurged(t.Context(), o.ID))
		for _, compacted := range []bool{false, true} {
			if compacted {
				n, done, err := t.Store.Compact(t.Context(), time.Now().Add(-90*24*time.Hour))
				if t.Check(err); n != 1 || !done {
					t.Fatalf("%d were compacted, done: %v", n, done)
				}
			}
			for _, verb := range []string{
				intent.DoCancel, intent.DoFix, intent.DoAgain, intent.DoLook, intent.DoMusic, intent.DoSize,
				intent.DoResend, intent.DoCame, intent.DoAnyway,
			} {
				t.Presses(intent.Action(verb, o.ID, "yes"))
				t.Hear(gone)
			}
			again := bottest.Photo("p1", "새우 파스타 18,000원") // the same message, told once more
			t.Does(again)
			t.Hear(gone)
			t.Does(bot.Update{
				Text: "봉골레 17,000원", Reply: &bot.Reply{Message: "p1", Pictures: bottest.Photo("p1", "").Pictures},
			})
			t.Hear(gone)
			for _, text := range []string{"/videos", "/export"} {
				t.Writes(text)
				t.Hear(bottest.Ko("videos.none"))
			}
			for _, text := range []string{"/retry 1", "/resend 1"} {
				if got := t.Commands(text); got != "1번 주문은 보관 기한이 지나 사진과 영상을 지웠어요." && compacted {
					t.Errorf("%s: %q", text, got)
				}
			}
			if len(t.Orders()) != 0 {
				t.Errorf("it was placed again: %+v", t.Orders())
			}
		}
		if got := t.Commands("/status 1"); got != "1번 주문은 보관 기한이 지나 사진과 영상을 지웠어요." {
			t.Errorf("an admin hears %q", got)
		}
		t.Sends("p2", "봉골레 17,000원")
		t.Ordered("p2 봉골레 17,000원")
	})
}
