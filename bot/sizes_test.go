package bot

import (
	"fmt"
	"testing"

	"github.com/sajangpick/sajangpick/bot/state"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestSizesAreAskedForInManyWords(t *testing.T) {
	for size, texts := range map[string][]string{
		"square": {"정사각형으로도 주세요", "정사각형도 하나 만들어 주세요", "인스타 피드용", "인스타 피드용으로 만들어 줘", "인스타용으로도 주세요", "1:1로 주세요", "네모나게 해주세요", "정사각형 영상으로 바꿔줘", "make it square please", "a square one too"},
		"tall":   {"세로로 다시", "세로로 다시 만들어 주세요", "다시 세로로요", "릴스용으로 주세요", "쇼츠용으로 다시", "9:16으로 바꿔주세요", "원래 크기로 해줘", "vertical please"},
		"still":  {"사진으로 한 장", "사진 한 장으로 주세요", "사진으로도 한 장 주세요", "썸네일", "썸네일도 만들어 주세요", "사진으로 주세요", "이미지로 받고 싶어요", "포스터로 만들어줘", "as a picture please", "영상 말고 사진으로 주세요", "대표 사진 하나만", "사진만 주세요", "Can I have a picture too?", "give me a thumbnail"},
		"":       {"다른 크기", "다른 크기로 주세요", "크기 바꿔주세요", "비율 바꿀래요", "another size please"},
	} {
		for _, text := range texts {
			if c, ok := readCommand(text); !ok || c.name != "resize" || c.arg != size {
				t.Errorf("%q is %+v, want %q", text, c, size)
			}
		}
	}
	for _, text := range []string{"이 사진으로 만들어 주세요", "사진 한 장만 보내도 되나요?", "사진 다시 보낼게요", "사진이 이상해요", "네모 김밥", "정사각 피자", "세로 간판", "쇼츠", "인스타", "사진 하나 더 보낼게요", "사진만 보내면 되나요?"} {
		if c, ok := readCommand(text); ok && c.name == "resize" {
			t.Errorf("%q is %+v", text, c)
		}
	}
}

func TestAShortIsCutAnewInAnotherSize(t *testing.T) {
	conversation(t, func(t *talk) {
		t.sends("p1", "새우 파스타 18,000원")
		o := t.delivered(t.orders()[0], "short1")
		t.presses(action(doSize, o.ID))
		says := t.hear("", "어떤 크기로 만들까요?")
		if got := t.button(says, "✓ 세로 9:16"); got != action(doSize, o.ID, tallName) {
			t.Error(got)
		}
		t.presses(t.button(says, "사진 한 장"))
		t.hear("사진 한 장으로 만들고 있어요. 다 되면 바로 보내 드릴게요.")
		if o = t.orders()[0]; o.Cut.N != 2 || o.Cut.Size != pipeline.Still || o.Step != pipeline.Render {
			t.Errorf("%+v", o)
		}
		o = t.delivered(o, "still1")
		t.replies("still1", "가격 19,000원") // stays a picture
		t.hear("…")
		if o = t.orders()[0]; o.Cut.N != 3 || o.Cut.Size != pipeline.Still || o.Cut.Words.Won != 19000 {
			t.Errorf("%+v", o.Cut)
		}
		o = t.delivered(o, "still2")
		t.replies("still2", "사진으로 주세요")
		t.hear("이미 그렇게 되어 있어요.")
		t.replies("still2", "정사각형으로도 주세요")
		t.hear("정사각형으로 만들고 있어요. 다 되면 바로 보내 드릴게요.")
		o = t.delivered(t.orders()[0], "short2")
		t.replies("short2", "세로로 다시")
		t.hear("세로 9:16으로 만들고 있어요. …")
		if o = t.orders()[0]; o.Cut.N != 5 || o.Cut.Size != pipeline.Tall {
			t.Errorf("%+v", o.Cut)
		}
	})
}

func TestAnotherSizeDoesNotTakeThePlaceOfTheOneThatIsBeingMade(t *testing.T) {
	conversation(t, func(t *talk) {
		t.sends("p1", "새우 파스타 18,000원")
		o := t.delivered(t.orders()[0], "short1")
		t.presses(action(doSize, o.ID, "square"))
		t.presses(action(doSize, o.ID, "still"))
		t.hear("정사각형으로 만들고 있어요. …", "지금 만들고 있는 것부터 보내 드릴게요. …")
		if o = t.orders()[0]; o.Cut.N != 2 || o.Cut.Size != pipeline.Square {
			t.Errorf("%+v", o.Cut)
		}
		t.delivered(o, "short2")
		t.presses(action(doSize, o.ID, "still"))
		if o = t.orders()[0]; o.Cut.N != 3 || o.Cut.Size != pipeline.Still {
			t.Errorf("%+v", o.Cut)
		}
	})
}

// inTwoSizes is an order with a film, short1, and a newer picture, still1.
func (t *talk) inTwoSizes() pipeline.Order {
	t.Helper()
	t.sends("p1", "새우 파스타 18,000원")
	o := t.delivered(t.orders()[0], "short1")
	t.presses(action(doSize, o.ID, "still"))
	t.hear("사진 한 장으로…")
	return t.delivered(t.orders()[0], "still1")
}

// becameOf checks the newest cut of the only order, which is delivered then.
func (t *talk) becameOf(n int, size pipeline.Size, look, music string, won int) {
	t.Helper()
	o := t.orders()[0]
	if c := o.Cut; c.N != n || c.Size != size || c.Look != look || c.Music != music || c.Words.Won != won {
		t.Errorf("cut %d of size %q, %s, %s, %d won; want %d, %q, %s, %s, %d", c.N, c.Size, c.Look, c.Music, c.Words.Won, n, size, look, music, won)
	}
	t.delivered(o, fmt.Sprint("cut", n))
}

func TestWhatWasAnsweredIsWhatChanges(t *testing.T) {
	conversation(t, func(t *talk) {
		o := t.inTwoSizes()
		t.replies("short1", "가격 19,000원")
		t.becameOf(3, pipeline.Tall, "clean", "bright", 19000)
		t.replies("still1", "가격 20,000원")
		t.becameOf(4, pipeline.Still, "clean", "bright", 20000)
		t.replies("short1", "시장 느낌으로 바꿔주세요")
		t.becameOf(5, pipeline.Tall, "market", "bright", 20000)
		t.replies("still1", "고쳐주세요")
		t.writes("가격 21,000원")
		t.becameOf(6, pipeline.Still, "market", "bright", 21000)
		t.does(Update{Kind: Edited, Message: "p1", Text: "새우 파스타 22,000원"}) // the caption: whatever is the newest
		t.becameOf(7, pipeline.Still, "market", "bright", 22000)
		t.hears()
		t.replies("short1", "영상 다시 보내줘")
		says := t.hear("")
		t.replies(fmt.Sprint("bot", says[0].ID), "정사각형으로도 주세요")
		t.becameOf(8, pipeline.Square, "market", "bright", 22000)
		t.presses(action(doLook, o.ID, "clean")) // a button from before they knew their size
		t.becameOf(9, pipeline.Square, "clean", "bright", 22000)
	})
}

func TestAButtonChangesWhatItStandsUnder(t *testing.T) {
	conversation(t, func(t *talk) {
		o := t.inTwoSizes()
		o.Cut.Size = pipeline.Tall
		film := []state.OutgoingMessage{{Message: state.Message{Buttons: changeButtons("ko", o, t.desk.Looks, t.desk.Music)}}}
		t.presses(t.button(film, "다른 음악"))
		t.presses(t.button(t.hear("", "어떤 음악으로 바꿀까요?"), "잔잔한 음악"))
		t.becameOf(3, pipeline.Tall, "clean", "calm", 18000)
		o.Cut.Size = pipeline.Still
		picture := []state.OutgoingMessage{{Message: state.Message{Buttons: changeButtons("ko", o, t.desk.Looks, t.desk.Music)}}}
		t.presses(t.button(picture, "다른 느낌"))
		t.presses(t.button(t.hear("잔잔한…", "", "어떤 느낌으로 바꿀까요?"), "시장"))
		t.becameOf(4, pipeline.Still, "market", "calm", 18000)

		t.presses(t.button(film, "가격·메뉴 고치기"))
		t.presses(t.button(picture, "가격·메뉴 고치기")) // of two, the last one is meant
		t.writes("19,000원")
		t.becameOf(5, pipeline.Still, "market", "calm", 19000)
		t.hears()
		t.replies("short1", "마음에 안 들어요")
		t.presses(t.button(t.hear("마음에 안 드셨군요. …"), "가격·메뉴 고치기"))
		t.writes("20,000원")
		t.becameOf(6, pipeline.Tall, "market", "calm", 20000)
	})
}

func TestAFixOfTheFilmDoesNotTakeThePlaceOfThePictureThatIsBeingMade(t *testing.T) {
	conversation(t, func(t *talk) {
		t.inTwoSizes()
		t.replies("still1", "가격 19,000원")
		t.replies("short1", "가격 20,000원")
		t.hear("가격을 19,000원으로…", "지금 만들고 있는 것부터 보내 드릴게요. 받으신 다음에 다시 말씀해 주세요.")
		t.becameOf(3, pipeline.Still, "clean", "bright", 19000)
	})
}

func TestMusicForASilentPictureIsMusicForTheFilm(t *testing.T) {
	conversation(t, func(t *talk) {
		t.inTwoSizes()
		t.writes("잔잔한 음악으로 바꿔주세요")
		t.becameOf(3, pipeline.Tall, "clean", "calm", 18000)
	})
}

func TestWhatIsMadeAgainBeginsTall(t *testing.T) {
	conversation(t, func(t *talk) {
		t.sends("p1", "새우 파스타 18,000원")
		o := t.delivered(t.orders()[0], "short1")
		t.becomes(o, func(o *pipeline.Order) { o.Cut.Size = pipeline.Still })
		t.presses(action(doAgain, o.ID, "yes"))
		all := t.orders()
		if again := all[len(all)-1]; len(all) != 2 || again.ID == o.ID || again.Cut.Size != pipeline.Tall {
			t.Errorf("%+v", all)
		}
	})
}
