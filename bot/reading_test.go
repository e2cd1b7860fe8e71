package bot

import (
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
)

// doubtful is a caption whose price may be another: a nought is missing, or it is a big sale.
const (
	doubtful = "새우 파스타 1,800원"
	readSo   = "이렇게 읽었어요: 새우 파스타 · 1,800원\n맞으면 바로 만들게요. 아니면 메뉴와 가격을 한 줄로 다시 보내 주세요."
)

func TestDesk_ADoubtfulReadingIsShownBeforeAnythingIsBought(t *testing.T) {
	for name, test := range map[string]struct {
		answer func(t *talk, q []state.OutgoingMessage)
		want   string // the order that comes of it
	}{
		"yes by button": {func(t *talk, q []state.OutgoingMessage) { t.presses(t.button(q, "맞아요")) }, "p1 새우 파스타 1,800원"},
		"yes by word":   {func(t *talk, q []state.OutgoingMessage) { t.writes("네 맞아요") }, "p1 새우 파스타 1,800원"},
		"a new line":    {func(t *talk, q []state.OutgoingMessage) { t.writes("새우 파스타 18,000원") }, "p1 새우 파스타 18,000원"},
		"a new price":   {func(t *talk, q []state.OutgoingMessage) { t.writes("18,000원이요") }, "p1 새우 파스타 18,000원"},
		"no, then a line": {func(t *talk, q []state.OutgoingMessage) {
			t.writes("아니요")
			t.hear("메뉴와 가격을 한 줄로 다시 보내 주세요. 예: 김치전 7,000원")
			t.writes("새우 파스타 18,000원")
		}, "p1 새우 파스타 18,000원"},
		"a button, then a line": {func(t *talk, q []state.OutgoingMessage) {
			t.presses(t.button(q, "고칠게요"))
			t.writes("새우 로제 파스타 18,000원")
		}, "p1 새우 로제 파스타 18,000원"},
		"the caption is edited": {func(t *talk, q []state.OutgoingMessage) {
			u := photo("p1", "새우 파스타 18,000원")
			u.Kind = Edited
			t.does(u)
		}, "p1 새우 파스타 18,000원"},
	} {
		t.Run(name, func(t *testing.T) {
			conversation(t, func(t *talk) {
				t.sends("p1", doubtful)
				q := t.hear(readSo)
				t.ordered()
				t.waits(time.Second)
				test.answer(t, q)
				t.ordered(test.want)
			})
		})
	}
}

func TestDesk_AReadingThatWasConfirmedIsNotAskedAboutAgain(t *testing.T) {
	conversation(t, func(t *talk) {
		t.sends("p1", doubtful)
		t.presses(t.button(t.hear(readSo), "맞아요"))
		t.waits(time.Hour)
		t.hears()
		t.sends("p2", doubtful)
		t.hear()
		t.ordered("p1 새우 파스타 1,800원", "p2 새우 파스타 1,800원")
	})
}

func TestDesk_ADishThatWasSoldBeforeIsNotAskedAbout(t *testing.T) {
	conversation(t, func(t *talk) {
		strange := "바다를 품은 한 접시"
		t.sends("p1", strange+" 10,000원")
		t.presses(t.button(t.hear("이렇게 읽었어요: "+strange+" · 10,000원\n…"), "맞아요"))
		t.waits(time.Hour)
		t.hears()
		t.sends("p2", strange+" 11,000원")
		t.hear()
		t.ordered("p1 "+strange+" 10,000원", "p2 "+strange+" 11,000원")
	})
}

func TestDesk_ADoubtfulReadingIsSpokenOfOnceMoreAndEnds(t *testing.T) {
	conversation(t, func(t *talk) {
		t.sends("p1", doubtful)
		t.hear(readSo)
		t.waits(11 * time.Minute)
		t.hear("보내 주신 사진을 잘 가지고 있어요. 이렇게 읽었어요: 새우 파스타 · 1,800원\n맞나요? 맞으면 바로 만들게요.")
		t.waits(2 * time.Hour)
		t.hear()
		t.ordered()
	})
}

func TestDesk_OfSeveralPicturesOnlyTheDoubtfulOnesAreAskedAbout(t *testing.T) {
	conversation(t, func(t *talk) {
		t.album("a1", "김치찌개 9,000원", doubtful)
		t.waits(3 * time.Second)
		t.presses(t.button(t.hears(), "모두 따로"))
		t.ordered("a11 김치찌개 9,000원")
		t.presses(t.button(t.hear("", readSo, "김치찌개 · 9,000원으로 만들게요."), "맞아요"))
		t.ordered("a11 김치찌개 9,000원", "a12 새우 파스타 1,800원")
	})
}
