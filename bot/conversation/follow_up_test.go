package conversation_test

import (
	"testing"

	"github.com/sajangpick/sajangpick/bot/bottest"
)

// TestConversation_WhatNoCommandDoesIsAnsweredWithWhatHelps: each answer says what a person can do next.
func TestConversation_WhatNoCommandDoesIsAnsweredWithWhatHelps(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "새우 파스타 18,000원")
		o := t.Delivered(t.Orders()[0], "short1")
		t.Hears()
		for _, c := range []struct{ text, answer string }{
			{"영상이 너무 짧아요", "영상 길이는 바꿀 수 없어요.…"},
			{"소리가 안나와요", "휴대폰이 무음이면…"},
			{"음악 빼주세요", "영상에는 음악이 꼭 들어가요.…"},
			{"인스타에 어떻게 올려요?", "영상을 휴대폰에 저장한 다음…"},
			{"저장은 어떻게 하나요", "영상을 휴대폰에 저장한 다음…"},
			{"다른 사진으로 해주세요", "네, 새 사진에 메뉴와 가격을 적어 보내 주시면…"},
			{"사진 잘못보냈어요ㅠㅠ", "네, 새 사진에 메뉴와 가격을 적어 보내 주시면…"},
			{"사람이랑 통화하고 싶어요", "여기서는 제가 자동으로 답해 드려서…"},
			{"환불해주세요", "결제나 해지는…"},
			{"영상 지워주세요", "여기에서 메시지를 지우시면…"},
			{"가격만 빼주세요", "가격은 영상에 꼭 들어가요.…"},
		} {
			t.Writes(c.text)
			t.Hear(c.answer)
		}
		t.Replies("short1", "글씨가 안보여요")
		t.Button(t.Hear("글씨가 보기 불편하셨군요.…"), "다른 느낌")
		t.Replies("short1", "가격 시가") // as the answer says
		t.Hear("가격을 시가로 고쳐서 다시 만들게요.")
		if o = t.Orders()[0]; o.Cut.Words.Price != "시가" {
			t.Errorf("the price is %q", o.Cut.Words.Price)
		}
	})
}
