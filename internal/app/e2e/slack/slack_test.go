package slack_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/adapters/slack"
	office "github.com/sajangpick/sajangpick/adapters/slack/slacktest"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
)

func TestAPostWithALineBecomesAShortInItsThread(t *testing.T) { // S1
	k := apptest.Posting(t)
	release := k.Hold()
	dish := k.Post(apptest.Pasta, office.Photo(apptest.TinyPhoto()))
	line := k.Hears("새우 파스타 · 18,000원")
	if line.Thread != dish.TS {
		t.Errorf("the line: %+v", line)
	}
	k.Marked(dish, "eyes")
	release()
	short := k.Gets(1, dish)
	if !strings.Contains(short.Shown, "18,000원") || short.Thread != dish.TS {
		t.Errorf("the short: %+v", short)
	}
	k.Marked(dish, "white_check_mark")
	k.One(1)
}

func TestAMentionWithAPhotoIsOneOrder(t *testing.T) { // S6
	k := apptest.Posting(t)
	dish := k.Mention(apptest.Pasta, office.Photo(apptest.TinyPhoto()))
	k.Gets(1, dish)
	k.Settled()
	k.One(1)
}

func TestAPhotoInAThreadIsAnsweredThere(t *testing.T) { // S4
	k := apptest.Posting(t)
	head := k.Post("오늘 메뉴 찍은 거 올려 주세요")
	photo := head.Reply(apptest.Pasta, office.Photo(apptest.TinyPhoto()))
	if short := k.Gets(1, head); short.Thread != head.TS {
		t.Errorf("the short: %+v", short)
	}
	k.Marked(photo, "white_check_mark")
	head.Reply("가격 19,000원")
	if short := k.Gets(2, head); !strings.Contains(short.Shown, "19,000원") {
		t.Errorf("the second: %+v", short)
	}
	k.One(2)
}

func TestSeveralPhotosInAPostAreOneQuestion(t *testing.T) { // S5
	k := apptest.Posting(t)
	dish := k.Post(apptest.Pasta, office.Photos(apptest.TinyPhoto(), apptest.Picture(240, 400), apptest.Picture(260, 400), apptest.Picture(280, 400)))
	question := k.Hears("사진 4장 중에서")
	k.Presses(question, "2번 사진")
	k.Gets(1, dish)
	k.One(1)
}

func TestWordsAreAskedForInTheThread(t *testing.T) { // S2
	k := apptest.Posting(t)
	dish := k.Post("", office.Photo(apptest.TinyPhoto()))
	if q := k.Hears("메뉴 이름과 가격을 알려 주세요"); q.Thread != dish.TS {
		t.Errorf("asked: %+v", q)
	}
	dish.Reply("새우 파스타")
	k.Hears("새우 파스타의 가격을 알려 주세요")
	dish.Broadcast("18,000원") // S34
	k.Gets(1, dish)
	k.Settled()
	k.One(1)
}

func TestTextPostedRightAfterAPhotoCompletesIt(t *testing.T) { // S3
	k := apptest.Posting(t)
	dish := k.Post("", office.Photo(apptest.TinyPhoto()))
	k.Post(apptest.Pasta)
	k.Gets(1, dish)
	k.One(1)
}

func TestADirectMessageIsAnOrderToo(t *testing.T) { // S9
	k := apptest.Posting(t)
	dm := k.In(k.Staff.DM())
	dish := dm.Post(apptest.Pasta, office.Photo(apptest.TinyPhoto()))
	dm.Gets(1, dish)
	dm.One(1)
}

func TestAFixInTheThreadMakesANewCut(t *testing.T) { // S15
	k := apptest.Posting(t)
	dish := k.Post(apptest.Pasta, office.Photo(apptest.TinyPhoto()))
	k.Gets(1, dish)
	dish.Unfurl()
	dish.Reply("맛있겠다 ㅋㅋ 원가가 5,000원이라 남는 게 없네요")
	dish.Reply("가격 19,000원")
	k.Gets(2, dish)
	dish.Edit("새우 파스타 20,000원")
	if short := k.Gets(3, dish); !strings.Contains(short.Shown, "20,000원") {
		t.Errorf("the third: %+v", short)
	}
	k.One(3)
}

func TestButtonsWorkHoursLaterAndOnce(t *testing.T) { // S21, S22
	k := apptest.Posting(t)
	dish := k.Post(apptest.Pasta, office.Photo(apptest.TinyPhoto()))
	short := k.Gets(1, dish)
	k.Slack.Pass(2 * time.Hour)
	k.Presses(short, "다시 만들기")
	sure := k.Hears("이번 달 영상 한 편을 써요")
	k.Presses(sure, "새로 만들기")
	k.In(k.As(k.Workspace.Member("박매니저", "ko-KR"))).Presses(sure, "새로 만들기")
	k.Gets(2, dish)
	k.Settled()
	if clips, _ := k.Bought(); clips != 2 {
		t.Errorf("%d clips", clips)
	}
}

func TestTheShortcutMakesAShortOfAnOlderPost(t *testing.T) {
	k := apptest.Posting(t)
	other := k.In(k.Workspace.Channel("사진", k.Staff))
	dish := other.Post(apptest.Pasta, office.Photo(apptest.TinyPhoto())) // nobody has told us
	other.Invite()
	if _, err := other.Shortcut(slack.Shortcut, dish); err != nil {
		t.Fatal(err)
	}
	other.Gets(1, dish)
	other.One(1)
}

func TestCommandsAreAnsweredToTheirAuthorAlone(t *testing.T) { // S19, S20
	k := apptest.Posting(t)
	if _, err := k.Slash("/status"); err == nil {
		t.Error("/status is Slack's own")
	}
	k.Types("/sajangpick")
	if m := k.Hears("채널이나 저와의 대화에"); !m.Ephemeral || !strings.Contains(m.Shown, "/sajangpick videos") || strings.Contains(m.Shown, " /videos") {
		t.Errorf("help: %+v", m)
	}
	k.Types("/sajangpick usage")
	if m := k.Hears("이번 달"); !m.Ephemeral {
		t.Errorf("usage: %+v", m)
	}
	dish := k.Post("안녕하세요")
	dish.Mention("사용량")
	if m := k.Finds("answer in the thread", func(m office.Message) bool { return m.Thread == dish.TS }); !strings.Contains(m.Shown, "이번 달") {
		t.Errorf("the mention: %+v", m)
	}
}

func TestACommandWhereWeAreNotSaysHowToCallUs(t *testing.T) { // S8
	k := apptest.Posting(t)
	elsewhere := k.In(k.Workspace.Channel("주방", k.Staff))
	elsewhere.Types("/sajangpick help")
	k.In(k.Staff.DM()).Hears("/invite @sajangpick 으로 불러 주세요")
}

func TestADeletedPostIsTakenBackBeforeAnythingIsBought(t *testing.T) { // S16
	k := apptest.Posting(t)
	dish := k.Post("", office.Photo(apptest.TinyPhoto()))
	k.Hears("메뉴 이름과 가격을 알려 주세요")
	dish.Delete()
	k.Settled()
	if drafts, err := k.Process.Engine.Drafts(t.Context(), slack.Platform, k.Chat(), time.Now()); err != nil || len(drafts) > 0 {
		t.Errorf("drafts %+v, %v", drafts, err)
	}
	release := k.Hold()
	bought := k.Post(apptest.Pasta, office.Photo(apptest.TinyPhoto()))
	k.UnderWay()
	bought.Delete()
	k.Settled()
	release()
	k.Process.Ended(1, apptest.Patience)
	if o := k.Orders()[0]; o.Status != pipeline.Delivered {
		t.Errorf("what was bought is %s", o.Status)
	}
}
