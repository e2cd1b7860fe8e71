package main

import (
	"fmt"
	"strings"
	"testing"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
)

// dishes are so many pictures, each of another size, so that none is the same as another.
func dishes(t *testing.T, captions ...string) []people.Picture {
	var all []people.Picture
	for i, c := range captions {
		all = append(all, people.Picture{Data: picture(230+i, 400), Caption: c})
	}
	return all
}

func TestAnAlbumIsOneQuestionAndOneOrder(t *testing.T) { // T7
	k := talkingAlone(t)
	album := k.SendAlbum(dishes(t, pasta, "", "", "", "")...)
	question := k.hearsText("사진 5장 중에서 어떤 사진으로 만들까요?")
	k.press(question, "2번 사진")
	if short := k.gets(1); short.ReplyTo != album[1].ID || !strings.Contains(short.Text, pasta) {
		t.Errorf("the short: %+v", short)
	}
	k.heardOut()
	k.one(1)
}

func TestAnAlbumWithALineEachIsConfirmedOnce(t *testing.T) { // T8
	k := talkingAlone(t)
	album := k.SendAlbum(dishes(t, "김치찌개 9,000원", "된장찌개 8,000원", "순두부 8,500원")...)
	k.press(k.hearsText("영상 3편을 만들까요?"), "모두 따로")
	k.gets(3)
	for _, photo := range album {
		short := k.hears("a short of it", func(m people.Message) bool { return m.Kind == "video" && m.ReplyTo == photo.ID })
		if !strings.HasPrefix(short.Text, photo.Text) {
			t.Errorf("%s became %s", photo.Text, short.Text)
		}
	}
	if clips, cuts := k.bought(); clips != 3 || cuts != 3 {
		t.Errorf("%d clips, %d cuts", clips, cuts)
	}
}

func TestALatePictureOfAnAlbumIsAskedAbout(t *testing.T) { // T9
	k := talkingAlone(t)
	album := k.Album()
	k.SendPhoto(picture(230, 400), pasta, album)
	k.SendPhoto(picture(231, 400), "", album)
	k.press(k.hearsText("어떤 사진으로 만들까요?"), "1번 사진")
	k.gets(1)
	late := k.SendPhoto(picture(232, 400), "김치전 12,000원", album)
	question := k.hearsText("추가 사진 1장도")
	k.press(question, "네, 만들게요")
	if short := k.gets(2); short.ReplyTo != late.ID || !strings.Contains(short.Text, "김치전 12,000원") {
		t.Errorf("the short: %+v", short)
	}
}

func TestThirtyPhotosInAMinuteGetOneAnswer(t *testing.T) { // T38
	k := talkingAlone(t)
	for i := range 30 {
		k.SendPhoto(picture(230+i, 400), fmt.Sprintf("%s %d,000원", dishName(i), i+5))
	}
	question := k.hears("one question about the rest", func(m people.Message) bool {
		return strings.Contains(m.Text, "영상 24편을 만들까요?")
	})
	k.press(question, "그만두기")
	k.hearsText("만들지 않을게요")
	if n := k.count("만들까요?"); n != 0 || len(k.orders()) > 9 {
		t.Errorf("%d questions are left, %d orders", n, len(k.orders()))
	}
}
