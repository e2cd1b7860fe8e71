package bot

import (
	"testing"

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

func TestMusicForASilentPictureIsMusicForTheFilm(t *testing.T) {
	conversation(t, func(t *talk) {
		t.sends("p1", "새우 파스타 18,000원")
		o := t.delivered(t.orders()[0], "short1")
		t.becomes(o, func(o *pipeline.Order) { o.Cut.Size = pipeline.Still })
		t.presses(action(doMusic, o.ID, "calm")) // below the film, which is still there
		if o = t.orders()[0]; o.Cut.N != 2 || o.Cut.Size != pipeline.Tall || o.Cut.Music != "calm" {
			t.Errorf("%+v", o.Cut)
		}
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
