package conversation_test

import (
	"testing"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/conversation/orders"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestReadWish_WishesAreUnderstoodInManyWords(t *testing.T) {
	for name, texts := range map[string][]string{
		"again": {
			"다시", "다시 만들어줘", "영상 다시 만들고 싶어요", "새로 만들어 주실래요?", "다시 해주세요~",
			"한번만 더 만들어줘", "make it again please",
		},
		"relook": {
			"느낌 다르게", "다른 느낌으로 해줘", "분위기 좀 바꿔주세요!", "스타일 바꿀래요", "고급 느낌으로 해주세요", "이거 말고 다른 느낌", "change the look",
		},
		"remusic": {
			"음악 바꿔줘", "노래 좀 바꿔주실 수 있나요", "다른 음악", "신나는 음악으로 바꿔줘", "음악 다른 걸로요", "음악 좀 신나게", "음악이 별로예요",
			"another song please",
		},
		"cancel": {"취소할래", "멈춰", "그만해", "안 할래요", "주문 취소해 주세요 ㅠㅠ", "만들지 마세요", "stop"},
		"when": {
			"이거 언제 되나요", "왜 이렇게 오래걸려요", "영상이 안열려요", "언제 돼요?", "얼마나 걸려요?", "다 됐어?", "아직이에요?", "왜 안 와요", "영상 못 받았어요",
			"is it done yet?",
		},
		"resend":   {"영상 다시 보내줘", "다시 보내주세요", "영상 보여줘", "send it again"},
		"videos":   {"지난 영상 보여줘", "우리 영상 보고 싶어요", "영상 목록"},
		"usage":    {"몇 편 남았어?", "이번 달 몇 개 남았어요?", "앞으로 몇 편 더 만들 수 있나요", "요금이 얼마예요?", "how many are left?"},
		"help":     {"도와줘", "어떻게 해?", "어떻게 쓰는 거예요?", "사용법 알려주세요", "모르겠어요", "뭐 할 수 있어?"},
		"logo":     {"로고 바꾸고 싶어요", "로고 좀 넣어주세요", "우리 가게 로고 넣어 줘"},
		"settings": {"설정 보여줘"},
		"fix":      {"고쳐주세요", "가격 틀렸어요", "메뉴 이름이 잘못됐어요", "오타났어요", "수정할게요"},
		"language": {"영어로 해줘", "한국어로 말해주세요", "in English please"},
		"shop":     {"우리 가게 이름도 넣어주세요"},
		"unhappy":  {"글씨가 안보여요", "글씨 좀 크게 해주세요", "사진이 어둡게 나왔어요", "별로예요", "마음에 안 들어요", "음식이 이상해요", "영상이 너무 어색해요"},
	} {
		for _, text := range texts {
			if c, ok := new(intent.Reader).Command(text); !ok || c.Name != name {
				t.Errorf("%q is %+v, want %s", text, c, name)
			}
		}
	}
	for _, text := range []string{
		"안녕하세요", "네", "새우 파스타", "감사합니다", "음악 좋네요", "로고 케이크", "영상 예쁘게 나왔어요", "가격 19,000원으로 고쳐주세요", "다시마 국수", "언제나 김밥",
	} {
		if c, ok := new(intent.Reader).Command(text); ok {
			t.Errorf("%q is %+v", text, c)
		}
	}
}

func TestEdits_AWishIsAboutTheOrderThatItRepliesToElseTheNewest(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Writes("음악 바꿔줘") // nothing is there yet: it must be the shop's
		t.Hear("어떤 음악을 넣을까요? …")
		t.Writes("다시 만들어줘")
		t.Hear("음식 사진에…")
		t.Sends("p1", "새우 파스타 18,000원")
		t.Sends("p2", "김밥 3,500원")
		first, second := t.Delivered(t.Orders()[0], "short1"), t.Delivered(t.Orders()[1], "short2")
		t.Writes("음악 바꿔줘")
		says := t.Hear("어떤 음악으로 바꿀까요?")
		if got := t.Button(says, "잔잔한 음악"); got != intent.Action(intent.DoMusic, second.ID, "calm") ||
			says[0].Thread.Message != "p2" {
			t.Errorf("%s below %s", got, says[0].Thread.Message)
		}
		t.Replies("short1", "느낌 다르게 해주세요")
		if got := t.Button(t.Hear("어떤 느낌으로 바꿀까요?"), "시장"); got != intent.Action(
			intent.DoLook, first.ID, "market", present.TallName,
		) {
			t.Error(got)
		}
		t.Replies("short1", "시장 느낌으로 바꿔주세요")
		t.Hear("‘시장’ 느낌으로 바꿔서 다시 만들게요.")
		t.Delivered(first, "short1")
		t.Replies("short1", "영상 다시 보내줘")
		if says := t.Hear(""); says[0].Order != first.ID {
			t.Errorf("%+v", says)
		}
		t.Replies("short1", "마음에 안 들어요")
		if got := t.Button(t.Hear("마음에 안 드셨군요. 어떻게 바꿔 드릴까요?"), "다시 만들기"); got != intent.Action(
			intent.DoAgain, first.ID, "", present.TallName,
		) {
			t.Error(got)
		}
	})
}

func TestEdits_WhoAsksHowLongItTakesIsTold(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "새우 파스타 18,000원")
		o := t.Becomes(t.Orders()[0], func(o *pipeline.Order) { o.Step, o.Phase = pipeline.Animate, pipeline.Waiting })
		t.Check(t.Store.SaveStatusRef(t.Context(), o.ID, "", "line"))
		t.Writes("언제 돼요?")
		t.Hear("🍝 새우 파스타 · 18,000원\n영상 만드는 중이에요. 다 되면 바로 보내 드릴게요.")
		t.Delivered(o, "short1")
		t.Writes("다 됐어요?")
		if got := t.Button(
			t.Hear("🍝 새우 파스타 · 18,000원\n영상이 완성됐어요."), "영상 보기",
		); got != intent.Action(intent.DoResend, o.ID) {
			t.Error(got)
		}
	})
}

func TestEdits_AWishInAGroupIsAboutOnesOwnOrder(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "새우 파스타 18,000원")
		t.Does(bot.Update{Text: "다시 만들어줘", User: bot.User{ID: "lee"}, Group: true, ToUs: true})
		t.Hear("음식 사진에…")
		t.Does(bot.Update{Text: "다시 만들어줘", User: bot.User{ID: "lee"}, Group: true})
		t.Hear()
	})
}

func TestEdits_NewWordsWithoutAReplyAreForTheOnlyRecentOrder(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "새우 파스타 18,000원")
		t.Delivered(t.Orders()[0], "short1")
		t.Writes("19,000원으로 바꿔줘")
		t.Hear("가격을 19,000원으로 고쳐서 다시 만들게요.")
		t.Sends("p2", "김밥 3,500원")
		t.Writes("4,000원으로 바꿔줘")
		t.Hear("어떤 영상을 고칠지 알 수 있게, 그 영상에 답장으로 적어 주세요.")
		t.Waits(orders.FixLife + 1)
		t.Writes("4,000원으로 바꿔줘")
		t.Hear("음식 사진에…")
		t.Writes("천원 더 올려줘")
		t.Hear("음식 사진에…")
		t.Writes("알겠어요")
		t.Hear("네, 알겠어요…")
		t.Ordered("p1 새우 파스타 19,000원", "p2 김밥 3,500원")
	})
}

func TestIntake_AQuestionThatIsAskedBackIsNoDish(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "")
		t.Waits(orders.TextWait + 1)
		t.Writes("배달도 되나요?")
		t.Writes("새우 파스타")
		t.Writes("18,000원")
		t.Ordered("p1 새우 파스타 18,000원")
	})
}
