package conversation_test

import (
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/conversation/session"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/pipeline"
)

// doubtfulPhoto is an order whose photo is asked about.
func doubtfulPhoto(t *bottest.Talk, message string) pipeline.Order {
	t.Helper()
	t.Sends(message, "새우 파스타 18,000원")
	all := t.Orders()
	return t.Becomes(all[len(all)-1], func(o *pipeline.Order) {
		o.Step, o.Phase, o.Reason, o.Framing.Doubt = pipeline.Animate, pipeline.Ready, pipeline.ReasonAskDark,
			pipeline.ReasonAskDark
		o.Due = time.Now().Add(time.Hour)
	})
}

func TestEdits_AQuestionAboutAPhotoIsAnsweredByAPressOrInWords(t *testing.T) {
	for name, x := range map[string]struct {
		answer func(t *bottest.Talk, o pipeline.Order)
		says   string
		status pipeline.Status
		asks   bool
	}{
		"button": {
			func(t *bottest.Talk, o pipeline.Order) { t.Presses(intent.Action(intent.DoAnyway, o.ID)) },
			"네, 이 사진으로 만들게요.", pipeline.Open, false,
		},
		"cancel": {
			func(t *bottest.Talk, o pipeline.Order) { t.Presses(intent.Action(intent.DoCancel, o.ID)) }, "취소했어요.…",
			pipeline.Cancelled, false,
		},
		"yes": {
			func(t *bottest.Talk, _ pipeline.Order) { t.Writes("네") }, "네, 이 사진으로 만들게요.", pipeline.Open, false,
		},
		"anyway": {
			func(t *bottest.Talk, _ pipeline.Order) { t.Writes("그래도 만들어 주세요") }, "네, 이 사진으로 만들게요.", pipeline.Open,
			false,
		},
		"just do": {
			func(t *bottest.Talk, _ pipeline.Order) { t.Writes("그냥 만들어 주세요") }, "네, 이 사진으로 만들게요.", pipeline.Open,
			false,
		},
		"in English": {
			func(t *bottest.Talk, _ pipeline.Order) { t.Writes("make it anyway") }, "네, 이 사진으로 만들게요.", pipeline.Open,
			false,
		},
		"below": {
			func(t *bottest.Talk, _ pipeline.Order) { t.Replies("p1", "네 그래도요") }, "고칠 것이 있으면…", pipeline.Open, true,
		},
		"below it": {
			func(t *bottest.Talk, _ pipeline.Order) { t.Replies("p1", "그래도 해 주세요") }, "네, 이 사진으로 만들게요.", pipeline.Open,
			false,
		},
		"no": {
			func(t *bottest.Talk, _ pipeline.Order) { t.Writes("아니요") }, "취소했어요.…", pipeline.Cancelled, false,
		},
		"something else": {
			func(t *bottest.Talk, _ pipeline.Order) { t.Writes("고마워요") }, "저도 기뻐요. …", pipeline.Open, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			bottest.Conversation(t, func(t *bottest.Talk) {
				o := doubtfulPhoto(t, "p1")
				x.answer(t, o)
				t.Hear(x.says)
				o, err := t.Store.Order(t.Context(), o.ID)
				if err != nil || o.Status != x.status || o.AwaitsAnswer() != x.asks {
					t.Errorf("%s, asks %v, %v", o.Status, o.AwaitsAnswer(), err)
				}
			})
		})
	}
}

func TestIntake_APhotoWithoutWordsTakesThePlaceOfTheOneThatWasAskedAbout(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Configure(func(o *session.Options) { o.Limit = 1 })
		old := doubtfulPhoto(t, "p1")
		t.Sends("p2", "")
		t.Waits(3 * time.Second)
		t.Hear()
		all := t.Ordered("p1 새우 파스타 18,000원", "p2 새우 파스타 18,000원")
		if all[0].Status != pipeline.Cancelled || all[1].Status != pipeline.Open || all[1].Cut.Look != old.Cut.Look ||
			all[1].Framing.Anyway {
			t.Errorf("%s, then %+v", all[0].Status, all[1])
		}
		t.Presses(intent.Action(intent.DoAnyway, old.ID)) // a late press on what was taken back
		t.Hear("취소했어요.…")
		t.Writes("네")
		t.Ordered("p1 새우 파스타 18,000원", "p2 새우 파스타 18,000원")
	})
}

func TestIntake_APhotoWithItsOwnWordsLeavesTheQuestionOpen(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		old := doubtfulPhoto(t, "p1")
		t.Sends("p2", "")
		t.Writes("봉골레 17,000원")
		t.Waits(3 * time.Second)
		t.Ordered("p1 새우 파스타 18,000원", "p2 봉골레 17,000원")
		if o, err := t.Store.Order(t.Context(), old.ID); err != nil || !o.AwaitsAnswer() {
			t.Errorf("%+v, %v", o, err)
		}
	})
}

func TestEdits_AnotherPersonDoesNotAnswerAboutAPhotoInAGroup(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		old := doubtfulPhoto(t, "p1")
		t.Does(bot.Update{Text: "네", User: bot.User{ID: "lee"}, Group: true})
		t.Does(bot.Update{Text: "네", User: bot.User{ID: "lee"}, Group: true, ToUs: true})
		if o, err := t.Store.Order(t.Context(), old.ID); err != nil || !o.AwaitsAnswer() {
			t.Errorf("%+v, %v", o, err)
		}
	})
}

func TestEdits_APhotoThatIsMadeAgainIsNotAskedAboutAgain(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		o := doubtfulPhoto(t, "p1")
		t.Presses(intent.Action(intent.DoAnyway, o.ID))
		o = t.Delivered(o, "short1")
		t.Presses(intent.Action(intent.DoAgain, o.ID, "yes"))
		if all := t.Orders(); len(all) != 2 || !all[1].Framing.Anyway {
			t.Errorf("%+v", all)
		}
	})
}
