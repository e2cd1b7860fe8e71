package telegram_test

import (
	"fmt"
	"strings"
	"testing"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
)

// dishes are so many pictures, each of another size, so that none is the same as another.
func dishes(t *testing.T, captions ...string) []people.Picture {
	var all []people.Picture
	for i, c := range captions {
		all = append(all, people.Picture{Data: apptest.Picture(230+i, 400), Caption: c})
	}
	return all
}

func TestAnAlbumIsOneQuestionAndOneOrder(t *testing.T) { // T7
	k := apptest.TalkingAlone(t)
	album := k.SendAlbum(dishes(t, apptest.Pasta, "", "", "", "")...)
	question := k.HearsText("사진 5장 중에서 어떤 사진으로 만들까요?")
	k.Press(question, "2번 사진")
	if short := k.Gets(1); short.ReplyTo != album[1].ID || !strings.Contains(short.Text, apptest.Pasta) {
		t.Errorf("the short: %+v", short)
	}
	k.HeardOut()
	k.One(1)
}

func TestAnAlbumWithALineEachIsConfirmedOnce(t *testing.T) { // T8
	k := apptest.TalkingAlone(t)
	album := k.SendAlbum(dishes(t, "김치찌개 9,000원", "된장찌개 8,000원", "순두부 8,500원")...)
	k.Press(k.HearsText("영상 3편을 만들까요?"), "모두 따로")
	k.Gets(3)
	for _, photo := range album {
		short := k.Hears("a short of it", func(m people.Message) bool { return m.Kind == "video" && m.ReplyTo == photo.ID })
		if !strings.HasPrefix(short.Text, photo.Text) {
			t.Errorf("%s became %s", photo.Text, short.Text)
		}
	}
	if clips, cuts := k.Bought(); clips != 3 || cuts != 3 {
		t.Errorf("%d clips, %d cuts", clips, cuts)
	}
}

func TestALatePictureOfAnAlbumIsAskedAbout(t *testing.T) { // T9
	k := apptest.TalkingAlone(t)
	album := k.Album()
	k.SendPhoto(apptest.Picture(230, 400), apptest.Pasta, album)
	k.SendPhoto(apptest.Picture(231, 400), "", album)
	k.Press(k.HearsText("어떤 사진으로 만들까요?"), "1번 사진")
	k.Gets(1)
	late := k.SendPhoto(apptest.Picture(232, 400), "김치전 12,000원", album)
	question := k.HearsText("추가 사진 1장도")
	k.Press(question, "네, 만들게요")
	if short := k.Gets(2); short.ReplyTo != late.ID || !strings.Contains(short.Text, "김치전 12,000원") {
		t.Errorf("the short: %+v", short)
	}
}

func TestThirtyPhotosInAMinuteGetOneAnswer(t *testing.T) { // T38
	k := apptest.TalkingAlone(t)
	for i := range 30 {
		k.SendPhoto(apptest.Picture(230+i, 400), fmt.Sprintf("%s %d,000원", apptest.DishName(i), i+5))
	}
	question := k.Hears("one question about the rest", func(m people.Message) bool {
		return strings.Contains(m.Text, "영상 24편을 만들까요?")
	})
	k.Press(question, "그만두기")
	k.HearsText("만들지 않을게요")
	if n := k.Count("만들까요?"); n != 0 || len(k.Orders()) > 9 {
		t.Errorf("%d questions are left, %d orders", n, len(k.Orders()))
	}
}
