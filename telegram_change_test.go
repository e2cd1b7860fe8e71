package main

import (
	"strings"
	"testing"
	"time"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestAnEditBeforeTheShortChangesIt(t *testing.T) { // T18
	k := talking(t)
	release := k.hold()
	photo := k.SendPhoto(tinyPhoto(), pasta)
	k.underWay()
	k.Edit(photo.ID, "새우 파스타 19,000원")
	k.hearsText("이대로 만들게요")
	release()
	if short := k.gets(1); !strings.Contains(short.Text, "새우 파스타 19,000원") {
		t.Errorf("the short: %+v", short)
	}
	k.one(1)
}

func TestAnEditAfterTheShortMakesAnotherFromTheSameClip(t *testing.T) { // T19
	k := talking(t)
	photo := k.SendPhoto(tinyPhoto(), pasta)
	k.gets(1)
	k.Edit(photo.ID, "새우 파스타 19,000원")
	k.hearsText("고쳐서 다시 만들게요")
	if short := k.gets(2); short.ReplyTo != photo.ID || !strings.Contains(short.Text, "새우 파스타 19,000원") {
		t.Errorf("the short: %+v", short)
	}
	k.one(2)
}

func TestAReplyToTheShortFixesItFromTheSameClip(t *testing.T) {
	k := talking(t)
	k.SendPhoto(tinyPhoto(), pasta)
	first := k.gets(1)
	k.SendText("가격 19,000원", people.ReplyTo(first.ID))
	k.hearsText("가격을 19,000원으로 고쳐서 다시 만들게요")
	second := k.gets(2)
	if !strings.Contains(second.Text, "새우 파스타 19,000원") {
		t.Errorf("the second short: %+v", second)
	}
	k.SendText("메뉴 새우 로제 파스타", people.ReplyTo(second.ID))
	if third := k.gets(3); !strings.Contains(third.Text, "새우 로제 파스타 19,000원") {
		t.Errorf("the third short: %+v", third)
	}
	k.one(3)
}

func TestTheButtonsUnderAShortDoWhatTheySay(t *testing.T) {
	k := talking(t)
	k.SendPhoto(tinyPhoto(), pasta)
	short := k.gets(1)
	k.press(short, "다른 느낌")
	if a := k.press(k.hearsText("어떤 느낌으로"), "시장"); !strings.Contains(a.Text, "시장") {
		t.Errorf("of the look was said %+v", a)
	}
	short = k.gets(2)
	k.press(short, "다른 음악")
	if a := k.press(k.hearsText("어떤 음악으로"), "잔잔한 음악"); !strings.Contains(a.Text, "잔잔한 음악") {
		t.Errorf("of the music was said %+v", a)
	}
	short = k.gets(3)
	if o := k.orders()[0]; o.Cut.Look != "market" || o.Cut.Music != "calm" {
		t.Errorf("look %s, music %s", o.Cut.Look, o.Cut.Music)
	}
	k.press(short, "가격·메뉴 고치기")
	k.hearsText("무엇을 고칠까요?")
	k.SendText("20,000원")
	if short = k.gets(4); !strings.Contains(short.Text, "새우 파스타 20,000원") {
		t.Errorf("the short: %+v", short)
	}
	k.one(4)
}

func TestMakingAgainAsksFirstAndBuysOneClip(t *testing.T) {
	k := talking(t)
	k.SendPhoto(tinyPhoto(), pasta)
	short := k.gets(1)
	k.press(short, "다시 만들기")
	question := k.hearsText("이번 달 영상 한 편을 써요")
	if clips, _ := k.bought(); clips != 1 {
		t.Error("a clip was bought before it was agreed to")
	}
	k.press(question, "새로 만들기")
	if a := k.press(question, "새로 만들기"); !strings.Contains(a.Text, "이미 새로 만들었어요") {
		t.Errorf("the second press: %+v", a)
	}
	k.gets(2)
	k.heardOut()
	if clips, cuts := k.bought(); clips != 2 || cuts != 2 || k.shorts() != 2 {
		t.Errorf("%d clips, %d cuts, %d shorts", clips, cuts, k.shorts())
	}
}

func TestAButtonPressedTwiceIsAnsweredTwice(t *testing.T) { // T25
	k := talking(t)
	k.hold()
	k.SendPhoto(tinyPhoto(), pasta)
	o := k.underWay()
	line := k.hears("a line with a button", func(m people.Message) bool { return len(m.Buttons) > 0 })
	first, err := k.Tap(line.ID, "취소")
	if err != nil {
		t.Fatal(err)
	}
	second, err := k.Tap(line.ID, "취소")
	if err != nil {
		t.Fatal(err)
	}
	for _, tap := range []*people.Tap{first, second} {
		if a, err := tap.Answer(patience); err != nil || !strings.Contains(a.Text, "취소했어요") {
			t.Errorf("answered %+v, %v", a, err)
		}
	}
	k.p.until(o.ID, func(o pipeline.Order) bool { return o.Status == pipeline.Cancelled })
}

func TestAButtonOfMonthsAgoStillWorks(t *testing.T) { // T26
	k := talking(t)
	k.SendPhoto(tinyPhoto(), pasta)
	short := k.gets(1)
	k.w.people.Pass(90 * 24 * time.Hour)
	k.press(short, "다시 만들기")
	k.press(k.hearsText("이번 달 영상 한 편을 써요"), "새로 만들기")
	k.gets(2)
}

func TestCancelWhileItIsMadeDeliversNothing(t *testing.T) { // T50
	k := talking(t)
	release := k.hold()
	k.SendPhoto(tinyPhoto(), pasta)
	o := k.underWay()
	k.SendText("취소")
	k.hearsText("이번 달 한 편으로 세어요")
	k.p.until(o.ID, func(o pipeline.Order) bool { return o.Status == pipeline.Cancelled })
	line := k.hears("the line says so too", func(m people.Message) bool {
		return strings.HasPrefix(m.Text, "🦐") || strings.Contains(m.Text, "\n취소했어요")
	})
	if len(line.Buttons) != 0 {
		t.Errorf("the line: %+v", line)
	}
	release()
	k.SendPhoto(picture(240, 400), "김치찌개 9,000원")
	k.gets(1)
	k.heardOut()
	if k.shorts() != 1 {
		t.Errorf("%d shorts", k.shorts())
	}
}
