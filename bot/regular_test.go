package bot

import (
	"slices"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
)

const askRegular22 = "정가 22,000원은 최근 20일 안에 실제로 받던 가격인가요?…"

// crossed are the regular prices of the chat's orders, oldest first.
func (t *talk) crossed() (all []int) {
	t.Helper()
	for _, o := range t.orders() {
		all = append(all, o.Cut.Words.Regular)
	}
	return all
}

func TestDesk_ACrossedOutPriceIsAskedAboutOnceAShop(t *testing.T) {
	conversation(t, func(t *talk) {
		t.sends("p1", "새우 파스타 22,000원 → 18,000원")
		q := t.hear(askRegular22)
		t.ordered()
		if q[0].Thread.Message != "p1" || q[0].Buttons[0][0].Style != state.Primary {
			t.Errorf("%+v", q[0])
		}
		t.presses(action(doPick, t.drafts()[0].ID, 0)) // a forged press takes no way around it
		t.hear("이미 끝난 질문이에요.…")
		yes := t.button(q, "네, 받던 가격이에요")
		t.presses(yes)
		t.ordered("p1 새우 파스타 18,000원")
		t.presses(yes)
		t.hear("", "새우 파스타 · 18,000원…", "이미 끝난 질문이에요.…")
		t.sends("p3", "피자 25,000원 → 21,000원") // it is remembered
		t.hear()
		if got := t.crossed(); !slices.Equal(got, []int{22000, 25000}) || !t.shop("owner").RegularReal {
			t.Errorf("crossed out: %v", got)
		}
		t.does(from("other", "p4", "피자 25,000원 → 21,000원")) // another shop has said nothing
		t.hear("정가 25,000원은 최근 20일 안에…")
	})
}

func TestDesk_AQuestionAboutCrossedOutPricesNamesEachThatItsAnswerIsFor(t *testing.T) {
	asks := func(t *talk) (first, second string) {
		t.Helper()
		t.sends("p1", "갈비탕 ~~15,000~~ 12,000")
		first = t.button(t.hear("정가 15,000원은 최근 20일 안에…"), "네, 받던 가격이에요")
		t.waits(time.Second)
		t.sends("p2", "막국수 만원, 오늘만 8천원")
		says := t.hear("정가 15,000원, 10,000원은 최근 20일 안에 실제로 받던 가격인가요?…")
		if says[0].Thread.Message != "p2" {
			t.Errorf("the second photo isn't answered: %+v", says[0])
		}
		return first, t.button(says, "네, 받던 가격이에요")
	}
	conversation(t, func(t *talk) {
		first, second := asks(t)
		t.presses(second)
		t.ordered("p1 갈비탕 12,000원", "p2 막국수 8,000원")
		t.presses(first)
		t.hear("", "영상 2편을 만들게요.", "이미 끝난 질문이에요.…")
		if got := t.crossed(); !slices.Equal(got, []int{15000, 10000}) {
			t.Errorf("crossed out: %v", got)
		}
	})
	conversation(t, func(t *talk) {
		first, _ := asks(t)
		t.presses(first)
		t.ordered("p1 갈비탕 12,000원")
		t.hears()
		t.writes("아니요")
		t.ordered("p1 갈비탕 12,000원", "p2 막국수 8,000원")
		if got := t.crossed(); !slices.Equal(got, []int{15000, 0}) {
			t.Errorf("crossed out: %v", got)
		}
	})
	conversation(t, func(t *talk) {
		asks(t)
		t.waits(10 * time.Minute) // it is asked once more, about both
		t.hear("보내 주신 사진을 잘 가지고 있어요. 정가 15,000원, 10,000원은 최근 20일 안에 실제로 받던 가격인가요?")
		t.writes("네")
		t.ordered("p1 갈비탕 12,000원", "p2 막국수 8,000원")
	})
}

func TestDesk_AnAlbumThatCrossesPricesOutIsOneQuestion(t *testing.T) {
	conversation(t, func(t *talk) {
		t.album("a", "새우 파스타 22,000원 → 18,000원", "봉골레 20,000원 → 17,000원")
		t.waits(2 * time.Second)
		t.presses(t.button(t.hears(), "모두 따로"))
		q := t.hear("", "정가 22,000원, 20,000원은 최근 20일 안에 실제로 받던 가격인가요?…", "✓ 모두 따로")
		t.presses(t.button(q, "네, 받던 가격이에요"))
		got := t.crossed()
		if slices.Sort(got); !slices.Equal(got, []int{20000, 22000}) {
			t.Errorf("crossed out: %v", got)
		}
	})
}

func TestDesk_APriceThatWasNeverChargedIsNotCrossedOut(t *testing.T) {
	conversation(t, func(t *talk) {
		t.sends("p1", "새우 파스타 22,000원 → 18,000원")
		t.hear(askRegular22)
		t.writes("아니요")
		t.ordered("p1 새우 파스타 18,000원")
		if got := t.crossed(); got[0] != 0 || t.shop("owner").RegularReal {
			t.Errorf("crossed out: %v", got)
		}
		t.sends("p2", "새우 파스타 22,000원 → 18,000원") // a no isn't for ever
		t.hear(askRegular22)
		t.waits(10 * time.Minute)
		t.hear("보내 주신 사진을 잘 가지고 있어요. 정가 22,000원은 최근 20일 안에 실제로 받던 가격인가요?")
		t.writes("네")
		if got := t.orders(); len(got) != 2 || got[1].Cut.Words.Regular != 22000 {
			t.Errorf("%+v", got)
		}
	})
}

func TestDesk_AnEditThatCrossesAPriceOutIsAskedAboutToo(t *testing.T) {
	conversation(t, func(t *talk) {
		t.sends("p1", "새우 파스타 18,000원")
		u := photo("p1", "새우 파스타 22,000원 → 17,000원")
		u.Kind = Edited
		t.does(u)
		q := t.hear(askRegular22)
		if w := t.orders()[0].Cut.Words; w.Won != 18000 {
			t.Errorf("it was changed at once: %+v", w)
		}
		t.presses(t.button(q, "네, 받던 가격이에요"))
		if w := t.orders()[0].Cut.Words; w.Won != 17000 || w.Regular != 22000 {
			t.Errorf("%+v", w)
		}
		t.hears()
		t.presses(action(doRegular, 1, "yes"))
		t.hear("이미 끝난 질문이에요.…")
	})
}

// drafts are those that wait in the owner's chat.
func (t *talk) drafts() []state.Draft {
	t.Helper()
	all, err := t.store.Drafts(t.Context(), "telegram", "owner", time.Now())
	t.check(err)
	return all
}
