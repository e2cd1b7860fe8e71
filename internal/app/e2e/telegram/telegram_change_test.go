package telegram_test

import (
	"strings"
	"testing"
	"time"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestAnEditBeforeTheShortChangesIt(t *testing.T) { // T18
	k := apptest.Talking(t)
	release := k.Hold()
	photo := k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	k.UnderWay()
	k.Edit(photo.ID, "새우 파스타 19,000원")
	k.HearsText("이대로 만들게요")
	release()
	if short := k.Gets(1); !strings.Contains(short.Text, "새우 파스타 19,000원") {
		t.Errorf("the short: %+v", short)
	}
	k.One(1)
}

func TestAnEditAfterTheShortMakesAnotherFromTheSameClip(t *testing.T) { // T19
	k := apptest.Talking(t)
	photo := k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	k.Gets(1)
	k.Edit(photo.ID, "새우 파스타 19,000원")
	k.HearsText("고쳐서 다시 만들게요")
	if short := k.Gets(2); short.ReplyTo != photo.ID || !strings.Contains(short.Text, "새우 파스타 19,000원") {
		t.Errorf("the short: %+v", short)
	}
	k.One(2)
}

func TestAReplyToTheShortFixesItFromTheSameClip(t *testing.T) {
	k := apptest.Talking(t)
	k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	first := k.Gets(1)
	k.SendText("가격 19,000원", people.ReplyTo(first.ID))
	k.HearsText("가격을 19,000원으로 고쳐서 다시 만들게요")
	second := k.Gets(2)
	if !strings.Contains(second.Text, "새우 파스타 19,000원") {
		t.Errorf("the second short: %+v", second)
	}
	k.SendText("메뉴 새우 로제 파스타", people.ReplyTo(second.ID))
	if third := k.Gets(3); !strings.Contains(third.Text, "새우 로제 파스타 19,000원") {
		t.Errorf("the third short: %+v", third)
	}
	k.One(3)
}

func TestTheButtonsUnderAShortDoWhatTheySay(t *testing.T) {
	k := apptest.Talking(t)
	k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	short := k.Gets(1)
	k.Press(short, "다른 느낌")
	if a := k.Press(k.HearsText("어떤 느낌으로"), "시장"); !strings.Contains(a.Text, "시장") {
		t.Errorf("of the look was said %+v", a)
	}
	short = k.Gets(2)
	k.Press(short, "다른 음악")
	if a := k.Press(k.HearsText("어떤 음악으로"), "잔잔한 음악"); !strings.Contains(a.Text, "잔잔한 음악") {
		t.Errorf("of the music was said %+v", a)
	}
	short = k.Gets(3)
	if o := k.Orders()[0]; o.Cut.Look != "market" || o.Cut.Music != "calm" {
		t.Errorf("look %s, music %s", o.Cut.Look, o.Cut.Music)
	}
	k.Press(short, "가격·메뉴 고치기")
	k.HearsText("무엇을 고칠까요?")
	k.SendText("20,000원")
	if short = k.Gets(4); !strings.Contains(short.Text, "새우 파스타 20,000원") {
		t.Errorf("the short: %+v", short)
	}
	k.One(4)
}

func TestMakingAgainAsksFirstAndBuysOneClip(t *testing.T) {
	k := apptest.Talking(t)
	k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	short := k.Gets(1)
	k.Press(short, "다시 만들기")
	question := k.HearsText("이번 달 영상 한 편을 써요")
	if clips, _ := k.Bought(); clips != 1 {
		t.Error("a clip was bought before it was agreed to")
	}
	k.Press(question, "새로 만들기")
	if a := k.Press(question, "새로 만들기"); !strings.Contains(a.Text, "이미 새로 만들었어요") {
		t.Errorf("the second press: %+v", a)
	}
	k.Gets(2)
	k.HeardOut()
	if clips, cuts := k.Bought(); clips != 2 || cuts != 2 || k.Shorts() != 2 {
		t.Errorf("%d clips, %d cuts, %d shorts", clips, cuts, k.Shorts())
	}
}

func TestAButtonPressedTwiceIsAnsweredTwice(t *testing.T) { // T25
	k := apptest.Talking(t)
	k.Hold()
	k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	o := k.UnderWay()
	line := k.Hears("a line with a button", func(m people.Message) bool { return len(m.Buttons) > 0 })
	first, err := k.Tap(line.ID, "취소")
	if err != nil {
		t.Fatal(err)
	}
	second, err := k.Tap(line.ID, "취소")
	if err != nil {
		t.Fatal(err)
	}
	for _, tap := range []*people.Tap{first, second} {
		if a, err := tap.Answer(apptest.Patience); err != nil || !strings.Contains(a.Text, "취소했어요") {
			t.Errorf("answered %+v, %v", a, err)
		}
	}
	k.Process.Until(o.ID, func(o pipeline.Order) bool { return o.Status == pipeline.Cancelled })
}

func TestAButtonOfMonthsAgoStillWorks(t *testing.T) { // T26
	k := apptest.Talking(t)
	k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	short := k.Gets(1)
	k.World.People.Pass(90 * 24 * time.Hour)
	k.Press(short, "다시 만들기")
	k.Press(k.HearsText("이번 달 영상 한 편을 써요"), "새로 만들기")
	k.Gets(2)
}

func TestCancelWhileItIsMadeDeliversNothing(t *testing.T) { // T50
	k := apptest.Talking(t)
	release := k.Hold()
	k.SendPhoto(apptest.TinyPhoto(), apptest.Pasta)
	o := k.UnderWay()
	k.SendText("취소")
	k.HearsText("이번 달 한 편으로 세어요")
	k.Process.Until(o.ID, func(o pipeline.Order) bool { return o.Status == pipeline.Cancelled })
	line := k.Hears("the line says so too", func(m people.Message) bool {
		return strings.HasPrefix(m.Text, "🦐") || strings.Contains(m.Text, "\n취소했어요")
	})
	if len(line.Buttons) != 0 {
		t.Errorf("the line: %+v", line)
	}
	release()
	k.SendPhoto(apptest.Picture(240, 400), "김치찌개 9,000원")
	k.Gets(1)
	k.HeardOut()
	if k.Shorts() != 1 {
		t.Errorf("%d shorts", k.Shorts())
	}
}
