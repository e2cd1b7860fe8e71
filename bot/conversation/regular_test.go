package conversation_test

import (
	"slices"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/intent"
)

const askRegular22 = "정가 22,000원은 최근 20일 안에 실제로 받던 가격인가요?…"

func TestIntake_ACrossedOutPriceIsAskedAboutOnceAShop(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "새우 파스타 22,000원 → 18,000원")
		q := t.Hear(askRegular22)
		t.Ordered()
		if q[0].Thread.Message != "p1" || q[0].Buttons[0][0].Style != bot.Primary {
			t.Errorf("%+v", q[0])
		}
		t.Presses(intent.Action(intent.DoPick, t.Drafts()[0].ID, 0)) // a forged press takes no way around it
		t.Hear("이미 끝난 질문이에요.…")
		yes := t.Button(q, "네, 받던 가격이에요")
		t.Presses(yes)
		t.Ordered("p1 새우 파스타 18,000원")
		t.Presses(yes)
		t.Hear("", "새우 파스타 · 18,000원…", "이미 끝난 질문이에요.…")
		t.Sends("p3", "피자 25,000원 → 21,000원") // it is remembered
		t.Hear()
		if got := t.Crossed(); !slices.Equal(got, []int{22000, 25000}) || !t.Shop("owner").RegularReal {
			t.Errorf("crossed out: %v", got)
		}
		t.Does(bottest.From("other", "p4", "피자 25,000원 → 21,000원")) // another shop has said nothing
		t.Hear("정가 25,000원은 최근 20일 안에…")
	})
}

func TestIntake_AQuestionAboutCrossedOutPricesNamesEachThatItsAnswerIsFor(t *testing.T) {
	asks := func(t *bottest.Talk) (first, second string) {
		t.Helper()
		t.Sends("p1", "갈비탕 ~~15,000~~ 12,000")
		first = t.Button(t.Hear("정가 15,000원은 최근 20일 안에…"), "네, 받던 가격이에요")
		t.Waits(time.Second)
		t.Sends("p2", "막국수 만원, 오늘만 8천원")
		says := t.Hear("정가 15,000원, 10,000원은 최근 20일 안에 실제로 받던 가격인가요?…")
		if says[0].Thread.Message != "p2" {
			t.Errorf("the second photo isn't answered: %+v", says[0])
		}
		return first, t.Button(says, "네, 받던 가격이에요")
	}
	bottest.Conversation(t, func(t *bottest.Talk) {
		first, second := asks(t)
		t.Presses(second)
		t.Ordered("p1 갈비탕 12,000원", "p2 막국수 8,000원")
		t.Presses(first)
		t.Hear("", "영상 2편을 만들게요.", "이미 끝난 질문이에요.…")
		if got := t.Crossed(); !slices.Equal(got, []int{15000, 10000}) {
			t.Errorf("crossed out: %v", got)
		}
	})
	bottest.Conversation(t, func(t *bottest.Talk) {
		first, _ := asks(t)
		t.Presses(first)
		t.Ordered("p1 갈비탕 12,000원")
		t.Hears()
		t.Writes("아니요")
		t.Ordered("p1 갈비탕 12,000원", "p2 막국수 8,000원")
		if got := t.Crossed(); !slices.Equal(got, []int{15000, 0}) {
			t.Errorf("crossed out: %v", got)
		}
	})
	bottest.Conversation(t, func(t *bottest.Talk) {
		asks(t)
		t.Waits(10 * time.Minute) // it is asked once more, about both
		t.Hear("보내 주신 사진을 잘 가지고 있어요. 정가 15,000원, 10,000원은 최근 20일 안에 실제로 받던 가격인가요?")
		t.Writes("네")
		t.Ordered("p1 갈비탕 12,000원", "p2 막국수 8,000원")
	})
}

func TestIntake_AnAlbumThatCrossesPricesOutIsOneQuestion(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Album("a", "새우 파스타 22,000원 → 18,000원", "봉골레 20,000원 → 17,000원")
		t.Waits(2 * time.Second)
		t.Presses(t.Button(t.Hears(), "모두 따로"))
		q := t.Hear("", "정가 22,000원, 20,000원은 최근 20일 안에 실제로 받던 가격인가요?…", "✓ 모두 따로")
		t.Presses(t.Button(q, "네, 받던 가격이에요"))
		got := t.Crossed()
		if slices.Sort(got); !slices.Equal(got, []int{20000, 22000}) {
			t.Errorf("crossed out: %v", got)
		}
	})
}

func TestIntake_APriceThatWasNeverChargedIsNotCrossedOut(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "새우 파스타 22,000원 → 18,000원")
		t.Hear(askRegular22)
		t.Writes("아니요")
		t.Ordered("p1 새우 파스타 18,000원")
		if got := t.Crossed(); got[0] != 0 || t.Shop("owner").RegularReal {
			t.Errorf("crossed out: %v", got)
		}
		t.Sends("p2", "새우 파스타 22,000원 → 18,000원") // a no isn't for ever
		t.Hear(askRegular22)
		t.Waits(10 * time.Minute)
		t.Hear("보내 주신 사진을 잘 가지고 있어요. 정가 22,000원은 최근 20일 안에 실제로 받던 가격인가요?")
		t.Writes("네")
		if got := t.Orders(); len(got) != 2 || got[1].Cut.Words.Regular != 22000 {
			t.Errorf("%+v", got)
		}
	})
}

func TestEdits_AnEditThatCrossesAPriceOutIsAskedAboutToo(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "새우 파스타 18,000원")
		u := bottest.Photo("p1", "새우 파스타 22,000원 → 17,000원")
		u.Kind = bot.Edited
		t.Does(u)
		q := t.Hear(askRegular22)
		if w := t.Orders()[0].Cut.Words; w.Won != 18000 {
			t.Errorf("it was changed at once: %+v", w)
		}
		t.Presses(t.Button(q, "네, 받던 가격이에요"))
		if w := t.Orders()[0].Cut.Words; w.Won != 17000 || w.Regular != 22000 {
			t.Errorf("%+v", w)
		}
		t.Hears()
		t.Presses(intent.Action(intent.DoRegular, 1, "yes"))
		t.Hear("이미 끝난 질문이에요.…")
	})
}
