package conversation_test

import (
	"fmt"
	"testing"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/bottest"
	"github.com/sajangpick/sajangpick/bot/intent"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestReader_SizesAreAskedForInManyWords(t *testing.T) {
	for size, texts := range map[string][]string{
		"square": {
			"정사각형으로도 주세요", "정사각형도 하나 만들어 주세요", "인스타 피드용", "인스타 피드용으로 만들어 줘", "인스타용으로도 주세요", "1:1로 주세요", "네모나게 해주세요",
			"정사각형 영상으로 바꿔줘", "make it square please", "a square one too",
		},
		"tall": {
			"세로로 다시", "세로로 다시 만들어 주세요", "다시 세로로요", "릴스용으로 주세요", "쇼츠용으로 다시", "9:16으로 바꿔주세요", "원래 크기로 해줘",
			"vertical please",
		},
		"still": {
			"사진으로 한 장", "사진 한 장으로 주세요", "사진으로도 한 장 주세요", "썸네일", "썸네일도 만들어 주세요", "사진으로 주세요", "이미지로 받고 싶어요", "포스터로 만들어줘",
			"as a picture please", "영상 말고 사진으로 주세요", "대표 사진 하나만", "사진만 주세요", "Can I have a picture too?",
			"give me a thumbnail",
		},
		"": {"다른 크기", "다른 크기로 주세요", "크기 바꿔주세요", "비율 바꿀래요", "another size please"},
	} {
		for _, text := range texts {
			if c, ok := new(intent.Reader).Command(text); !ok || c.Name != "resize" || c.Arg != size {
				t.Errorf("%q is %+v, want %q", text, c, size)
			}
		}
	}
	for _, text := range []string{
		"이 사진으로 만들어 주세요", "사진 한 장만 보내도 되나요?", "사진 다시 보낼게요", "사진이 이상해요", "네모 김밥", "정사각 피자", "세로 간판", "쇼츠", "인스타",
		"사진 하나 더 보낼게요", "사진만 보내면 되나요?",
	} {
		if c, ok := new(intent.Reader).Command(text); ok && c.Name == "resize" {
			t.Errorf("%q is %+v", text, c)
		}
	}
}

func TestEdits_AShortIsCutAnewInAnotherSize(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "새우 파스타 18,000원")
		o := t.Delivered(t.Orders()[0], "short1")
		t.Presses(intent.Action(intent.DoSize, o.ID))
		says := t.Hear("", "어떤 크기로 만들까요?")
		if got := t.Button(says, "✓ 세로 9:16"); got != intent.Action(intent.DoSize, o.ID, present.TallName) {
			t.Error(got)
		}
		t.Presses(t.Button(says, "사진 한 장"))
		t.Hear("사진 한 장으로 만들고 있어요. 다 되면 바로 보내 드릴게요.")
		if o = t.Orders()[0]; o.Cut.N != 2 || o.Cut.Size != pipeline.Still || o.Step != pipeline.Render {
			t.Errorf("%+v", o)
		}
		o = t.Delivered(o, "still1")
		t.Replies("still1", "가격 19,000원") // stays a picture
		t.Hear("…")
		if o = t.Orders()[0]; o.Cut.N != 3 || o.Cut.Size != pipeline.Still || o.Cut.Words.Won != 19000 {
			t.Errorf("%+v", o.Cut)
		}
		o = t.Delivered(o, "still2")
		t.Replies("still2", "사진으로 주세요")
		t.Hear("이미 그렇게 되어 있어요.")
		t.Replies("still2", "정사각형으로도 주세요")
		t.Hear("정사각형으로 만들고 있어요. 다 되면 바로 보내 드릴게요.")
		o = t.Delivered(t.Orders()[0], "short2")
		t.Replies("short2", "세로로 다시")
		t.Hear("세로 9:16으로 만들고 있어요. …")
		if o = t.Orders()[0]; o.Cut.N != 5 || o.Cut.Size != pipeline.Tall {
			t.Errorf("%+v", o.Cut)
		}
	})
}

func TestEdits_AnotherSizeDoesNotTakeThePlaceOfTheOneThatIsBeingMade(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "새우 파스타 18,000원")
		o := t.Delivered(t.Orders()[0], "short1")
		t.Presses(intent.Action(intent.DoSize, o.ID, "square"))
		t.Presses(intent.Action(intent.DoSize, o.ID, "still"))
		t.Hear("정사각형으로 만들고 있어요. …", "지금 만들고 있는 것부터 보내 드릴게요. …")
		if o = t.Orders()[0]; o.Cut.N != 2 || o.Cut.Size != pipeline.Square {
			t.Errorf("%+v", o.Cut)
		}
		t.Delivered(o, "short2")
		t.Presses(intent.Action(intent.DoSize, o.ID, "still"))
		if o = t.Orders()[0]; o.Cut.N != 3 || o.Cut.Size != pipeline.Still {
			t.Errorf("%+v", o.Cut)
		}
	})
}

func TestEdits_AReplyChangesTheSizeThatItRepliesTo(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		o := t.InTwoSizes()
		t.Replies("short1", "가격 19,000원")
		t.BecameOf(3, pipeline.Tall, "clean", "bright", 19000)
		t.Replies("still1", "가격 20,000원")
		t.BecameOf(4, pipeline.Still, "clean", "bright", 20000)
		t.Replies("short1", "시장 느낌으로 바꿔주세요")
		t.BecameOf(5, pipeline.Tall, "market", "bright", 20000)
		t.Replies("still1", "고쳐주세요")
		t.Writes("가격 21,000원")
		t.BecameOf(6, pipeline.Still, "market", "bright", 21000)
		// the caption: whatever is the newest
		t.Does(bot.Update{Kind: bot.Edited, Message: "p1", Text: "새우 파스타 22,000원"})
		t.BecameOf(7, pipeline.Still, "market", "bright", 22000)
		t.Hears()
		t.Replies("short1", "영상 다시 보내줘")
		says := t.Hear("")
		t.Replies(fmt.Sprint("bot", says[0].ID), "정사각형으로도 주세요")
		t.BecameOf(8, pipeline.Square, "market", "bright", 22000)
		t.Presses(intent.Action(intent.DoLook, o.ID, "clean")) // a button from before they knew their size
		t.BecameOf(9, pipeline.Square, "clean", "bright", 22000)
	})
}

func TestEdits_AButtonChangesTheSizeThatItStandsUnder(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		o := t.InTwoSizes()
		o.Cut.Size = pipeline.Tall
		film := []bot.OutgoingMessage{
			{Message: bot.Message{Buttons: present.ChangeButtons("ko", o, t.Options.Looks, t.Options.Music)}},
		}
		t.Presses(t.Button(film, "다른 음악"))
		t.Presses(t.Button(t.Hear("", "어떤 음악으로 바꿀까요?"), "잔잔한 음악"))
		t.BecameOf(3, pipeline.Tall, "clean", "calm", 18000)
		o.Cut.Size = pipeline.Still
		picture := []bot.OutgoingMessage{
			{Message: bot.Message{Buttons: present.ChangeButtons("ko", o, t.Options.Looks, t.Options.Music)}},
		}
		t.Presses(t.Button(picture, "다른 느낌"))
		t.Presses(t.Button(t.Hear("잔잔한…", "", "어떤 느낌으로 바꿀까요?"), "시장"))
		t.BecameOf(4, pipeline.Still, "market", "calm", 18000)

		t.Presses(t.Button(film, "가격·메뉴 고치기"))
		t.Presses(t.Button(picture, "가격·메뉴 고치기")) // of two, the last one is meant
		t.Writes("19,000원")
		t.BecameOf(5, pipeline.Still, "market", "calm", 19000)
		t.Hears()
		t.Replies("short1", "마음에 안 들어요")
		t.Presses(t.Button(t.Hear("마음에 안 드셨군요. …"), "가격·메뉴 고치기"))
		t.Writes("20,000원")
		t.BecameOf(6, pipeline.Tall, "market", "calm", 20000)
	})
}

func TestEdits_AFixOfTheFilmDoesNotTakeThePlaceOfThePictureThatIsBeingMade(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.InTwoSizes()
		t.Replies("still1", "가격 19,000원")
		t.Replies("short1", "가격 20,000원")
		t.Hear("가격을 19,000원으로…", "지금 만들고 있는 것부터 보내 드릴게요. 받으신 다음에 다시 말씀해 주세요.")
		t.BecameOf(3, pipeline.Still, "clean", "bright", 19000)
	})
}

func TestEdits_MusicForASilentPictureIsMusicForTheFilm(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.InTwoSizes()
		t.Writes("잔잔한 음악으로 바꿔주세요")
		t.BecameOf(3, pipeline.Tall, "clean", "calm", 18000)
	})
}

func TestEdits_WhatIsMadeAgainBeginsTall(t *testing.T) {
	bottest.Conversation(t, func(t *bottest.Talk) {
		t.Sends("p1", "새우 파스타 18,000원")
		o := t.Delivered(t.Orders()[0], "short1")
		t.Becomes(o, func(o *pipeline.Order) { o.Cut.Size = pipeline.Still })
		t.Presses(intent.Action(intent.DoAgain, o.ID, "yes"))
		all := t.Orders()
		if again := all[len(all)-1]; len(all) != 2 || again.ID == o.ID || again.Cut.Size != pipeline.Tall {
			t.Errorf("%+v", all)
		}
	})
}
