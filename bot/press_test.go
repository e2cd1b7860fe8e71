package bot

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

const missing = "찾을 수 없어요. 새로 만들려면 사진을 보내 주세요."

func TestAReplyToTheShortFixesIt(t *testing.T) {
	conversation(t, func(t *talk) {
		t.sends("p1", "새우 파스타 18,000원")
		o := t.delivered(t.orders()[0], "short1")
		t.replies("short1", "가격 19,000원")
		t.hear("가격을 19,000원으로 고쳐서 다시 만들게요.")
		t.ordered("p1 새우 파스타 19,000원")
		next, err := t.store.Order(t.Context(), o.ID)
		t.check(err)
		if next.Cut.N != 2 || next.Step != pipeline.Render || next.ClipKey != "clip" || next.Cut.Words.Shop != "바다식당" {
			t.Errorf("%+v", next)
		}
		t.replies("short1", "가격 19,000원")
		t.hear("이미 그렇게 되어 있어요.")
		t.replies("p1", "메뉴 새우 로제 파스타")
		t.hear("메뉴를 새우 로제 파스타로 고쳐서 다시 만들게요.")
		t.replies("short1", "국밥 9,000원")
		t.hear("국밥 · 9,000원으로 고쳐서 다시 만들게요.")
		t.ordered("p1 국밥 9,000원")
		t.replies("short1", "감사합니다!")
		t.hear("저도 기뻐요. 다음 사진도 언제든 보내 주세요!")
		t.replies("short1", "글씨 크게 해주세요")
		t.hear("고칠 것이 있으면 …")
		t.replies("short1", "가격 19원")
		t.hear("가격을 ‘19원’으로 읽었어요. …")
		t.writes("19,000원")
		t.hear("가격을 19,000원으로…")
		t.ordered("p1 국밥 19,000원")
	})
}

func TestAFixBeforeTheRenderChangesTheOrderAsItIs(t *testing.T) {
	conversation(t, func(t *talk) {
		t.sends("p1", "새우 파스타 18,000원")
		t.replies("p1", "가격 19,000원")
		t.hear("가격을 19,000원으로 고쳤어요. 이대로 만들게요.")
		if o := t.ordered("p1 새우 파스타 19,000원")[0]; o.Cut.N != 1 {
			t.Errorf("%+v", o.Cut)
		}
	})
}

func TestAFixThatCantBeDoneSaysWhy(t *testing.T) {
	conversation(t, func(t *talk) {
		t.sends("p1", "새우 파스타 18,000원")
		o := t.delivered(t.orders()[0], "short1")
		t.becomes(o, func(o *pipeline.Order) { o.Cut.N = pipeline.MostCuts })
		t.replies("short1", "가격 19,000원")
		t.hear("이 주문은 10번까지 만들 수 있어서 더는 고칠 수 없어요. 사진을 새로 보내 주세요.")
		t.presses(action(doFix, o.ID))
		t.hear("이 주문은 10번까지…")
		t.becomes(o, func(o *pipeline.Order) { o.Status = pipeline.Cancelled })
		t.replies("short1", "가격 19,000원")
		t.presses(action(doFix, o.ID))
		t.presses(action(doLook, o.ID, "market"))
		t.hear("이 주문은 이제 고칠 수 없어요. 사진을 새로 보내 주세요.", "이 주문은…", "이 주문은…")
	})
}

func TestACaptionIsEditedBeforeWorkAndAfterDelivery(t *testing.T) { // T18, T19
	conversation(t, func(t *talk) {
		edit := func(message, text string) {
			u := photo(message, text)
			u.Kind = Edited
			t.does(u)
		}
		t.sends("p1", "새우 파스타 8,000원")
		edit("p1", "새우 파스타 18,000원")
		t.hear("새우 파스타 · 18,000원으로 고쳤어요. 이대로 만들게요.")
		edit("p1", "새우 파스타 18,000원")
		t.hear()
		edit("p1", "새우 파스타")
		t.hear("새우 파스타의 가격을 알려 주세요. 예: 18,000원")
		o := t.delivered(t.orders()[0], "short1")
		edit("p1", "새우 파스타 19,000원")
		t.hear("새우 파스타 · 19,000원으로 고쳐서 다시 만들게요.")
		t.delivered(o, "short2")
		edit("p1", "맛있는 새우 파스타")
		t.hear()
		if o := t.ordered("p1 새우 파스타 19,000원")[0]; o.Cut.N != 2 {
			t.Errorf("%+v", o.Cut)
		}

		t.sends("p2", "봉골레")
		t.hear("봉골레의 가격을…")
		edit("p2", "봉골레 17,000원")
		t.ordered("p1 새우 파스타 19,000원", "p2 봉골레 17,000원")
		t.does(Update{Kind: Edited, Message: "x", Text: "봉골레 16,000원"})
		t.hear("어떤 사진인지 알 수 있게, 그 사진이나 영상에 답장으로 적어 주세요.")
	})
}

func TestADeletedPhotoIsCancelledWhileItCostsNothing(t *testing.T) { // S16; T20: nothing arrives
	conversation(t, func(t *talk) {
		t.sends("p1", "국밥 9,000원")
		t.sends("p2", "만두 5,000원")
		t.sends("p3", "")
		t.becomes(t.orders()[1], func(o *pipeline.Order) { o.Step, o.Phase = pipeline.Animate, pipeline.Begun })
		for _, m := range []string{"p1", "p2", "p3", "p4"} {
			t.does(Update{Kind: Deleted, Message: m})
		}
		t.waits(time.Minute)
		t.hear()
		if o := t.orders(); o[0].Status != pipeline.Cancelled || o[1].Status != pipeline.Open {
			t.Errorf("%s, %s", o[0].Status, o[1].Status)
		}
	})
}

func TestAButtonPressedTwiceDoesItOnce(t *testing.T) { // T25
	conversation(t, func(t *talk) {
		t.sends("p1", "새우 파스타 18,000원")
		o := t.delivered(t.orders()[0], "short1")
		for range 2 {
			t.presses(action(doFix, o.ID))
		}
		const ask = "무엇을 고칠까요? ‘가격 19,000원’이나 ‘메뉴 새우 로제 파스타’처럼 적어 주세요."
		says := t.hear("", ask, ask)
		if !says[1].Ask || says[0].Answer != "press" || says[2].Answer != "press" {
			t.Errorf("%+v", says)
		}
		t.writes("새우 로제 파스타")
		t.hear("메뉴를 새우 로제 파스타로 고쳐서 다시 만들게요.")
		for range 2 {
			t.presses(action(doLook, o.ID, "market"))
		}
		t.hear("…", "이미 그렇게 되어 있어요.")
		if o := t.orders()[0]; o.Cut.Look != "market" || o.Cut.N != 3 {
			t.Errorf("%+v", o.Cut)
		}
	})
}

func TestMakingItAgainSaysWhatItCostsAndIsOneOrder(t *testing.T) {
	conversation(t, func(t *talk) {
		t.limits(2)
		t.sends("p1", "새우 파스타 18,000원")
		o := t.delivered(t.orders()[0], "short1")
		t.presses(action(doAgain, o.ID))
		q := t.hear("", "같은 사진으로 움직임부터 새로 만들까요? 이번 달 영상 한 편을 써요.")
		t.ordered("p1 새우 파스타 18,000원")
		yes := t.button(q, "새로 만들기")
		t.presses(yes)
		t.presses(yes)
		t.hear("새로 만들기 시작했어요.", "이미 새로 만들었어요. 또 만들려면 새 영상의 버튼을 눌러 주세요.")
		again := t.ordered("p1 새우 파스타 18,000원", "p1 새우 파스타 18,000원")[1]
		if again.Source != fmt.Sprintf("again:%d:1", o.ID) || again.Photo != o.Photo || again.Shop != o.Shop {
			t.Errorf("%+v", again)
		}
		t.presses(action(doAgain, again.ID, "yes"))
		t.hear("이번 달 2편을 모두 만드셨어요. …")
		t.ordered("p1 새우 파스타 18,000원", "p1 새우 파스타 18,000원")
	})
}

func TestLooksAndMusicAreOfferedWithThePresentOneMarked(t *testing.T) {
	conversation(t, func(t *talk) {
		t.sends("p1", "새우 파스타 18,000원")
		id := t.orders()[0].ID
		t.presses(action(doMusic, id))
		says := t.hear("", "어떤 음악으로 바꿀까요?")
		rows := says[1].Buttons
		if len(rows) != 2 || !strings.HasPrefix(rows[0][0].Label, "✓ ") || strings.HasPrefix(rows[1][0].Label, "✓") {
			t.Errorf("%+v", rows)
		}
		t.presses(rows[1][0].Action)
		if o := t.orders()[0]; o.Cut.Music != "calm" {
			t.Errorf("%+v", o.Cut)
		}
	})
}

func TestAShortIsShownAgain(t *testing.T) { // T26: months later as well
	conversation(t, func(t *talk) {
		t.sends("p1", "새우 파스타 18,000원")
		o := t.orders()[0]
		t.presses(action(doResend, o.ID))
		t.hear("아직 만들고 있어요. 다 되면 바로 보내 드릴게요.")
		t.delivered(o, "short1")
		t.waits(90 * 24 * time.Hour)
		t.presses(action(doResend, o.ID))
		if says := t.hear("", ""); says[0].Answer != "press" || says[1].Order != o.ID || says[1].Cut != 1 {
			t.Errorf("%+v", says)
		}
	})
}

func TestHostileButtonsDoNothing(t *testing.T) {
	conversation(t, func(t *talk) {
		u := photo("p1", "국밥 9,000원")
		u.Chat = "other"
		t.does(u)
		others, err := t.store.(state.Store).Recent(t.Context(), "telegram", "other", 1)
		t.check(err)
		for _, verb := range []string{doCancel, doFix, doAgain, doLook, doMusic, doResend} {
			for _, arg := range []any{others[0].ID, "", "-1", "x", "99999999999999999999999", "0x1", " 1"} {
				t.presses(action(verb, arg))
				t.hear(missing)
				t.presses(action(verb, arg, "yes"))
				t.hear(missing)
			}
		}
		for _, verb := range []string{doPick, doAll, doDrop, doReword} {
			t.presses(action(verb, 12345, 0))
			t.hear("이미 끝난…")
		}
		t.sends("p2", "새우 파스타 18,000원, 봉골레 17,000원")
		q := t.hear("어떤 메뉴로 만들까요?")
		pick := strings.TrimSuffix(t.button(q, "봉골레 · 17,000원"), "1")
		for _, n := range []string{"2", "-1", "", "x", "1:1:1:x"[:0]} {
			t.presses(pick + n)
			t.hear("이미 끝난…")
		}
		t.presses(action(doLook, t.mine().ID, "../clean"))
		t.hear(missing)
		o, err := t.store.Order(t.Context(), others[0].ID)
		t.check(err)
		if o.Status != pipeline.Open || o.Version != 1 {
			t.Errorf("%+v", o)
		}
	})
}

// mine is a new order of the owner.
func (t *talk) mine() pipeline.Order {
	t.Helper()
	t.sends("mine", "피자 20,000원")
	all := t.orders()
	return all[len(all)-1]
}

func TestCancelTakesBackWhatCameLast(t *testing.T) { // T50
	conversation(t, func(t *talk) {
		t.writes("취소")
		t.hear("지금은 취소할 것이 없어요.")
		t.sends("p1", "새우 파스타 18,000원")
		t.sends("p2", "봉골레")
		t.hear("봉골레의…")
		t.writes("취소")
		t.hear("알겠어요. 방금 것은 그만둘게요.")
		t.becomes(t.orders()[0], func(o *pipeline.Order) { o.Step, o.Phase, o.Call = pipeline.Animate, pipeline.Waiting, "" })
		t.writes("취소")
		t.hear("취소했어요. 이미 만들기 시작한 영상이라 이번 달 한 편으로 세어요.")
		if o := t.orders()[0]; o.Status != pipeline.Cancelled {
			t.Errorf("%+v", o)
		}
		t.presses(action(doCancel, t.orders()[0].ID))
		t.hear("취소했어요.")
		o := t.delivered(t.mine(), "short")
		t.presses(action(doCancel, o.ID))
		t.hear("이미 끝난 주문이라 취소할 수 없어요.")
	})
}

func TestCancelAsAReplyTakesBackThatOrder(t *testing.T) {
	conversation(t, func(t *talk) {
		t.sends("p1", "새우 파스타 18,000원")
		t.sends("p2", "봉골레 17,000원")
		t.replies("p1", "취소")
		t.hear("취소했어요.")
		if o := t.orders(); o[0].Status != pipeline.Cancelled || o[1].Status != pipeline.Open {
			t.Errorf("%s, %s", o[0].Status, o[1].Status)
		}
	})
}

func TestAPhotoOfSomebodyElseIsntCancelledInAGroup(t *testing.T) {
	conversation(t, func(t *talk) {
		t.sends("p1", "새우 파스타 18,000원")
		t.does(Update{Text: "취소", User: User{ID: "lee"}, Group: true, ToUs: true})
		t.hear("지금은 취소할 것이 없어요.")
		if o := t.orders()[0]; o.Status != pipeline.Open {
			t.Errorf("%+v", o)
		}
	})
}

func TestCancellingFixesBuysNoEndlessCuts(t *testing.T) {
	conversation(t, func(t *talk) {
		t.sends("p1", "새우 파스타 18,000원")
		t.delivered(t.orders()[0], "short1")
		t.replies("short1", "가격 19,000원")
		t.replies("short1", "취소")
		t.hear("가격을…", "취소했어요. 전에 보내 드린 것은 그대로 있어요.")
		t.replies("short1", "가격 19,000원")
		t.becomes(t.orders()[0], func(o *pipeline.Order) { o.Phase = pipeline.Waiting })
		t.replies("short1", "취소")
		t.hear("가격을…", "벌써 편집하고 있어서…")
		if o := t.orders()[0]; o.Status != pipeline.Open || o.Cut.N != 3 {
			t.Errorf("%s, cut %d", o.Status, o.Cut.N)
		}
	})
}

func TestCancelAsAReplyToAQuestionEndsThatOne(t *testing.T) {
	conversation(t, func(t *talk) {
		t.sends("p1", "봉골레")
		t.sends("p2", "새우 파스타")
		t.hears() // bot1, bot2
		t.replies("bot1", "취소")
		t.writes("18,000원")
		t.ordered("p2 새우 파스타 18,000원")
		t.hear("알겠어요. 방금 것은 그만둘게요.")
	})
}

func TestAChoiceThatTheMonthHasNoRoomForIsNamedAsItWas(t *testing.T) {
	conversation(t, func(t *talk) {
		t.limits(1)
		t.sends("p1", "국밥 9,000원")
		t.sends("p2", "새우 파스타 18,000원, 봉골레 17,000원")
		t.presses(t.button(t.hears(), "봉골레 · 17,000원"))
		t.hear("", "이번 달 1편을 모두…", "✓ 봉골레 · 17,000원")
	})
}
