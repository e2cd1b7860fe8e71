package telegram_test

import (
	"testing"

	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
)

func TestAGroupIsToldHowItsPhotosAreSeen(t *testing.T) { // T30
	k := apptest.Talking(t)
	g := k.Kitchen()
	hello := g.HearsText("관리자로 지정해 주시거나")
	if unseen := g.SendPhoto(apptest.TinyPhoto(), apptest.Pasta); !unseen.Unseen {
		t.Fatal("the stand-in shows what privacy hides")
	}
	photo := g.SendPhoto(apptest.TinyPhoto(), apptest.Pasta, people.ReplyTo(hello.ID))
	if short := g.Gets(1); short.ReplyTo != photo.ID {
		t.Errorf("the short: %+v", short)
	}
	g.Promote()
	g.HearsText("이 방에 음식 사진을 올리면서")
	g.SendPhoto(apptest.Picture(240, 400), "김치찌개 9,000원")
	g.Gets(2)
}
