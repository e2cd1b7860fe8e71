package conversation_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/pipeline"
)

const missing = "찾을 수 없어요. 새로 만들려면 사진을 보내 주세요."

func TestEdits_AReplyToTheShortFixesIt(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "새우 파스타 18,000원")
		o := t.Delivered(t.Orders()[0], "short1")
		t.Replies("short1", "가격 19,000원")
		t.Hear("가격을 19,000원으로 고쳐서 다시 만들게요.")
		t.Ordered("p1 새우 파스타 19,000원")
		next, err := t.Store.Order(t.Context(), o.ID)
		t.Check(err)
		if next.Cut.N != 2 || next.Step != pipeline.Render || next.ClipKey != "clip" || next.Cut.Words.Shop != "바다식당" {
			t.Errorf("%+v", next)
		}
		t.Replies("short1", "가격 19,000원")
		t.Hear("이미 그렇게 되어 있어요.")
		t.Replies("p1", "메뉴 새우 로제 파스타")
		t.Hear("메뉴를 새우 로제 파스타로 고쳐서 다시 만들게요.")
		t.Replies("short1", "국밥 9,000원")
		t.Hear("국밥 · 9,000원으로 고쳐서 다시 만들게요.")
		t.Ordered("p1 국밥 9,000원")
		t.Replies("short1", "감사합니다!")
		t.Hear("저도 기뻐요. 다음 사진도 언제든 보내 주세요!")
		t.Replies("short1", "글씨 크게 해주세요")
		t.Hear("지금 만들고 있어요. …")
		t.Replies("short1", "가격 19원")
		t.Hear("가격을 ‘19원’으로 읽었어요. …")
		t.Writes("19,000원")
		t.Hear("가격을 19,000원으로…")
		t.Ordered("p1 국밥 19,000원")
	})
}

func TestEdits_AFixBeforeTheRenderChangesTheOrderAsItIs(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "새우 파스타 18,000원")
		t.Replies("p1", "가격 19,000원")
		t.Hear("가격을 19,000원으로 고쳤어요. 이대로 만들게요.")
		if o := t.Ordered("p1 새우 파스타 19,000원")[0]; o.Cut.N != 1 {
			t.Errorf("%+v", o.Cut)
		}
	})
}

func TestEdits_AFixThatCantBeDoneSaysWhy(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "새우 파스타 18,000원")
		o := t.Delivered(t.Orders()[0], "short1")
		t.Becomes(o, func(o *pipeline.Order) { o.Cut.N = pipeline.MaxCuts })
		t.Replies("short1", "가격 19,000원")
		t.Hear("이 주문은 10번까지 만들 수 있어서 더는 고칠 수 없어요. 사진을 새로 보내 주세요.")
		t.Presses(intent.Action(intent.DoFix, o.ID))
		t.Hear("이 주문은 10번까지…")
		t.Becomes(o, func(o *pipeline.Order) { o.Status = pipeline.Cancelled })
		t.Replies("short1", "가격 19,000원")
		t.Presses(intent.Action(intent.DoFix, o.ID))
		t.Presses(intent.Action(intent.DoLook, o.ID, "market"))
		t.Hear("이 주문은 이제 고칠 수 없어요. 사진을 새로 보내 주세요.", "이 주문은…", "이 주문은…")
	})
}

func TestEdits_ACaptionIsEditedBeforeWorkAndAfterDelivery(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		edit := func(message, text string) {
			u := bottest.Photo(message, text)
			u.Kind = bot.Edited
			t.Does(u)
		}
		t.Sends("p1", "새우 파스타 8,000원")
		edit("p1", "새우 파스타 18,000원")
		t.Hear("새우 파스타 · 18,000원으로 고쳤어요. 이대로 만들게요.")
		edit("p1", "새우 파스타 18,000원")
		t.Hear()
		edit("p1", "새우 파스타")
		t.Hear("새우 파스타의 가격을 알려 주세요. 예: 18,000원")
		o := t.Delivered(t.Orders()[0], "short1")
		edit("p1", "새우 파스타 19,000원")
		t.Hear("새우 파스타 · 19,000원으로 고쳐서 다시 만들게요.")
		t.Delivered(o, "short2")
		edit("p1", "맛있는 새우 파스타")
		t.Hear()
		if o := t.Ordered("p1 새우 파스타 19,000원")[0]; o.Cut.N != 2 {
			t.Errorf("%+v", o.Cut)
		}

		t.Sends("p2", "봉골레")
		t.Hear("봉골레의 가격을…")
		edit("p2", "봉골레 17,000원")
		t.Ordered("p1 새우 파스타 19,000원", "p2 봉골레 17,000원")
		t.Does(bot.Update{Kind: bot.Edited, Message: "x", Text: "봉골레 16,000원"})
		t.Hear("어떤 사진인지 알 수 있게, 그 사진이나 영상에 답장으로 적어 주세요.")
	})
}

func TestMessages_ADeletedPhotoIsCancelledWhileItCostsNothing(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "국밥 9,000원")
		t.Sends("p2", "만두 5,000원")
		t.Sends("p3", "")
		t.Becomes(t.Orders()[1], func(o *pipeline.Order) { o.Step, o.Phase = pipeline.Animate, pipeline.Begun })
		for _, m := range []string{"p1", "p2", "p3", "p4"} {
			t.Does(bot.Update{Kind: bot.Deleted, Message: m})
		}
		t.Waits(time.Minute)
		t.Hear()
		if o := t.Orders(); o[0].Status != pipeline.Cancelled || o[1].Status != pipeline.Open {
			t.Errorf("%s, %s", o[0].Status, o[1].Status)
		}
	})
}

func TestEdits_AButtonPressedTwiceDoesItOnce(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "새우 파스타 18,000원")
		o := t.Delivered(t.Orders()[0], "short1")
		for range 2 {
			t.Presses(intent.Action(intent.DoFix, o.ID))
		}
		const ask = "무엇을 고칠까요? ‘가격 19,000원’이나 ‘메뉴 새우 로제 파스타’처럼 적어 주세요."
		says := t.Hear("", ask, ask)
		if !says[1].Ask || says[0].Answer != "press" || says[2].Answer != "press" {
			t.Errorf("%+v", says)
		}
		t.Writes("새우 로제 파스타")
		t.Hear("메뉴를 새우 로제 파스타로 고쳐서 다시 만들게요.")
		for range 2 {
			t.Presses(intent.Action(intent.DoLook, o.ID, "market"))
		}
		t.Hear("…", "이미 그렇게 되어 있어요.")
		if o := t.Orders()[0]; o.Cut.Look != "market" || o.Cut.N != 3 {
			t.Errorf("%+v", o.Cut)
		}
	})
}

func TestEdits_MakingItAgainSaysWhatItCostsAndIsOneOrder(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Limits(2)
		t.Sends("p1", "새우 파스타 18,000원")
		o := t.Delivered(t.Orders()[0], "short1")
		t.Presses(intent.Action(intent.DoAgain, o.ID))
		q := t.Hear("", "같은 사진으로 움직임부터 새로 만들까요? 이번 달 영상 한 편을 써요.")
		t.Ordered("p1 새우 파스타 18,000원")
		yes := t.Button(q, "새로 만들기")
		t.Presses(yes)
		t.Presses(yes)
		t.Hear("새로 만들기 시작했어요.", "이미 새로 만들었어요. 또 만들려면 새 영상의 버튼을 눌러 주세요.")
		again := t.Ordered("p1 새우 파스타 18,000원", "p1 새우 파스타 18,000원")[1]
		if again.Source != fmt.Sprintf("again:%d:1", o.ID) || again.Photo != o.Photo || again.Shop != o.Shop {
			t.Errorf("%+v", again)
		}
		t.Presses(intent.Action(intent.DoAgain, again.ID, "yes"))
		t.Hear("이번 달 2편을 모두 만드셨어요. …")
		t.Ordered("p1 새우 파스타 18,000원", "p1 새우 파스타 18,000원")
	})
}

func TestEdits_LooksAndMusicAreOfferedWithThePresentOneMarked(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "새우 파스타 18,000원")
		id := t.Orders()[0].ID
		t.Presses(intent.Action(intent.DoMusic, id))
		says := t.Hear("", "어떤 음악으로 바꿀까요?")
		rows := says[1].Buttons
		if len(rows) != 2 || !strings.HasPrefix(rows[0][0].Label, "✓ ") || strings.HasPrefix(rows[1][0].Label, "✓") {
			t.Errorf("%+v", rows)
		}
		t.Presses(rows[1][0].Action)
		if o := t.Orders()[0]; o.Cut.Music != "calm" {
			t.Errorf("%+v", o.Cut)
		}
	})
}

func TestEdits_AShortIsShownAgainMonthsLaterAsWell(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "새우 파스타 18,000원")
		o := t.Orders()[0]
		t.Presses(intent.Action(intent.DoResend, o.ID))
		t.Hear("아직 만들고 있어요. 다 되면 바로 보내 드릴게요.")
		t.Delivered(o, "short1")
		t.Waits(90 * 24 * time.Hour)
		t.Presses(intent.Action(intent.DoResend, o.ID))
		if says := t.Hear("", ""); says[0].Answer != "press" || says[1].Order != o.ID || says[1].Cut != 1 {
			t.Errorf("%+v", says)
		}
	})
}

func TestConversation_HostileButtonsDoNothing(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		u := bottest.Photo("p1", "국밥 9,000원")
		u.Chat = "other"
		t.Does(u)
		others, err := t.Store.(bot.Store).Recent(t.Context(), "telegram", "other", 1)
		t.Check(err)
		for _, verb := range []string{
			intent.DoCancel, intent.DoFix, intent.DoAgain, intent.DoLook, intent.DoMusic, intent.DoResend,
		} {
			for _, arg := range []any{others[0].ID, "", "-1", "x", "99999999999999999999999", "0x1", " 1"} {
				t.Presses(intent.Action(verb, arg))
				t.Hear(missing)
				t.Presses(intent.Action(verb, arg, "yes"))
				t.Hear(missing)
			}
		}
		for _, verb := range []string{intent.DoPick, intent.DoAll, intent.DoDrop, intent.DoReword} {
			t.Presses(intent.Action(verb, 12345, 0))
			t.Hear("이미 끝난…")
		}
		t.Sends("p2", "새우 파스타 18,000원, 봉골레 17,000원")
		q := t.Hear("어떤 메뉴로 만들까요?")
		pick := strings.TrimSuffix(t.Button(q, "봉골레 · 17,000원"), "1")
		for _, n := range []string{"2", "-1", "", "x", "1:1:1:x"[:0]} {
			t.Presses(pick + n)
			t.Hear("이미 끝난…")
		}
		t.Presses(intent.Action(intent.DoLook, t.Mine().ID, "../clean"))
		t.Hear(missing)
		o, err := t.Store.Order(t.Context(), others[0].ID)
		t.Check(err)
		if o.Status != pipeline.Open || o.Version != 1 {
			t.Errorf("%+v", o)
		}
	})
}

func TestEdits_CancelTakesBackWhatCameLast(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Writes("취소")
		t.Hear("지금은 취소할 것이 없어요.")
		t.Sends("p1", "새우 파스타 18,000원")
		t.Sends("p2", "봉골레")
		t.Hear("봉골레의…")
		t.Writes("취소")
		t.Hear("알겠어요. 방금 것은 그만둘게요.")
		t.Becomes(t.Orders()[0], func(o *pipeline.Order) {
			o.Step, o.Phase, o.Call = pipeline.Animate, pipeline.Waiting, ""
		})
		t.Writes("취소")
		t.Hear("취소했어요. 이미 만들기 시작한 영상이라 이번 달 한 편으로 세어요.")
		if o := t.Orders()[0]; o.Status != pipeline.Cancelled {
			t.Errorf("%+v", o)
		}
		t.Presses(intent.Action(intent.DoCancel, t.Orders()[0].ID))
		t.Hear("취소했어요.")
		o := t.Delivered(t.Mine(), "short")
		t.Presses(intent.Action(intent.DoCancel, o.ID))
		t.Hear("이미 끝난 주문이라 취소할 수 없어요.")
	})
}

func TestEdits_CancelAsAReplyTakesBackThatOrder(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "새우 파스타 18,000원")
		t.Sends("p2", "봉골레 17,000원")
		t.Replies("p1", "취소")
		t.Hear("취소했어요.")
		if o := t.Orders(); o[0].Status != pipeline.Cancelled || o[1].Status != pipeline.Open {
			t.Errorf("%s, %s", o[0].Status, o[1].Status)
		}
	})
}

func TestEdits_AnotherPersonsPhotoIsNotCancelledInAGroup(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "새우 파스타 18,000원")
		t.Does(bot.Update{Text: "취소", User: bot.User{ID: "lee"}, Group: true, ToUs: true})
		t.Hear("지금은 취소할 것이 없어요.")
		if o := t.Orders()[0]; o.Status != pipeline.Open {
			t.Errorf("%+v", o)
		}
	})
}

func TestEdits_CancellingFixesBuysNoEndlessCuts(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "새우 파스타 18,000원")
		t.Delivered(t.Orders()[0], "short1")
		t.Replies("short1", "가격 19,000원")
		t.Replies("short1", "취소")
		t.Hear("가격을…", "취소했어요. 전에 보내 드린 것은 그대로 있어요.")
		t.Replies("short1", "가격 19,000원")
		t.Becomes(t.Orders()[0], func(o *pipeline.Order) { o.Phase = pipeline.Waiting })
		t.Replies("short1", "취소")
		t.Hear("가격을…", "벌써 편집하고 있어서…")
		if o := t.Orders()[0]; o.Status != pipeline.Open || o.Cut.N != 3 {
			t.Errorf("%s, cut %d", o.Status, o.Cut.N)
		}
	})
}

func TestEdits_CancelAsAReplyToAQuestionEndsThatOne(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "봉골레")
		t.Sends("p2", "새우 파스타")
		t.Hears() // bot1, bot2
		t.Replies("bot1", "취소")
		t.Writes("18,000원")
		t.Ordered("p2 새우 파스타 18,000원")
		t.Hear("알겠어요. 방금 것은 그만둘게요.")
	})
}

func TestIntake_AChoiceThatTheMonthHasNoRoomForIsNamedAsItWas(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Limits(1)
		t.Sends("p1", "국밥 9,000원")
		t.Sends("p2", "새우 파스타 18,000원, 봉골레 17,000원")
		t.Presses(t.Button(t.Hears(), "봉골레 · 17,000원"))
		t.Hear("", "이번 달 1편을 모두…", "✓ 봉골레 · 17,000원")
	})
}
