package conversation_test

import (
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
)

// doubtful is a caption whose price may be another: a nought is missing, or it is a big sale.
const (
	doubtful = "새우 파스타 1,800원"
	readSo   = "이렇게 읽었어요: 새우 파스타 · 1,800원\n맞으면 바로 만들게요. 아니면 메뉴와 가격을 한 줄로 다시 보내 주세요."
)

func TestIntake_ADoubtfulReadingIsShownBeforeAnythingIsBought(t *testing.T) {
	for name, test := range map[string]struct {
		answer func(t *bottest.Talk, q []bot.OutgoingMessage)
		want   string // the order that comes of it
	}{
		"yes by button": {
			func(t *bottest.Talk, q []bot.OutgoingMessage) { t.Presses(t.Button(q, "맞아요")) }, "p1 새우 파스타 1,800원",
		},
		"yes by word": {func(t *bottest.Talk, q []bot.OutgoingMessage) { t.Writes("네 맞아요") }, "p1 새우 파스타 1,800원"},
		"a new line": {
			func(t *bottest.Talk, q []bot.OutgoingMessage) { t.Writes("새우 파스타 18,000원") }, "p1 새우 파스타 18,000원",
		},
		"a new price": {
			func(t *bottest.Talk, q []bot.OutgoingMessage) { t.Writes("18,000원이요") }, "p1 새우 파스타 18,000원",
		},
		"no, then a line": {func(t *bottest.Talk, q []bot.OutgoingMessage) {
			t.Writes("아니요")
			t.Hear("메뉴와 가격을 한 줄로 다시 보내 주세요. 예: 김치전 7,000원")
			t.Writes("새우 파스타 18,000원")
		}, "p1 새우 파스타 18,000원"},
		"a button, then a line": {func(t *bottest.Talk, q []bot.OutgoingMessage) {
			t.Presses(t.Button(q, "고칠게요"))
			t.Writes("새우 로제 파스타 18,000원")
		}, "p1 새우 로제 파스타 18,000원"},
		"the caption is edited": {func(t *bottest.Talk, q []bot.OutgoingMessage) {
			u := bottest.Photo("p1", "새우 파스타 18,000원")
			u.Kind = bot.Edited
			t.Does(u)
		}, "p1 새우 파스타 18,000원"},
	} {
		t.Run(name, func(t *testing.T) {
			bottest.Conversation(t, func(t *bottest.Talk) {
				t.Sends("p1", doubtful)
				q := t.Hear(readSo)
				t.Ordered()
				t.Waits(time.Second)
				test.answer(t, q)
				t.Ordered(test.want)
			})
		})
	}
}

func TestIntake_AReadingThatWasConfirmedIsNotAskedAboutAgain(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", doubtful)
		t.Presses(t.Button(t.Hear(readSo), "맞아요"))
		t.Waits(time.Hour)
		t.Hears()
		t.Sends("p2", doubtful)
		t.Hear()
		t.Ordered("p1 새우 파스타 1,800원", "p2 새우 파스타 1,800원")
	})
}

func TestIntake_ADishThatWasSoldBeforeIsNotAskedAbout(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		strange := "바다를 품은 한 접시"
		t.Sends("p1", strange+" 10,000원")
		t.Presses(t.Button(t.Hear("이렇게 읽었어요: "+strange+" · 10,000원\n…"), "맞아요"))
		t.Waits(time.Hour)
		t.Hears()
		t.Sends("p2", strange+" 11,000원")
		t.Hear()
		t.Ordered("p1 "+strange+" 10,000원", "p2 "+strange+" 11,000원")
	})
}

func TestIntake_ADoubtfulReadingIsSpokenOfOnceMoreAndEnds(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", doubtful)
		t.Hear(readSo)
		t.Waits(11 * time.Minute)
		t.Hear("보내 주신 사진을 잘 가지고 있어요. 이렇게 읽었어요: 새우 파스타 · 1,800원\n맞나요? 맞으면 바로 만들게요.")
		t.Waits(2 * time.Hour)
		t.Hear()
		t.Ordered()
	})
}

func TestIntake_OfSeveralPicturesOnlyTheDoubtfulOnesAreAskedAbout(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Album("a1", "김치찌개 9,000원", doubtful)
		t.Waits(3 * time.Second)
		t.Presses(t.Button(t.Hears(), "모두 따로"))
		t.Ordered("a11 김치찌개 9,000원")
		t.Presses(t.Button(t.Hear("", readSo, "김치찌개 · 9,000원으로 만들게요."), "맞아요"))
		t.Ordered("a11 김치찌개 9,000원", "a12 새우 파스타 1,800원")
	})
}
